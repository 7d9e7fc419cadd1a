package main

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/terminal"
	"tally/internal/voucher"
)

// TestFiles_OfAnotherKindAreNamed: an auditor who takes one kind of evidence for
// another is told what it is, and not that it is damaged.
func TestFiles_OfAnotherKindAreNamed(t *testing.T) {
	o := openOffice(t)
	receipt, pack := o.receipt(t), o.pack(t)
	pins := filepath.Join(o.dir, "pins.json")
	for _, c := range []struct{ says, verb, file string }{
		{"it is for tally-verify receipt ", "pack", receipt},
		{"it is for tally-verify pack ", "receipt", pack},
		{"it is for tally-verify receipt ", "checkpoint", receipt},
		{"has pins: tally-verify --pins ", "receipt", pins},
		{"has pins: tally-verify --pins ", "pack", pins},
	} {
		args := []string{c.verb, c.file}
		if c.verb == "checkpoint" {
			args = append(args, c.file)
		}
		code, out, errs := o.verify(args...)
		require.Equal(t, exitMisused, code, "%s %s: %s%s", c.verb, c.file, out, errs)
		require.Contains(t, errs, c.says)
	}
}

// TestEvents_SayWhatWasSold: amount, discount, store and voucher stand in the text.
func TestEvents_SayWhatWasSold(t *testing.T) {
	hkd, owner := voucher.Currency{'H', 'K', 'D'}, voucher.Address{1}
	slot := voucher.Voucher{Owner: owner, Units: 8, State: voucher.StateClaimed}.Pack()
	ref := voucher.Ref{Serial: 7}
	who := terminal.Address(owner)
	lines, err := names{}.lines(voucher.Events{
		voucher.Redeemed{Merchant: owner, Store: 3, Currency: hkd, Amount: 6400},
		voucher.VoucherRedeemed{Serial: 7, Units: 2, Discount: 3200, Voucher: slot},
		voucher.RolledBack{}, voucher.VoucherReturned{Serial: 7, Units: 2, Forfeit: true, Voucher: slot},
		voucher.VoucherTransferred{Serial: 7, Voucher: slot}, voucher.CampaignChanged{},
	})
	require.NoError(t, err)
	require.Equal(t, []string{
		"redeemed   at store 3 of merchant " + who + ": order 64.00 HKD",
		"voucher    " + ref.String() + ": 2 units taken, 32.00 HKD off, 8 units left, owner " + who,
		"rollback   of " + voucher.Hash{}.String(),
		"voucher    " + ref.String() + ": 2 units forfeited, 8 units left, owner " + who,
		"voucher    " + ref.String() + ": VoucherTransferred, 8 units left, owner " + who,
		"event      CampaignChanged",
	}, lines)
}
