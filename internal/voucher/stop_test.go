package voucher_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/voucher"
)

// A thief has the merchant's root. What the operators signed beforehand, by
// counting their own acts alone, is accepted whatever he does and whenever.
func TestOperatorsStop_AThiefInEveryOrder(t *testing.T) {
	acts := thiefsActs()
	for first := range acts {
		for second := range acts {
			for third := range acts {
				t.Run(fmt.Sprint(acts[first].name, ", ", acts[second].name, ", ", acts[third].name), func(t *testing.T) {
					stopAThief(t, acts[first], acts[second], acts[third])
				})
			}
		}
	}
}

// thiefsAct is what a thief tries: twice at a time, because his first act may be
// what makes the second possible.
type thiefsAct struct {
	name string
	try  func(w *world, thief *voucher.Address)
}

func thiefsActs() []thiefsAct {
	tried := func(w *world, c voucher.Command, by ...voucher.Address) bool {
		return w.apply(c, by...).Status == voucher.StatusAccepted
	}
	return []thiefsAct{
		{"nothing", func(*world, *voucher.Address) {}},
		{"a store", func(w *world, thief *voucher.Address) {
			tried(w, putStore{Intent: voucher.PutStore{
				Author: *thief, Merchant: merchant(), Version: w.merchant(merchant()).Version, Store: 9, Name: "X", Deadline: w.now,
			}}, *thief)
		}},
		{"a key", func(w *world, thief *voucher.Address) {
			tried(w, putKey{Intent: voucher.PutKey{
				Author: *thief, Merchant: merchant(), Version: w.merchant(merchant()).Version,
				Key: address(0xee), Scopes: voucher.ScopeIssue, Deadline: w.now,
			}}, *thief)
		}},
		{"a revocation", func(w *world, thief *voucher.Address) {
			tried(w, putKey{Intent: voucher.PutKey{
				Author: *thief, Merchant: merchant(), Version: w.merchant(merchant()).Version, Key: till(1), Deadline: w.now,
			}}, *thief)
		}},
		{"another root", func(w *world, thief *voucher.Address) {
			next := *thief
			next[1]++
			if tried(w, rotateRoot{Intent: voucher.RotateRoot{
				Author: *thief, Merchant: merchant(), Version: w.merchant(merchant()).Version, Root: next, Deadline: w.now,
			}}, *thief, next) {
				*thief = next
			}
		}},
	}
}

func stopAThief(t *testing.T, before, between, after thiefsAct) {
	t.Helper()
	w := newWorld(t)
	thief, found := merchant(), stranger()
	twice := func(a thiefsAct) {
		a.try(w, &thief)
		a.try(w, &thief)
	}
	operators := []voucher.Address{operator(1), operator(3)}
	suspend := suspendMerchant{Intent: voucher.SuspendMerchant{
		Operator: operator(1), Merchant: merchant(), Version: 1, Reason: "stolen root", Deadline: w.now + 3600,
	}}
	recovery := recoverRoot{
		Intent: voucher.RecoverRoot{
			Approvers: operators, Merchant: merchant(), Version: 2, Root: found, Deadline: w.now + 3600,
		},
		Approvals: make([]voucher.Signature, 2), Possessions: []voucher.Possession{{Holder: found}},
	}
	reinstate := func() reinstateMerchant {
		return reinstateMerchant{Intent: voucher.ReinstateMerchant{
			Operator: operator(1), Merchant: merchant(), Version: 3, Deadline: w.now,
		}}
	}
	twice(before)
	w.now++
	w.accept(suspend, operator(1))
	twice(between)
	w.now++
	w.accept(recovery, operators[0], operators[1], found)
	takesOver := w.now + voucher.RecoverDelay
	for w.now < takesOver { // he tries every day, and in the last second
		twice(after)
		w.refuse(voucher.KindRecoveryPending, reinstate(), operator(1))
		w.now = min(w.now+86400, max(takesOver-1, w.now+1))
	}
	require.Equal(t, found, w.merchant(merchant()).RootAt(w.now))
	for _, a := range thiefsActs() {
		version := w.merchant(merchant()).Version
		a.try(w, &thief)
		require.Equal(t, version, w.merchant(merchant()).Version, "the thief goes on: %s", a.name)
	}
	// The new root takes his keys away before anything can be done with them.
	w.accept(putKey{Intent: voucher.PutKey{
		Author: found, Merchant: merchant(), Version: w.merchant(merchant()).Version, Key: address(0xee), Deadline: w.now,
	}}, found)
	w.accept(reinstate(), operator(1))
	m := w.merchant(merchant())
	require.Equal(t, found, m.Root)
	for _, at := range []uint64{0, start, w.now, w.now + 10*voucher.RecoverDelay} {
		require.Equal(t, found, m.RootAt(at), "a clock that goes back brings the thief back")
	}
	require.Equal(t, takesOver, w.standing(merchant()).RootSinceAt(m, w.now))
	w.putStoreBy(found)
}

