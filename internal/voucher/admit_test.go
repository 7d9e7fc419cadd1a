package voucher_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/voucher"
)

type admitMerchant = voucher.Proven[voucher.AdmitMerchant]

func admitMerchantScene() scene[admitMerchant] {
	return scene[admitMerchant]{unsealedBuild(func(w *world) (admitMerchant, []voucher.Address) {
		return admitMerchant{Intent: voucher.AdmitMerchant{
			Operator: operator(2), Merchant: stranger(), Name: "Oolong House", Deadline: w.now + 60,
		}}, []voucher.Address{operator(2), stranger()}
	}), unsealed[admitMerchant]}
}

func admitMerchantRefusals() []refusal[admitMerchant] {
	return []refusal[admitMerchant]{
		{"no name", voucher.KindMalformed, func(_ *world, c *admitMerchant, _ []voucher.Address) { c.Intent.Name = "" }},
		{"a name of 129 bytes", voucher.KindMalformed, func(_ *world, c *admitMerchant, _ []voucher.Address) { c.Intent.Name = text(129) }},
		{"the zero address", voucher.KindMalformed, func(_ *world, c *admitMerchant, _ []voucher.Address) { c.Intent.Merchant = voucher.Address{} }},
		{"a name of two lines", voucher.KindMalformed, func(_ *world, c *admitMerchant, _ []voucher.Address) { c.Intent.Name = "a\nb" }},
		{"a name with an escape", voucher.KindMalformed, func(_ *world, c *admitMerchant, _ []voucher.Address) { c.Intent.Name = "a\x1b[2J" }},
		{"a name with a zero byte", voucher.KindMalformed, func(_ *world, c *admitMerchant, _ []voucher.Address) { c.Intent.Name = "\x00" }},
		{"a name with a delete", voucher.KindMalformed, func(_ *world, c *admitMerchant, _ []voucher.Address) { c.Intent.Name = "a\x7f" }},
		{"a name of a space, a tilde and a tea", voucher.KindAccepted, func(_ *world, c *admitMerchant, _ []voucher.Address) { c.Intent.Name = " ~茶" }},
		{"the root's key shown by another", voucher.KindBadSignature, func(_ *world, _ *admitMerchant, by []voucher.Address) { by[1] = operator(2) }},
		{"by another operator", voucher.KindBadSignature, func(_ *world, _ *admitMerchant, by []voucher.Address) { by[0] = operator(1) }},
		{"late", voucher.KindDeadlinePassed, func(w *world, _ *admitMerchant, _ []voucher.Address) { w.now += 61 }},
		{"early", voucher.KindDeadlineTooFar, func(w *world, c *admitMerchant, _ []voucher.Address) {
			c.Intent.Deadline = w.now + voucher.IntentLife + 1
		}},
		{"by no operator", voucher.KindNotAuthorised, func(_ *world, c *admitMerchant, by []voucher.Address) {
			by[0], c.Intent.Operator = stranger(), stranger()
		}},
		{"admitted before", voucher.KindExists, func(_ *world, c *admitMerchant, by []voucher.Address) {
			c.Intent.Merchant, by[1] = merchant(), merchant()
		}},
	}
}

func TestAdmitMerchant_EveryRule(t *testing.T) {
	admitMerchantScene().run(t, admitMerchantRefusals())

	w, c, by := admitMerchantScene().build(t)
	c.Intent.Name = text(voucher.MaxName)
	require.Equal(t, voucher.Events{voucher.MerchantAdmitted{
		Merchant: stranger(), Operator: operator(2), Name: text(voucher.MaxName),
	}}, w.accept(c, by...))
	require.Equal(t, voucher.Merchant{Version: 1, Root: stranger()}, w.merchant(stranger()))
}
