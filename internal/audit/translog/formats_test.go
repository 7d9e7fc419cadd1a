package translog_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/tlog"

	"tally/internal/audit/checkpoints"
	"tally/internal/audit/translog"
	"tally/internal/ledger/ledgertest"
)

// TestPaths_OfTheSpecification: paths are those of the specification. The test has
// the examples of C2SP tlog-tiles.
func TestPaths_OfTheSpecification(t *testing.T) {
	for path, want := range map[string]tlog.Tile{
		"0/x001/x234/067":           {H: 8, L: 0, N: 1_234_067, W: 256},
		"1/000.p/5":                 {H: 8, L: 1, N: 0, W: 5},
		"entries/x001/234.p/7":      {H: 8, L: -1, N: 1234, W: 7},
		"entries/000":               {H: 8, L: -1, N: 0, W: 256},
		"63/x999/x999/x999/000.p/1": {H: 8, L: 63, N: 999_999_999_000, W: 1},
	} {
		got, err := translog.ParsePath(path)
		require.NoError(t, err, path)
		require.Equal(t, want, got)
		require.Equal(t, path, translog.Path(got))
	}
	for _, path := range []string{
		"", "0", "0/", "/000", "data/000", "entries", "64/000", "-1/000", "00/000", "0/0", "0/1", "0/x000/000", "0/001.p/0",
		"0/001.p/256", "0/001.p/01", "0/001.p/", "0/001/", "0/x001", "0/../000", "0/000?x", "8/0/000", "entries/entries/000",
	} {
		_, err := translog.ParsePath(path)
		require.ErrorIs(t, err, translog.ErrPath, path)
	}
}

func FuzzParsePath(f *testing.F) {
	for _, seed := range []string{"0/x001/x234/067", "entries/000.p/255", "1/000", "x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, path string) {
		tile, err := translog.ParsePath(path)
		if err != nil {
			require.ErrorIs(t, err, translog.ErrPath)
			return
		}
		require.Equal(t, path, translog.Path(tile))
	})
}

// TestMakeKey_OnceAndKept: a key is made once and kept.
func TestMakeKey_OnceAndKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.key")
	made, err := translog.MakeKey(path, ledgertest.LedgerID(1))
	require.NoError(t, err)
	_, err = translog.MakeKey(path, ledgertest.LedgerID(1))
	require.ErrorIs(t, err, os.ErrExist)
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	again, err := translog.LoadKey(path, ledgertest.LedgerID(1))
	require.NoError(t, err)
	require.Equal(t, made.Public(), again.Public())
	require.True(t, strings.HasPrefix(made.Public(), translog.Origin(ledgertest.LedgerID(1))+"+"))

	_, err = translog.LoadKey(path, ledgertest.LedgerID(2))
	require.ErrorIs(t, err, translog.ErrKey, "of another ledger")
	secret, err := os.ReadFile(path)
	require.NoError(t, err)
	for _, broken := range []string{"", "x", strings.Replace(string(secret), "PRIVATE", "PUBLIC", 1), string(secret[:len(secret)-9])} {
		require.NoError(t, os.WriteFile(path, []byte(broken), 0o600))
		_, err = translog.LoadKey(path, ledgertest.LedgerID(1))
		require.ErrorIs(t, err, translog.ErrKey)
		require.ErrorContains(t, err, path)
		require.NotContains(t, err.Error(), "+A", "an error repeats nothing of a key")
	}
}

// TestCheckpoint_OnlyTheLogsOpen: only the log's own checkpoints open.
func TestCheckpoint_OnlyTheLogsOpen(t *testing.T) {
	l, _, leaves := played(t)
	log, stop := open(t, l, t.TempDir(), newKey(t))
	defer stop()
	grown(t, log, len(leaves))
	signed, err := log.Checkpoint()
	require.NoError(t, err)
	head, err := checkpoints.Open(signed, log.Key())
	require.NoError(t, err)
	require.Equal(t, int64(len(leaves)), head.Tree.N)
	require.Len(t, head.Signatures, 1)

	text, signature, _ := strings.Cut(string(signed), "\n\n")
	for name, forged := range map[string]string{
		"no signature":   text + "\n\n",
		"text only":      text + "\n",
		"another size":   strings.Replace(text, "\n", "\n1", 1) + "\n\n" + signature,
		"another origin": "x" + string(signed),
		"a line more":    text + "\nmore\n\n" + signature,
		"empty":          "",
		"too long":       string(signed) + strings.Repeat("x", checkpoints.MaxLength),
	} {
		_, err := checkpoints.Open([]byte(forged), log.Key())
		require.ErrorIs(t, err, checkpoints.ErrInvalid, name)
	}
	_, err = checkpoints.Open(signed, newKey(t).Public())
	require.ErrorIs(t, err, checkpoints.ErrInvalid, "another key of the same name")
	_, err = checkpoints.Open(signed, "no key")
	require.ErrorIs(t, err, checkpoints.ErrInvalid)
}

// TestCheckpoint_FlippedBits: every flipped bit of a checkpoint is refused. The
// test has base64 digits whose last bits say nothing among them.
func TestCheckpoint_FlippedBits(t *testing.T) {
	signed, err := os.ReadFile(filepath.Join("..", "testdata", "admission.checkpoint"))
	require.NoError(t, err)
	raw, err := os.ReadFile(filepath.Join("..", "testdata", "pins.json"))
	require.NoError(t, err)
	var pinned struct {
		Log string `json:"log"`
	}
	require.NoError(t, json.Unmarshal(raw, &pinned))
	_, err = checkpoints.Open(signed, pinned.Log)
	require.NoError(t, err)
	for bit := range 8 * len(signed) {
		signed[bit/8] ^= 1 << (bit % 8)
		_, err := checkpoints.Open(signed, pinned.Log)
		require.ErrorIs(t, err, checkpoints.ErrInvalid, "bit %d of byte %d: %q", bit%8, bit/8, signed)
		signed[bit/8] ^= 1 << (bit % 8)
	}
}