func (w *world) putStoreBy(root voucher.Address) {
	w.accept(putStore{Intent: voucher.PutStore{
		Author: root, Merchant: merchant(), Version: w.merchant(merchant()).Version, Store: 4, Name: "Y", Deadline: w.now,
	}}, root)
}

// A merchant that goes on is asked: its root in force stops a recovery.
func TestOperatorsStop_NotSuspended(t *testing.T) {
	w, c, by := recoverScene().build(t)
	w.accept(c, by...)
	w.putStoreBy(merchant())
	require.Zero(t, w.merchant(merchant()).NextFrom)
}

// Naming the root in force takes a recovery back, and a merchant can be reinstated at once.
func TestOperatorsStop_RecoveryTakenBack(t *testing.T) {
	w := newWorld(t)
	w.suspend(merchant())
	_, c, by := recoverScene().build(t)
	c.Intent.Version = 2
	w.accept(c, by...)
	c.Intent.Version, c.Intent.Root, c.Possessions[0].Holder = 3, merchant(), merchant()
	by[2] = merchant()
	require.Equal(t, voucher.Events{voucher.RootSet{
		Merchant: merchant(), Version: 4, Root: merchant(), Effective: w.now,
	}}, w.accept(c, by...))
	w.reinstate(merchant())
	require.Equal(t, merchant(), w.merchant(merchant()).RootAt(w.now+2*voucher.RecoverDelay))
}

// Short suspensions add what they took and no more, whatever their number.
func TestSuspensions_AreCountedToTheSecond(t *testing.T) {
	w := newWorld(t)
	campaign := w.campaign(func(in *voucher.CreateCampaign) { in.Stores = nil })
	ref := w.claim(campaign, wallet(1), 0)
	ends := w.voucher(ref).Expiry
	for range 100 {
		w.suspend(merchant())
		w.reinstate(merchant())
	}
	extension, err := voucher.ReadExtension(w.state, merchant(), campaign)
	require.NoError(t, err)
	require.Zero(t, extension, "nothing was lost")
	for range 7 {
		w.suspend(merchant())
		w.now += 13
		w.reinstate(merchant())
	}
	w.now = ends + 7*13 - 1
	w.accept(w.accepts(w.offers(wallet(1), line(ref, 1))), wallet(1), till(1))
	w.now++
	w.refuse(voucher.KindExpired, w.accepts(w.offers(wallet(1), line(ref, 1))), wallet(1), till(1))
}

