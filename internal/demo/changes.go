package demo

import (
	"context"
	"fmt"
	"time"

	"tally/internal/api"
	"tally/internal/cli"
	"tally/internal/money"
	"tally/internal/pricing"
	"tally/internal/pricing/cond"
	"tally/internal/voucher"
)

// What is held of Erin's card, and taken of it, in yen.
const (
	heldYen  = 700
	takenYen = 480
)

// holdFor is for how long a till reserves what nobody will take: long enough to
// be seen open, and over when the crowd has gone.
const holdFor = 6 * time.Second

// yen is an order that somebody's card pays for.
func (s *story) yen(name string, amount uint64, key string) purchase {
	return purchase{
		owner: s.people[name], of: s.card, ref: s.card.held[name], store: shibuya, units: amount,
		amount: amount, discount: amount, key: key,
	}
}

func (s *story) holdAndCapture(ctx context.Context) (string, error) {
	order := s.yen("erin", heldYen, "demo-hold")
	order.hold = time.Hour
	out, err := s.place(ctx, order)
	if err != nil {
		return "", err
	}
	if err := s.capture(ctx, out.ID, order.ref); err != nil {
		return "", err
	}
	left, err := s.see(ctx, "erin", order.ref)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("the other %d yen were free again at once: %d are left on the card", heldYen-takenYen, left.Units),
		expect("yen left", s.card.terms.Units-takenYen, left.Units)
}

// capture takes what a matcha costs of a card that is held, as tally hold capture --cart does.
func (s *story) capture(ctx context.Context, hold voucher.Hash, ref voucher.Ref) error {
	reader, err := s.as(tillOf(shibuya))
	if err != nil {
		return err
	}
	held, err := reader.Hold(ctx, hold)
	if err != nil {
		return err
	}
	record, _, err := s.session.PriceHeld(ctx, held, api.QuoteRequest{Merchant: s.who("root"), Store: shibuya, Cart: []byte(matcha)})
	if err != nil {
		return err
	}
	kept := pricedSale{what: "Erin's matcha", of: s.card, store: shibuya, record: record}
	in := voucher.Capture{
		Hold: hold, Merchant: s.who("root"), Store: shibuya, Currency: record.Cart.Currency, Amount: record.Totals.Amount,
		Takes: []voucher.Take{{Campaign: ref.Campaign, Serial: ref.Serial}},
	}
	for _, taken := range record.Vouchers {
		in.Takes[0].Units, in.Takes[0].Discount = taken.Units, taken.Discount
	}
	kept.salt, in.Details = cli.Salted(record.Canonical(), voucher.Hash{})
	out, err := s.session.Till(s.people[tillOf(shibuya)]).Capture(ctx, in, "demo-capture")
	if err != nil {
		return err
	}
	kept.id = out.ID
	s.keep(kept)
	return nil
}

// place has a till reserve.
func (s *story) place(ctx context.Context, p purchase) (voucher.Outcome, error) {
	r, err := s.prepare(p)
	if err != nil {
		return voucher.Outcome{}, err
	}
	return s.session.Send(ctx, r.Command)
}

// see is a voucher as its holder sees it.
func (s *story) see(ctx context.Context, name string, ref voucher.Ref) (api.VoucherInfo, error) {
	reader, err := s.as(name)
	if err != nil {
		return api.VoucherInfo{}, err
	}
	return reader.Voucher(ctx, ref)
}

// reserve opens a hold that nobody will take.
func (s *story) reserve(ctx context.Context) (string, error) {
	cups := s.cups("bob", makati, 2, "demo-reserve")
	cups.hold = holdFor
	out, err := s.place(ctx, cups)
	if err != nil {
		return "", err
	}
	s.hold = out.ID
	var held uint64
	for _, e := range out.Events {
		if e, ok := e.(voucher.VoucherHeld); ok {
			held += e.Units
		}
	}
	return "until then no other till gets anything of his pass", expect("cups held", 2, held)
}

// lapsed waits for the end of the reservation, which needs no command.
func (s *story) lapsed(ctx context.Context) (string, error) {
	reader, err := s.as("bob")
	if err != nil {
		return "", err
	}
	err = eventually(ctx, patience, func(ctx context.Context) error {
		hold, err := reader.Hold(ctx, s.hold)
		if err != nil {
			return err
		}
		return expect("state of the hold", "lapsed", hold.State)
	})
	if err != nil {
		return "", err
	}
	pass, err := s.see(ctx, "bob", s.pass.held["bob"])
	words := "no timer, no clean-up, no transaction: his ten cups are his again"
	if !s.expiry {
		words += "\nvouchers expire at quarters of an hour: tally demo --expiry waits for that"
	}
	return words, firstOf(err,
		expect("state of the pass", "claimed", pass.State), expect("cups of the pass", s.pass.terms.Units, pass.Units))
}

// firstOf is the first error of several.
func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// giveAway transfers a card while a code of it is out.
func (s *story) giveAway(ctx context.Context) (string, error) {
	order := s.yen("alice", takenYen, "demo-old-owner")
	old, err := s.prepare(order)
	if err != nil {
		return "", err
	}
	if _, err := s.session.Wallet(s.people["alice"]).Transfer(ctx, order.ref, s.who("carol")); err != nil {
		return "", err
	}
	_, dead := s.session.Send(ctx, old.Command)
	card, err := s.see(ctx, "carol", order.ref)
	return fmt.Sprintf("at the till: unknown_voucher, for Alice is a stranger to it now; Carol has all %d yen", card.Units), firstOf(err,
		expectRefusal("unknown_voucher", dead), expect("yen of the card", s.card.terms.Units, card.Units), expect("owner of the card", s.who("carol"), card.Owner))
}

// takeBack takes the cup of Bangkok back by the item, as tally return does: the terms say what is refunded and
// which units return, and the ledger gets the hash of the return's record.
func (s *story) takeBack(ctx context.Context) (string, error) {
	ref, sold := s.pass.held["dan"], s.abroad
	before, err := s.see(ctx, "dan", ref)
	if err != nil {
		return "", err
	}
	terms, err := cond.New().ReadTerms([]byte(s.pass.terms.Terms))
	if err != nil {
		return "", err
	}
	vouchers := []pricing.Voucher{pricing.Sold(ref, before.Units+1, s.pass.terms, &terms)}
	back, err := pricing.GiveBack(sold.record, vouchers, nil, []pricing.Item{{Line: "1", Quantity: 1}})
	if err != nil {
		return "", err
	}
	_, details := cli.Salted(back.Canonical(), voucher.Hash{})
	in := voucher.Rollback{Merchant: s.who("root"), Redemption: sold.id, Details: details}
	for _, u := range back.Units {
		in.Returns = append(in.Returns, voucher.Return{Campaign: u.Ref.Campaign, Serial: u.Ref.Serial, Units: u.Units, Taken: 1})
		s.pass.redeemed -= u.Units
	}
	if _, err := s.session.Merchant(s.people["root"]).Rollback(ctx, in); err != nil {
		return "", err
	}
	after, err := s.see(ctx, "dan", ref)
	return fmt.Sprintf("by its terms %s in money, and the cup to the pass: %d cups, then %d",
			money.Text(back.Refund, sold.record.Cart.Currency), before.Units, after.Units), firstOf(err,
			expect("cups before", s.pass.terms.Units-1, before.Units), expect("cups after", s.pass.terms.Units, after.Units))
}
