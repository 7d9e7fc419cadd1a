package translog_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"golang.org/x/mod/sumdb/tlog"

	"tally/internal/audit"
	"tally/internal/audit/audittest"
	"tally/internal/audit/checkpoints"
	"tally/internal/audit/translog"
	"tally/internal/ledger"
	"tally/internal/ledger/ledgertest"
	"tally/internal/ledger/memory"
	"tally/internal/voucher"
)

func newLedger(t *testing.T) *memory.Ledger {
	t.Helper()
	l, err := memory.New(ledgertest.LedgerID(1), ledgertest.Operators(), 1, ledgertest.Start)
	require.NoError(t, err)
	return l
}

// played is a ledger with a history, and its leaves.
func played(t *testing.T) (l *memory.Ledger, w *ledgertest.World, leaves [][]byte) {
	t.Helper()
	l = newLedger(t)
	w = ledgertest.NewWorld(t, l, ledgertest.Start)
	audittest.Play(w)
	return l, w, leavesOf(t, l)
}

func leavesOf(t *testing.T, l ledger.Ledger) (leaves [][]byte) {
	t.Helper()
	head, err := l.Head(t.Context())
	require.NoError(t, err)
	for e, err := range l.Events(t.Context(), voucher.Position{}, head) {
		require.NoError(t, err)
		leaf, err := audit.Leaf(e)
		require.NoError(t, err)
		leaves = append(leaves, leaf)
	}
	require.Greater(t, len(leaves), 20)
	return leaves
}

// open opens a log and has it follow the ledger until stop is called.
func open(t *testing.T, l ledger.Ledger, dir string, key translog.Key) (log *translog.Log, stop func()) {
	t.Helper()
	log, err := translog.Open(l, dir, key, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); log.Run(ctx) }()
	return log, func() {
		cancel()
		<-done
		require.NoError(t, log.Close())
	}
}

func newKey(t *testing.T) translog.Key {
	t.Helper()
	key, err := translog.MakeKey(filepath.Join(t.TempDir(), "log.key"), ledgertest.LedgerID(1))
	require.NoError(t, err)
	return key
}

func grown(t *testing.T, log *translog.Log, size int) {
	t.Helper()
	require.Eventually(t, func() bool { return log.Size() == int64(size) }, time.Minute, time.Millisecond)
}

// everything is all that a log publishes at its size.
func everything(t *testing.T, log *translog.Log) (all []string) {
	t.Helper()
	signed, err := log.Checkpoint()
	require.NoError(t, err)
	all = append(all, string(signed))
	tiles := tlog.NewTiles(translog.TileHeight, 0, log.Size())
	for _, tile := range append(tiles, tlog.Tile{H: translog.TileHeight, L: -1, W: int(log.Size())}) {
		data, err := log.Tile(t.Context(), tile)
		require.NoError(t, err)
		all = append(all, translog.Path(tile), string(data))
	}
	return all
}

// TestLog_TwoServersSameBytes: two servers publish the same bytes.
func TestLog_TwoServersSameBytes(t *testing.T) {
	l, _, leaves := played(t)
	key := newKey(t)
	one, stop := open(t, l, t.TempDir(), key)
	defer stop()
	two, stop := open(t, l, t.TempDir(), key)
	defer stop()
	grown(t, one, len(leaves))
	grown(t, two, len(leaves))
	require.Equal(t, everything(t, one), everything(t, two))
}

