package daybook

import (
	"math/bits"

	"tally/internal/books"
	"tally/internal/voucher"
)

// Outstanding is what a merchant still owes to the holders of a campaign's vouchers at
// an instant: units that can be spent or are held, and the discount that they can take
// at most. Vouchers that nobody claimed are owed to nobody.
type Outstanding struct {
	Campaign string           `json:"campaign"`
	At       uint64           `json:"at"` // Unix seconds
	Currency voucher.Currency `json:"currency"`
	Vouchers uint64           `json:"vouchers"` // live ones
	Units    uint64           `json:"units"`    // available and held
	Most     uint64           `json:"most"`     // minor units of money: units × the greatest discount of a unit
}

// Owed is what is outstanding by a campaign's books. greatest is the greatest discount
// of a unit. The error is ErrSum.
func Owed(r books.Report, greatest uint64) (Outstanding, error) {
	o := Outstanding{Campaign: r.Campaign, At: r.At, Currency: r.Sales.Currency, Vouchers: r.Vouchers.Live}
	units, carry := bits.Add64(r.Units.Available, r.Units.Held, 0)
	high, most := bits.Mul64(units, greatest)
	if carry != 0 || high != 0 || units > MaxSum || most > MaxSum {
		return o, ErrSum
	}
	o.Units, o.Most = units, most
	return o, nil
}
