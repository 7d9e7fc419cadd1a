package ledgertest

import (
	"context"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/voucher"
)

func issueAppears(w *World, f Fixture) {
	id := w.Campaign(0, anything)
	owners := []voucher.Address{w.Alice.Address, w.Bob.Address, w.Alice.Address}
	issue := w.Must(w.Issue(w.Merchant, id, 0, owners...))
	refs := []voucher.Ref{{Campaign: id, Serial: 7}, {Campaign: id, Serial: 6}, {Campaign: id, Serial: 5}}
	for _, ref := range refs {
		_, ok, err := w.Ledger.Voucher(context.Background(), ref)
		require.NoError(w.T, err)
		require.False(w.T, ok)
	}
	w.Refuse(voucher.KindUnknownVoucher, w.Redeem(w.Alice, refs[0]))
	c := w.Redeem(w.Alice, refs[2], refs[0])
	c.Places = []voucher.Place{Place(issue.ID, owners, 2), Place(issue.ID, owners, 0)}
	out := w.Must(c)
	require.Len(w.T, out.Events, 5)
	require.IsType(w.T, voucher.VoucherDelivered{}, out.Events[1])
	require.IsType(w.T, voucher.VoucherRedeemed{}, out.Events[2])
	require.Equal(w.T, uint64(9), w.voucher(refs[0]).Units)
	given := w.Transfer(w.Bob, w.Alice.Address, refs[1])
	w.Refuse(voucher.KindUnknownVoucher, given)
	given.Place = Place(issue.ID, owners, 1)
	w.Must(given)
	require.Equal(w.T, w.Alice.Address, w.voucher(refs[1]).Owner)
	f.Advance(2 * time.Second)
	c = w.Redeem(w.Alice, refs[0])
	c.Places = []voucher.Place{{Issue: voucher.Hash{9}}} // not looked at: it is there
	w.Must(c)
}

func issueDelivered(w *World, _ Fixture) {
	id := w.Campaign(0, anything)
	owners := []voucher.Address{w.Alice.Address, w.Bob.Address}
	issue := w.Must(w.Issue(w.Merchant, id, 0, owners...))
	out := w.Must(w.Deliver(issue.ID, owners, 1))
	ref := voucher.Ref{Campaign: id, Serial: 6}
	require.Equal(w.T, voucher.Events{voucher.VoucherDelivered{
		Campaign: id, Serial: 6, Voucher: w.voucher(ref).Pack(), Issue: issue.ID, Index: 1,
	}}, out.Events)
	thief := []voucher.Address{w.Alice.Address, w.Alice.Address}
	w.Refuse(voucher.KindExists, w.Deliver(issue.ID, thief, 1))
	w.Refuse(voucher.KindBadPlace, w.Deliver(voucher.Hash{1}, owners, 0))
	w.Must(w.Redeem(w.Bob, ref))
	offer := w.Offer(w.Alice, voucher.Ref{Campaign: id, Serial: 7})
	cancel := w.Cancel(w.Alice, offer)
	cancel.Places = []voucher.Place{Place(issue.ID, owners, 0)}
	require.Len(w.T, w.Must(cancel).Events, 3)
	w.Refuse(voucher.KindAlreadyUsed, w.Join(w.Alice, offer, w.Till, w.Accept(offer)))
}

func issueBadPlace(w *World, _ Fixture) {
	id, another := w.Campaign(0, anything), w.Campaign(0, func(c *voucher.CreateCampaign) { anything(c); c.Units = 5 })
	owners := []voucher.Address{w.Alice.Address, w.Bob.Address, w.Alice.Address}
	issue := w.Must(w.Issue(w.Merchant, id, 0, owners...))
	at := func(by Actor, c voucher.CampaignID, serial uint32, places ...voucher.Place) voucher.Command {
		redeem := w.Redeem(by, voucher.Ref{Campaign: c, Serial: serial})
		redeem.Places = places
		return redeem
	}
	good := Place(issue.ID, owners, 0)
	short := good
	short.Path = short.Path[:1]
	none := good
	none.Issue = voucher.Hash{7}
	beyond := good
	beyond.Index = 3
	w.Refuse(voucher.KindBadPlace, at(w.Bob, id, 7, good))
	w.Refuse(voucher.KindBadPlace, at(w.Alice, id, 6, good))
	w.Refuse(voucher.KindBadPlace, at(w.Alice, another, 7, good))
	w.Refuse(voucher.KindBadPlace, at(w.Alice, id, 7, short))
	w.Refuse(voucher.KindBadPlace, at(w.Alice, id, 7, none))
	w.Refuse(voucher.KindBadPlace, at(w.Alice, id, 4, beyond))
	w.Refuse(voucher.KindUnknownVoucher, at(w.Alice, id, 7, voucher.Place{}))
	w.Refuse(voucher.KindMalformed, at(w.Alice, id, 7, good, good))
	w.Must(at(w.Alice, id, 7, good))
}

