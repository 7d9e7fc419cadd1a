package voucher_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/voucher"
)

type rotateRoot = voucher.Proven[voucher.RotateRoot]

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

func TestRotateRoot_EveryRule(t *testing.T) {
	rotateScene().run(t, rotateRefusals())

	w, c, by := rotateScene().build(t)
	version := c.Intent.Version + 1
	require.Equal(t, voucher.Events{voucher.RootSet{
		Merchant: merchant(), Version: version, Root: stranger(), Effective: w.now,
	}}, w.accept(c, by...))
	require.Equal(t, voucher.Merchant{Version: version, Root: stranger()}, w.merchant(merchant()))
	require.Equal(t, voucher.Standing{OperatorsVersion: 1, RootSince: w.now}, w.standing(merchant()))
}
