package voucher_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/voucher"
)

type reinstateMerchant = voucher.Signed[voucher.ReinstateMerchant]

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

func TestReinstateMerchant_EveryRule(t *testing.T) {
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
func TestReinstateMerchant_ExtendsValidity(t *testing.T) {
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
