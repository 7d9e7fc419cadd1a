package voucher_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/voucher"
)

type recoverRoot = voucher.JointlyProven[voucher.RecoverRoot]

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

func TestRecoverRoot_EveryRule(t *testing.T) {
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
func TestRecoverRoot_EndedByTheRootInForce(t *testing.T) {
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
func TestRecoverRoot_ReplacesTheOneBefore(t *testing.T) {
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
