package keystore

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	ethereum "github.com/ethereum/go-ethereum/accounts/keystore"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/stretchr/testify/require"

	"tally/internal/intent"
)

// put writes a key file as another wallet might.
func put(t *testing.T, keys Dir, name, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile(keys.Path(name), []byte(text), 0o600))
}

func TestDir_AddressOfAFile(t *testing.T) {
	keys, good := Dir(t.TempDir()), string(weakKey(t))
	secret, err := crypto.ToECDSA(bytes.Repeat([]byte{0x11}, 32))
	require.NoError(t, err)
	address := intent.Address(secret)
	digits := address.String()[2:]
	for name, text := range map[string]string{
		"as-written": good, "with-0x": strings.Replace(good, digits, "0x"+digits, 1), "capitals": strings.Replace(good, digits, strings.ToUpper(digits), 1),
		"another-member": strings.Replace(good, `"address"`, `"Address"`, 1),
	} {
		put(t, keys, name, text)
		key, err := keys.Find(name)
		require.NoError(t, err, name)
		require.Equal(t, address, key.Address)
		opened, err := keys.Open(name, "x")
		require.NoError(t, err, name)
		require.Equal(t, address, intent.Address(opened))
	}

	put(t, keys, "without", strings.Replace(good, `"address":"`+digits+`",`, "", 1))
	_, err = keys.Find("without")
	require.ErrorIs(t, err, ErrNoAddress)
	require.ErrorIs(t, err, ErrUnusable)
	opened, err := keys.Open("without", "x")
	require.NoError(t, err)
	require.Equal(t, address, intent.Address(opened), "the key has an address, whether the file names it or not")

	for name, c := range map[string]struct{ text, says string }{
		"anothers":     {strings.Replace(good, digits, strings.Repeat("ab", 20), 1), "would reach nobody"},
		"twice":        {strings.Replace(good, `"address"`, `"address":"`+digits+`","address"`, 1), "comes twice"},
		"two-cases":    {strings.Replace(good, `"address"`, `"ADDRESS":"`+digits+`","address"`, 1), "comes twice"},
		"bad-checksum": {strings.Replace(good, digits, strings.ToUpper(digits[:20])+digits[20:], 1), "checksum"},
		"short":        {strings.Replace(good, digits, digits[:39], 1), "these are 39"},
		"trailing":     {good + "{}", "follows"},
		"not-utf8":     {strings.Replace(good, `"version"`, "\"x\":\"\xff\",\"version\"", 1), "UTF-8"},
	} {
		require.NotEqual(t, good, c.text, name)
		put(t, keys, name, c.text)
		_, err := keys.Open(name, "x")
		require.ErrorIs(t, err, ErrUnusable, name)
		require.ErrorContains(t, err, c.says, name)
		require.ErrorContains(t, err, keys.Path(name))
	}
}

// One bad file is named, and hides no other.
func TestDir_List_NamesBadFiles(t *testing.T) {
	keys, good := Dir(t.TempDir()), string(weakKey(t))
	put(t, keys, "a", good)
	put(t, keys, "b", "junk")
	put(t, keys, "c", good)
	put(t, keys, "open", good)
	require.NoError(t, os.Chmod(keys.Path("open"), 0o644))
	require.NoError(t, os.Mkdir(keys.Path("folder"), 0o700))
	require.NoError(t, os.Symlink(filepath.Join(string(keys), "none"), keys.Path("dangling")))
	put(t, keys, "d", good)
	list, bad, err := keys.List()
	require.NoError(t, err)
	var names []string
	for _, key := range list {
		names = append(names, key.Name)
	}
	require.Equal(t, []string{"a", "c", "d"}, names)
	require.Len(t, bad, 4)
	require.ErrorContains(t, bad[0], "b.json is no key file")
	require.ErrorContains(t, bad[3], "chmod 600")
}

// A passphrase that is not UTF-8 text makes no key. One that opens no key is called what
// it is, with the place, and nothing of it is repeated.
func TestDir_PassphraseThatIsNoText(t *testing.T) {
	keys := Dir(t.TempDir())
	weak := Scrypt{2, 1}
	_, err := keys.Create("good", "café au lait", weak)
	require.NoError(t, err)
	for passphrase, says := range map[string]string{
		"caf\xe9 au lait":              "is not UTF-8 text from byte 4 on",
		"\xff":                         "is not UTF-8 text from byte 1 on",
		"caf\xc3":                      "is not UTF-8 text from byte 4 on",
		"c\x00a\x00f\x00\xe9\x00":      "the control character U+0000 at byte 2",
		"café\u0085 au lait":           "the control character U+0085 at byte 6",
		"\x80\x81\x82 caf\xe9 au lait": "from byte 1 on",
	} {
		for what, refusal := range map[string]func() error{
			"open": func() error { _, err := keys.Open("good", passphrase); return err },
			"make": func() error { _, err := keys.Create("bad", passphrase, weak); return err },
		} {
			err := refusal()
			require.ErrorIs(t, err, ErrUnusable, "%s %q", what, passphrase)
			require.ErrorContains(t, err, says, "%s %q", what, passphrase)
			require.NotContains(t, err.Error(), "lait")
			require.NotContains(t, err.Error(), "is wrong")
		}
	}
	all, _, err := keys.List()
	require.NoError(t, err)
	require.Len(t, all, 1)
	_, err = keys.Open("good", "café\tau lait")
	require.ErrorContains(t, err, "is wrong: try again", "a text, and another one")

	secret, err := crypto.GenerateKey()
	require.NoError(t, err)
	text, err := ethereum.EncryptKey(&ethereum.Key{Address: crypto.PubkeyToAddress(secret.PublicKey), PrivateKey: secret}, "caf\xe9", 2, 1)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(keys.Path("foreign"), text, 0o600))
	_, err = keys.Open("foreign", "caf\xe9")
	require.NoError(t, err, "a key that was made with it elsewhere opens")
}

// A wallet may encrypt with another form of a passphrase than is typed.
func TestDir_Open_FormsOfAPassphrase(t *testing.T) {
	keys := Dir(t.TempDir())
	secret, err := crypto.ToECDSA(bytes.Repeat([]byte{0x11}, 32))
	require.NoError(t, err)
	encrypt := func(name, passphrase string) {
		text, err := ethereum.EncryptKey(&ethereum.Key{Address: crypto.PubkeyToAddress(secret.PublicKey), PrivateKey: secret}, passphrase, 2, 1)
		require.NoError(t, err)
		put(t, keys, name, string(text))
	}
	const composed, decomposed, wide = "café", "cafe\u0301", "ｃａｆé"
	encrypt("nfkc", composed)
	encrypt("raw", decomposed)
	for _, typed := range []string{composed, decomposed, wide} {
		_, err := keys.Open("nfkc", typed)
		require.NoError(t, err, "%q", typed)
	}
	_, err = keys.Open("raw", decomposed)
	require.NoError(t, err)
	_, err = keys.Open("raw", composed)
	require.ErrorIs(t, err, ErrUnusable)
	require.NotContains(t, err.Error(), "caf")
}
