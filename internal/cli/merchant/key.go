package merchant

import (
	"context"

	"tally/internal/cli"
	"tally/internal/voucher"
)

type keyCmd struct {
	Root  `embed:""`
	Key   string   `required:"" help:"The key: an address, or the name of a key." placeholder:"ADDRESS|KEY"`
	Scope []string `required:"" enum:"issue,rollback,void" help:"What it may do: issue, rollback, void. Repeat it, or separate with commas." placeholder:"SCOPE"`
}

// Help shows an example.
func (keyCmd) Help() string {
	return `It replaces what the key could do before; a key of a store's till is "tally merchant till".

Example:

    tally merchant key --as root --key back-office --scope issue,rollback`
}

// Answers implements cli.Answerer.
func (*keyCmd) Answers() cli.Answer { return KeyChange{} }

// Run lets a key in.
func (c *keyCmd) Run(ctx context.Context, a *cli.App) error {
	key, err := a.Address(c.Key)
	if err != nil {
		return err
	}
	var scopes uint32
	for _, name := range c.Scope {
		scopes |= map[string]uint32{"issue": voucher.ScopeIssue, "rollback": voucher.ScopeRollback, "void": voucher.ScopeVoid}[name]
	}
	s, root, m, err := c.open(ctx, a)
	if err != nil {
		return err
	}
	out, err := s.Merchant(root).PutKey(ctx, voucher.PutKey{Merchant: m.ID, Version: m.Version, Key: key, Scopes: scopes})
	if err != nil {
		return err
	}
	return a.Say(KeyChange{cli.Accepted(out), Named{m.ID, m.Name}, key, scopes, 0})
}
