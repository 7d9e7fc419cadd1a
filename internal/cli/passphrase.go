package cli

import (
	"bytes"
	"crypto/ecdsa"
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/term"

	"tally/internal/disk"
	"tally/internal/exact"
	"tally/internal/intent"
	"tally/internal/keystore"
	"tally/internal/voucher"
)

// passphrase is that of the file, or what is typed at the terminal.
func (a *App) passphrase(prompt string) (string, error) {
	if a.PassphraseFile != "" {
		return readPassphrase(a.PassphraseFile)
	}
	terminal, ok := a.Stdin.(*os.File)
	if !ok || !term.IsTerminal(int(terminal.Fd())) {
		return "", Misused("a passphrase is wanted and stdin is no terminal: name a file with --passphrase-file")
	}
	fmt.Fprint(a.Stderr, prompt)
	typed, err := term.ReadPassword(int(terminal.Fd()))
	fmt.Fprintln(a.Stderr)
	if err != nil {
		return "", fmt.Errorf("read passphrase: %w", err)
	}
	return string(typed), nil
}

// newPassphrase asks twice where somebody types.
func (a *App) newPassphrase(name string) (string, error) {
	first, err := a.passphrase("New passphrase of key " + name + ": ")
	if err != nil {
		return "", err
	}
	if first == "" {
		return "", Misused("the passphrase is empty: a key needs one")
	}
	if a.PassphraseFile != "" {
		return first, nil
	}
	second, err := a.passphrase("The same again: ")
	if err != nil {
		return "", err
	}
	if first != second {
		return "", Misused("the two passphrases differ: try again")
	}
	return first, nil
}

// readPassphrase is a file's first line.
func readPassphrase(path string) (string, error) { return ReadSecret("--passphrase-file", path) }

// ReadSecret is the first line of the file that a flag names. Nobody else may
// read or change the file.
func ReadSecret(flag, path string) (string, error) {
	text, err := disk.ReadSecret(path)
	if err != nil {
		return "", Misused("the file of %s cannot be used: %w", flag, err)
	}
	if bytes.HasPrefix(text, []byte{0xff, 0xfe}) || bytes.HasPrefix(text, []byte{0xfe, 0xff}) {
		return "", Misused("the file of %s, %s, is UTF-16: save it as UTF-8", flag, path)
	}
	line, _, _ := strings.Cut(strings.TrimPrefix(string(text), "\ufeff"), "\n")
	if line = strings.TrimRight(line, "\r"); line == "" {
		return "", Misused("the first line of the file of %s, %s, is empty", flag, path)
	}
	return line, nil
}

// Signer decrypts the key that signs.
func (a *App) Signer(name string) (*ecdsa.PrivateKey, error) {
	keys, err := a.keys()
	if err != nil {
		return nil, err
	}
	if _, err := keys.Find(name); err != nil && !errors.Is(err, keystore.ErrNoAddress) { // before anybody types a passphrase
		return nil, KeyError(name, err)
	}
	passphrase, err := a.passphrase("Passphrase of key " + name + ": ")
	if err != nil {
		return nil, err
	}
	key, err := keys.Open(name, passphrase)
	return key, KeyError(name, err)
}

// Address reads an address, or finds that of a key by its name.
func (a *App) Address(text string) (voucher.Address, error) {
	if address, err := exact.Address(text); err == nil {
		return address, nil
	} else if keystore.CheckName(text) != nil || strings.HasPrefix(strings.ToLower(text), "0x") {
		return voucher.Address{}, Misused("%s is neither the name of a key (1 to 32 small letters, digits and hyphens) nor an address: %w", exact.Shown(text), err)
	}
	keys, err := a.keys()
	if err != nil {
		return voucher.Address{}, err
	}
	key, err := a.findKey(keys, text)
	return key.Address, err
}

// findKey finds a key's address, and opens the key where its file does not name it.
func (a *App) findKey(keys keystore.Dir, name string) (keystore.Key, error) {
	key, err := keys.Find(name)
	if !errors.Is(err, keystore.ErrNoAddress) {
		return key, KeyError(name, err)
	}
	secret, err := a.Signer(name)
	if err != nil {
		return keystore.Key{}, err
	}
	return keystore.Key{Name: name, Address: intent.Address(secret)}, nil
}
