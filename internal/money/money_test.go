package money_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/money"
	"tally/internal/voucher"
)

func TestParse_WhatPeopleWrite(t *testing.T) {
	for _, c := range []struct {
		text, currency string
		want           uint64
	}{
		{"32.00", "HKD", 3200},
		{"32", "HKD", 3200},
		{"0.05", "HKD", 5},
		{"0", "HKD", 0},
		{"1000", "JPY", 1000},
		{"1.500", "KWD", 1500},
		{"35000", "VND", 35000},
		{"90071992547409.91", "HKD", voucher.MaxAmount},
		{"1.0000", "CLF", 10000},
	} {
		got, err := money.Parse(c.text, voucher.Currency([]byte(c.currency)))
		require.NoError(t, err, c.text)
		require.Equal(t, c.want, got, c.text)
	}
}

func TestParse_WhatIsNoAmount(t *testing.T) {
	for _, c := range []struct{ text, currency string }{
		{"32.005", "HKD"}, {"32.5", "HKD"}, {"32.", "HKD"}, {".50", "HKD"}, {"", "HKD"}, {"-1.00", "HKD"}, {"+1.00", "HKD"},
		{"1,000.00", "HKD"}, {"032.00", "HKD"}, {"32.0０", "HKD"}, {"1e3", "HKD"}, {" 32.00", "HKD"}, {"32.00 HKD", "HKD"},
		{"1000.00", "JPY"}, {"1000.", "JPY"}, {"1.50", "KWD"}, {"35000.0", "VND"}, {"1.00", "XXX"}, {"1.00", "ABC"},
		{"90071992547409.92", "HKD"}, {"99999999999999999999999.00", "HKD"},
	} {
		_, err := money.Parse(c.text, voucher.Currency([]byte(c.currency)))
		require.ErrorIs(t, err, money.ErrAmount, "%s %s", c.text, c.currency)
	}
}

func TestFormat_IsReadBack(t *testing.T) {
	for _, currency := range []string{"HKD", "JPY", "KWD", "VND", "CLF"} {
		c := voucher.Currency([]byte(currency))
		for _, amount := range []uint64{0, 1, 9, 10, 99, 100, 3200, 123456789, voucher.MaxAmount} {
			got, err := money.Parse(money.Format(amount, c), c)
			require.NoError(t, err)
			require.Equal(t, amount, got)
		}
	}
	require.Equal(t, "0.05 HKD", money.Text(5, voucher.Currency([]byte("HKD"))))
	require.Equal(t, "5 JPY", money.Text(5, voucher.Currency([]byte("JPY"))))
}

// FuzzParse: a text is refused, or is the amount that it is written
// as, the minor digits being all there or none.
func FuzzParse(f *testing.F) {
	for _, text := range []string{"32.00", "32", "0.05", "1000", "1.500", "1.0000", "90071992547409.92", "032.00", "1e3", "32.0０"} {
		for _, currency := range []string{"HKD", "JPY", "KWD", "CLF", "XXX"} {
			f.Add(text, currency)
		}
	}
	f.Fuzz(func(t *testing.T, text, currency string) {
		var c voucher.Currency
		copy(c[:], currency)
		amount, err := money.Parse(text, c)
		if err != nil {
			require.ErrorIs(t, err, money.ErrAmount)
			return
		}
		require.LessOrEqual(t, amount, uint64(voucher.MaxAmount))
		written := money.Format(amount, c)
		if digits, _ := money.MinorDigits(c); !strings.Contains(text, ".") && digits > 0 {
			text += "." + strings.Repeat("0", digits)
		}
		require.Equal(t, text, written)
	})
}

func TestMinorDigits_AreThoseOfISO4217(t *testing.T) {
	for code, want := range map[string]int{
		"JPY": 0, "BIF": 0, "XPF": 0, "HKD": 2, "TWD": 2, "AED": 2, "ZWG": 2, "KWD": 3, "BHD": 3, "TND": 3, "CLF": 4, "UYW": 4,
	} {
		digits, ok := money.MinorDigits(voucher.Currency([]byte(code)))
		require.True(t, ok, code)
		require.Equal(t, want, digits, code)
	}
	for _, code := range []string{"XXX", "XAU", "DEM", "twd", "\x00\x00\x00", " BI"} {
		digits, ok := money.MinorDigits(voucher.Currency([]byte(code)))
		require.False(t, ok, code)
		require.Zero(t, digits)
	}
}
