package voucher_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/voucher"
)

type (
	suspendMerchant   = voucher.Signed[voucher.SuspendMerchant]
	reinstateMerchant = voucher.Signed[voucher.ReinstateMerchant]
	rotateRoot        = voucher.Proven[voucher.RotateRoot]
	recoverRoot       = voucher.JointlyProven[voucher.RecoverRoot]
)

func suspendScene() scene[suspendMerchant] {
	return scene[suspendMerchant]{unsealedBuild(func(w *world) (suspendMerchant, []voucher.Address) {
		return suspendMerchant{Intent: voucher.SuspendMerchant{
			Operator: operator(2), Merchant: merchant(), Version: w.standing(merchant()).OperatorsVersion,
			Reason: "Unpaid fees", Deadline: w.now + 60,
		}}, []voucher.Address{operator(2)}
	}), unsealed[suspendMerchant]}
}

func suspendRefusals() []refusal[suspendMerchant] {
	type command = suspendMerchant
	return []refusal[command]{
		{"no reason", voucher.KindMalformed, func(_ *world, c *command, _ []voucher.Address) { c.Intent.Reason = "" }},
		{"a reason of 257 bytes", voucher.KindMalformed, func(_ *world, c *command, _ []voucher.Address) { c.Intent.Reason = text(257) }},
		{"a reason of 1 byte", voucher.KindAccepted, func(_ *world, c *command, _ []voucher.Address) { c.Intent.Reason = "x" }},
		{"a reason of 256 bytes", voucher.KindAccepted, func(_ *world, c *command, _ []voucher.Address) { c.Intent.Reason = text(256) }},
		{"by another", voucher.KindBadSignature, func(_ *world, _ *command, by []voucher.Address) { by[0] = operator(1) }},
		{"late", voucher.KindDeadlinePassed, func(w *world, _ *command, _ []voucher.Address) { w.now += 61 }},
		{"early", voucher.KindDeadlineTooFar, func(w *world, c *command, _ []voucher.Address) {
			c.Intent.Deadline = w.now + voucher.IntentLife + 1
		}},
		{"by the merchant", voucher.KindNotAuthorised, func(_ *world, c *command, by []voucher.Address) {
			by[0], c.Intent.Operator = merchant(), merchant()
		}},
		{"of nobody", voucher.KindUnknownMerchant, func(_ *world, c *command, _ []voucher.Address) { c.Intent.Merchant = stranger() }},
		{"of the version before", voucher.KindWrongVersion, func(_ *world, c *command, _ []voucher.Address) { c.Intent.Version-- }},
		{"suspended", voucher.KindMerchantSuspended, func(w *world, c *command, _ []voucher.Address) {
			w.suspend(merchant())
			c.Intent.Version++
		}},
	}
}

func TestSuspendMerchant(t *testing.T) {
	suspendScene().run(t, suspendRefusals())

	w, c, by := suspendScene().build(t)
	before := w.merchant(merchant())
	require.Equal(t, voucher.Events{voucher.MerchantSuspended{
		Merchant: merchant(), Version: 2, Operator: operator(2), Reason: "Unpaid fees",
	}}, w.accept(c, by...))
	before.SuspendedFrom = w.now
	require.Equal(t, before, w.merchant(merchant()))
}

func reinstateScene() scene[reinstateMerchant] {
	return scene[reinstateMerchant]{unsealedBuild(func(w *world) (reinstateMerchant, []voucher.Address) {
		w.suspend(merchant())
		return reinstateMerchant{Intent: voucher.ReinstateMerchant{
			Operator: operator(2), Merchant: merchant(), Version: w.standing(merchant()).OperatorsVersion, Deadline: w.now + 6000,
		}}, []voucher.Address{operator(2)}
	}), unsealed[reinstateMerchant]}
}

