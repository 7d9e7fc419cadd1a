package witness_test

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	cosign "github.com/transparency-dev/formats/note"
	"go.uber.org/goleak"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"tally/internal/audit/audittest"
	"tally/internal/audit/translog"
	"tally/internal/audit/witness"
	"tally/internal/ledger"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// history is a log that a forger tells, at every size.
type history struct {
	*audittest.Forger
	entries []ledger.Entry
}

func newHistory(t testing.TB) *history {
	t.Helper()
	f := audittest.NewForger(t)
	f.World.Found()
	id := f.World.Campaign(10, nil)
	f.World.Claimed(f.World.Alice, id, 0, 0)
	return &history{f, f.Entries()}
}

// to is the log when it had size leaves.
func (h *history) to(size int) *audittest.Told { return h.Tell(h.entries[:size]) }

// rewritten is the same log without its second leaf, and as long by a last one
// that there never was.
func (h *history) rewritten(size int) *audittest.Told {
	entries := slices.Delete(slices.Clone(h.entries[:size]), 1, 2)
	return h.Tell(append(entries, h.Says(entries, h.World.Admit(ledgertest.NewActor("merchant 1"), "another"), voucher.OperatorsSet{})))
}

// request asks for what a log has, from an old size on.
func request(t testing.TB, told *audittest.Told, old int64) witness.Request {
	t.Helper()
	signed, tree := told.Checkpoint()
	r := witness.Request{Old: old, Checkpoint: signed}
	if 0 < old && old < tree.N {
		var err error
		r.Proof, err = told.Log.Consistency(tree.N, old)
		require.NoError(t, err)
	}
	return r
}

func open(t testing.TB, dir string, h *history) *witness.Witness {
	t.Helper()
	key, err := witness.LoadKey(filepath.Join(dir, witness.KeyFile), "example.org/w1")
	require.NoError(t, err)
	w, err := witness.Open(dir, key, []string{h.LogKey.Public()})
	require.NoError(t, err)
	return w
}

func origin(h *history) string { return translog.Origin(h.Pins().Ledger) }

// requireCosigned opens the checkpoint with the line that a witness returned.
func requireCosigned(t testing.TB, w *witness.Witness, r witness.Request, line []byte) {
	t.Helper()
	key, err := cosign.NewVerifierForCosignatureV1(w.Key())
	require.NoError(t, err)
	opened, err := note.Open(append(bytes.Clone(r.Checkpoint), line...), note.VerifierList(key))
	require.NoError(t, err)
	require.Len(t, opened.Sigs, 1)
	require.Len(t, opened.UnverifiedSigs, 1, "the log's own")
}

// TestWitness_LogGrows: a witness cosigns a log that grows.
func TestWitness_LogGrows(t *testing.T) {
	h, dir := newHistory(t), t.TempDir()
	w := open(t, dir, h)
	defer func() { require.NoError(t, w.Close()) }()
	old := int64(0)
	for size := 1; size <= len(h.entries); size++ {
		r := request(t, h.to(size), old)
		line, err := w.Add(r)
		require.NoError(t, err)
		requireCosigned(t, w, r, line)
		old = int64(size)
		line, err = w.Add(witness.Request{Old: old, Checkpoint: r.Checkpoint})
		require.NoError(t, err, "the same again")
		requireCosigned(t, w, r, line)
		last, err := w.Last(witness.OriginHash(origin(h)))
		require.NoError(t, err)
		require.True(t, bytes.HasPrefix(last, r.Checkpoint))
		require.Equal(t, map[string]int64{origin(h): old}, w.Sizes())
	}
}

