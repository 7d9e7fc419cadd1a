package voucher_test

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/voucher"
)

type rollbackCommand = voucher.Signed[voucher.Rollback]

func back(r voucher.Ref, units, taken, returned uint64) voucher.Return {
	return voucher.Return{Campaign: r.Campaign, Serial: r.Serial, Units: units, Taken: taken, Returned: returned}
}

func (w *world) rollbacks(redemption voucher.Hash, returns ...voucher.Return) rollbackCommand {
	return rollbackCommand{Intent: voucher.Rollback{
		Author: merchant(), Merchant: merchant(), Redemption: redemption, Returns: returns,
		Details: voucher.Hash{5}, Deadline: w.now + 60,
	}}
}

// sold redeems units of a voucher and returns the redemption's id.
func (w *world) sold(r voucher.Ref, owner voucher.Address, units uint64) voucher.Hash {
	o := w.offers(owner, line(r, units))
	w.accept(w.accepts(o), owner, till(1))
	return id(o)
}

// rollbackScene gives 2 of 3 and all of 10 units back.
func rollbackScene() scene[rollbackCommand] {
	return scene[rollbackCommand]{unsealedBuild(func(w *world) (rollbackCommand, []voucher.Address) {
		campaign := w.campaign(anything)
		a, b := w.claim(campaign, wallet(1), 0), w.claim(campaign, wallet(1), 1)
		o := w.offers(wallet(1), line(a, 3), line(b, 10))
		w.accept(w.accepts(o), wallet(1), till(1))
		return w.rollbacks(id(o), back(a, 2, 3, 0), back(b, 10, 10, 0)), []voucher.Address{merchant()}
	}), unsealed[rollbackCommand]}
}

func rollbackRefusals() []refusal[rollbackCommand] {
	type command = rollbackCommand
	edited := func(name string, kind voucher.Kind, edit func(in *voucher.Rollback)) refusal[command] {
		return refusal[command]{name, kind, func(_ *world, c *command, _ []voucher.Address) { edit(&c.Intent) }}
	}
	exceeds := voucher.KindRollbackExceeds
	return []refusal[command]{
		edited("nothing", voucher.KindMalformed, func(in *voucher.Rollback) { in.Returns = nil }),
		edited("no units", voucher.KindMalformed, func(in *voucher.Rollback) { in.Returns[0].Units = 0 }),
		edited("a voucher twice", voucher.KindMalformed, func(in *voucher.Rollback) { in.Returns[1].Serial = 0 }),
		edited("out of order", voucher.KindMalformed, func(in *voucher.Rollback) { slices.Reverse(in.Returns) }),
		edited("31 vouchers", voucher.KindMalformed, func(in *voucher.Rollback) {
			in.Returns = nil
			for n := range uint32(31) {
				in.Returns = append(in.Returns, voucher.Return{Serial: n, Units: 1, Taken: 1})
			}
		}),
		// At a limit it is the state that says no.
		edited("30 vouchers", voucher.KindUnknownCampaign, func(in *voucher.Rollback) {
			in.Returns = nil
			for n := range uint32(30) {
				in.Returns = append(in.Returns, voucher.Return{Serial: n, Units: 1, Taken: 1})
			}
		}),
		edited("2^36-1 taken", voucher.KindAccepted, func(in *voucher.Rollback) { in.Returns[0].Taken = voucher.MaxUnits }),
		edited("all was returned", exceeds, func(in *voucher.Rollback) { in.Returns[0].Returned = 3 }),
		{"by another", voucher.KindBadSignature, func(_ *world, _ *command, by []voucher.Address) { by[0] = rival() }},
		{"late", voucher.KindDeadlinePassed, func(w *world, _ *command, _ []voucher.Address) { w.now += 61 }},
		edited("early", voucher.KindDeadlineTooFar, func(in *voucher.Rollback) { in.Deadline = start + voucher.IntentLife + 1 }),
		edited("more than was taken", exceeds, func(in *voucher.Rollback) { in.Returns[0].Units = 4 }),
		edited("more was returned than taken", exceeds, func(in *voucher.Rollback) { in.Returns[0].Returned = 4 }),
		edited("2^64-1 units", exceeds, func(in *voucher.Rollback) { in.Returns[0].Units, in.Returns[0].Returned = math.MaxUint64, 2 }),
		edited("2^36 taken", exceeds, func(in *voucher.Rollback) { in.Returns[0].Taken = 1 << 36 }),
		edited("of nobody", voucher.KindUnknownMerchant, func(in *voucher.Rollback) { in.Merchant = stranger() }),
		{"suspended", voucher.KindMerchantSuspended, func(w *world, _ *command, _ []voucher.Address) { w.suspend(merchant()) }},
		{"by a till", voucher.KindNotAuthorised, func(_ *world, c *command, by []voucher.Address) {
			by[0], c.Intent.Author = till(1), till(1)
		}},
		edited("no such campaign", voucher.KindUnknownCampaign, func(in *voucher.Rollback) { in.Returns[0].Campaign = voucher.CampaignID{} }),
		{"another merchant's campaign", voucher.KindUnknownCampaign, func(_ *world, c *command, by []voucher.Address) {
			by[0], c.Intent.Author, c.Intent.Merchant = rival(), rival(), rival()
		}},
		{"under terms that forbid it", voucher.KindNotReturnable, func(w *world, c *command, _ []voucher.Address) {
			ref := w.claim(w.campaign(anything, func(in *voucher.CreateCampaign) { in.Rollback, in.Grace = voucher.RollbackNone, 0 }), wallet(1), 0)
			*c = w.rollbacks(w.sold(ref, wallet(1), 1), back(ref, 1, 1, 0))
		}},
		edited("a serial that nobody claimed", voucher.KindUnknownVoucher, func(in *voucher.Rollback) { in.Returns[1].Serial = 2 }),
		{"void", voucher.KindVoided, func(w *world, c *command, _ []voucher.Address) {
			ref := voucher.Ref{Campaign: c.Intent.Returns[0].Campaign}
			v := w.voucher(ref)
			v.State = voucher.StateVoid
			w.put(ref, v)
		}},
		edited("nothing was returned so far", voucher.KindWrongReturned, func(in *voucher.Rollback) { in.Returns[0].Returned = 1 }),
		edited("more than the voucher was issued with", exceeds, func(in *voucher.Rollback) { in.Returns[0].Units, in.Returns[0].Taken = 4, 4 }),
	}
}

