package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/voucher"
)

func TestMoney(t *testing.T) {
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
		got, err := parseMoney(c.text, voucher.Currency([]byte(c.currency)))
		require.NoError(t, err, c.text)
		require.Equal(t, c.want, got, c.text)
	}
}

func TestWhatIsNoMoney(t *testing.T) {
	for _, c := range []struct{ text, currency string }{
		{"32.005", "HKD"}, {"32.5", "HKD"}, {"32.", "HKD"}, {".50", "HKD"}, {"", "HKD"}, {"-1.00", "HKD"}, {"+1.00", "HKD"},
		{"1,000.00", "HKD"}, {"032.00", "HKD"}, {"32.0０", "HKD"}, {"1e3", "HKD"}, {" 32.00", "HKD"}, {"32.00 HKD", "HKD"},
		{"1000.00", "JPY"}, {"1000.", "JPY"}, {"1.50", "KWD"}, {"35000.0", "VND"}, {"1.00", "XXX"}, {"1.00", "ABC"},
		{"90071992547409.92", "HKD"}, {"99999999999999999999999.00", "HKD"},
	} {
		_, err := parseMoney(c.text, voucher.Currency([]byte(c.currency)))
		require.Error(t, err, "%s %s", c.text, c.currency)
		require.Equal(t, exitMisused, asFailure(err).Exit)
	}
}

func TestMoneyIsWrittenAsItIsRead(t *testing.T) {
	for _, currency := range []string{"HKD", "JPY", "KWD", "VND", "CLF"} {
		c := voucher.Currency([]byte(currency))
		for _, amount := range []uint64{0, 1, 9, 10, 99, 100, 3200, 123456789, voucher.MaxAmount} {
			got, err := parseMoney(formatMoney(amount, c), c)
			require.NoError(t, err)
			require.Equal(t, amount, got)
		}
	}
	require.Equal(t, "0.05 HKD", money(5, voucher.Currency([]byte("HKD"))))
	require.Equal(t, "5 JPY", money(5, voucher.Currency([]byte("JPY"))))
}

// FuzzMoney: a text is refused as misuse, or is the amount that it is written
// as, the minor digits being all there or none.
func FuzzMoney(f *testing.F) {
	for _, text := range []string{"32.00", "32", "0.05", "1000", "1.500", "1.0000", "90071992547409.92", "032.00", "1e3", "32.0０"} {
		for _, currency := range []string{"HKD", "JPY", "KWD", "CLF", "XXX"} {
			f.Add(text, currency)
		}
	}
	f.Fuzz(func(t *testing.T, text, currency string) {
		var c voucher.Currency
		copy(c[:], currency)
		amount, err := parseMoney(text, c)
		if err != nil {
			require.Equal(t, exitMisused, asFailure(err).Exit)
			return
		}
		require.LessOrEqual(t, amount, uint64(voucher.MaxAmount))
		written := formatMoney(amount, c)
		if digits, _ := voucher.MinorDigits(c); !strings.Contains(text, ".") && digits > 0 {
			text += "." + strings.Repeat("0", digits)
		}
		require.Equal(t, text, written)
	})
}
