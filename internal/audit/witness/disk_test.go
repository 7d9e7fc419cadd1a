package witness_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/audit/witness"
	"tally/internal/disk/disktest"
)

// TestAttack_Disk_Witness spoils every file of a witness's directory. Each time the
// damage is found, by an error that ends the start, or it is harmless: the witness
// has the same key, goes on from where it was, and cosigns no second history.
func TestAttack_Disk_Witness(t *testing.T) {
	h, image := newHistory(t), t.TempDir()
	w := open(t, image, h)
	for size, old := 1, int64(0); size <= 3; size++ {
		_, err := w.Add(request(t, h.to(size), old))
		require.NoError(t, err)
		old = int64(size)
	}
	public := w.Key()
	require.NoError(t, w.Close())

	table := &strings.Builder{}
	files := disktest.Files(t, image)
	require.Len(t, files, 3, "the key, the checkpoint, and the note that there is one")
	for _, file := range files {
		fmt.Fprintf(table, "\n%-80s", file)
		for _, how := range disktest.Damages() {
			dir := t.TempDir()
			require.NoError(t, disktest.Copy(dir, image))
			if !how.Spoil(t, filepath.Join(dir, file)) {
				continue // it is too short
			}
			verdict := "harmless"
			if err := goesOn(t, dir, h, public); err != nil {
				verdict = "found"
			}
			fmt.Fprintf(table, " %s:%s", how.Name, verdict)
			if filepath.Ext(file) != ".begun" && how.Name != "cut1" {
				require.Equal(t, "found", verdict, "%s: %s", file, how.Name)
			}
		}
	}
	t.Log(table)
}

// goesOn starts a witness as its command does. The error is why it does not start.
// One that starts must be the same witness, at the same place.
func goesOn(t *testing.T, dir string, h *history, public string) error {
	t.Helper()
	key, err := witness.OpenKey(dir, "example.org/w1")
	if err != nil {
		return err
	}
	w, err := witness.Open(dir, key, []string{h.LogKey.Public()})
	if err != nil {
		return err
	}
	defer func() { require.NoError(t, w.Close()) }()
	require.Equal(t, public, w.Key())
	require.Equal(t, map[string]int64{origin(h): 3}, w.Sizes())
	for _, old := range []int64{0, 1, 3} {
		_, err := w.Add(request(t, h.rewritten(4), old))
		require.Error(t, err, "a second history, from %d leaves on", old)
	}
	last, err := w.Last(witness.OriginHash(origin(h)))
	require.NoError(t, err)
	requireCosigned(t, w, witness.Request{}, last)
	_, err = w.Add(request(t, h.to(4), 3))
	require.NoError(t, err)
	return nil
}

// TestOpenKey_Lost: beside what a witness cosigned no new key is made.
func TestOpenKey_Lost(t *testing.T) {
	h := newHistory(t)
	for _, left := range []string{".checkpoint", ".begun"} {
		dir := t.TempDir()
		w := open(t, dir, h)
		_, err := w.Add(request(t, h.to(3), 0))
		require.NoError(t, err)
		require.NoError(t, w.Close())
		for _, file := range disktest.Files(t, dir) {
			if filepath.Ext(file) != left {
				require.NoError(t, os.Remove(filepath.Join(dir, file)))
			}
		}
		_, err = witness.OpenKey(dir, "example.org/w1")
		require.ErrorIs(t, err, witness.ErrLostKey)
		require.Len(t, disktest.Files(t, dir), 1, "no key was made")
	}
}
