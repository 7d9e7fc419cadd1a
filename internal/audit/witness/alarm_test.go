package witness_test

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"log/slog"
	"math/bits"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/tlog"

	"tally/internal/audit/witness"
)

// bell is a witness's handler, with the verdict and the log of its last request.
type bell struct {
	handler http.Handler
	verdict string
	log     bytes.Buffer
}

// newBell is a witness that has cosigned a log's first leaves.
func newBell(t *testing.T, h *history, kept int) *bell {
	t.Helper()
	w := open(t, t.TempDir(), h)
	t.Cleanup(func() { require.NoError(t, w.Close()) })
	b := &bell{}
	b.handler = witness.Handler(w, slog.New(slog.NewTextHandler(&b.log, nil)), func(verdict string) { b.verdict = verdict })
	require.Equal(t, http.StatusOK, b.bring(request(t, h.to(kept), 0)))
	return b
}

func (b *bell) bring(r witness.Request) (status int) {
	b.log.Reset()
	answer := httptest.NewRecorder()
	b.handler.ServeHTTP(answer, httptest.NewRequest(http.MethodPost, "/add-checkpoint", bytes.NewReader(r.Encode())))
	return answer.Code
}

// TestAttack_Witness_NobodyRingsWithAMadeUpProof brings public checkpoints of an
// honest log with every kind of wrong proof, as somebody without a key can.
func TestAttack_Witness_NobodyRingsWithAMadeUpProof(t *testing.T) {
	h := newHistory(t)
	full := len(h.entries)
	for kept := 1; kept <= full; kept++ {
		b := newBell(t, h, kept)
		for size := kept; size <= full; size++ {
			honest := request(t, h.to(size), int64(kept))
			for name, proof := range madeUp(t, h, honest.Proof) {
				if slices.Equal(proof, honest.Proof) {
					continue
				}
				bad := witness.Request{Old: int64(kept), Proof: proof, Checkpoint: honest.Checkpoint}
				require.Equal(t, http.StatusUnprocessableEntity, b.bring(bad), "%d to %d: %s", kept, size, name)
				require.Equal(t, "bad_proof", b.verdict, "%d to %d: %s", kept, size, name)
				require.Empty(t, b.log.String())
			}
		}
	}
}

// madeUp are proofs that are not the honest one, or only sometimes.
func madeUp(t *testing.T, h *history, honest tlog.TreeProof) map[string]tlog.TreeProof {
	t.Helper()
	random := func() (out tlog.Hash) { _, _ = rand.Read(out[:]); return out }
	proofs := map[string]tlog.TreeProof{
		"none": nil, "one hash": {random()}, "one more": append(slices.Clone(honest), random()), "many": make(tlog.TreeProof, witness.MaxProof),
	}
	for i := range honest {
		changed := slices.Clone(honest)
		changed[i] = random()
		proofs[fmt.Sprint("another hash at ", i)] = changed
		proofs[fmt.Sprint("without hash ", i)] = slices.Delete(slices.Clone(honest), i, i+1)
	}
	for size := 2; size <= len(h.entries); size++ {
		for old := 1; old < size; old++ {
			proofs[fmt.Sprintf("that of %d to %d", old, size)] = request(t, h.to(size), int64(old)).Proof
		}
	}
	return proofs
}

// TestAttack_Witness_ASignedForkRings has the log itself sign another history: of
// the same size, whatever old size comes with it, and of a larger one with its own proof.
func TestAttack_Witness_ASignedForkRings(t *testing.T) {
	h := newHistory(t)
	full := len(h.entries)
	for kept := 2; kept <= full; kept++ {
		b := newBell(t, h, kept)
		for old := range int64(kept + 1) {
			status := http.StatusConflict
			if old == int64(kept) {
				status = http.StatusUnprocessableEntity
			}
			require.Equal(t, status, b.bring(request(t, h.rewritten(kept), old)))
			require.Equal(t, "inconsistent", b.verdict)
			require.Contains(t, b.log.String(), "level=ERROR")
			require.Contains(t, b.log.String(), fmt.Sprintf("of %d leaves", kept))
		}
		for size := kept + 1; size <= full; size++ {
			want := "inconsistent"
			if bits.OnesCount(uint(kept)) == 1 {
				want = "bad_proof" // such a proof holds no hash of the old tree
			}
			require.Equal(t, http.StatusUnprocessableEntity, b.bring(request(t, h.rewritten(size), int64(kept))))
			require.Equal(t, want, b.verdict, "%d to %d", kept, size)
		}
		require.Equal(t, http.StatusConflict, b.bring(request(t, h.to(kept), int64(kept-1))), "a server that lags")
		require.Equal(t, "conflict", b.verdict)
		require.Empty(t, b.log.String())
	}
}
