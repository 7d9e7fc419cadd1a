package merchant

import (
	"context"
	"fmt"
	"slices"

	"tally/internal/api"
	"tally/internal/cli"
	"tally/internal/terminal"
	"tally/internal/voucher"
)

// RollbackCmd gives back what a redemption took.
type RollbackCmd struct {
	As       string       `required:"" help:"The merchant's root key, or a key that may roll back." placeholder:"KEY"`
	Merchant string       `required:"" help:"The merchant: its address, or the name of its root key." placeholder:"ADDRESS|KEY"`
	Units    []uint64     `sep:"none" help:"Units to give back of a voucher, if not all that is left to give. Repeat it: one for each voucher of the redemption, in its order." placeholder:"N"`
	Details  string       `help:"Why: the ledger keeps a hash of it and of a random salt." placeholder:"TEXT"`
	Salt     voucher.Hash `help:"The salt of the details, to send the same again." placeholder:"0x…"`
	ID       voucher.Hash `arg:"" help:"The redemption's or capture's id, 0x…"`
}

// Help shows an example.
func (RollbackCmd) Help() string {
	return `The campaign says whether units return to the voucher, are forfeited, or cannot be given back. Given again it gives
back again, as long as something is left; not where its outcome was unknown, for then it sends the same as before.

Example, of one cup of two:

    tally rollback --as root --merchant root --units 1 0x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f`
}

// Run gives units back.
func (c *RollbackCmd) Run(ctx context.Context, a *cli.App) error {
	merchant, err := a.Address(c.Merchant)
	if err != nil {
		return err
	}
	s, key, reader, err := a.Reading(ctx, c.As)
	if err != nil {
		return err
	}
	so, err := reader.Returned(ctx, c.ID, "")
	if err != nil {
		return err
	}
	in := voucher.Rollback{Merchant: merchant, Redemption: c.ID}
	if in.Returns, err = c.returns(so.Lines); err != nil {
		return err
	}
	salt, details := a.Salted(c.Details, c.Salt)
	in.Details = details
	out, err := s.Merchant(key).Rollback(ctx, in)
	if err != nil {
		return err
	}
	answer := RollbackAnswer{Accepted: cli.Accepted(out), Redemption: c.ID, Lines: returnLines(out)}
	if !salt.IsZero() {
		answer.Salt, answer.Details = &salt, c.Details
	}
	return a.Say(answer)
}

// RollbackAnswer is the answer to a rollback.
type RollbackAnswer struct {
	cli.Accepted
	Redemption voucher.Hash   `json:"redemption" help:"The redemption or capture whose units came back."`
	Lines      []RollbackLine `json:"lines" help:"What came back, a voucher each: voucher, units, units_left, forfeited."`
	Details    string         `json:"details,omitempty" help:"Why, as it was given."`
	Salt       *voucher.Hash  `json:"salt,omitempty" help:"The salt of the details. Keep it with them: without it nobody can prove them."`
}

// RollbackLine is what came back to one voucher.
type RollbackLine struct {
	Voucher   string `json:"voucher"`
	Units     uint64 `json:"units"`
	Left      uint64 `json:"units_left"`
	Forfeited bool   `json:"forfeited"`
}

// Text shows what came back.
func (r RollbackAnswer) Text() terminal.Text {
	var fields []terminal.Field
	for _, line := range r.Lines {
		words := fmt.Sprintf("%s: %d units back, %d units left", line.Voucher, line.Units, line.Left)
		if line.Forfeited {
			words = fmt.Sprintf("%s: %d units forfeited, %d units left", line.Voucher, line.Units, line.Left)
		}
		fields = append(fields, terminal.Field{"voucher", words})
	}
	if r.Salt != nil {
		fields = append(fields, terminal.Field{"details", r.Details}, terminal.Field{"salt", *r.Salt})
	}
	return r.With(append(fields, terminal.Field{"of", r.Redemption})...)
}

// Answers implements cli.Answerer.
func (*RollbackCmd) Answers() cli.Answer { return RollbackAnswer{} }

// returns is all that is left to give back, or the units that were asked for.
func (c *RollbackCmd) returns(lines []api.ReturnedLine) (returns []voucher.Return, err error) {
	if len(c.Units) != 0 && len(c.Units) != len(lines) {
		return nil, cli.Misused("the redemption took units of %d vouchers: give --units once for each, in its order, or not at all", len(lines))
	}
	if len(c.Units) > 0 && !slices.ContainsFunc(c.Units, func(units uint64) bool { return units > 0 }) {
		return nil, cli.Misused("--units 0 gives nothing back: leave it out to give back all that is left")
	}
	for i, line := range lines {
		ref, err := cli.ParseRef(line.Voucher)
		if err != nil {
			return nil, err
		}
		units := line.Taken - line.Returned
		if len(c.Units) > 0 {
			units = c.Units[i]
		}
		if units == 0 {
			continue
		}
		returns = append(returns, voucher.Return{
			Campaign: ref.Campaign, Serial: ref.Serial, Units: units, Taken: line.Taken, Returned: line.Returned,
		})
	}
	if len(returns) == 0 {
		return nil, cli.Misused("there is nothing left to give back of %s", c.ID)
	}
	return returns, nil
}

func returnLines(out voucher.Outcome) (lines []RollbackLine) {
	for _, e := range out.Events {
		if e, ok := e.(voucher.VoucherReturned); ok {
			lines = append(lines, RollbackLine{
				voucher.Ref{Campaign: e.Campaign, Serial: e.Serial}.String(), e.Units, e.Voucher.Unpack().Units, e.Forfeit,
			})
		}
	}
	return lines
}
