package ledgertest

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/voucher"
)

// report prints the table of what was driven and, after a failure, the history
// that shows it, which it also writes to the folder of the vectors.
func (m *machine) report(t *testing.T) {
	t.Helper()
	t.Logf("%s", m.seen)
	if m.failed == nil {
		return
	}
	file, err := m.reduce(t, *m.failed).file()
	if err != nil {
		t.Errorf("vector: %v", err)
		return
	}
	t.Logf("the shortest history that fails:\n%s", file)
	if m.opts.Vectors == "" {
		return
	}
	sum := sha256.Sum256(file)
	path := filepath.Join(m.opts.Vectors, hex.EncodeToString(sum[:4])+".json")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Errorf("vector: %v", err)
		return
	}
	t.Logf("written to %s: give it a name and a story, and keep it", path)
}

// judgeCoverage wants that a run which was long enough met every verb's
// acceptance and nearly every kind of refusal.
func (m *machine) judgeCoverage(t *testing.T) {
	t.Helper()
	const enough, rare = 15_000, 3
	if m.done < enough {
		return
	}
	for _, c := range EmptyCommands() {
		if m.seen[nameOf(c)+"Proven"] != nil {
			continue // without proofs it is never accepted
		}
		require.Positive(t, m.seen[nameOf(c)][voucher.KindAccepted], "%s was never accepted", nameOf(c))
	}
	var never []string
	seen := m.seen.kinds()
	for k := voucher.KindAccepted; ; k++ {
		if _, ok := k.Refusal(); !ok {
			break
		}
		if seen[k] == 0 && k != voucher.KindUnsupported {
			never = append(never, k.String())
		}
	}
	require.LessOrEqual(t, len(never), rare, "these kinds never came: %s", never)
}