// TestWitness_Refuses: what a witness refuses changes nothing, and is refused after
// a restart too.
func TestWitness_Refuses(t *testing.T) {
	h, dir := newHistory(t), t.TempDir()
	w := open(t, dir, h)
	const kept = 5
	_, err := w.Add(request(t, h.to(kept), 0))
	require.NoError(t, err)
	full := len(h.entries)
	stranger, other := audittest.NewForger(t), request(t, h.to(full), kept)
	stranger.World.Found()
	foreign, _ := stranger.Tell(stranger.Entries()).Checkpoint() // of the same origin, by another key
	broken := slices.Clone(other.Proof)
	broken[0][0] ^= 1
	cases := map[string]struct {
		request witness.Request
		want    error
	}{
		"a rollback":              {request(t, h.to(kept-1), kept-1), witness.ConflictError{Size: kept}},
		"a fork of one size":      {request(t, h.rewritten(kept), kept), witness.ErrInconsistent},
		"a rewritten longer log":  {request(t, h.rewritten(full), kept), witness.ErrInconsistent},
		"a proof from elsewhere":  {request(t, h.to(full), kept-1), witness.ConflictError{Size: kept}},
		"as if it were new":       {request(t, h.rewritten(full), 0), witness.ConflictError{Size: kept}},
		"no proof":                {witness.Request{Old: kept, Checkpoint: other.Checkpoint}, witness.ErrProof},
		"a broken proof":          {witness.Request{Old: kept, Proof: broken, Checkpoint: other.Checkpoint}, witness.ErrProof},
		"a proof too long":        {witness.Request{Old: kept, Proof: append(slices.Clone(other.Proof), tlog.Hash{}), Checkpoint: other.Checkpoint}, witness.ErrProof},
		"from more than there is": {witness.Request{Old: int64(full) + 1, Checkpoint: other.Checkpoint}, witness.ErrRequest},
		"another key":             {witness.Request{Checkpoint: foreign}, witness.ErrSignature},
		"another log":             {witness.Request{Checkpoint: append([]byte("x"), foreign...)}, witness.ErrUnknownLog},
		"no checkpoint":           {witness.Request{}, witness.ErrUnknownLog},
	}
	for range 2 {
		for name, c := range cases {
			line, err := w.Add(c.request)
			require.ErrorIs(t, err, c.want, name)
			require.Nil(t, line)
			require.Equal(t, map[string]int64{origin(h): kept}, w.Sizes())
		}
		require.NoError(t, w.Close())
		w = open(t, dir, h)
	}
	_, err = w.Add(other)
	require.NoError(t, err, "what is right is still cosigned")
	require.NoError(t, w.Close())
}