// A voucher that appears after a suspension ends when its campaign does, at most a
// quarter of an hour later and never earlier; what is lost afterwards is added exactly.
func TestSuspensions_AVoucherThatAppearsLater(t *testing.T) {
	for _, lost := range []uint64{1, 13, 899, 900, 901, 86399} {
		t.Run(fmt.Sprint(lost), func(t *testing.T) {
			w := newWorld(t)
			campaign := w.campaign(func(in *voucher.CreateCampaign) { in.Stores = nil })
			until := w.readCampaign(campaign).ValidUntil
			w.suspend(merchant())
			w.now += lost
			w.reinstate(merchant())
			ref := w.claim(campaign, wallet(1), 0)
			ends := w.voucher(ref).Expiry + lost
			require.GreaterOrEqual(t, ends, until+lost)
			require.Less(t, ends, until+lost+voucher.Quarter)
			w.suspend(merchant())
			w.now += 5
			w.reinstate(merchant())
			extension, err := voucher.ReadExtension(w.state, merchant(), campaign)
			require.NoError(t, err)
			require.Equal(t, lost+5, extension)
		})
	}
}

// A free key cancels offers of one voucher once a second at most: an offer that
// was over long ago cannot be cancelled, and signedAt must grow.
func TestCancels_AreOneASecond(t *testing.T) {
	w := newWorld(t)
	ref := w.claim(w.campaign(), wallet(1), 0)
	accepted := 0
	cancel := func(signedAt, deadline uint64) voucher.Kind {
		o := voucher.Redeem{Owner: wallet(1), Lines: []voucher.Line{line(ref, 1)}, SignedAt: signedAt, Deadline: deadline}
		kind := w.apply(w.cancels(o), wallet(1), wallet(1)).Kind
		if kind == voucher.KindAccepted {
			accepted++
		}
		return kind
	}
	require.Equal(t, voucher.KindOfferOver, cancel(1, 600))
	require.Equal(t, voucher.KindDeadlineTooFar, cancel(1, w.now))
	require.Equal(t, voucher.KindMalformed, cancel(w.now, w.now-1))
	require.Equal(t, voucher.KindOfferOver, cancel(w.now-voucher.CancelLife-10, w.now-voucher.CancelLife-1))
	const window = voucher.CancelLife + voucher.RedeemLife + voucher.ClockSkew
	for day := range uint64(3) { // he signs for each second that he can think of
		w.now += day
		for signedAt := w.now - 2*window; signedAt <= w.now+2*window; signedAt++ {
			cancel(signedAt, signedAt+voucher.RedeemLife)
		}
	}
	require.LessOrEqual(t, accepted, window+1+3)
	require.Greater(t, accepted, window)
}

// A till is not free: it can cancel what it was shown for a week after.
func TestCancels_OfATillThatWasOff(t *testing.T) {
	w := newWorld(t)
	ref := w.claim(w.campaign(), wallet(1), 0)
	c := w.cancels(w.offers(wallet(1), line(ref, 1)))
	c.Cancel.Author, c.Cancel.Merchant = till(1), merchant()
	w.now = c.Offer.Deadline + voucher.TillCancel + 1
	c.Cancel.Deadline = w.now
	w.refuse(voucher.KindOfferOver, c, till(1), wallet(1))
	w.now--
	w.accept(c, till(1), wallet(1))
}

// A voucher goes from hand to hand once a second at most, too.
func TestTransfers_AreOneASecond(t *testing.T) {
	w := newWorld(t)
	ref := w.claim(w.campaign(func(in *voucher.CreateCampaign) { in.Transfer = true }), wallet(1), 0)
	accepted, owner, other := 0, wallet(1), wallet(2)
	for signedAt := w.now - 2000; signedAt <= w.now+2000; signedAt++ {
		out := w.apply(voucher.TransferCommand{Transfer: voucher.Transfer{
			Owner: owner, Campaign: ref.Campaign, Serial: ref.Serial, To: other,
			SignedAt: signedAt, Deadline: signedAt + voucher.RedeemLife,
		}}, owner)
		if out.Status == voucher.StatusAccepted {
			accepted++
			owner, other = other, owner
		}
	}
	require.Equal(t, voucher.RedeemLife+voucher.ClockSkew+1, accepted)
}
