package wallet

import (
	"context"

	"tally/internal/cli"
	"tally/internal/intent"
	"tally/internal/terminal"
	"tally/internal/voucher"
)

// CancelCmd makes sure that a code can never be accepted.
type CancelCmd struct {
	As       string `required:"" help:"The key of the code's owner, or of a till that was shown it." placeholder:"KEY"`
	Merchant string `help:"The till's merchant: its address, or the name of its root key. Not for owners." placeholder:"ADDRESS|KEY"`
	Code     string `content:"" required:"" help:"The code: itself, a file, or - for stdin." placeholder:"CODE|FILE|-"`
}

// Help shows an example.
func (CancelCmd) Help() string {
	return `After an accepted cancel the code can never be accepted, also where an earlier try is still under way. The
vouchers stay as they are: sign a new code to spend them.

Examples:

    tally cancel --as wallet-1 --code - < code
    tally cancel --as till-central --merchant root --code - < code`
}

// Run cancels a code.
func (c *CancelCmd) Run(ctx context.Context, a *cli.App) error {
	var merchant voucher.Address
	if c.Merchant != "" {
		found, err := a.Address(c.Merchant)
		if err != nil {
			return err
		}
		merchant = found
	}
	s, err := a.Connect(ctx)
	if err != nil {
		return err
	}
	code, err := a.ReadCode(s.Domain, c.Code)
	if err != nil {
		return err
	}
	key, err := a.Signer(c.As)
	if err != nil {
		return err
	}
	if merchant.IsZero() && intent.Address(key) != code.Offer.Owner {
		return cli.Misused("key %q does not own the code: a till cancels with --merchant", c.As)
	}
	var out voucher.Outcome
	if merchant.IsZero() {
		out, err = s.Wallet(key).Cancel(ctx, code)
	} else {
		out, err = s.Till(key).Cancel(ctx, code, merchant)
	}
	if err != nil {
		return err
	}
	return a.Say(CancelAnswer{cli.Accepted(out), s.Domain.Digest(code.Offer)})
}

// CancelAnswer is the answer to a cancel.
type CancelAnswer struct {
	cli.Accepted
	Cancelled voucher.Hash `json:"cancelled" help:"The command that can never be accepted any more: the id of the code."`
}

// Text shows what was cancelled.
func (c CancelAnswer) Text() terminal.Text { return c.With(terminal.Field{"cancelled", c.Cancelled}) }

// Answers implements cli.Answerer.
func (*CancelCmd) Answers() cli.Answer { return CancelAnswer{} }
