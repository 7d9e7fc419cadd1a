package pricing_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/pricing"
	"tally/internal/voucher"
)

func TestCheckCampaign_Contradictions(t *testing.T) {
	for _, c := range []struct {
		terms    string
		campaign voucher.CreateCampaign
		path     string
	}{
		{five, voucher.CreateCampaign{MaxDiscount: 500, Units: 1}, ""},
		{five, voucher.CreateCampaign{MaxDiscount: 499, Units: 1}, "offer.amount"},
		{five, voucher.CreateCampaign{MaxDiscount: 500, StoredValue: true}, "offer.kind"},
		{`"offer":{"kind":"stored_value"}`, voucher.CreateCampaign{MaxDiscount: 1, Units: 500}, "offer.kind"},
		{`"offer":{"kind":"stored_value"}`, voucher.CreateCampaign{MaxDiscount: 1, Units: 500, StoredValue: true}, ""},
		{`"offer":{"kind":"percent_off","bp":10000}`, voucher.CreateCampaign{MaxDiscount: 1}, ""},
		{`"offer":{"kind":"exchange","on":{"tags":["a"]},"most_units":3}`, voucher.CreateCampaign{Units: 2}, "offer.most_units"},
		{`"offer":{"kind":"exchange","on":{"tags":["a"]},"most_units":3}`, voucher.CreateCampaign{Units: 3}, ""},
		{`"offer":{"kind":"exchange","on":{"tags":["a"]}}`, voucher.CreateCampaign{Units: 1}, ""},
		{five + `,"bearer":true`, voucher.CreateCampaign{MaxDiscount: 500, Transfer: true}, "bearer"},
		{five + `,"bearer":true`, voucher.CreateCampaign{MaxDiscount: 500}, ""},
		{five, voucher.CreateCampaign{MaxDiscount: 500, Transfer: true}, ""},
		{five + `,"when":[{"stores":[1,2]}]`, voucher.CreateCampaign{MaxDiscount: 500, Stores: []uint32{3}}, "when[0].stores"},
		{five + `,"when":[{"areas":["a"]},{"stores":[1,2]}]`, voucher.CreateCampaign{MaxDiscount: 500, Stores: []uint32{3, 4}}, "when[1].stores"},
		{five + `,"when":[{"stores":[1,3]}]`, voucher.CreateCampaign{MaxDiscount: 500, Stores: []uint32{3, 4}}, ""},
		{five + `,"when":[{"stores":[1,3]}]`, voucher.CreateCampaign{MaxDiscount: 500}, ""},
	} {
		terms, err := pricing.ReadTerms([]byte(`{"name":"x",` + c.terms + `}`))
		require.NoError(t, err)
		err = terms.CheckCampaign(c.campaign)
		if c.path == "" {
			require.NoError(t, err, c.terms)
			continue
		}
		var refusal *pricing.RefusalError
		require.ErrorAs(t, err, &refusal, c.terms)
		require.Equal(t, c.path, refusal.Path)
	}
}

// TestCheckCampaign_RealOffers: what the ledger lets through is what the offers promise.
func TestCheckCampaign_RealOffers(t *testing.T) {
	var list []struct {
		Where  string
		Terms  json.RawMessage
		Ledger struct {
			Units       uint64
			MaxDiscount uint64 `json:"max_discount"`
			StoredValue bool   `json:"stored_value"`
		}
	}
	text, err := os.ReadFile("testdata/examples.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &list))
	for _, offer := range list {
		terms, err := pricing.ReadTerms(offer.Terms)
		require.NoError(t, err)
		require.NoError(t, terms.CheckCampaign(voucher.CreateCampaign{
			Units: offer.Ledger.Units, MaxDiscount: offer.Ledger.MaxDiscount, StoredValue: offer.Ledger.StoredValue,
		}), offer.Where)
	}
}
