package main

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/cli"
	"tally/internal/intent"
	"tally/internal/keystore"
	"tally/internal/terminal"
)

func TestKey_MadeListedAndShown(t *testing.T) {
	s := offstage(t)
	made := mustJSON[keystore.Key](s, "key", "new", "wallet-1", "--light-kdf")
	require.Equal(t, "wallet-1", made.Name)
	require.Equal(t, []keystore.Key{made}, mustJSON[[]keystore.Key](s, "key", "list"))
	require.Equal(t, made, mustJSON[keystore.Key](s, "key", "show", "wallet-1"))
	require.Contains(t, s.must("key", "list"), terminal.Address(made.Address))

	key, err := s.keys.Open("wallet-1", testPassphrase)
	require.NoError(t, err)
	require.Equal(t, made.Address, intent.Address(key))
}

func TestKey_FilesAreTheirOwnersOnly(t *testing.T) {
	s := offstage(t)
	s.key("alice")
	dir, err := os.Stat(string(s.keys))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o700), dir.Mode().Perm())
	file, err := os.Stat(s.keys.Path("alice"))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), file.Mode().Perm())
	entries, err := os.ReadDir(string(s.keys))
	require.NoError(t, err)
	require.Len(t, entries, 1, "nothing half written stays behind")

	require.NoError(t, os.Chmod(s.keys.Path("alice"), 0o644))
	f := s.refuses(cli.ExitMisused, cli.CodeMisused, "key", "show", "alice")
	require.Contains(t, f.Title, "chmod 600")
}

func TestKey_NeverOverwritten(t *testing.T) {
	s := offstage(t)
	s.key("alice")
	before, err := os.ReadFile(s.keys.Path("alice"))
	require.NoError(t, err)
	s.refuses(cli.ExitMisused, cli.CodeMisused, "key", "new", "alice", "--light-kdf")
	after, err := os.ReadFile(s.keys.Path("alice"))
	require.NoError(t, err)
	require.Equal(t, before, after)
}

func TestKey_WrongPassphrase(t *testing.T) {
	s := onstage(t)
	s.secret = s.file("passphrase", "wrong\n")
	f := s.refuses(cli.ExitMisused, cli.CodeMisused, "wallet", "--as", "operator")
	require.Contains(t, f.Title, "passphrase")
}

// TestKey_PassphraseFileThatIsNoText: the file is called what it is, by every command that
// reads it, and the place is named.
func TestKey_PassphraseFileThatIsNoText(t *testing.T) {
	s := onstage(t)
	s.secret = s.file("passphrase", "caf\xe9 au lait\n")
	for _, command := range [][]string{{"wallet", "--as", "operator"}, {"key", "new", "alice", "--light-kdf"}} {
		f := s.refuses(cli.ExitMisused, cli.CodeMisused, command...)
		require.Contains(t, f.Title, "not UTF-8 text from byte 4 on")
		require.NotContains(t, f.Title, "wrong")
		require.NotContains(t, f.Title, "lait")
	}
	r := s.run("doctor")
	require.Equal(t, cli.ExitFailed, r.code)
	require.Contains(t, r.out, "opens no key: the passphrase is not UTF-8 text from byte 4 on")
	require.Contains(t, r.out, "save the file as UTF-8")
}

func TestKey_NoPassphraseFromAPipe(t *testing.T) {
	s := onstage(t)
	s.secret, s.stdin = "", strings.NewReader(testPassphrase+"\n")
	f := s.refuses(cli.ExitMisused, cli.CodeMisused, "wallet", "--as", "operator")
	require.Contains(t, f.Title, "--passphrase-file")
	f = s.refuses(cli.ExitMisused, cli.CodeMisused, "key", "new", "alice")
	require.Contains(t, f.Title, "no terminal")
}

func TestKey_EmptyPassphrase(t *testing.T) {
	s := offstage(t)
	s.secret = s.file("passphrase", "\n")
	s.refuses(cli.ExitMisused, cli.CodeMisused, "key", "new", "alice")
	s.secret = "/nowhere"
	s.refuses(cli.ExitMisused, cli.CodeMisused, "key", "new", "alice")
}

func TestKey_FileIsNoKey(t *testing.T) {
	s := onstage(t)
	require.NoError(t, os.WriteFile(s.keys.Path("junk"), []byte("junk"), 0o600))
	s.refuses(cli.ExitMisused, cli.CodeMisused, "wallet", "--as", "junk")
	require.NoError(t, os.WriteFile(s.keys.Path("junk"), []byte(`{"address":"12"}`), 0o600))
	s.refuses(cli.ExitMisused, cli.CodeMisused, "wallet", "--as", "junk")
}
