package httpapi_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/api"
	"tally/internal/index"
	"tally/internal/pricing"
	"tally/internal/voucher"
)

// TestOpenAPI_ListsHaveTheLimitsOfTheCode holds the length of the lists of answers to the
// constants that bound them.
func TestOpenAPI_ListsHaveTheLimitsOfTheCode(t *testing.T) {
	schemas := at(t, openAPI(t), "components", "schemas")
	for list, most := range map[string]int{
		"CampaignPage.data":      index.MaxPage,
		"OutcomePage.data":       index.MaxPage,
		"VoucherPage.data":       index.MaxPage,
		"HistoryPage.data":       index.MaxPage,
		"ReportPage.lines":       index.MaxPage * voucher.MaxLines,
		"ReportPage.sums":        index.MaxPage * voucher.MaxLines,
		"ReportPage.totals":      index.MaxPage * voucher.MaxLines,
		"Returned.lines":         voucher.MaxLines,
		"Returned.rollbacks":     index.MaxPage,
		"Merchant.stores":        api.MaxNames,
		"Merchant.keys":          api.MaxNames,
		"Operators.operators":    voucher.MaxOperators,
		"Auditors.auditors":      voucher.MaxAuditors,
		"Attestors.attestors":    voucher.MaxNamed,
		"Quote.chosen":           pricing.MaxVouchers,
		"Quote.taxes":            pricing.MaxClasses,
		"QuoteUnused":            pricing.MaxVouchers,
		"Cart.lines":             pricing.MaxLines,
		"CreateCampaign.stores":  voucher.MaxStores,
		"ChangeCampaign.offsets": voucher.MaxOffsets,
	} {
		name, member, nested := strings.Cut(list, ".")
		schema := at(t, schemas, name)
		if nested {
			schema = at(t, schema, "properties", member)
		}
		require.EqualValues(t, most, schema["maxItems"], list)
	}
}
