package till

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/cli"
	"tally/internal/voucher"
)

// TestNeeded_TakesTheFewestUnits: never all that a code happens to offer.
func TestNeeded_TakesTheFewestUnits(t *testing.T) {
	hkd := voucher.Currency{'H', 'K', 'D'}
	pass := cli.NewCampaign(voucher.CreateCampaign{Currency: hkd, MaxDiscount: 3200})
	card := cli.NewCampaign(voucher.CreateCampaign{Currency: hkd, MaxDiscount: 1, StoredValue: true})
	for name, c := range map[string]struct {
		of               cli.Campaign
		offers, discount uint64
		want             uint64
		says             string
	}{
		"a coupon":                        {cli.Campaign{}, 1, 9_999, 1, ""},
		"one cup of ten":                  {pass, 10, 3200, 1, ""},
		"less than one cup":               {pass, 10, 1, 1, ""},
		"nothing off":                     {pass, 10, 0, 1, ""},
		"a little more than one cup":      {pass, 10, 3201, 2, ""},
		"all ten":                         {pass, 10, 32000, 10, ""},
		"more than ten":                   {pass, 10, 32001, 0, "needs 11 units"},
		"stored value":                    {card, 10_000, 1250, 1250, ""},
		"stored value, not enough":        {card, 1_000, 1250, 0, "offers 10.00 HKD"},
		"stored value, nothing":           {card, 1_000, 0, 0, "takes nothing off"},
		"a campaign that nobody tells of": {cli.Campaign{}, 10, 3200, 0, "--units"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := needed(c.of, voucher.Line{Units: c.offers}, c.discount)
			require.Equal(t, c.want, got)
			if c.says == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, c.says)
			}
		})
	}
}
