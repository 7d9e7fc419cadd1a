package main

import (
	"fmt"

	"tally/internal/money"
	"tally/internal/voucher"
)

// eventLines tell a person what a command did: where, for how much, and to which
// vouchers. Events that need no words of their own have their name.
func eventLines(events voucher.Events) (lines []string) {
	var currency voucher.Currency
	for _, e := range events {
		switch e := e.(type) {
		case voucher.Redeemed:
			currency = e.Currency
			lines = append(lines, orderLine("redeemed", e.Merchant, e.Store, e.Amount, e.Currency))
		case voucher.OrderHeld:
			currency = e.Currency
			lines = append(lines, orderLine("held", e.Merchant, e.Store, e.Amount, e.Currency)+", until "+at(e.Until))
		case voucher.HoldCaptured:
			currency = e.Currency
			lines = append(lines, orderLine("captured", e.Merchant, e.Store, e.Amount, e.Currency))
		case voucher.VoucherRedeemed:
			lines = append(lines, voucherLine(e, fmt.Sprintf("%d units taken, %s off", e.Units, money.Text(e.Discount, currency))))
		case voucher.VoucherHeld:
			lines = append(lines, voucherLine(e, fmt.Sprintf("%d units reserved, up to %s off", e.Units, money.Text(e.Discount, currency))))
		case voucher.RolledBack:
			lines = append(lines, "rollback   of "+e.Redemption.String())
		case voucher.VoucherReturned:
			words := fmt.Sprintf("%d units restored", e.Units)
			if e.Forfeit {
				words = fmt.Sprintf("%d units forfeited", e.Units)
			}
			lines = append(lines, voucherLine(e, words))
		default:
			if _, _, ok := voucher.VoucherOf(e); ok {
				lines = append(lines, voucherLine(e, voucher.EventName(e)))
			} else {
				lines = append(lines, "event      "+voucher.EventName(e))
			}
		}
	}
	return lines
}

func orderLine(did string, merchant voucher.Address, store uint32, amount uint64, c voucher.Currency) string {
	return fmt.Sprintf("%-10s at store %d of merchant %s: order %s", did, store, merchant, money.Text(amount, c))
}

// voucherLine is what an event did to its voucher, and what that has then.
func voucherLine(e voucher.Event, words string) string {
	ref, slot, _ := voucher.VoucherOf(e)
	v := slot.Unpack()
	return fmt.Sprintf("voucher    %s: %s, %d units left, owner %s", ref, words, v.Units, v.Owner)
}
