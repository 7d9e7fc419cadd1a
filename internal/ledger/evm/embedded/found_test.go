package embedded_test

import (
	"encoding/hex"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/crypto"
	"github.com/stretchr/testify/require"

	"tally/internal/disk"
	"tally/internal/ledger/evm/embedded"
	"tally/internal/ledger/evm/embedded/chain"
	"tally/internal/ledger/ledgertest"
	"tally/internal/ledger/sealer"
)

// TestFounding_NeverBesideAnOlderLedger spoils or removes one thing of a
// ledger's directory. Nothing is made anew, although operators are named.
func TestFounding_NeverBesideAnOlderLedger(t *testing.T) {
	otherKey := hex.EncodeToString(crypto.FromECDSA(ledgertest.NewActor("another").Key))
	for name, c := range map[string]struct {
		spoil func(t *testing.T, dir string)
		want  error
		file  string // that the message names
	}{
		"no chain":           {remove("chain"), embedded.ErrLostChain, "ledger.json"},
		"no database":        {remove("chain/db"), embedded.ErrLostChain, "ledger.json"},
		"no chain, no mark":  {remove("chain", "ledger.json"), embedded.ErrLostChain, "log.key"},
		"no newest MANIFEST": {removeAll("chain/db/marker.manifest.*"), chain.ErrDamaged, "marker.manifest"},
		"an empty database":  {emptied("chain/db"), embedded.ErrLostChain, "ledger.json"},
		"no key":             {remove("sealer.key"), sealer.ErrNoKey, "sealer.key"},
		"no key, no mark":    {remove("sealer.key", "ledger.json"), sealer.ErrNoKey, "sealer.key"},
		"an empty key":       {write("sealer.key", ""), sealer.ErrKey, "sealer.key is empty"},
		"half a key":         {write("sealer.key", otherKey[:31]), sealer.ErrKey, "sealer.key has 31 bytes"},
		"no hex":             {write("sealer.key", strings.Repeat("z", 64)), sealer.ErrKey, "sealer.key"},
		"another key":        {write("sealer.key", otherKey), sealer.ErrKey, "sealer.key"},
		"a key that others read": {func(t *testing.T, dir string) {
			t.Helper()
			require.NoError(t, os.Chmod(filepath.Join(dir, "sealer.key"), 0o644))
		}, disk.ErrOpenToOthers, "sealer.key"},
		"an empty mark":   {write("ledger.json", ""), sealer.ErrOtherLedger, "ledger.json"},
		"another's mark":  {write("ledger.json", `{"ledger":"0x`+strings.Repeat("11", 32)+`","genesis":"0x`+strings.Repeat("22", 32)+`"}`), sealer.ErrOtherLedger, "ledger.json"},
		"a mark of zeros": {write("ledger.json", `{}`), sealer.ErrOtherLedger, "ledger.json"},
	} {
		t.Run(name, func(t *testing.T) {
			e := newEmbedded(t)
			require.NoError(t, e.Ledger.Close())
			require.NoError(t, os.WriteFile(filepath.Join(e.Dir, "log.key"), nil, 0o600))
			aside := t.TempDir()
			require.NoError(t, os.CopyFS(aside, os.DirFS(e.Dir)))
			require.NoError(t, os.Chmod(filepath.Join(aside, "sealer.key"), 0o600))

			c.spoil(t, aside)
			before := contents(t, aside)
			o := e.options()
			o.Dir = aside
			_, err := embedded.Open(t.Context(), o)
			require.ErrorIs(t, err, c.want)
			require.ErrorContains(t, err, filepath.Base(c.file))
			require.NotContains(t, err.Error(), otherKey[:8], "an error repeats nothing of a key")
			require.Equal(t, before, contents(t, aside), "the refusal changed something")
			e.Open()
		})
	}
}

// What a crash leaves at the very start is gone on with.
func TestFounding_GoesOnAfterACrash(t *testing.T) {
	for name, spoil := range map[string]func(t *testing.T, dir string){
		"before the chain": remove("chain", "ledger.json"),
		"before the database": func(t *testing.T, dir string) {
			t.Helper()
			remove("ledger.json", "chain/head")(t, dir)
			emptied("chain/db")(t, dir)
		},
	} {
		t.Run(name, func(t *testing.T) {
			e := newEmbedded(t)
			require.NoError(t, e.Ledger.Close())
			aside := t.TempDir()
			require.NoError(t, os.CopyFS(aside, os.DirFS(e.Dir)))
			require.NoError(t, os.Chmod(filepath.Join(aside, "sealer.key"), 0o600))
			spoil(t, aside)
			o := e.options()
			o.Dir, o.Operators = aside, nil
			_, err := embedded.Open(t.Context(), o)
			require.ErrorIs(t, err, embedded.ErrNoOperators)
			o.Operators = ledgertest.Operators()
			l, err := embedded.Open(t.Context(), o)
			require.NoError(t, err)
			require.NoError(t, l.Close())
			require.FileExists(t, filepath.Join(aside, "ledger.json"))
			e.Open()
		})
	}
}

// A directory of before has no mark: it gets one.
func TestFounding_MarksAnOlderDirectory(t *testing.T) {
	e := newEmbedded(t)
	id := e.Ledger.ID()
	require.NoError(t, e.Ledger.Close())
	marked, err := os.ReadFile(filepath.Join(e.Dir, "ledger.json"))
	require.NoError(t, err)
	remove("ledger.json")(t, e.Dir)
	e.Open()
	require.Equal(t, id, e.Ledger.ID())
	again, err := os.ReadFile(filepath.Join(e.Dir, "ledger.json"))
	require.NoError(t, err)
	require.Equal(t, marked, again)
}

func TestFounding_LeavesNothingWithoutOperators(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	_, err := embedded.Open(t.Context(), embedded.Options{Dir: dir, Log: slog.New(slog.DiscardHandler)})
	require.ErrorIs(t, err, embedded.ErrNoOperators)
	require.NoDirExists(t, dir)
}

func remove(names ...string) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		t.Helper()
		for _, name := range names {
			require.NoError(t, os.RemoveAll(filepath.Join(dir, name)))
		}
	}
}

func removeAll(pattern string) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		t.Helper()
		paths, err := filepath.Glob(filepath.Join(dir, pattern))
		require.NoError(t, err)
		require.NotEmpty(t, paths)
		for _, path := range paths {
			require.NoError(t, os.Remove(path))
		}
	}
}

func emptied(name string) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		t.Helper()
		remove(name, "log.key")(t, dir)
		require.NoError(t, os.Mkdir(filepath.Join(dir, name), 0o700))
	}
}

func write(name, text string) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		t.Helper()
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
}

// contents are the files of a directory, apart from locks, from the database and
// from the mark of its head, which are written by being opened.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		require.NoError(t, err)
		if d.IsDir() || strings.EqualFold(d.Name(), "lock") || d.Name() == "head" || filepath.Base(filepath.Dir(path)) == "db" {
			return nil
		}
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		all[strings.TrimPrefix(path, dir)] = string(text)
		return nil
	}))
	return all
}