func reinstateRefusals() []refusal[reinstateMerchant] {
	type command = reinstateMerchant
	return []refusal[command]{
		{"by another", voucher.KindBadSignature, func(_ *world, _ *command, by []voucher.Address) { by[0] = operator(1) }},
		{"late", voucher.KindDeadlinePassed, func(w *world, _ *command, _ []voucher.Address) { w.now += 6001 }},
		{"early", voucher.KindDeadlineTooFar, func(w *world, c *command, _ []voucher.Address) {
			c.Intent.Deadline = w.now + voucher.IntentLife + 1
		}},
		{"by the merchant", voucher.KindNotAuthorised, func(_ *world, c *command, by []voucher.Address) {
			by[0], c.Intent.Operator = merchant(), merchant()
		}},
		{"of nobody", voucher.KindUnknownMerchant, func(_ *world, c *command, _ []voucher.Address) { c.Intent.Merchant = stranger() }},
		{"of the version to come", voucher.KindWrongVersion, func(_ *world, c *command, _ []voucher.Address) { c.Intent.Version++ }},
		{"of one that is not suspended", voucher.KindWrongVersion, func(w *world, c *command, _ []voucher.Address) {
			c.Intent.Merchant, c.Intent.Version = rival(), w.standing(rival()).OperatorsVersion
		}},
	}
}

func TestReinstateMerchant(t *testing.T) {
	reinstateScene().run(t, reinstateRefusals())

	for _, c := range []struct {
		name        string
		later, lost uint64
	}{
		{"at once", 0, 0},
		{"a second later", 1, 1},
		{"a quarter of an hour later", 900, 900},
		{"a second after that", 901, 901},
		{"a minute before", 1<<64 - 60, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, in, by := reinstateScene().build(t)
			w.now += c.later
			version := w.merchant(merchant()).Version
			require.Equal(t, voucher.Events{voucher.MerchantReinstated{
				Merchant: merchant(), Version: 3, Operator: operator(2), Lost: c.lost,
			}}, w.accept(in, by...))
			require.Equal(t, voucher.Merchant{Version: version, Root: merchant(), Lost: c.lost}, w.merchant(merchant()))
		})
	}
}

// A campaign gains what its merchant lost after its creation, and its slots do
// not change.
func TestReinstatingExtendsValidity(t *testing.T) {
	w := newWorld(t)
	lose := func(seconds uint64) {
		w.suspend(merchant())
		w.now += seconds
		w.reinstate(merchant())
	}
	lose(900)
	const until = (start/900)*900 + 9000
	soon := func(in *voucher.CreateCampaign) {
		in.ValidUntil, in.ClaimUntil, in.Stores, in.PerDay = until, until, nil, 0
	}
	campaign := w.campaign(soon)
	early := w.claim(campaign, wallet(1), 0)
	lose(1800)
	extension, err := voucher.ReadExtension(w.state, merchant(), campaign)
	require.NoError(t, err)
	require.Equal(t, uint64(1800), extension, "and not what was lost before")
	later := w.claim(campaign, wallet(1), 1)
	require.Equal(t, uint64(until), w.voucher(early).Expiry)
	require.Equal(t, uint64(until), w.voucher(later).Expiry)
	w.now = until + 1799
	for _, ref := range []voucher.Ref{early, later} {
		w.accept(w.accepts(w.offers(wallet(1), line(ref, 1))), wallet(1), till(1))
	}
	w.now++
	for _, ref := range []voucher.Ref{early, later} {
		w.refuse(voucher.KindExpired, w.accepts(w.offers(wallet(1), line(ref, 1))), wallet(1), till(1))
	}
}

// What is good for some days is good for these days, whatever was lost before.
func TestDaysCountFromTheClaim(t *testing.T) {
	w := newWorld(t)
	days := func(in *voucher.CreateCampaign) { in.ValidDays, in.PerDay = 2, 0 }
	campaign := w.campaign(days)
	w.suspend(merchant())
	w.now += 1800
	w.reinstate(merchant())
	ref := w.claim(campaign, wallet(1), 0)
	other := w.claim(w.campaign(days), wallet(1), 0)
	require.Equal(t, w.voucher(other).Expiry, w.voucher(ref).Expiry+1800)
	w.now = w.voucher(other).Expiry - 1
	w.accept(w.accepts(w.offers(wallet(1), line(ref, 1))), wallet(1), till(1))
	w.now++
	w.refuse(voucher.KindExpired, w.accepts(w.offers(wallet(1), line(ref, 1))), wallet(1), till(1))
}

func rotateScene() scene[rotateRoot] {
	return scene[rotateRoot]{unsealedBuild(func(w *world) (rotateRoot, []voucher.Address) {
		return rotateRoot{Intent: voucher.RotateRoot{
			Author: merchant(), Merchant: merchant(), Version: w.merchant(merchant()).Version, Root: stranger(), Deadline: w.now + 60,
		}}, []voucher.Address{merchant(), stranger()}
	}), unsealed[rotateRoot]}
}