// TestWitness_ManyAskAtOnce proves every size from every other at the same time.
// The size never goes back, and each step was proven from the one before.
func TestWitness_ManyAskAtOnce(t *testing.T) {
	h, dir := newHistory(t), t.TempDir()
	w := open(t, dir, h)
	defer func() { require.NoError(t, w.Close()) }()
	var requests []witness.Request
	for size := 1; size <= len(h.entries); size++ {
		told := h.to(size)
		for old := range size {
			requests = append(requests, request(t, told, int64(old)))
		}
	}
	var all sync.WaitGroup
	for _, r := range requests {
		all.Go(func() {
			if _, err := w.Add(r); err != nil {
				var conflict witness.ConflictError
				if !errors.As(err, &conflict) {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	size := w.Sizes()[origin(h)]
	require.Positive(t, size)
	require.NoError(t, w.Close())
	w = open(t, dir, h)
	require.Equal(t, size, w.Sizes()[origin(h)], "what is on disk is what was said last")
}

// TestWitness_LostState: a witness that lost what it kept does not start.
func TestWitness_LostState(t *testing.T) {
	h, dir := newHistory(t), t.TempDir()
	w := open(t, dir, h)
	_, err := w.Add(request(t, h.to(3), 0))
	require.NoError(t, err)
	_, err = witness.Open(dir, witness.Key{}, []string{h.LogKey.Public()})
	require.ErrorIs(t, err, witness.ErrInUse)
	require.NoError(t, w.Close())
	path := filepath.Join(dir, witness.OriginHash(origin(h))+".checkpoint")
	good, err := os.ReadFile(path)
	require.NoError(t, err)
	for _, damaged := range [][]byte{nil, good[:len(good)/2], append([]byte("x"), good...)} {
		require.NoError(t, os.WriteFile(path, damaged, 0o600))
		key, err := witness.LoadKey(filepath.Join(dir, witness.KeyFile), "")
		require.NoError(t, err)
		_, err = witness.Open(dir, key, []string{h.LogKey.Public()})
		require.ErrorIs(t, err, witness.ErrState)
	}
	require.NoError(t, os.WriteFile(path, good, 0o600))
	require.NoError(t, os.WriteFile(path+".new", good[:9], 0o600), "a write that a power cut ended")
	require.NoError(t, open(t, dir, h).Close())
	key, err := witness.LoadKey(filepath.Join(dir, witness.KeyFile), "")
	require.NoError(t, err)
	for _, logs := range [][]string{nil, {"x"}, {h.LogKey.Public(), h.LogKey.Public()}, make([]string, witness.MaxLogs+1)} {
		_, err := witness.Open(dir, key, logs)
		require.ErrorIs(t, err, witness.ErrLogs)
	}
}

// TestOpenKey_OnceAndKept: a witness key is made once and kept.
func TestOpenKey_OnceAndKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	_, err := witness.LoadKey(path, "")
	require.ErrorIs(t, err, os.ErrNotExist, "without a name none is made")
	made, err := witness.LoadKey(path, "example.org/w1")
	require.NoError(t, err)
	again, err := witness.LoadKey(path, "")
	require.NoError(t, err)
	require.Equal(t, made.Public(), again.Public())
	require.True(t, strings.HasPrefix(made.Public(), "example.org/w1+"))
	_, err = witness.LoadKey(path, "example.org/w2")
	require.ErrorIs(t, err, witness.ErrKey)
	_, err = witness.LoadKey(filepath.Join(t.TempDir(), "key"), "two words")
	require.ErrorIs(t, err, witness.ErrKey)
	require.NoError(t, os.WriteFile(path, []byte("PRIVATE+KEY+x"), 0o600))
	_, err = witness.LoadKey(path, "")
	require.ErrorIs(t, err, witness.ErrKey)
}

// serve serves a witness until the test ends.
func serve(t testing.TB, h *history) (url, key string) {
	t.Helper()
	w := open(t, t.TempDir(), h)
	server := httptest.NewServer(witness.Handler(w, slog.New(slog.DiscardHandler), func(string) {}))
	t.Cleanup(func() { server.Close(); require.NoError(t, w.Close()) })
	return server.URL, w.Key()
}

// TestHandler_ProtocolOfTheSpecification: the protocol is that of the
// specification. The test has every status of C2SP tlog-witness.
func TestHandler_ProtocolOfTheSpecification(t *testing.T) {
	h := newHistory(t)
	url, _ := serve(t, h)
	post := func(body string) (int, string, string) {
		response, err := http.Post(url+"/add-checkpoint", "", strings.NewReader(body))
		require.NoError(t, err)
		answer, err := io.ReadAll(response.Body)
		require.NoError(t, errors.Join(err, response.Body.Close()))
		return response.StatusCode, response.Header.Get("Content-Type"), string(answer)
	}
	status, _, _ := get(t, url+"/"+witness.OriginHash(origin(h))+"/checkpoint")
	require.Equal(t, http.StatusNotFound, status, "nothing cosigned yet")
	first := string(request(t, h.to(4), 0).Encode())
	status, _, line := post(first)
	require.Equal(t, http.StatusOK, status)
	require.True(t, strings.HasPrefix(line, "— example.org/w1 ") && strings.Count(line, "\n") == 1, line)
	status, kind, size := post(first)
	require.Equal(t, []any{http.StatusConflict, "text/x.tlog.size", "4\n"}, []any{status, kind, size})
	next := request(t, h.to(7), 4)
	for body, want := range map[string]int{
		strings.Replace(string(next.Encode()), "old 4", "old 9", 1):  http.StatusBadRequest,
		strings.Replace(string(next.Encode()), "old 4", "old 04", 1): http.StatusBadRequest,
		strings.Replace(string(next.Encode()), "old 4", "old -4", 1): http.StatusBadRequest,
		"": http.StatusBadRequest, "old 0\n": http.StatusBadRequest, "old 4\nxx\n\n" + string(next.Checkpoint): http.StatusBadRequest,
		"old 4\n" + strings.Repeat(tlog.Hash{}.String()+"\n", witness.MaxProof+1) + "\n" + string(next.Checkpoint): http.StatusBadRequest,
		strings.Repeat("x", witness.MaxRequest+1):                   http.StatusBadRequest,
		"old 4\n\nsomebody.else\n7\n" + tlog.Hash{}.String() + "\n": http.StatusNotFound,
		strings.Replace(string(next.Encode()), "\n7\n", "\n8\n", 1): http.StatusForbidden,
		"old 4\n\n" + string(next.Checkpoint):                       http.StatusUnprocessableEntity,
		string(request(t, h.rewritten(4), 4).Encode()):              http.StatusUnprocessableEntity,
	} {
		status, _, answer := post(body)
		require.Equal(t, want, status, "%.80q: %s", body, answer)
	}
	status, _, _ = post(string(next.Encode()))
	require.Equal(t, http.StatusOK, status)
	status, _, last := get(t, url+"/"+witness.OriginHash(origin(h))+"/checkpoint")
	require.Equal(t, http.StatusOK, status)
	require.True(t, strings.HasPrefix(last, string(next.Checkpoint)))
	status, _, _ = get(t, url+"/add-checkpoint")
	require.Equal(t, http.StatusMethodNotAllowed, status)
}

func get(t testing.TB, url string) (status int, kind, body string) {
	t.Helper()
	response, err := http.Get(url)
	require.NoError(t, err)
	raw, err := io.ReadAll(response.Body)
	require.NoError(t, errors.Join(err, response.Body.Close()))
	return response.StatusCode, response.Header.Get("Content-Type"), string(raw)
}

func FuzzParseRequest(f *testing.F) {
	f.Add([]byte("old 0\n\nx\n1\n"))
	f.Add([]byte("old 20852014\nPlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n\nexample.com/behind-the-sofa\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		r, err := witness.ParseRequest(raw)
		if err != nil {
			require.ErrorIs(t, err, witness.ErrRequest)
			return
		}
		require.Equal(t, raw, r.Encode())
	})
}
