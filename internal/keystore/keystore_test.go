package keystore

import (
	"bytes"
	"os"
	"strings"
	"testing"

	ethereum "github.com/ethereum/go-ethereum/accounts/keystore"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/stretchr/testify/require"
)

func TestCheckName_LettersDigitsHyphens(t *testing.T) {
	for name, ok := range map[string]bool{
		"a": true, "till-1": true, strings.Repeat("a", 32): true,
		"": false, "A": false, "a/b": false, "..": false, "a.json": false, "a\n": false, strings.Repeat("a", 33): false,
	} {
		require.Equal(t, ok, CheckName(name) == nil, "%q", name)
	}
}

// weakKey is a key file that opens at once: its passphrase is "x".
func weakKey(t require.TestingT) []byte {
	secret, err := crypto.ToECDSA(bytes.Repeat([]byte{0x11}, 32))
	require.NoError(t, err)
	text, err := ethereum.EncryptKey(&ethereum.Key{Address: crypto.PubkeyToAddress(secret.PublicKey), PrivateKey: secret}, "x", 2, 1)
	require.NoError(t, err)
	return text
}

// A key file may come from anywhere, and go-ethereum trusts what it says.
func TestDir_Open_FilesThatSayTooMuchOrTooLittle(t *testing.T) {
	keys, good := Dir(t.TempDir()), string(weakKey(t))
	open := func(text string) error {
		require.NoError(t, os.WriteFile(keys.Path("any"), []byte(text), 0o600))
		_, err := keys.Open("any", "x")
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
			require.ErrorIs(t, open(text), ErrUnusable)
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
	keys := Dir(f.TempDir())
	f.Fuzz(func(t *testing.T, text []byte) {
		require.NoError(t, os.WriteFile(keys.Path("any"), text, 0o600))
		if costly(text) < 1<<10 { // more is allowed, and slow
			if _, err := keys.Open("any", "x"); err != nil {
				require.ErrorIs(t, err, ErrUnusable)
			}
		}
		key, err := keys.Find("any")
		if err != nil {
			require.ErrorIs(t, err, ErrUnusable)
			require.Zero(t, key)
			return
		}
		require.Equal(t, "any", key.Name)
		require.Contains(t, strings.ToLower(string(text)), strings.TrimPrefix(key.Address.String(), "0x"))
	})
}