func rotateRefusals() []refusal[rotateRoot] {
	type command = rotateRoot
	return []refusal[command]{
		{"the zero root", voucher.KindMalformed, func(_ *world, c *command, _ []voucher.Address) { c.Intent.Root = voucher.Address{} }},
		{"by another", voucher.KindBadSignature, func(_ *world, _ *command, by []voucher.Address) { by[0] = stranger() }},
		{"the next root's key shown by this one", voucher.KindBadSignature, func(_ *world, _ *command, by []voucher.Address) { by[1] = merchant() }},
		{"suspended", voucher.KindMerchantSuspended, func(w *world, _ *command, _ []voucher.Address) { w.suspend(merchant()) }},
		{"late", voucher.KindDeadlinePassed, func(w *world, _ *command, _ []voucher.Address) { w.now += 61 }},
		{"early", voucher.KindDeadlineTooFar, func(w *world, c *command, _ []voucher.Address) {
			c.Intent.Deadline = w.now + voucher.IntentLife + 1
		}},
		{"of nobody", voucher.KindUnknownMerchant, func(_ *world, c *command, _ []voucher.Address) { c.Intent.Merchant = stranger() }},
		{"by an operator", voucher.KindNotAuthorised, func(_ *world, c *command, by []voucher.Address) {
			by[0], c.Intent.Author = operator(1), operator(1)
		}},
		{"of the version before", voucher.KindWrongVersion, func(_ *world, c *command, _ []voucher.Address) { c.Intent.Version-- }},
	}
}

func TestRotateRoot(t *testing.T) {
	rotateScene().run(t, rotateRefusals())

	w, c, by := rotateScene().build(t)
	version := c.Intent.Version + 1
	require.Equal(t, voucher.Events{voucher.RootSet{
		Merchant: merchant(), Version: version, Root: stranger(), Effective: w.now,
	}}, w.accept(c, by...))
	require.Equal(t, voucher.Merchant{Version: version, Root: stranger()}, w.merchant(merchant()))
	require.Equal(t, voucher.Standing{OperatorsVersion: 1, RootSince: w.now}, w.standing(merchant()))
}

func recoverScene() scene[recoverRoot] {
	return scene[recoverRoot]{unsealedBuild(func(w *world) (recoverRoot, []voucher.Address) {
		by := []voucher.Address{operator(1), operator(3)}
		return recoverRoot{
			Intent: voucher.RecoverRoot{
				Approvers: slices.Clone(by), Merchant: merchant(), Version: w.standing(merchant()).OperatorsVersion,
				Root: stranger(), Deadline: w.now + 60,
			},
			Approvals:   make([]voucher.Signature, 2),
			Possessions: []voucher.Possession{{Holder: stranger()}},
		}, append(by, stranger())
	}), unsealed[recoverRoot]}
}

