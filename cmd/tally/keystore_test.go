package main

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/accounts/keystore"
	"github.com/ethereum/go-ethereum/crypto"
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

// weakKey is a key file that opens at once: its passphrase is "x".
func weakKey(t require.TestingT) []byte {
	secret, err := crypto.ToECDSA(bytes.Repeat([]byte{0x11}, 32))
	require.NoError(t, err)
	text, err := keystore.EncryptKey(&keystore.Key{Address: crypto.PubkeyToAddress(secret.PublicKey), PrivateKey: secret}, "x", 2, 1)
	require.NoError(t, err)
	return text
}

// A key file may come from anywhere, and go-ethereum trusts what it says.
func TestKeyFilesThatSayTooMuchOrTooLittle(t *testing.T) {
	keys, good := keyDir(t.TempDir()), string(weakKey(t))
	open := func(text string) error {
		require.NoError(t, os.WriteFile(keys.path("any"), []byte(text), keyMode))
		_, err := keys.open("any", "x")
		return err
	}
	require.NoError(t, open(good))
	for name, c := range map[string]struct{ was, is string }{
		"a text for a number":    {`"n":2`, `"n":"2"`},
		"a number left out":      {`"n":2,`, ``},
		"a key of 2^40 bytes":    {`"dklen":32`, `"dklen":1099511627776`},
		"a short vector":         {`"iv":"`, `"iv":"00","x":"`},
		"work for a terabyte":    {`"n":2`, `"n":1073741824`},
		"work for a century":     {`"p":1`, `"p":100000000`},
		"work for a century too": {`"kdf":"scrypt","kdfparams":{`, `"kdf":"pbkdf2","kdfparams":{"prf":"hmac-sha256","c":1e12,`},
		"junk":                   {`{"address"`, `junk{"address"`},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(good, c.was, c.is, 1)
			require.NotEqual(t, good, text)
			require.Equal(t, exitMisused, asFailure(open(text)).Exit)
		})
	}
}

// FuzzKeyFile: a file is refused as misuse, or names one address and, if it
// opens, has the key of some address.
func FuzzKeyFile(f *testing.F) {
	f.Add([]byte(`{"address":"a000000000000000000000000000000000000001","crypto":{},"id":"","version":3}`))
	f.Add([]byte(`{"address":"0xA000000000000000000000000000000000000001"}`))
	f.Add([]byte(`{"address":"0x0xa0000000000000000000000000000000000001"}`))
	f.Add([]byte(`{"address":12}`))
	f.Add([]byte(`junk`))
	f.Add(weakKey(f))
	keys := keyDir(f.TempDir())
	f.Fuzz(func(t *testing.T, text []byte) {
		require.NoError(t, os.WriteFile(keys.path("any"), text, keyMode))
		if costly(text) < 1<<10 { // more is allowed, and slow
			if _, err := keys.open("any", "x"); err != nil {
				require.Equal(t, exitMisused, asFailure(err).Exit)
			}
		}
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