// TestLog_OtherImplementationAgrees: an implementation that is not ours agrees. The
// test checks every proof with github.com/transparency-dev/merkle, against roots
// that its own hasher makes.
func TestLog_OtherImplementationAgrees(t *testing.T) {
	l, _, leaves := played(t)
	log, stop := open(t, l, t.TempDir(), newKey(t))
	defer stop()
	grown(t, log, len(leaves))
	size := log.Size()
	var roots [][]byte
	for n := range leaves {
		roots = append(roots, root(leaves[:n+1]))
	}
	for i, leaf := range leaves {
		path, signed, err := log.Inclusion(int64(i))
		require.NoError(t, err)
		head, err := checkpoints.Open(signed, log.Key())
		require.NoError(t, err)
		require.Equal(t, size, head.Tree.N)
		require.Equal(t, roots[size-1], head.Tree.Hash[:])
		require.NoError(t, proof.VerifyInclusion(rfc6962.DefaultHasher, uint64(i), uint64(size), rfc6962.DefaultHasher.HashLeaf(leaf), bytesOf(path), roots[size-1]))

		steps, err := log.Consistency(size, int64(i)+1)
		require.NoError(t, err)
		require.NoError(t, proof.VerifyConsistency(rfc6962.DefaultHasher, uint64(i)+1, uint64(size), bytesOf(steps), roots[i], roots[size-1]))
	}
}

func bytesOf(hashes []tlog.Hash) (all [][]byte) {
	for _, h := range hashes {
		all = append(all, h[:])
	}
	return all
}

// root is RFC 6962, section 2.1, word for word.
func root(leaves [][]byte) []byte {
	if len(leaves) == 1 {
		return rfc6962.DefaultHasher.HashLeaf(leaves[0])
	}
	k := 1
	for k<<1 < len(leaves) {
		k <<= 1
	}
	return rfc6962.DefaultHasher.HashChildren(root(leaves[:k]), root(leaves[k:]))
}

// TestLog_EntriesAreTheLedgersLeaves: entries are the leaves of the ledger.
func TestLog_EntriesAreTheLedgersLeaves(t *testing.T) {
	l, _, leaves := played(t)
	log, stop := open(t, l, t.TempDir(), newKey(t))
	defer stop()
	grown(t, log, len(leaves))
	data, err := log.Tile(t.Context(), tlog.Tile{H: translog.TileHeight, L: -1, W: len(leaves)})
	require.NoError(t, err)
	for _, leaf := range leaves {
		length := int(binary.BigEndian.Uint16(data))
		require.Equal(t, leaf, data[2:2+length])
		data = data[2+length:]
	}
	require.Empty(t, data)
}

// TestLog_Resumes: a log goes on where it stopped.
func TestLog_Resumes(t *testing.T) {
	l, w, leaves := played(t)
	dir, key := t.TempDir(), newKey(t)
	log, stop := open(t, l, dir, key)
	grown(t, log, len(leaves))
	before := everything(t, log)
	stop()

	log, stop = open(t, l, dir, key)
	require.Equal(t, before, everything(t, log), "before it has read anything")
	out := w.Must(w.PutStore(5, 9, "one more"))
	leaf, err := log.Find(t.Context(), out.Position)
	require.NoError(t, err)
	require.Equal(t, int64(len(leaves)), leaf)
	after := everything(t, log)
	stop()

	fresh, stop := open(t, l, t.TempDir(), key)
	defer stop()
	grown(t, fresh, len(leaves)+1)
	require.Equal(t, after, everything(t, fresh))
}

