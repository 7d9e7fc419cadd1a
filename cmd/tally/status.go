package main

import (
	"context"

	"tally/internal/voucher"
)

type statusCmd struct {
	ID voucher.Hash `arg:"" help:"The command's id, 0x…"`
}

// Help shows an example.
func (statusCmd) Help() string {
	return `Accepted is final. Unknown means that it was not accepted so far: it may still be under way. To make sure that
it never is, cancel its code, or wait until its deadline has passed.

Example:

    tally status 0x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f`
}

// Run settles an outcome. It exits with 4 as long as that is unknown.
func (c *statusCmd) Run(ctx context.Context, a *app) error {
	info, err := a.client().Command(ctx, c.ID)
	if err != nil {
		return err
	}
	if err := a.answer(info, field{"command", info.ID}, field{"status", info.Status}); err != nil {
		return err
	}
	if info.Status != voucher.StatusAccepted.String() {
		return &failure{
			Code: codeUnknown, Title: "It was not accepted so far.", ID: &c.ID, Exit: exitUnknown,
			Detail: "Ask again, send the same again, or cancel it: only then is no final.",
		}
	}
	return nil
}
