package cli

import (
	"fmt"

	"tally/internal/keystore"
	"tally/internal/terminal"
)

// KeyCmd is the family of commands about keys.
type KeyCmd struct {
	New  keyNewCmd  `cmd:"" help:"Make a key."`
	List keyListCmd `cmd:"" help:"List the keys of this machine."`
	Show keyShowCmd `cmd:"" help:"Show a key's address."`

	Prove keyProveCmd `cmd:"" help:"Show that a key is held that a change brings into force."`
	Token keyTokenCmd `cmd:"" help:"Sign a token with which a program reads what the key may read."`
}

// KeyInfo is a key without its secret, and where it is kept.
type KeyInfo struct {
	keystore.Key
	File string `json:"file" help:"The encrypted file."`
}

// Text shows a key.
func (k KeyInfo) Text() terminal.Text {
	return terminal.Text{Fields: []terminal.Field{{"name", k.Name}, {"address", k.Address}, {"file", k.File}}}
}

// KeyInfos are the keys of a machine.
type KeyInfos []KeyInfo

// Text lists keys.
func (list KeyInfos) Text() terminal.Text {
	t := terminal.Text{Titles: []any{"NAME", "ADDRESS"}}
	for _, key := range list {
		t.Rows = append(t.Rows, []any{key.Name, key.Address})
	}
	return t
}

type keyNewCmd struct {
	Name     string `arg:"" help:"1 to 32 small letters, digits and hyphens."`
	LightKDF bool   `name:"light-kdf" help:"Make the passphrase easy to guess: for demos and tests only."`
}

// Help shows an example.
func (keyNewCmd) Help() string {
	return `The key is encrypted with a passphrase and written to NAME.json in the directory of keys. A key is never
overwritten. Keep a copy of the file and of the passphrase: nobody can restore them.

Example:

    tally key new wallet-1`
}

// Answers implements Answerer.
func (*keyNewCmd) Answers() Answer { return KeyInfo{} }

// Run makes a key.
func (c *keyNewCmd) Run(a *App) error {
	keys, err := a.keys()
	if err != nil {
		return err
	}
	if err := keystore.CheckName(c.Name); err != nil {
		return KeyError(c.Name, err)
	}
	passphrase, err := a.newPassphrase(c.Name)
	if err != nil {
		return err
	}
	hard := keystore.Standard()
	if c.LightKDF {
		hard = keystore.Light()
	}
	key, err := keys.Create(c.Name, passphrase, hard)
	if err != nil {
		return KeyError(c.Name, err)
	}
	return a.Say(KeyInfo{key, keys.Path(key.Name)})
}

type keyListCmd struct{}

// Help shows an example.
func (keyListCmd) Help() string { return "Example:\n\n    tally key list" }

// Answers implements Answerer.
func (*keyListCmd) Answers() Answer { return KeyInfos{} }

// Run lists keys.
func (keyListCmd) Run(a *App) error {
	keys, err := a.keys()
	if err != nil {
		return err
	}
	list, bad, err := keys.List()
	if err != nil {
		return KeyError("", err)
	}
	for _, err := range bad {
		fmt.Fprintln(a.Stderr, "tally: left out:", terminal.Plain(err.Error()))
	}
	infos := make(KeyInfos, len(list))
	for i, key := range list {
		infos[i] = KeyInfo{key, keys.Path(key.Name)}
	}
	return a.Say(infos)
}

type keyShowCmd struct {
	Name string `arg:"" help:"The key's name."`
}

// Help shows an example.
func (keyShowCmd) Help() string { return "Example:\n\n    tally key show wallet-1" }

// Answers implements Answerer.
func (*keyShowCmd) Answers() Answer { return KeyInfo{} }

// Run shows a key's address. A passphrase is needed only where the file does not name it.
func (c *keyShowCmd) Run(a *App) error {
	keys, err := a.keys()
	if err != nil {
		return err
	}
	key, err := a.findKey(keys, c.Name)
	if err != nil {
		return err
	}
	return a.Say(KeyInfo{key, keys.Path(key.Name)})
}
