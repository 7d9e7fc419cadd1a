package main

import (
	"fmt"

	"tally/internal/money"
	"tally/internal/terminal"
	"tally/internal/terms"
	"tally/internal/voucher"
)

// told is the events of one command, in words.
type told struct {
	names
	currency voucher.Currency
	zone     campaign // of the first voucher: by its clock instants are shown
	lines    []string
}

// lines tell a person what a command did: where, for how much, and to which vouchers.
// Events that need no words of their own have their name.
func (n names) lines(events voucher.Events) ([]string, error) {
	t := &told{names: n}
	for _, e := range events {
		if ref, _, ok := voucher.VoucherOf(e); ok {
			var err error
			if t.zone, _, err = n.campaign(ref.Campaign); err != nil {
				return nil, err
			}
			break
		}
	}
	for _, e := range events {
		if err := t.tell(e); err != nil {
			return nil, err
		}
	}
	return t.lines, nil
}

func (t *told) say(what, format string, args ...any) {
	t.lines = append(t.lines, fmt.Sprintf("%-10s ", what)+fmt.Sprintf(format, args...))
}

func (t *told) tell(e voucher.Event) error {
	switch e := e.(type) {
	case voucher.Redeemed:
		t.order("redeemed", e.Merchant, e.Store, e.Amount, e.Currency, "")
	case voucher.OrderHeld:
		t.order("held", e.Merchant, e.Store, e.Amount, e.Currency, ", until "+t.zone.clock(e.Until))
	case voucher.HoldCaptured:
		t.order("captured", e.Merchant, e.Store, e.Amount, e.Currency, "")
	case voucher.RolledBack:
		t.say("rollback", "of %s", e.Redemption)
	case voucher.MerchantAdmitted:
		t.say("event", "%s: %s", voucher.EventName(e), titled(e.Name, terminal.Address(e.Merchant)))
	case voucher.StorePut:
		t.say("event", "%s: store %d of merchant %s, %s", voucher.EventName(e), e.Store, terminal.Address(e.Merchant), terminal.Short(e.Name, titlePlaces))
	case voucher.CampaignCreated:
		t.say("event", "%s: %s", voucher.EventName(e), titled(terms.Title(e.Create.Terms), e.Campaign.String()))
	case voucher.VoucherRedeemed:
		return t.voucher(e, fmt.Sprintf("%d units taken, %s off", e.Units, money.Text(e.Discount, t.currency)))
	case voucher.VoucherHeld:
		return t.voucher(e, fmt.Sprintf("%d units reserved, up to %s off", e.Units, money.Text(e.Discount, t.currency)))
	case voucher.VoucherReturned:
		if e.Forfeit {
			return t.voucher(e, fmt.Sprintf("%d units forfeited", e.Units))
		}
		return t.voucher(e, fmt.Sprintf("%d units restored", e.Units))
	case voucher.VoucherClaimed:
		if !e.Attestor.IsZero() {
			return t.voucher(e, voucher.EventName(e)+", vouched for by "+terminal.Address(e.Attestor))
		}
		return t.voucher(e, voucher.EventName(e))
	default:
		if _, _, ok := voucher.VoucherOf(e); ok {
			return t.voucher(e, voucher.EventName(e))
		}
		t.say("event", "%s", voucher.EventName(e))
	}
	return nil
}

func (t *told) order(did string, merchant voucher.Address, store uint32, amount uint64, c voucher.Currency, more string) {
	t.currency = c
	t.say(did, "at store %d of merchant %s: order %s%s", store, terminal.Address(merchant), money.Text(amount, c), more)
}

// voucher is what an event did to its voucher, and what that has then.
func (t *told) voucher(e voucher.Event, words string) error {
	ref, slot, _ := voucher.VoucherOf(e)
	of, _, err := t.campaign(ref.Campaign)
	if err != nil {
		return err
	}
	v, name := slot.Unpack(), ref.String()
	if of.Title != "" {
		name += " of " + terminal.Short(of.Title, titlePlaces)
	}
	t.say("voucher", "%s: %s, %d units left, owner %s", name, words, v.Units, terminal.Address(v.Owner))
	return nil
}
