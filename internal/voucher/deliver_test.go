package voucher_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/voucher"
)

type deliverCommand = voucher.DeliverCommand

func deliverScene() scene[deliverCommand] {
	return scene[deliverCommand]{unsealedBuild(func(w *world) (deliverCommand, []voucher.Address) {
		issue := w.issues(w.campaign(anything), owners())
		w.accept(issue, merchant())
		return deliverCommand{
			Deliver: voucher.Deliver{Issue: id(issue.Intent), Index: 2, Owner: wallet(3)}, Path: voucher.IssueProof(owners(), 2),
		}, nil
	}), unsealed[deliverCommand]}
}

func deliverRefusals() []refusal[deliverCommand] {
	type command = deliverCommand
	return []refusal[command]{
		{"to nobody", voucher.KindMalformed, func(_ *world, c *command, _ []voucher.Address) { c.Deliver.Owner = voucher.Address{} }},
		{"a proof of 33 hashes", voucher.KindMalformed, func(_ *world, c *command, _ []voucher.Address) { c.Path = make([]voucher.Hash, 33) }},
		{"of no issue", voucher.KindBadPlace, func(_ *world, c *command, _ []voucher.Address) { c.Deliver.Issue = voucher.Hash{} }},
		{"beyond the list", voucher.KindBadPlace, func(_ *world, c *command, _ []voucher.Address) { c.Deliver.Index = 3 }},
		{"to another", voucher.KindBadPlace, func(_ *world, c *command, _ []voucher.Address) { c.Deliver.Owner = wallet(1) }},
		{"without its proof", voucher.KindBadPlace, func(_ *world, c *command, _ []voucher.Address) { c.Path = nil }},
		{"a proof of 32 hashes", voucher.KindBadPlace, func(_ *world, c *command, _ []voucher.Address) { c.Path = make([]voucher.Hash, 32) }},
		{"with a longer proof", voucher.KindBadPlace, func(_ *world, c *command, _ []voucher.Address) { c.Path = append(c.Path, voucher.Hash{}) }},
		{"void", voucher.KindExists, func(w *world, c *command, _ []voucher.Address) {
			list, _, _ := voucher.ReadIssuance(w.state, c.Deliver.Issue)
			w.accept(voidCommand{Void: voucher.Void{
				Author: merchant(), Merchant: merchant(), Campaign: list.Campaign, Serial: 7, Reason: "Lost", Deadline: w.now,
			}}, merchant())
		}},
	}
}

func TestDeliver_EveryRule(t *testing.T) {
	deliverScene().run(t, deliverRefusals())

	w, c, _ := deliverScene().build(t)
	w.suspend(merchant()) // which takes nothing from the owners of the list
	list, _, err := voucher.ReadIssuance(w.state, c.Deliver.Issue)
	require.NoError(t, err)
	v := voucher.Voucher{Owner: wallet(3), Units: 10, Expiry: validUntil, State: voucher.StateClaimed}
	require.Equal(t, voucher.Events{voucher.VoucherDelivered{
		Campaign: list.Campaign, Serial: 7, Voucher: v.Pack(), Issue: c.Deliver.Issue, Index: 2,
	}}, w.accept(c))
	require.Equal(t, v, w.voucher(voucher.Ref{Campaign: list.Campaign, Serial: 7}))
}
