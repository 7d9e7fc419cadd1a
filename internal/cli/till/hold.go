package till

import (
	"context"
	"crypto/ecdsa"
	"fmt"

	"tally/internal/api"
	"tally/internal/cli"
	"tally/internal/client"
	"tally/internal/terminal"
	"tally/internal/voucher"
)

// HoldCmd is the family of commands of a till that reserves now and takes later.
type HoldCmd struct {
	Place   holdPlaceCmd   `cmd:"" help:"Reserve what a code offers."`
	Show    holdShowCmd    `cmd:"" help:"Show a hold and what became of it."`
	Capture holdCaptureCmd `cmd:"" help:"Take what a hold reserved, or a part of it."`
	Release holdReleaseCmd `cmd:"" help:"Free what a hold reserved."`
}

type holdPlaceCmd struct {
	Order `embed:""`
	Cart  string `content:"" help:"The cart, a JSON file, or - for stdin: it is held what the vouchers of the code could take off it at most." placeholder:"FILE|-"`
}

// Help shows an example.
func (holdPlaceCmd) Help() string {
	return `The code says until when: the wallet signs it with "tally code --hold 2h". Nothing is spent before the capture, and
what is reserved nobody else can take.

With --cart instead of --amount, --currency and --discount it reserves all that the code offers. "tally hold capture --cart"
takes the best part of it then, and frees the rest: the customer needs not know which voucher is good for what.

Examples:

    tally hold place --as till-central --merchant root --store 1 --code - --amount 64.00 --currency HKD --discount 32.00 < code
    tally hold place --as till-central --merchant root --store 1 --code - --cart cart.json < code`
}

// Run reserves.
func (c *holdPlaceCmd) Run(ctx context.Context, a *cli.App) error {
	figures := c.sale
	if c.Cart != "" {
		cart, err := c.read(a)
		if err != nil {
			return err
		}
		figures = func(merchant voucher.Address, offer voucher.Redeem, campaign func(voucher.CampaignID) cli.Campaign) (sale, error) {
			return c.most(cart, merchant, offer, campaign)
		}
	}
	return c.accept(ctx, a, client.Till.Reserve, figures)
}

type holdShowCmd struct {
	As string       `required:"" help:"The owner's key, the till's, or the merchant's." placeholder:"KEY"`
	ID voucher.Hash `arg:"" help:"The hold's id: the command that placed it, 0x…"`
}

// Help shows an example.
func (holdShowCmd) Help() string {
	return "Example:\n\n    tally hold show --as till-central 0x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
}

// Run shows a hold.
func (c *holdShowCmd) Run(ctx context.Context, a *cli.App) error {
	reader, err := a.ClientAs(ctx, c.As)
	if err != nil {
		return err
	}
	hold, err := reader.Hold(ctx, c.ID)
	if err != nil {
		return err
	}
	return a.Say(HoldAnswer{hold, clockOf(ctx, cli.NewTitles(reader), hold.Outcome)(hold.Until)})
}

// HoldAnswer is a hold and what became of it.
type HoldAnswer struct {
	api.HoldInfo `schema:"HoldInfo"`
	Instant      string `json:"until_instant" help:"RFC 3339: the first instant too late to capture it, until."`
}

// Text shows a hold.
func (h HoldAnswer) Text() terminal.Text {
	fields := []terminal.Field{{"hold", h.ID}, {"state", h.State}, {"until", h.Instant}}
	for _, e := range heldOf(h.HoldInfo) {
		fields = append(fields, terminal.Field{"voucher", fmt.Sprintf("%s: %d units", refOf(e), e.Units)})
	}
	if h.Ended != nil {
		fields = append(fields, terminal.Field{"ended by", *h.Ended})
	}
	return terminal.Text{Fields: fields}
}

// Answers implements cli.Answerer.
func (*holdShowCmd) Answers() cli.Answer { return HoldAnswer{} }

// heldOf is what a hold reserved, a voucher each, ascending.
func heldOf(hold api.HoldInfo) (held []voucher.VoucherHeld) {
	for _, e := range hold.Outcome.Events {
		if e, ok := e.(voucher.VoucherHeld); ok {
			held = append(held, e)
		}
	}
	return held
}

// clockOf writes instants as clocks in the zone of the campaign that an order is about
// show them: of its first voucher's.
func clockOf(ctx context.Context, titles *cli.Titles, out voucher.Outcome) func(uint64) string {
	for _, e := range out.Events {
		if ref, _, ok := voucher.VoucherOf(e); ok {
			return titles.Campaign(ctx, ref.Campaign).Clock
		}
	}
	return cli.Campaign{}.Clock
}

func refOf(e voucher.VoucherHeld) voucher.Ref {
	return voucher.Ref{Campaign: e.Campaign, Serial: e.Serial}
}

// Holder is the till that a hold is of.
type Holder struct {
	As       string       `required:"" help:"The key of a till of the store that holds." placeholder:"KEY"`
	Merchant string       `required:"" help:"The merchant: its address, or the name of its root key." placeholder:"ADDRESS|KEY"`
	Store    uint32       `required:"" help:"The store that holds." placeholder:"N" type:"store"`
	ID       voucher.Hash `arg:"" help:"The hold's id: the command that placed it, 0x…"`
}

// held is what a hold has reserved, and for whom.
type held struct {
	merchant voucher.Address
	reader   *client.Client // of the till's
	hold     api.HoldInfo
	vouchers []voucher.VoucherHeld // ascending
}

// open connects, and finds the till's key and what is held.
func (h Holder) open(ctx context.Context, a *cli.App) (s *client.Session, till *ecdsa.PrivateKey, of held, err error) {
	if of.merchant, err = a.Address(h.Merchant); err != nil {
		return nil, nil, of, err
	}
	s, till, reader, err := a.Reading(ctx, h.As)
	if err != nil {
		return nil, nil, of, err
	}
	of.reader = reader
	of.hold, err = reader.Hold(ctx, h.ID)
	of.vouchers = heldOf(of.hold)
	return s, till, of, err
}

type holdReleaseCmd struct {
	Holder `embed:""`
}

// Help shows an example.
func (holdReleaseCmd) Help() string {
	return "Example:\n\n    tally hold release --as till-central --merchant root --store 1 0x0001…1e1f"
}

// Run releases.
func (c *holdReleaseCmd) Run(ctx context.Context, a *cli.App) error {
	s, till, h, err := c.open(ctx, a)
	if err != nil {
		return err
	}
	in := voucher.Release{Hold: c.ID, Merchant: h.merchant, Store: c.Store}
	for _, of := range h.vouchers {
		in.Vouchers = append(in.Vouchers, refOf(of))
	}
	out, err := s.Till(till).Release(ctx, in)
	if err != nil {
		return err
	}
	return a.Say(ReleaseAnswer{cli.Accepted(out), c.ID})
}

// ReleaseAnswer is the answer to a release.
type ReleaseAnswer struct {
	cli.Accepted
	Released voucher.Hash `json:"released" help:"The hold that is free again."`
}

// Text shows the hold.
func (r ReleaseAnswer) Text() terminal.Text { return r.With(terminal.Field{"released", r.Released}) }

// Answers implements cli.Answerer.
func (*holdReleaseCmd) Answers() cli.Answer { return ReleaseAnswer{} }
