package daybook_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/books"
	"tally/internal/books/daybook"
)

func TestOwed_UnitsOfHolders(t *testing.T) {
	r := books.Report{
		Campaign: "cmp_1", At: 7, Vouchers: books.Vouchers{Minted: 9, Unclaimed: 4, Live: 2, Expired: 3},
		Units: books.Units{Issued: 20, Available: 5, Held: 2, Redeemed: 10, Expired: 3}, Sales: books.Sales{Currency: hkd},
	}
	owed, err := daybook.Owed(r, 3200)
	require.NoError(t, err)
	require.Equal(t, daybook.Outstanding{Campaign: "cmp_1", At: 7, Currency: hkd, Vouchers: 2, Units: 7, Most: 22400}, owed)
}

func TestOwed_TooLarge(t *testing.T) {
	for name, c := range map[string]struct {
		units    books.Units
		greatest uint64
	}{
		"the sum wraps":     {books.Units{Available: math.MaxUint64, Held: 1}, 1},
		"the units":         {books.Units{Available: daybook.MaxSum + 1}, 0},
		"the product":       {books.Units{Available: daybook.MaxSum}, 2},
		"the product wraps": {books.Units{Held: 1 << 50}, 1 << 50},
	} {
		_, err := daybook.Owed(books.Report{Units: c.units}, c.greatest)
		require.ErrorIs(t, err, daybook.ErrSum, name)
	}
}
