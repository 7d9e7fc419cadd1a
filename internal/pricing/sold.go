package pricing

import (
	"math"

	"tally/internal/voucher"
)

// Sold is a voucher as the ledger had it when it accepted a sale: with the units that it
// held before. That it was valid then, the ledger judged.
func Sold(ref voucher.Ref, had uint64, create voucher.CreateCampaign, terms *Terms) Voucher {
	return Voucher{
		Ref: ref, TermsHash: voucher.TermsHash(create.Terms), Terms: terms, Units: had, Expiry: math.MaxUint64,
		MaxDiscount: create.MaxDiscount, Currency: create.Currency, StoredValue: create.StoredValue, Stores: create.Stores,
	}
}
