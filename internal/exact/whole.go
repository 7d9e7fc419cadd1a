package exact

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Whole reads a whole number from least to most: ASCII digits, with no zero in
// front. Signs, points, exponents, separators, other bases and blanks are refused.
func Whole(text string, least, most uint64) (uint64, error) {
	n, err := strconv.ParseUint(text, 10, 64)
	if !isWhole(text) || err != nil || n < least || n > most {
		return 0, wrong(wantWhole(text, strconv.FormatUint(least, 10), most))
	}
	return n, nil
}

// Integer is Whole for a number that may be below zero: then a minus stands in
// front of its digits. There is no minus zero.
func Integer(text string, least, most int64) (int64, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	digits, minus := strings.CutPrefix(text, "-")
	if !isWhole(digits) || minus && n == 0 || err != nil || n < least || n > most {
		return 0, wrong(wantWhole(digits, strconv.FormatInt(least, 10), uint64(max(most, 0))))
	}
	return n, nil
}

// Decimal reads a number that may have a fraction, as 0.5: the digits of a whole
// number, and a point with digits behind it, or none.
func Decimal(text string) (float64, error) {
	whole, fraction, point := strings.Cut(text, ".")
	n, err := strconv.ParseFloat(text, 64)
	if !isWhole(whole) || point && (fraction == "" || strings.Trim(fraction, "0123456789") != "") || err != nil {
		return 0, wrong("a number is wanted, as 12 or 0.5, without sign or exponent")
	}
	return n, nil
}

// isWhole reports whether a text is ASCII digits without a zero in front.
func isWhole(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return text == "0" || text != "" && text[0] != '0'
}

// wantWhole says what is wanted, and what is wrong with what is there.
func wantWhole(text, least string, most uint64) string {
	want := fmt.Sprintf("a whole number from %s to %d is wanted", least, most)
	if most == math.MaxUint64 {
		want = fmt.Sprintf("a whole number of at least %s is wanted", least)
	}
	switch {
	case text == "":
		return want + ", not nothing"
	case strings.Trim(text, "0123456789") == "" && len(text) > 1 && text[0] == '0':
		return want + ", without a zero in front"
	case isWhole(text):
		return want
	default:
		return want + ", in the digits 0 to 9 alone"
	}
}
