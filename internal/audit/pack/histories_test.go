package pack

import (
	"bytes"
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/audit/audittest"
	"tally/internal/audit/replay"
	"tally/internal/intent"
	"tally/internal/ledger"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// lie is a forger with a short honest history: a merchant, its stores and
// tills, a campaign of ten-unit vouchers that may be rolled back. Alice has
// claimed two of the vouchers and spent a unit of one.
type lie struct {
	*audittest.Forger
	*ledgertest.World
	honest     []ledger.Entry
	campaign   voucher.CampaignID
	spent, has voucher.Ref
	sale       voucher.Outcome
	create     voucher.CreateCampaign
}

func newLie(t testing.TB) *lie {
	t.Helper()
	f := audittest.NewForger(t)
	l := &lie{Forger: f, World: f.World}
	l.Found()
	l.create = l.Terms(10, func(c *voucher.CreateCampaign) { c.Units, c.PerHolder = 10, 2 })
	l.campaign = voucher.CampaignOf(l.Must(l.Create(l.create)).ID)
	l.spent, l.has = l.Claimed(l.Alice, l.campaign, 0, 0), l.Claimed(l.Alice, l.campaign, 1, 1)
	l.sale = l.Must(l.Redeem(l.Alice, l.spent))
	l.honest = l.Entries()
	return l
}

// pack is the pack of everything that a forger hands out.
func (l *lie) pack(t testing.TB, history []ledger.Entry) []byte {
	t.Helper()
	told := l.Tell(history)
	signed, tree := told.Checkpoint()
	return audited{source: &counted{Source: told}, job: Job{
		Ledger: l.Pins().Ledger, Checkpoint: signed, Tree: tree, Proofs: OfTransactions,
	}}.write(t, All())
}

// judge verifies a pack with all that can be pinned.
func (l *lie) judge(raw []byte) error {
	_, err := Verify(context.Background(), bytes.NewReader(raw), Check{Pins: founded(l.Pins()), State: state{}})
	return err
}

// as is what the sale's events would be for another voucher or taker.
func (l *lie) as(edit func(*voucher.VoucherRedeemed)) []voucher.Event {
	taken := l.sale.Events[1].(voucher.VoucherRedeemed)
	edit(&taken)
	return []voucher.Event{l.sale.Events[0], taken}
}

func (l *lie) slot(owner voucher.Address, units uint64) voucher.Slot {
	v := l.sale.Events[1].(voucher.VoucherRedeemed).Voucher.Unpack()
	v.Owner, v.Units, v.State = owner, units, voucher.StateClaimed
	return v.Pack()
}

// entry is a false entry after the honest history.
func (l *lie) entry(c voucher.Command, events ...voucher.Event) ledger.Entry {
	return l.Says(l.honest, c, events...)
}

// TestVerify_TamperedHistories: an operator with every key that an operator has,
// and its accomplices, tell one false command each. Chain, log and their proofs are
// right, so authors' signatures and the rules must find it.
func TestVerify_TamperedHistories(t *testing.T) {
	l := newLie(t)
	require.NoError(t, l.judge(l.pack(t, l.honest)), "what really was")
	mallory := ledgertest.NewActor("mallory")
	sold := func(edit func(*voucher.RedeemCommand)) voucher.RedeemCommand {
		c := l.Redeem(l.Alice, l.has)
		edit(&c)
		return c
	}
	for name, c := range map[string]struct {
		entry func() ledger.Entry
		kind  voucher.Kind
		says  string
	}{
		"a voucher with two owners": {func() ledger.Entry {
			return l.entry(l.Claim(l.Bob, l.campaign, 0, 0), voucher.VoucherClaimed{Campaign: l.campaign, Voucher: l.slot(l.Bob.Address, 10)})
		}, voucher.KindSerialsTaken, ""},
		"more vouchers than one may have": {func() ledger.Entry {
			return l.entry(l.Claim(l.Alice, l.campaign, 2, 5), voucher.VoucherClaimed{Campaign: l.campaign, Serial: 5, Voucher: l.slot(l.Alice.Address, 10), Ordinal: 2})
		}, voucher.KindLimitReached, ""},
		"more vouchers than were minted": {func() ledger.Entry {
			return l.entry(l.Claim(l.Bob, l.campaign, 0, 10), voucher.VoucherClaimed{Campaign: l.campaign, Serial: 10, Voucher: l.slot(l.Bob.Address, 10)})
		}, voucher.KindSerialsTaken, ""},
		"more units than it had": {func() ledger.Entry {
			offer := l.Offer(l.Alice, l.has)
			offer.Lines[0].Units = 11
			return l.entry(l.Join(l.Alice, offer, l.Till, l.Accept(offer)), l.as(func(e *voucher.VoucherRedeemed) { e.Serial, e.Units = 1, 11 })...)
		}, voucher.KindInsufficientUnits, ""},
		"somebody else's voucher": {func() ledger.Entry {
			return l.entry(l.Redeem(mallory, l.has), l.as(func(e *voucher.VoucherRedeemed) { e.Serial = 1 })...)
		}, voucher.KindNotOwner, ""},
		"a code at a second till": {func() ledger.Entry {
			offer := l.Offer(l.Alice, l.spent) // the clock stands still: it is the code that was used
			accept := l.Accept(offer)
			accept.Till, accept.Store = l.Other.Address, 2
			return l.entry(l.Join(l.Alice, offer, l.Other, accept), l.as(func(*voucher.VoucherRedeemed) {})...)
		}, voucher.KindAlreadyUsed, ""},
		"a forged wallet signature": {func() ledger.Entry {
			return l.entry(sold(func(c *voucher.RedeemCommand) { c.OfferSignature = l.Sign(mallory, c.Offer) }), l.as(func(e *voucher.VoucherRedeemed) { e.Serial = 1 })...)
		}, voucher.KindBadSignature, ""},
		"a forged till signature": {func() ledger.Entry {
			return l.entry(sold(func(c *voucher.RedeemCommand) { c.AcceptSignature = l.Sign(mallory, c.Accept) }), l.as(func(e *voucher.VoucherRedeemed) { e.Serial = 1 })...)
		}, voucher.KindBadSignature, ""},
		"a till that the merchant never named": {func() ledger.Entry {
			offer := l.Offer(l.Alice, l.has)
			accept := l.Accept(offer)
			accept.Till = mallory.Address
			return l.entry(l.Join(l.Alice, offer, mallory, accept), l.as(func(e *voucher.VoucherRedeemed) { e.Serial = 1 })...)
		}, voucher.KindNotAuthorised, ""},
		"a forged merchant signature": {func() ledger.Entry {
			in := voucher.ChangeCampaign{Author: l.Merchant.Address, Merchant: l.Merchant.Address, Campaign: l.campaign, Version: 1, Status: voucher.CampaignPaused, Supply: 10, Open: 10, Deadline: l.Unix() + 600}
			return l.entry(voucher.Signed[voucher.ChangeCampaign]{Intent: in, Signature: l.Sign(mallory, in)}, voucher.CampaignChanged{Campaign: l.campaign, Version: 2, Status: voucher.CampaignPaused, Supply: 10, Open: 10})
		}, voucher.KindBadSignature, ""},
		"terms changed after they were signed": {func() ledger.Entry {
			signed := l.Terms(10, func(c *voucher.CreateCampaign) { c.Terms = `{"name":"Two for one"}` })
			c := l.Create(signed).(voucher.Signed[voucher.CreateCampaign])
			c.Intent.Terms = `{"name":"Three for one"}`
			return l.entry(c, voucher.CampaignCreated{Campaign: voucher.CampaignOf(l.Domain.ID(c)), Create: c.Intent})
		}, voucher.KindBadSignature, ""},
		"other terms in the event than in the command": {func() ledger.Entry {
			signed := l.Terms(10, func(c *voucher.CreateCampaign) { c.Terms = `{"name":"Two for one"}` })
			c := l.Create(signed)
			signed.Supply = 1_000_000
			return l.entry(c, voucher.CampaignCreated{Campaign: voucher.CampaignOf(l.Domain.ID(c)), Create: signed})
		}, voucher.KindAccepted, "the rules give other events"},
		"a rollback of nothing": {func() ledger.Entry {
			return l.entry(l.Rollback(l.Merchant, voucher.Hash{1}, ledgertest.Return(l.spent, 1, 1, 0)),
				voucher.RolledBack{Redemption: voucher.Hash{1}, Author: l.Merchant.Address},
				voucher.VoucherReturned{Campaign: l.campaign, Voucher: l.returned(), Units: 1})
		}, voucher.KindAccepted, "which took 0"},
		"a rollback of more than was taken": {func() ledger.Entry {
			return l.entry(l.Rollback(l.Merchant, l.sale.ID, ledgertest.Return(l.spent, 1, 2, 0)),
				voucher.RolledBack{Redemption: l.sale.ID, Author: l.Merchant.Address},
				voucher.VoucherReturned{Campaign: l.campaign, Voucher: l.returned(), Units: 1})
		}, voucher.KindAccepted, "which took 1"},
		"a clock an hour fast": {func() ledger.Entry {
			e := l.entry(l.Redeem(l.Alice, l.has), l.as(func(e *voucher.VoucherRedeemed) { e.Serial = 1 })...)
			e.Outcome.Time += 3600
			return e
		}, voucher.KindDeadlinePassed, ""},
		"a clock an hour slow": {func() ledger.Entry {
			e := l.entry(l.Redeem(l.Alice, l.has), l.as(func(e *voucher.VoucherRedeemed) { e.Serial = 1 })...)
			e.Outcome.Time -= 3600
			return e
		}, voucher.KindSignedAhead, ""},
		"a command signed for another ledger": {func() ledger.Entry {
			other := ledgertest.Cast(t, intent.NewDomain(ledgertest.LedgerID(9)), ledgertest.Start)
			return l.entry(other.Claim(l.Bob, l.campaign, 0, 5), voucher.VoucherClaimed{Campaign: l.campaign, Serial: 5, Voucher: l.slot(l.Bob.Address, 10)})
		}, voucher.KindBadSignature, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var why *replay.NotFollowingError
			require.ErrorAs(t, l.judge(l.pack(t, append(slices.Clone(l.honest), c.entry()))), &why)
			require.Equal(t, int64(len(l.honest)), why.Leaf, "the false command and none before")
			require.Equal(t, c.kind.String(), why.Kind.String(), why.Reason)
			require.Contains(t, why.Reason, c.says)
		})
	}
}

