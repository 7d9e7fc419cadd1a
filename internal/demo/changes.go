package demo

import (
	"context"
	"fmt"
	"time"

	"tally/internal/api"
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
	_, err = s.session.Till(s.people[tillOf(shibuya)]).Capture(ctx, voucher.Capture{
		Hold: out.ID, Merchant: s.who("root"), Store: shibuya,
		Takes:    []voucher.Take{{Campaign: order.ref.Campaign, Serial: order.ref.Serial, Units: takenYen, Discount: takenYen}},
		Currency: s.card.terms.Currency, Amount: takenYen,
	}, "demo-capture")
	if err != nil {
		return "", err
	}
	s.card.took(takenYen, takenYen)
	left, err := s.see(ctx, "erin", order.ref)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("the other %d yen were free again at once: %d are left on the card", heldYen-takenYen, left.Units),
		expect("yen left", s.card.terms.Units-takenYen, left.Units)
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

// rollBack gives the cup of Bangkok back.
func (s *story) rollBack(ctx context.Context) (string, error) {
	ref := s.pass.held["dan"]
	before, err := s.see(ctx, "dan", ref)
	if err != nil {
		return "", err
	}
	in := voucher.Rollback{
		Merchant: s.who("root"), Redemption: s.abroad.ID,
		Returns: []voucher.Return{{Campaign: ref.Campaign, Serial: ref.Serial, Units: 1, Taken: 1}},
	}
	if _, err := s.session.Merchant(s.people["root"]).Rollback(ctx, in); err != nil {
		return "", err
	}
	s.pass.redeemed--
	after, err := s.see(ctx, "dan", ref)
	return fmt.Sprintf("%d cups, then %d: never more than the pass was issued with", before.Units, after.Units), firstOf(err,
		expect("cups before", s.pass.terms.Units-1, before.Units), expect("cups after", s.pass.terms.Units, after.Units))
}