// TestLog_DamagedFiles: what was damaged is derived again. The test changes, cuts
// and removes what is on disk.
func TestLog_DamagedFiles(t *testing.T) {
	l, _, leaves := played(t)
	key := newKey(t)
	for name, damage := range map[string]func(dir string) error{
		"a leaf's hash": func(dir string) error { return flip(filepath.Join(dir, "hashes"), 3) },
		"an inner hash": func(dir string) error { return flip(filepath.Join(dir, "hashes"), 2*tlog.HashSize) },
		"a file is cut": func(dir string) error { return os.Truncate(filepath.Join(dir, "hashes"), 100) },
		"positions cut": func(dir string) error { return os.Truncate(filepath.Join(dir, "positions"), 20) },
		"no state":      func(dir string) error { return os.Remove(filepath.Join(dir, "state.json")) },
		"state broken":  func(dir string) error { return os.WriteFile(filepath.Join(dir, "state.json"), []byte("{"), 0o600) },
		"other root": func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "state.json"), []byte(`{"size":3,"root":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}`), 0o600)
		},
		"more than was synced": func(dir string) error {
			f, err := os.OpenFile(filepath.Join(dir, "hashes"), os.O_APPEND|os.O_WRONLY, 0)
			if err != nil {
				return err
			}
			_, err = f.Write(make([]byte, 50))
			return errors.Join(err, f.Close())
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			log, stop := open(t, l, dir, key)
			grown(t, log, len(leaves))
			want := everything(t, log)
			stop()
			require.NoError(t, damage(dir))
			log, stop = open(t, l, dir, key)
			defer stop()
			grown(t, log, len(leaves))
			require.Equal(t, want, everything(t, log))
		})
	}
}

func flip(path string, at int64) error {
	raw, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	raw[at] ^= 1
	return os.WriteFile(path, raw, 0o600)
}

// TestAnotherHistory_NeedsAWord has a ledger come back with less, with more and
// with other entries than its log has. The log signs nothing of it, until an
// operator says that it starts again.
func TestAnotherHistory_NeedsAWord(t *testing.T) {
	l, _, leaves := played(t)
	key := newKey(t)
	for name, entries := range map[string]int{"empty": 0, "shorter": 1, "as long and other": 60} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			log, stop := open(t, l, dir, key)
			grown(t, log, len(leaves))
			before, err := log.Checkpoint()
			require.NoError(t, err)
			stop()

			other := newLedger(t)
			w := ledgertest.NewWorld(t, other, ledgertest.Start)
			for i := range entries {
				w.Must(w.Admit(ledgertest.NewActor(fmt.Sprint(i)), "another merchant"))
			}
			log, stop = open(t, other, dir, key)
			defer stop()
			var history *translog.HistoryError
			require.ErrorAs(t, log.Compare(t.Context(), true), &history)
			require.Equal(t, translog.HistoryError{Log: int64(len(leaves)), Ledger: int64(entries), First: 0}, *history)
			require.ErrorContains(t, history, fmt.Sprintf("%d leaves", len(leaves)))
			if entries > 50 {
				require.ErrorAs(t, log.Compare(t.Context(), false), &history, "another entry is another, also on a shared ledger")
			} else {
				require.NoError(t, log.Compare(t.Context(), false), "a shared ledger may only be seen late")
			}
			again, err := log.Checkpoint()
			require.NoError(t, err)
			require.Equal(t, string(before), string(again), "the old one, and no other")

			require.NoError(t, log.StartAgain())
			require.NoError(t, log.Compare(t.Context(), true))
			grown(t, log, entries)
			_, err = log.Checkpoint()
			require.NoError(t, err)
		})
	}
}

// TestSigned_IsRememberedBeforeItLeaves has a checkpoint handed out by a log that
// is then killed, which synced nothing for other reasons, and whose files are
// damaged besides. The ledger comes back shorter: no second tree is signed.
func TestSigned_IsRememberedBeforeItLeaves(t *testing.T) {
	l, _, leaves := played(t)
	key := newKey(t)
	for name, damage := range map[string]func(dir string) error{
		"killed":         func(string) error { return nil },
		"and a leaf bad": func(dir string) error { return flip(filepath.Join(dir, "hashes"), 3) },
		"and one cut":    func(dir string) error { return os.Truncate(filepath.Join(dir, "positions"), 5) },
		"and one gone":   func(dir string) error { return os.Remove(filepath.Join(dir, "hashes")) },
	} {
		t.Run(name, func(t *testing.T) {
			dir, image := t.TempDir(), t.TempDir()
			log, stop := open(t, l, dir, key)
			grown(t, log, len(leaves))
			before, err := log.Checkpoint()
			require.NoError(t, err)
			require.NoError(t, os.CopyFS(image, os.DirFS(dir))) // as a kill leaves it
			stop()
			require.NoError(t, damage(image))

			other := newLedger(t)
			w := ledgertest.NewWorld(t, other, ledgertest.Start)
			w.Must(w.Admit(w.Other, "another first merchant"))
			log, stop = open(t, other, image, key)
			defer stop()
			var history *translog.HistoryError
			require.ErrorAs(t, log.Compare(t.Context(), true), &history)
			require.Equal(t, int64(len(leaves)), history.Log)
			signed, err := log.Checkpoint()
			if err == nil {
				require.Equal(t, string(before), string(signed))
			}
		})
	}
}