func TestRollback_EveryRule(t *testing.T) {
	rollbackScene().run(t, rollbackRefusals())

	w, c, by := rollbackScene().build(t)
	campaign := c.Intent.Returns[0].Campaign
	after := func(units uint64) voucher.Voucher {
		return voucher.Voucher{Owner: wallet(1), Units: units, Expiry: validUntil, SignedAt: start, State: voucher.StateClaimed}
	}
	require.Equal(t, voucher.Events{
		voucher.RolledBack{Redemption: c.Intent.Redemption, Author: merchant(), Details: voucher.Hash{5}},
		voucher.VoucherReturned{Campaign: campaign, Serial: 0, Voucher: after(9).Pack(), Units: 2},
		voucher.VoucherReturned{Campaign: campaign, Serial: 1, Voucher: after(10).Pack(), Units: 10},
	}, w.accept(c, by...))
	ref := voucher.Ref{Campaign: campaign}
	require.Equal(t, after(9), w.voucher(ref))
	n, err := voucher.ReadReturned(w.state, c.Intent.Redemption, ref)
	require.NoError(t, err)
	require.Equal(t, uint64(2), n)
	w.accept(w.rollbacks(c.Intent.Redemption, back(ref, 1, 3, 2)), by...)
	require.Equal(t, after(10), w.voucher(ref))
}

// The expiry moves once, never beyond the original and the grace, and not at
// all while there is more time left than the grace gives.
func TestRollback_ExtendsTheExpiryOnce(t *testing.T) {
	const until, grace = (start/900)*900 + 9000, 7200
	for _, c := range []struct {
		name   string
		at     uint64
		expiry uint64
	}{
		{"with more time left", until - grace - 1, until},
		{"just before", until - 1, until + grace},
		{"an hour before", until - 3600, until + grace - 3600},
		{"an hour before, on a second", until - 3599, until + grace - 2700},
		{"long after", until + 86400, until + grace},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			ref := w.claim(w.campaign(anything, func(in *voucher.CreateCampaign) {
				in.ValidUntil, in.ClaimUntil, in.Grace = until, until, grace
			}), wallet(1), 0)
			sale := w.sold(ref, wallet(1), 10)
			w.now = c.at
			w.accept(w.rollbacks(sale, back(ref, 1, 10, 0)), merchant())
			require.Equal(t, c.expiry, w.voucher(ref).Expiry)
			w.now = until + 2*86400
			w.accept(w.rollbacks(sale, back(ref, 1, 10, 1)), merchant())
			if c.expiry > until {
				require.Equal(t, c.expiry, w.voucher(ref).Expiry)
			} else {
				require.Equal(t, uint64(until+grace), w.voucher(ref).Expiry, "the first rollback moved nothing")
			}
		})
	}
}

// The grace is counted from now, and what suspensions took is on top of every expiry.
func TestRollback_GraceCountsSuspensionsOnce(t *testing.T) {
	const until, grace = (start/900)*900 + 9000, 7200
	w := newWorld(t)
	ref := w.claim(w.campaign(anything, func(in *voucher.CreateCampaign) {
		in.ValidUntil, in.ClaimUntil, in.Grace = until, until, grace
	}), wallet(1), 0)
	sale := w.sold(ref, wallet(1), 10)
	w.suspend(merchant())
	w.now += 1800
	w.reinstate(merchant())
	w.now = until
	w.accept(w.rollbacks(sale, back(ref, 1, 10, 0)), merchant())
	require.Equal(t, uint64(until+grace-1800), w.voucher(ref).Expiry)
}

func TestRollback_ForfeitLeavesTheVoucher(t *testing.T) {
	w := newWorld(t)
	ref := w.claim(w.campaign(anything, func(in *voucher.CreateCampaign) { in.Rollback = voucher.RollbackForfeit }), wallet(1), 0)
	sale := w.sold(ref, wallet(1), 10)
	before := w.voucher(ref)
	events := w.accept(w.rollbacks(sale, back(ref, 10, 10, 0)), merchant())
	require.Equal(t, voucher.VoucherReturned{
		Campaign: ref.Campaign, Serial: 0, Voucher: before.Pack(), Units: 10, Forfeit: true,
	}, events[1])
	require.Equal(t, before, w.voucher(ref))
}

// TestRollback_ForfeitsWhatWasSpent: terms that forfeit give back no more of a
// voucher than is spent of it, whatever a rollback says was taken.
func TestRollback_ForfeitsWhatWasSpent(t *testing.T) {
	w := newWorld(t)
	ref := w.claim(w.campaign(anything, func(in *voucher.CreateCampaign) { in.Rollback = voucher.RollbackForfeit }), wallet(1), 0)
	sale := w.sold(ref, wallet(1), 4)
	w.refuse(voucher.KindRollbackExceeds, w.rollbacks(voucher.Hash{0xaa}, back(ref, 5, 5, 0)), merchant())
	w.accept(w.rollbacks(sale, back(ref, 4, 4, 0)), merchant())
}
