package refusal

import (
	"context"
	"fmt"
	"strings"

	"tally/internal/money"
	"tally/internal/voucher"
	"tally/internal/zone"
)

// line is what a command takes of one voucher, and where the command says so.
type line struct {
	place    string
	ref      voucher.Ref
	units    uint64
	discount uint64
	returned uint64 // by what was signed, before
}

// lines are what a command says of vouchers.
func (l look) lines() (all []line) {
	switch c := l.command.(type) {
	case voucher.RedeemCommand:
		for i, of := range c.Offer.Lines {
			part := c.Accept.Parts[i] // the door has seen that there is one for each line
			all = append(all, line{fmt.Sprintf("accept.parts[%d]", i), of.Ref(), part.Units, part.Discount, 0})
		}
	case voucher.Signed[voucher.Capture]:
		for i, take := range c.Intent.Takes {
			all = append(all, line{fmt.Sprintf("takes[%d]", i), voucher.Ref{Campaign: take.Campaign, Serial: take.Serial}, take.Units, take.Discount, 0})
		}
	case voucher.Signed[voucher.Rollback]:
		for i, back := range c.Intent.Returns {
			all = append(all, line{fmt.Sprintf("returns[%d]", i), voucher.Ref{Campaign: back.Campaign, Serial: back.Serial}, back.Units, 0, back.Returned})
		}
	case voucher.TransferCommand:
		all = append(all, line{"serial", voucher.Ref{Campaign: c.Transfer.Campaign, Serial: c.Transfer.Serial}, 0, 0, 0})
	case voucher.VoidCommand:
		all = append(all, line{"serial", voucher.Ref{Campaign: c.Void.Campaign, Serial: c.Void.Serial}, 0, 0, 0})
	}
	return all
}

// order is the reason of a refusal by what an order takes of vouchers.
func (l look) order(ctx context.Context, kind voucher.Kind) string {
	if in, ok := l.command.(voucher.Signed[voucher.PutKey]); ok && kind == voucher.KindWrongStore {
		return fmt.Sprintf("store: the merchant has no store %d: name it before a till is let in there", in.Intent.Store)
	}
	if lines := l.lines(); len(lines) > 0 {
		for _, of := range lines {
			c, known, err := l.reader.Campaign(ctx, of.ref.Campaign)
			if err != nil || !known {
				return ""
			}
			if reason := l.lineReason(ctx, kind, c, of); reason != "" {
				return reason
			}
		}
		return l.total(kind, lines)
	}
	id, named := l.campaignID() // of a claim or an issue, whose voucher is not there yet
	if c, known, err := l.reader.Campaign(ctx, id); named && known && err == nil && kind == voucher.KindExpired {
		return "campaign: its vouchers are good until " + zone.Clock(c.ValidUntil, c.Offsets)
	}
	return ""
}

// lineReason is the reason that is in one line; "" where it is in another.
func (l look) lineReason(ctx context.Context, kind voucher.Kind, c voucher.Campaign, of line) string {
	switch kind { //nolint:exhaustive // those of Reason
	case voucher.KindWrongStore:
		return l.store(c)
	case voucher.KindWrongCurrency:
		return l.currency(c)
	case voucher.KindDiscountTooHigh:
		return discount(c, of)
	case voucher.KindNotYetValid:
		if l.now < c.ValidFrom {
			return fmt.Sprintf("%s: its campaign's vouchers are good from %s; the ledger's clock shows %s", of.ref, zone.Clock(c.ValidFrom, c.Offsets), zone.Clock(l.now, c.Offsets))
		}
		return ""
	}
	v, known, err := l.reader.Voucher(ctx, of.ref)
	hold, err2 := l.reader.Hold(ctx, of.ref)
	owner, owned := field[voucher.Address](l.command, "Owner")
	if err != nil || err2 != nil || !known || owned && v.Owner != owner { // nothing of vouchers of others
		return ""
	}
	switch {
	case kind == voucher.KindHeld && hold.Open(l.now):
		return fmt.Sprintf("%s: it is held until %s", of.ref, zone.Clock(hold.Until, c.Offsets))
	case kind == voucher.KindExpired:
		return l.expiry(ctx, c, of, v)
	case kind == voucher.KindInsufficientUnits:
		return l.units(of, v, hold)
	default:
		return ""
	}
}

func (l look) store(c voucher.Campaign) string {
	store, _ := field[uint32](l.command, "Store")
	return fmt.Sprintf("store: one of %s is wanted, where the terms say that the vouchers are good, not %d", strings.Trim(strings.ReplaceAll(fmt.Sprint(c.Stores), " ", ", "), "[]"), store)
}

func (l look) currency(c voucher.Campaign) string {
	given, _ := field[voucher.Currency](l.command, "Currency")
	if given == c.Currency {
		return ""
	}
	return fmt.Sprintf("currency: %s, the campaign's, is wanted, not %s", c.Currency, given)
}

// discount is the reason of a line that takes more money than the terms allow.
func discount(c voucher.Campaign, of line) string {
	given := money.Text(of.discount, c.Currency)
	switch {
	case c.StoredValue && of.discount != of.units:
		return fmt.Sprintf("%s.discount: %s, what the units are worth, is wanted, not %s", of.place, money.Text(of.units, c.Currency), given)
	case of.discount > 0 && (c.MaxDiscount == 0 || (of.discount-1)/c.MaxDiscount >= of.units):
		return fmt.Sprintf("%s.discount: at most %s is wanted, %s for each of the %d units, not %s",
			of.place, money.Text(c.MaxDiscount*of.units, c.Currency), money.Text(c.MaxDiscount, c.Currency), of.units, given) // less than the discount, so no more than 2^53
	default:
		return ""
	}
}

// total is the reason that is in the sum of the lines.
func (l look) total(kind voucher.Kind, lines []line) string {
	amount, ok := field[uint64](l.command, "Amount")
	currency, _ := field[voucher.Currency](l.command, "Currency")
	var sum uint64 // at most 30 · 2^53
	for _, of := range lines {
		sum += of.discount
	}
	if kind != voucher.KindDiscountTooHigh || !ok || sum <= amount {
		return ""
	}
	return fmt.Sprintf("amount: at least the sum of the discounts, %s, is wanted, not %s", money.Text(sum, currency), money.Text(amount, currency))
}

func (l look) expiry(ctx context.Context, c voucher.Campaign, of line, v voucher.Voucher) string {
	extension, err := l.reader.Extension(ctx, c.Merchant, of.ref.Campaign)
	if end := v.Expiry + extension; err == nil && l.now >= end {
		return fmt.Sprintf("%s: it was good until %s; the ledger's clock shows %s", of.ref, zone.Clock(end, c.Offsets), zone.Clock(l.now, c.Offsets))
	}
	return ""
}

func (l look) units(of line, v voucher.Voucher, hold voucher.Hold) string {
	most, whose := v.Units, "the voucher"
	if _, captures := l.command.(voucher.Signed[voucher.Capture]); captures {
		most, whose = hold.Units, "the hold"
	}
	if of.units <= most {
		return ""
	}
	return fmt.Sprintf("%s.units: at most %d, what %s has left, is wanted, not %d", of.place, most, whose, of.units)
}
