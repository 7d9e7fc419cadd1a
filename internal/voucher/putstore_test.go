package voucher_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/voucher"
)

type putStore = voucher.Signed[voucher.PutStore]

func putStoreScene() scene[putStore] {
	return scene[putStore]{unsealedBuild(func(w *world) (putStore, []voucher.Address) {
		return putStore{Intent: voucher.PutStore{
			Author: merchant(), Merchant: merchant(), Version: w.merchant(merchant()).Version,
			Store: 3, Name: "Shida", Deadline: w.now + 60,
		}}, []voucher.Address{merchant()}
	}), unsealed[putStore]}
}

func putStoreRefusals() []refusal[putStore] {
	return []refusal[putStore]{
		{"store 0", voucher.KindMalformed, func(_ *world, c *putStore, _ []voucher.Address) { c.Intent.Store = 0 }},
		{"store 65536", voucher.KindMalformed, func(_ *world, c *putStore, _ []voucher.Address) { c.Intent.Store = 65536 }},
		{"no name", voucher.KindMalformed, func(_ *world, c *putStore, _ []voucher.Address) { c.Intent.Name = "" }},
		{"a name of 129 bytes", voucher.KindMalformed, func(_ *world, c *putStore, _ []voucher.Address) { c.Intent.Name = text(129) }},
		{"by another", voucher.KindBadSignature, func(_ *world, _ *putStore, by []voucher.Address) { by[0] = rival() }},
		{"late", voucher.KindDeadlinePassed, func(w *world, _ *putStore, _ []voucher.Address) { w.now += 61 }},
		{"early", voucher.KindDeadlineTooFar, func(w *world, c *putStore, _ []voucher.Address) {
			c.Intent.Deadline = w.now + voucher.IntentLife + 1
		}},
		{"of nobody", voucher.KindUnknownMerchant, func(_ *world, c *putStore, _ []voucher.Address) { c.Intent.Merchant = stranger() }},
		{"by another merchant", voucher.KindNotAuthorised, func(_ *world, c *putStore, by []voucher.Address) {
			by[0], c.Intent.Author = rival(), rival()
		}},
		{"by a till", voucher.KindNotAuthorised, func(_ *world, c *putStore, by []voucher.Address) {
			by[0], c.Intent.Author = till(1), till(1)
		}},
		{"of the version before", voucher.KindWrongVersion, func(_ *world, c *putStore, _ []voucher.Address) { c.Intent.Version-- }},
		{"of the version to come", voucher.KindWrongVersion, func(_ *world, c *putStore, _ []voucher.Address) { c.Intent.Version++ }},
	}
}

func TestPutStore_EveryRule(t *testing.T) {
	putStoreScene().run(t, putStoreRefusals())

	w, c, by := putStoreScene().build(t)
	c.Intent.Store = voucher.MaxStore
	c.Intent.Name = "S"
	version := c.Intent.Version
	require.Equal(t, voucher.Events{voucher.StorePut{
		Merchant: merchant(), Version: version + 1, Store: voucher.MaxStore, Name: "S",
	}}, w.accept(c, by...))
	require.Equal(t, []byte{1}, w.state["store/"+merchant().String()+"/65535"])
	w.putTill(merchant(), till(1), voucher.MaxStore)
	k, err := voucher.ReadKey(w.state, merchant(), till(1))
	require.NoError(t, err)
	require.Equal(t, voucher.Key{Scopes: voucher.ScopeRedeem, Store: voucher.MaxStore}, k)
	require.Equal(t, version+2, w.merchant(merchant()).Version)
}