func recoverRefusals() []refusal[recoverRoot] {
	type command = recoverRoot
	return []refusal[command]{
		{"the zero root", voucher.KindMalformed, func(_ *world, c *command, _ []voucher.Address) { c.Intent.Root = voucher.Address{} }},
		{"approvers out of order", voucher.KindMalformed, func(_ *world, c *command, by []voucher.Address) {
			slices.Reverse(by[:2])
			slices.Reverse(c.Intent.Approvers)
		}},
		{"33 approvers", voucher.KindMalformed, func(_ *world, c *command, _ []voucher.Address) {
			c.Intent.Approvers = nil
			for n := range byte(33) {
				c.Intent.Approvers = append(c.Intent.Approvers, address(n))
			}
		}},
		{"by another", voucher.KindBadSignature, func(_ *world, _ *command, by []voucher.Address) { by[1] = operator(2) }},
		{"late", voucher.KindDeadlinePassed, func(w *world, _ *command, _ []voucher.Address) { w.now += 61 }},
		{"early", voucher.KindDeadlineTooFar, func(w *world, c *command, _ []voucher.Address) {
			c.Intent.Deadline = w.now + voucher.ApprovalLife + 1
		}},
		{"one who is no operator", voucher.KindNotAuthorised, func(_ *world, c *command, by []voucher.Address) {
			by[1], c.Intent.Approvers[1] = stranger(), stranger()
		}},
		{"too few", voucher.KindNotAuthorised, func(w *world, _ *command, _ []voucher.Address) {
			w.state["operators"] = voucher.EncodeABI(voucher.Operators{
				Version: 1, Members: []voucher.Address{operator(1), operator(2), operator(3)}, Threshold: 3,
			})
		}},
		{"of nobody", voucher.KindUnknownMerchant, func(_ *world, c *command, _ []voucher.Address) { c.Intent.Merchant = stranger() }},
		{"of the version before", voucher.KindWrongVersion, func(_ *world, c *command, _ []voucher.Address) { c.Intent.Version-- }},
		{"of the merchant's own version", voucher.KindWrongVersion, func(w *world, c *command, _ []voucher.Address) {
			c.Intent.Version = w.merchant(merchant()).Version
		}},
		{"the next root's key shown by another", voucher.KindBadSignature, func(_ *world, _ *command, by []voucher.Address) { by[2] = merchant() }},
		{"another key shown", voucher.KindMalformed, func(_ *world, c *command, by []voucher.Address) {
			c.Possessions[0].Holder, by[2] = merchant(), merchant()
		}},
		{"suspended", voucher.KindAccepted, func(w *world, c *command, _ []voucher.Address) {
			w.suspend(merchant())
			c.Intent.Version++
		}},
	}
}

func TestRecoverRoot(t *testing.T) {
	recoverScene().run(t, recoverRefusals())

	w, c, by := recoverScene().build(t)
	version, from := w.merchant(merchant()).Version, w.now+voucher.RecoverDelay
	require.Equal(t, voucher.Events{voucher.RootSet{
		Merchant: merchant(), Version: 2, Root: stranger(), Effective: from,
	}}, w.accept(c, by...))
	m := w.merchant(merchant())
	require.Equal(t, voucher.Merchant{Version: version, Root: merchant(), NextRoot: stranger(), NextFrom: from}, m)
	require.Equal(t, merchant(), m.RootAt(from-1))
	require.Equal(t, stranger(), m.RootAt(from))

	create := w.terms()
	create.Deadline = from
	w.now = from
	w.refuse(voucher.KindNotAuthorised, createCampaign{Intent: create}, merchant())
	create.Author = stranger()
	create.ClaimUntil = create.ValidUntil
	w.accept(createCampaign{Intent: create}, stranger())
}

// A change by the root in force stops a recovery that is under way, and makes a
// root that took over the root for good, also if the clock goes back.
func TestAChangeByTheRootInForceEndsARecovery(t *testing.T) {
	for _, c := range []struct {
		name  string
		after uint64
		root  voucher.Address
	}{
		{"a second before it takes over", voucher.RecoverDelay - 1, merchant()},
		{"when it took over", voucher.RecoverDelay, stranger()},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, recovery, by := recoverScene().build(t)
			w.accept(recovery, by...)
			w.now += c.after
			version := w.merchant(merchant()).Version
			w.accept(putStore{Intent: voucher.PutStore{
				Author: c.root, Merchant: merchant(), Version: version, Store: 3, Name: "S", Deadline: w.now,
			}}, c.root)
			require.Equal(t, voucher.Merchant{Version: version + 1, Root: c.root}, w.merchant(merchant()))
			for _, at := range []uint64{start, start + voucher.RecoverDelay, start + 2*voucher.RecoverDelay} {
				require.Equal(t, c.root, w.merchant(merchant()).RootAt(at))
			}
		})
	}
}

// A second recovery takes the place of the first, and starts the delay again.
func TestARecoveryReplacesTheOneBefore(t *testing.T) {
	w, c, by := recoverScene().build(t)
	w.accept(c, by...)
	w.now += 1000
	c.Intent.Version, c.Intent.Root, c.Intent.Deadline = c.Intent.Version+1, wallet(9), w.now
	c.Possessions[0].Holder, by[2] = wallet(9), wallet(9)
	w.accept(c, by...)
	m := w.merchant(merchant())
	require.Equal(t, merchant(), m.RootAt(w.now+voucher.RecoverDelay-1))
	require.Equal(t, wallet(9), m.RootAt(w.now+voucher.RecoverDelay))
}
