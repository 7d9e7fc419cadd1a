package daybook_test

import (
	"encoding/json"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tally/internal/books/daybook"
	"tally/internal/voucher"
)

var hkd, jpy = voucher.Currency{'H', 'K', 'D'}, voucher.Currency{'J', 'P', 'Y'}

func lines(t *rapid.T) []daybook.Line {
	return rapid.SliceOf(rapid.Custom(func(t *rapid.T) daybook.Line {
		return daybook.Line{
			Did:      rapid.SampledFrom([]string{daybook.Sale, daybook.Return}).Draw(t, "did"),
			Day:      rapid.SampledFrom([]string{"2026-11-30", "2026-12-01"}).Draw(t, "day"),
			Store:    rapid.Uint32Range(1, 2).Draw(t, "store"),
			Till:     voucher.Address{rapid.Byte().Draw(t, "till") % 2},
			Campaign: rapid.SampledFrom([]string{"cmp_1", "cmp_2"}).Draw(t, "campaign"),
			Currency: rapid.SampledFrom([]voucher.Currency{hkd, jpy}).Draw(t, "currency"),
			Orders:   rapid.Uint64Range(0, 1).Draw(t, "orders"),
			Amount:   rapid.Uint64Range(0, 1<<40).Draw(t, "amount"),
			Units:    rapid.Uint64Range(0, 1<<40).Draw(t, "units"),
			Discount: rapid.Uint64Range(0, 1<<40).Draw(t, "discount"),
		}
	})).Draw(t, "lines")
}

// TestSums_EqualTheirLines: whatever sums are kept apart by, and in whatever order the
// lines come, the sums of a currency are those of its lines.
func TestSums_EqualTheirLines(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := lines(t)
		by := daybook.By{Day: rapid.Bool().Draw(t, "day"), Store: rapid.Bool().Draw(t, "store"), Till: rapid.Bool().Draw(t, "till"), Campaign: rapid.Bool().Draw(t, "campaign")}
		sums, err := daybook.Sums(all, by)
		require.NoError(t, err)
		got, want := map[voucher.Currency][7]int64{}, map[voucher.Currency][7]int64{}
		for _, s := range sums {
			v := got[s.Currency]
			for i, one := range []uint64{s.Orders, s.Amount, s.Units.Gross, s.Units.Returned, s.Discount.Gross, s.Discount.Returned} {
				v[i] += int64(one)
			}
			v[6] += s.Discount.Net
			got[s.Currency] = v
		}
		for _, l := range all {
			v, at, sign := want[l.Currency], 0, int64(1)
			if l.Did == daybook.Return {
				at, sign = 1, -1
			}
			v[0] += int64(l.Orders)
			v[1] += int64(l.Amount)
			v[2+at] += int64(l.Units)
			v[4+at] += int64(l.Discount)
			v[6] += sign * int64(l.Discount)
			want[l.Currency] = v
		}
		require.Equal(t, want, got)
		rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		again, err := daybook.Sums(all, by)
		require.NoError(t, err)
		require.Equal(t, sums, again)
	})
}

func TestSums_TooLarge(t *testing.T) {
	for name, l := range map[string]daybook.Line{
		"amount": {Did: daybook.Sale, Amount: daybook.MaxSum}, "units": {Did: daybook.Return, Units: daybook.MaxSum}, "discount": {Did: daybook.Sale, Discount: daybook.MaxSum},
	} {
		sums, err := daybook.Sums([]daybook.Line{l}, daybook.By{})
		require.NoError(t, err, name)
		require.Len(t, sums, 1)
		more := l
		more.Amount, more.Units, more.Discount = min(l.Amount, 1), min(l.Units, 1), min(l.Discount, 1)
		_, err = daybook.Sums([]daybook.Line{l, more}, daybook.By{})
		require.ErrorIs(t, err, daybook.ErrSum, name)
	}
}

// TestSums_MoreCameBackThanWasSold is a day of returns: its net is negative.
func TestSums_MoreCameBackThanWasSold(t *testing.T) {
	sums, err := daybook.Sums([]daybook.Line{
		{Did: daybook.Return, Day: "2026-12-01", Currency: hkd, Units: 2, Discount: 6400},
		{Did: daybook.Sale, Day: "2026-12-01", Currency: hkd, Orders: 1, Amount: 9600, Units: 1, Discount: 3200},
	}, daybook.By{Day: true})
	require.NoError(t, err)
	text, err := json.Marshal(sums)
	require.NoError(t, err)
	require.JSONEq(t, `[{"day":"2026-12-01","currency":"HKD","orders":1,"amount":9600,`+
		`"units":{"gross":1,"returned":2,"net":-1},"discount":{"gross":3200,"returned":6400,"net":-3200}}]`, string(text))
}

func TestParseBy_Names(t *testing.T) {
	for text, want := range map[string]daybook.By{
		"": {}, "day": {Day: true}, "till,day": {Day: true, Till: true}, "day,store,till,campaign": {Day: true, Store: true, Till: true, Campaign: true},
	} {
		got, err := daybook.ParseBy(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
	for _, text := range []string{"days", "day,day", "day,", ",", " day", "Day", "day store"} {
		_, err := daybook.ParseBy(text)
		require.ErrorIs(t, err, daybook.ErrBy, text)
	}
}
