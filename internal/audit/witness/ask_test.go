package witness_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	policy "github.com/transparency-dev/formats/witness"

	"tally/internal/audit/audittest"
	"tally/internal/audit/receipt"
	"tally/internal/audit/witness"
)

// council is n witnesses of a history, over HTTP; k of them must cosign. It returns
// the policy, as text too, and the URLs of the witnesses.
func council(t testing.TB, h *history, k, n int) (string, policy.Group, []string) {
	t.Helper()
	var text strings.Builder
	var names, urls []string
	for i := range n {
		url, key := serve(t, h)
		names, urls = append(names, fmt.Sprint("w", i)), append(urls, url)
		fmt.Fprintf(&text, "witness w%d %s %s\n", i, key, url)
	}
	fmt.Fprintf(&text, "group council %d %s\nquorum council\n", k, strings.Join(names, " "))
	group, err := policy.ParsePolicy([]byte(text.String()))
	require.NoError(t, err)
	return text.String(), group, urls
}

func asker(group policy.Group, told *audittest.Told) *witness.Asker {
	return witness.NewAsker(group, told.Log.Consistency, &http.Client{})
}

// ahead has a witness cosign a log before the asker comes.
func ahead(t testing.TB, url string, told *audittest.Told) {
	t.Helper()
	response, err := http.Post(url+"/add-checkpoint", "", strings.NewReader(string(request(t, told, 0).Encode())))
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, response.StatusCode)
	require.NoError(t, response.Body.Close())
}

// TestAsk_PolicySatisfied: an asker gets what the policy wants. The test asks three
// witnesses. One of them has the size that the log had some time ago, as after a
// restart of the asker.
func TestAsk_PolicySatisfied(t *testing.T) {
	h := newHistory(t)
	text, group, urls := council(t, h, 3, 3)
	ahead(t, urls[1], h.to(2))
	full := h.to(len(h.entries))
	ask := asker(group, full)
	for range 2 {
		signed, tree := full.Checkpoint()
		cosigned, err := ask.Cosign(t.Context(), signed, tree)
		require.NoError(t, err)
		require.Equal(t, 4, strings.Count(string(cosigned), "\n— "), "the log's signature and three more: %s", cosigned)
		pins := h.Pins()
		pins.Witnesses = text
		head, err := receipt.OpenCheckpoint(cosigned, pins)
		require.NoError(t, err)
		require.Equal(t, tree, head.Tree)
		_, err = receipt.OpenCheckpoint(signed, pins)
		require.ErrorIs(t, err, receipt.ErrWitnesses)
	}
}

// TestAsk_SomeWitnessesAway: an asker does without some. The test has two of three
// witnesses that cannot help.
func TestAsk_SomeWitnessesAway(t *testing.T) {
	h := newHistory(t)
	for name, c := range map[string]struct {
		spoil func(t *testing.T, url string)
		want  error
	}{
		"ahead":  {func(t *testing.T, url string) { t.Helper(); ahead(t, url, h.to(len(h.entries))) }, witness.ErrAhead},
		"forked": {func(t *testing.T, url string) { t.Helper(); ahead(t, url, h.rewritten(4)) }, witness.ErrInconsistent},
	} {
		t.Run(name, func(t *testing.T) {
			full := h.to(5)
			signed, tree := full.Checkpoint()
			for k := range 4 {
				_, group, urls := council(t, h, k, 3)
				c.spoil(t, urls[0])
				c.spoil(t, urls[1])
				cosigned, err := asker(group, full).Cosign(t.Context(), signed, tree)
				require.Equal(t, 2, strings.Count(string(cosigned), "\n— "), "the third cosigned")
				if k <= 1 {
					require.NoError(t, err)
					continue
				}
				require.ErrorIs(t, err, witness.ErrTooFew)
				require.ErrorIs(t, err, c.want)
			}
		})
	}
}

// TestAsk_FalseAnswers: an asker believes no answer. The test has witnesses that do
// not keep to the protocol.
func TestAsk_FalseAnswers(t *testing.T) {
	h := newHistory(t)
	full := h.to(5)
	signed, tree := full.Checkpoint()
	_, key := serve(t, h)
	for name, answer := range map[string]http.HandlerFunc{
		"the log's own line": func(w http.ResponseWriter, _ *http.Request) {
			_, line, _ := strings.Cut(string(signed), "\n\n")
			fmt.Fprint(w, line)
		},
		"nothing":            func(http.ResponseWriter, *http.Request) {},
		"much":               func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, strings.Repeat("— x y\n", 10_000)) },
		"no size":            func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "3", http.StatusConflict) },
		"a size of its own":  func(w http.ResponseWriter, r *http.Request) { conflict(w, r.ContentLength) },
		"another size later": func(w http.ResponseWriter, r *http.Request) { conflict(w, r.ContentLength%5) },
		"a teapot":           func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) },
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(answer)
			defer server.Close()
			group, err := policy.ParsePolicy(fmt.Appendf(nil, "witness w %s %s\nquorum w\n", key, server.URL))
			require.NoError(t, err)
			cosigned, err := asker(group, full).Cosign(t.Context(), signed, tree)
			require.ErrorIs(t, err, witness.ErrTooFew)
			require.Equal(t, string(signed), string(cosigned))
		})
	}
}

func conflict(w http.ResponseWriter, size int64) {
	w.Header().Set("Content-Type", "text/x.tlog.size")
	w.WriteHeader(http.StatusConflict)
	fmt.Fprintf(w, "%d\n", size)
}
