package exact_test

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/exact"
)

func TestWhole_Accepted(t *testing.T) {
	for text, want := range map[string]uint64{"0": 0, "7": 7, "500": 500, "18446744073709551615": math.MaxUint64} {
		n, err := exact.Whole(text, 0, math.MaxUint64)
		require.NoError(t, err, text)
		require.Equal(t, want, n)
	}
}

func TestWhole_Refused(t *testing.T) {
	for _, c := range []struct {
		text        string
		least, most uint64
		says        string
	}{
		{"", 0, 9, "a whole number from 0 to 9 is wanted, not nothing"},
		{"0500", 0, 999, "a whole number from 0 to 999 is wanted, without a zero in front"},
		{"00", 0, 9, "without a zero in front"},
		{"10", 0, 9, "a whole number from 0 to 9 is wanted"},
		{"0", 1, 9, "a whole number from 1 to 9 is wanted"},
		{"18446744073709551616", 1, math.MaxUint64, "a whole number of at least 1 is wanted"},
		{"+5", 0, 9, "digits 0 to 9 alone"}, {"-5", 0, 9, "digits"}, {"-0", 0, 9, "digits"}, {"0x10", 0, 99, "digits"},
		{"0o17", 0, 99, "digits"}, {"0b1", 0, 99, "digits"}, {"1_000", 0, 9999, "digits"}, {"1,000", 0, 9999, "digits"},
		{"1e3", 0, 9999, "digits"}, {"1.0", 0, 9, "digits"}, {"1.", 0, 9, "digits"}, {".5", 0, 9, "digits"}, {" 5", 0, 9, "digits"},
		{"5\n", 0, 9, "digits"}, {"٣", 0, 9, "digits"}, {"５", 0, 9, "digits"}, {"²", 0, 9, "digits"}, {"five", 0, 9, "digits"},
		{"5\x00", 0, 9, "digits"}, {"inf", 0, 9, "digits"},
	} {
		n, err := exact.Whole(c.text, c.least, c.most)
		require.ErrorContains(t, err, c.says, "%q", c.text)
		require.ErrorAs(t, err, new(*exact.Error))
		require.Zero(t, n)
	}
}

func TestInteger_Signs(t *testing.T) {
	for text, want := range map[string]int64{"0": 0, "-1": -1, "-9223372036854775808": math.MinInt64, "9223372036854775807": math.MaxInt64} {
		n, err := exact.Integer(text, math.MinInt64, math.MaxInt64)
		require.NoError(t, err, text)
		require.Equal(t, want, n)
	}
	for _, text := range []string{"", "-", "-0", "+1", "--1", "- 1", "-01", "-1.0", "−1", "9223372036854775808", "-9223372036854775809"} {
		_, err := exact.Integer(text, math.MinInt64, math.MaxInt64)
		require.Error(t, err, text)
	}
	_, err := exact.Integer("-6", -5, 5)
	require.EqualError(t, err, "a whole number from -5 to 5 is wanted")
}

func TestDecimal_Forms(t *testing.T) {
	for text, want := range map[string]float64{"0": 0, "0.5": 0.5, "12": 12, "10000.25": 10000.25} {
		n, err := exact.Decimal(text)
		require.NoError(t, err, text)
		require.InDelta(t, want, n, 0)
	}
	for _, text := range []string{"", ".5", "5.", "0x1p4", "1e3", "nan", "inf", "-1", "+1", "01", "1_0", "1,5", "1.2.3", strings.Repeat("9", 400)} {
		_, err := exact.Decimal(text)
		require.ErrorContains(t, err, "a number is wanted", text)
	}
}

// FuzzWhole: what is accepted is written again as it was read.
func FuzzWhole(f *testing.F) {
	for _, text := range []string{"0", "42", "042", "-3", "1e3", "18446744073709551615", "٣"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if n, err := exact.Whole(text, 0, math.MaxUint64); err == nil {
			require.Equal(t, text, strconv.FormatUint(n, 10))
		}
		if n, err := exact.Integer(text, math.MinInt64, math.MaxInt64); err == nil {
			require.Equal(t, text, strconv.FormatInt(n, 10))
		}
	})
}