func issueSupply(w *World, _ Fixture) {
	id := w.Campaign(0, anything)
	a := w.Alice.Address
	w.Refuse(voucher.KindMalformed, w.Issue(w.Merchant, id, 0))
	w.Refuse(voucher.KindSupplyExceeded, w.Issue(w.Merchant, id, 0, a, a, a, a, a))
	w.Must(w.Issue(w.Merchant, id, 0, a, a, a))
	w.Refuse(voucher.KindWrongVersion, w.Issue(w.Merchant, id, 0, a))
	w.Refuse(voucher.KindSupplyExceeded, w.Issue(w.Merchant, id, 3, a, a))
	last := w.Must(w.Issue(w.Merchant, id, 3, a))
	w.Must(w.Deliver(last.ID, []voucher.Address{a}, 0))
	require.Equal(w.T, a, w.voucher(voucher.Ref{Campaign: id, Serial: 4}).Owner)
	w.Must(w.Change(voucher.ChangeCampaign{Campaign: id, Version: 1, Status: voucher.CampaignPaused, Supply: 8, Open: 4}))
	w.Refuse(voucher.KindCampaignInactive, w.Issue(w.Merchant, id, 4, a))
}

func issueByKey(w *World, _ Fixture) {
	id := w.Campaign(0, anything)
	w.Refuse(voucher.KindNotAuthorised, w.Issue(w.Till, id, 0, w.Bob.Address))
	w.Must(w.PutKey(w.version(), w.Bob.Address, voucher.ScopeIssue, 0))
	w.Must(w.Issue(w.Bob, id, 0, w.Bob.Address))
	w.Refuse(voucher.KindUnknownCampaign, w.Issue(w.Bob, voucher.CampaignID{1}, 0, w.Bob.Address))
}

func transferMoves(w *World, f Fixture) {
	ref := w.Claimed(w.Alice, w.Campaign(0, anything), 0, 0)
	shown := w.Redeem(w.Alice, ref)
	f.Advance(2 * time.Second)
	w.Refuse(voucher.KindMalformed, w.Transfer(w.Alice, w.Alice.Address, ref))
	w.Refuse(voucher.KindMalformed, w.Transfer(w.Alice, voucher.Address{}, ref))
	w.Refuse(voucher.KindNotOwner, w.Transfer(w.Bob, w.Alice.Address, ref))
	out := w.Must(w.Transfer(w.Alice, w.Bob.Address, ref))
	require.Equal(w.T, voucher.Events{voucher.VoucherTransferred{
		Campaign: ref.Campaign, Serial: ref.Serial, Voucher: w.voucher(ref).Pack(), From: w.Alice.Address,
	}}, out.Events)
	w.Refuse(voucher.KindNotOwner, shown)
	f.Advance(2 * time.Second)
	w.Refuse(voucher.KindNotOwner, w.Redeem(w.Alice, ref))
	w.Must(w.Redeem(w.Bob, ref))
}

func transferTerms(w *World, f Fixture) {
	fixed := w.Claimed(w.Alice, w.Campaign(3, nil), 0, 0)
	w.Refuse(voucher.KindNotTransferable, w.Transfer(w.Alice, w.Bob.Address, fixed))
	id := w.Campaign(0, func(c *voucher.CreateCampaign) {
		anything(c)
		c.ValidFrom, c.ValidUntil, c.ClaimUntil = w.Unix()+600, (w.Unix()/voucher.Quarter+2)*voucher.Quarter, w.Unix()+600
	})
	ref, late := w.Claimed(w.Alice, id, 0, 0), w.Claimed(w.Alice, id, 1, 1)
	w.Must(w.Transfer(w.Alice, w.Bob.Address, ref)) // before it is valid
	f.Advance(time.Hour)
	w.Refuse(voucher.KindExpired, w.Transfer(w.Alice, w.Bob.Address, late))
}
