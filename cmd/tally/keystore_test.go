package main

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/intent"
)

func TestAKeyIsMadeListedAndShown(t *testing.T) {
	s := offstage(t)
	made := mustJSON[namedKey](s, "key", "new", "wallet-1", "--light-kdf")
	require.Equal(t, "wallet-1", made.Name)
	require.Equal(t, []namedKey{made}, mustJSON[[]namedKey](s, "key", "list"))
	require.Equal(t, made, mustJSON[namedKey](s, "key", "show", "wallet-1"))
	require.Contains(t, s.must("key", "list"), made.Address.String())

	key, err := s.keys.open("wallet-1", testPassphrase)
	require.NoError(t, err)
	require.Equal(t, made.Address, intent.Address(key))
}

func TestKeyFilesAreTheirOwnersOnly(t *testing.T) {
	s := offstage(t)
	s.key("alice")
	dir, err := os.Stat(string(s.keys))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o700), dir.Mode().Perm())
	file, err := os.Stat(s.keys.path("alice"))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), file.Mode().Perm())
	entries, err := os.ReadDir(string(s.keys))
	require.NoError(t, err)
	require.Len(t, entries, 1, "nothing half written stays behind")

	require.NoError(t, os.Chmod(s.keys.path("alice"), 0o644))
	f := s.refuses(exitMisused, codeMisused, "key", "show", "alice")
	require.Contains(t, f.Title, "chmod 600")
}

func TestAKeyIsNeverOverwritten(t *testing.T) {
	s := offstage(t)
	s.key("alice")
	before, err := os.ReadFile(s.keys.path("alice"))
	require.NoError(t, err)
	s.refuses(exitMisused, codeMisused, "key", "new", "alice", "--light-kdf")
	after, err := os.ReadFile(s.keys.path("alice"))
	require.NoError(t, err)
	require.Equal(t, before, after)
}

func TestNamesOfKeys(t *testing.T) {
	for name, ok := range map[string]bool{
		"a": true, "till-1": true, strings.Repeat("a", 32): true,
		"": false, "A": false, "a/b": false, "..": false, "a.json": false, "a\n": false, strings.Repeat("a", 33): false,
	} {
		require.Equal(t, ok, checkName(name) == nil, "%q", name)
	}
}

func TestWrongPassphrase(t *testing.T) {
	s := onstage(t)
	s.secret = s.file("passphrase", "wrong\n")
	f := s.refuses(exitMisused, codeMisused, "wallet", "--as", "operator")
	require.Contains(t, f.Title, "passphrase")
}

func TestAPassphraseIsNotGuessedFromAPipe(t *testing.T) {
	s := onstage(t)
	s.secret, s.stdin = "", strings.NewReader(testPassphrase+"\n")
	f := s.refuses(exitMisused, codeMisused, "wallet", "--as", "operator")
	require.Contains(t, f.Title, "--passphrase-file")
	f = s.refuses(exitMisused, codeMisused, "key", "new", "alice")
	require.Contains(t, f.Title, "no terminal")
}

func TestAnEmptyPassphrase(t *testing.T) {
	s := offstage(t)
	s.secret = s.file("passphrase", "\n")
	s.refuses(exitMisused, codeMisused, "key", "new", "alice")
	s.secret = "/nowhere"
	s.refuses(exitMisused, codeMisused, "key", "new", "alice")
}

func TestAFileThatIsNoKey(t *testing.T) {
	s := onstage(t)
	require.NoError(t, os.WriteFile(s.keys.path("junk"), []byte("junk"), 0o600))
	s.refuses(exitMisused, codeMisused, "wallet", "--as", "junk")
	require.NoError(t, os.WriteFile(s.keys.path("junk"), []byte(`{"address":"12"}`), 0o600))
	s.refuses(exitMisused, codeMisused, "wallet", "--as", "junk")
}

// FuzzKeyFile: a file is refused as misuse, or names one address.
func FuzzKeyFile(f *testing.F) {
	f.Add([]byte(`{"address":"a000000000000000000000000000000000000001","crypto":{},"id":"","version":3}`))
	f.Add([]byte(`{"address":"0xA000000000000000000000000000000000000001"}`))
	f.Add([]byte(`{"address":"0x0xa0000000000000000000000000000000000001"}`))
	f.Add([]byte(`{"address":12}`))
	f.Add([]byte(`junk`))
	keys := keyDir(f.TempDir())
	f.Fuzz(func(t *testing.T, text []byte) {
		require.NoError(t, os.WriteFile(keys.path("any"), text, keyMode))
		key, err := keys.find("any")
		if err != nil {
			require.Equal(t, exitMisused, asFailure(err).Exit)
			require.Zero(t, key)
			return
		}
		require.Equal(t, "any", key.Name)
		require.Contains(t, strings.ToLower(string(text)), strings.TrimPrefix(key.Address.String(), "0x"))
	})
}