// TestSigned_OfAnotherTree derives a damaged log again from a ledger that has as
// many entries as were signed, and others: the log stands still.
func TestSigned_OfAnotherTree(t *testing.T) {
	l, _, leaves := played(t)
	dir, key := t.TempDir(), newKey(t)
	log, stop := open(t, l, dir, key)
	grown(t, log, len(leaves))
	_, err := log.Checkpoint()
	require.NoError(t, err)
	stop()
	require.NoError(t, flip(filepath.Join(dir, "hashes"), 3))

	other := newLedger(t)
	w := ledgertest.NewWorld(t, other, ledgertest.Start)
	for i := range len(leaves) {
		w.Must(w.Admit(ledgertest.NewActor(fmt.Sprint(i)), "another merchant"))
	}
	log, stop = open(t, other, dir, key)
	defer stop()
	grown(t, log, len(leaves))
	_, err = log.Checkpoint()
	require.ErrorContains(t, err, "signed")
	_, _, err = log.Inclusion(0)
	require.Error(t, err)
}

// TestOpen_DirectoryInUse: a directory has one owner.
func TestOpen_DirectoryInUse(t *testing.T) {
	l, dir := newLedger(t), t.TempDir()
	log, err := translog.Open(l, dir, newKey(t), slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	defer func() { require.NoError(t, log.Close()) }()
	_, err = translog.Open(l, dir, newKey(t), slog.New(slog.DiscardHandler))
	require.ErrorIs(t, err, translog.ErrInUse)
}

// TestLog_NotThere: a log does not answer for what it does not have.
func TestLog_NotThere(t *testing.T) {
	l, _, leaves := played(t)
	log, stop := open(t, l, t.TempDir(), newKey(t))
	defer stop()
	grown(t, log, len(leaves))
	for _, tile := range []tlog.Tile{
		{H: 8, L: 0, N: 0, W: len(leaves) + 1}, {H: 8, L: 0, N: 1, W: 1}, {H: 8, L: 1, N: 0, W: 1},
		{H: 8, L: 7, N: 0, W: 1}, {H: 8, L: 63, N: 0, W: 1}, {H: 8, L: 0, N: 1 << 60, W: 1},
		{H: 8, L: -1, N: 0, W: len(leaves) + 1}, {H: 8, L: -1, N: 1 << 55, W: 1},
	} {
		_, err := log.Tile(t.Context(), tile)
		require.ErrorIs(t, err, translog.ErrNotThere, "%v", tile)
	}
	_, _, err := log.Inclusion(int64(len(leaves)))
	require.ErrorIs(t, err, translog.ErrNotThere)
	for _, sizes := range [][2]int64{{1, 0}, {1, 2}, {log.Size() + 1, 1}} {
		_, err := log.Consistency(sizes[0], sizes[1])
		require.ErrorIs(t, err, translog.ErrNotThere)
	}
	_, err = log.Find(t.Context(), voucher.Position{})
	require.ErrorIs(t, err, translog.ErrNotThere, "nothing was accepted there")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = log.Find(ctx, voucher.Position{Block: 1 << 40})
	require.ErrorIs(t, err, translog.ErrNotThere)
}
