package voucher_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/voucher"
)

type putKey = voucher.Signed[voucher.PutKey]

func putKeyScene() scene[putKey] {
	return scene[putKey]{unsealedBuild(func(w *world) (putKey, []voucher.Address) {
		return putKey{Intent: voucher.PutKey{
			Author: merchant(), Merchant: merchant(), Version: w.merchant(merchant()).Version,
			Key: stranger(), Scopes: voucher.ScopeRedeem | voucher.ScopeRollback, Store: 2, Deadline: w.now + 60,
		}}, []voucher.Address{merchant()}
	}), unsealed[putKey]}
}

func putKeyRefusals() []refusal[putKey] {
	return []refusal[putKey]{
		{"no such scope", voucher.KindMalformed, func(_ *world, c *putKey, _ []voucher.Address) { c.Intent.Scopes |= 16 }},
		{"the zero key", voucher.KindMalformed, func(_ *world, c *putKey, _ []voucher.Address) { c.Intent.Key = voucher.Address{} }},
		{"a till without a store", voucher.KindMalformed, func(_ *world, c *putKey, _ []voucher.Address) { c.Intent.Store = 0 }},
		{"a store without a till", voucher.KindMalformed, func(_ *world, c *putKey, _ []voucher.Address) { c.Intent.Scopes = voucher.ScopeVoid }},
		{"store 65536", voucher.KindMalformed, func(_ *world, c *putKey, _ []voucher.Address) { c.Intent.Store = 65536 }},
		{"by another", voucher.KindBadSignature, func(_ *world, _ *putKey, by []voucher.Address) { by[0] = rival() }},
		{"late", voucher.KindDeadlinePassed, func(w *world, _ *putKey, _ []voucher.Address) { w.now += 61 }},
		{"early", voucher.KindDeadlineTooFar, func(w *world, c *putKey, _ []voucher.Address) {
			c.Intent.Deadline = w.now + voucher.IntentLife + 1
		}},
		{"of nobody", voucher.KindUnknownMerchant, func(_ *world, c *putKey, _ []voucher.Address) { c.Intent.Merchant = stranger() }},
		{"by a till", voucher.KindNotAuthorised, func(_ *world, c *putKey, by []voucher.Address) {
			by[0], c.Intent.Author = till(1), till(1)
		}},
		{"of the version before", voucher.KindWrongVersion, func(_ *world, c *putKey, _ []voucher.Address) { c.Intent.Version-- }},
		{"a store that is not there", voucher.KindWrongStore, func(_ *world, c *putKey, _ []voucher.Address) { c.Intent.Store = 3 }},
	}
}

func TestPutKey_EveryRule(t *testing.T) {
	putKeyScene().run(t, putKeyRefusals())

	w, c, by := putKeyScene().build(t)
	version := w.merchant(merchant()).Version
	require.Equal(t, voucher.Events{voucher.KeyPut{
		Merchant: merchant(), Version: version + 1, Key: stranger(), Scopes: 5, Store: 2,
	}}, w.accept(c, by...))
	k, err := voucher.ReadKey(w.state, merchant(), stranger())
	require.NoError(t, err)
	require.Equal(t, voucher.Key{Scopes: 5, Store: 2}, k)

	c.Intent.Version, c.Intent.Scopes, c.Intent.Store = version+1, 0, 0
	w.accept(c, by...)
	k, err = voucher.ReadKey(w.state, merchant(), stranger())
	require.NoError(t, err)
	require.Equal(t, voucher.Key{}, k, "no scope revokes it")
}
