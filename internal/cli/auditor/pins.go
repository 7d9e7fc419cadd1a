package auditor

import (
	"context"
	"encoding/json"
	"fmt"

	"tally/internal/cli"
	"tally/internal/voucher"
)

// PinsCmd prints what an auditor pins.
type PinsCmd struct {
	Operator  []voucher.Address `help:"Address of an operator who founded the ledger. Repeat it for more. Needed where the operators were changed since." placeholder:"0x…"`
	Threshold uint32            `help:"How many of them had to agree." placeholder:"N"`
}

// Help shows an example.
func (PinsCmd) Help() string {
	return `Prints what tally-verify takes as --pins: the ledger's id, the key of its log, who founded it and, of an embedded chain,
its genesis, sealer and contract, of a Fabric channel its genesis and chaincode. These are the server's own words: compare them with what the operators told you by
another way, or with what an auditor before you pinned. Then never take them from the server again.

Example:

    tally pins > pins.json`
}

// Answers implements cli.Answerer: it is the file of pins, with and without --json.
func (*PinsCmd) Answers() cli.Answer { return nil }

// Run prints the pins.
func (c *PinsCmd) Run(ctx context.Context, a *cli.App) error {
	server := a.Client()
	info, err := server.Ledger(ctx)
	if err != nil {
		return err
	}
	if a.LedgerID != nil && *a.LedgerID != info.ID {
		return cli.WrongLedger(*a.LedgerID, info.ID)
	}
	if info.Log == nil {
		return cli.Failed("the server has no log")
	}
	p := Told(info)
	p.Operators, p.Threshold = c.Operator, c.Threshold
	if len(p.Operators) == 0 {
		now, err := server.Operators(ctx)
		if err != nil {
			return err
		}
		const founded = 1 // the version of operators who never changed
		if now.Version == founded {
			p.Operators, p.Threshold = now.Operators, now.Threshold
		} else {
			fmt.Fprintln(a.Stderr, "tally: the operators were changed since the founding: to have a whole history replayed, name the first ones with --operator and --threshold")
		}
	}
	if !a.JSON {
		fmt.Fprintln(a.Stderr, "tally: these are the server's own words: compare them with what the operators told you by another way")
	}
	e := json.NewEncoder(a.Stdout)
	e.SetIndent("", "  ")
	return e.Encode(p)
}
