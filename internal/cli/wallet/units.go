package wallet

import (
	"context"

	"tally/internal/cli"
	"tally/internal/voucher"
)

// units is how many units of each voucher the code offers at most. A unit of stored
// value is one minor unit of money: a default of one would be a code for one cent.
func (c *CodeCmd) units(ctx context.Context, a *cli.App, refs []voucher.Ref) (uint64, error) {
	if c.Units != nil {
		return *c.Units, nil
	}
	if a.LedgerID != nil && c.Amount == "" {
		return 1, nil // offline: no server tells what the campaign is
	}
	titles := cli.NewTitles(a.Client())
	units := uint64(1)
	for _, ref := range refs {
		of := titles.Campaign(ctx, ref.Campaign)
		switch {
		case c.Amount == "" && of.Create.StoredValue:
			return 0, cli.Misused("%s is a card of stored value in %s: say with --amount how much a till may take", ref, of.Create.Currency)
		case c.Amount == "":
			continue
		case !of.Known:
			return 0, cli.Misused("--amount: the server does not tell the currency of %s: give --units, in minor units of its money", ref)
		case !of.Create.StoredValue:
			return 0, cli.Misused("--amount: %s is no card of stored value: give --units", ref)
		}
		amount, err := cli.ParseAmount(c.Amount, of.Create.Currency)
		if err != nil {
			return 0, err
		}
		if amount == 0 {
			return 0, cli.Misused("--amount %s: no till can take such a code", c.Amount)
		}
		units = amount
	}
	return units, nil
}
