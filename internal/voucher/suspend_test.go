package voucher_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/voucher"
)

type suspendMerchant = voucher.Signed[voucher.SuspendMerchant]

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

func TestSuspendMerchant_EveryRule(t *testing.T) {
	suspendScene().run(t, suspendRefusals())

	w, c, by := suspendScene().build(t)
	before := w.merchant(merchant())
	require.Equal(t, voucher.Events{voucher.MerchantSuspended{
		Merchant: merchant(), Version: 2, Operator: operator(2), Reason: "Unpaid fees",
	}}, w.accept(c, by...))
	before.SuspendedFrom = w.now
	require.Equal(t, before, w.merchant(merchant()))
}
