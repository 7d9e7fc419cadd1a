package cli

import (
	"fmt"
	"time"

	"github.com/alecthomas/kong"

	"tally/internal/voucher"
)

// Globals are the flags that every command has. The tag from names the
// environment variable that a flag falls back to.
type Globals struct {
	Server         string        `help:"The server's address." default:"http://127.0.0.1:8480" from:"TALLY_SERVER" placeholder:"URL"`
	Keys           string        `help:"Directory of keys; ~/.tally/keys if not set." from:"TALLY_KEYS" placeholder:"DIR"`
	JSON           bool          `name:"json" help:"Answer in JSON."`
	PassphraseFile string        `help:"File whose first line is the passphrase of the keys; else it is asked for." from:"TALLY_PASSPHRASE_FILE" placeholder:"FILE"`
	Quiet          bool          `short:"q" help:"Say nothing on standard error but errors: no progress, no notes."`
	LedgerID       *voucher.Hash `help:"Sign for this ledger only, whatever the server says. Else the one that the server had when it was first used, which is kept in known_servers beside the keys." from:"TALLY_LEDGER_ID" placeholder:"0x…"`
	Timeout        time.Duration `help:"How long to wait for the server's answer." default:"30s" least:"1s" most:"1h"`
}

// environment gives flags their value from an environment that can be replaced.
func environment(lookup func(string) (string, bool)) kong.Resolver {
	return kong.ResolverFunc(func(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
		name := flag.Tag.Get("from")
		if name == "" {
			return nil, nil //nolint:nilnil // kong's way to say that there is no value
		}
		if value, ok := lookup(name); ok && value != "" {
			return value, nil
		}
		return nil, nil //nolint:nilnil // the same
	})
}

// explainValue adds the environment variable to a flag's help.
func explainValue(v *kong.Value) string {
	if name := v.Tag.Get("from"); name != "" {
		return fmt.Sprintf("%s ($%s)", v.Help, name)
	}
	return v.Help
}