// returned is the spent voucher with its unit back.
func (l *lie) returned() voucher.Slot {
	v := l.sale.Events[1].(voucher.VoucherRedeemed).Voucher.Unpack()
	v.Units++
	return v.Pack()
}

// TestVerify_RollbackOfWhatWasTaken: a rollback of what was taken follows: the
// other side of two of the cases above.
func TestVerify_RollbackOfWhatWasTaken(t *testing.T) {
	l := newLie(t)
	l.Must(l.Rollback(l.Merchant, l.sale.ID, ledgertest.Return(l.spent, 1, 1, 0)))
	held := l.Must(l.Hold(l.Alice, l.Unix()+3600, l.has))
	captured := l.Must(l.Capture(held.ID, 6400, ledgertest.Take(l.has, 1, 0)))
	l.Must(l.Rollback(l.Merchant, captured.ID, ledgertest.Return(l.has, 1, 1, 0)))
	require.NoError(t, l.judge(l.pack(t, l.Entries())))
}

// TestVerify_ForgersCommandsDroppedRepeatedSwapped: the forger leaves out, repeats
// and swaps one command after another, with a chain and a log that are right. Where
// nothing came to depend on the command, the rules cannot see it, but the tree is
// another than the one that the operator signed before: a witness, or any other
// party that kept that checkpoint, sees it.
func TestVerify_ForgersCommandsDroppedRepeatedSwapped(t *testing.T) {
	l := newLie(t)
	_, kept := l.Tell(l.honest).Checkpoint()
	byRules, byCheckpoint := 0, 0
	for i := range l.honest {
		edits := map[string][]ledger.Entry{
			"dropped":  slices.Delete(slices.Clone(l.honest), i, i+1),
			"repeated": append(slices.Clone(l.honest), l.honest[i]),
		}
		if i > 0 {
			edits["swapped"] = slices.Clone(l.honest)
			edits["swapped"][i-1], edits["swapped"][i] = edits["swapped"][i], edits["swapped"][i-1]
		}
		for name, history := range edits {
			history = placed(history)
			err := l.judge(l.pack(t, history))
			if err != nil {
				require.ErrorIs(t, err, replay.ErrDoesNotFollow, "%s %d", name, i)
				byRules++
				continue
			}
			require.NotEqual(t, "repeated", name)
			_, tree := l.Tell(history).Checkpoint()
			require.LessOrEqual(t, tree.N, kept.N, "%s %d", name, i)
			require.NotEqual(t, kept, tree, "%s %d", name, i)
			byCheckpoint++
		}
	}
	t.Logf("%d found by the rules, %d by a checkpoint that was kept", byRules, byCheckpoint)
	require.Greater(t, byRules, 2*byCheckpoint)
}

// placed gives every entry a block of its own, in order.
func placed(history []ledger.Entry) []ledger.Entry {
	for i := range history {
		history[i].Outcome.Position = voucher.Position{Block: uint64(i) + 1}
	}
	return history
}
