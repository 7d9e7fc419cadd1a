package money

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"tally/internal/voucher"
)

// ErrAmount says that a text is no amount of the currency, or too much.
var ErrAmount = errors.New("not an amount")

// refusal is an ErrAmount in words for people, who do not want to read its own.
type refusal string

func (r refusal) Error() string { return string(r) }

// Is reports that every refusal is ErrAmount.
func (r refusal) Is(target error) bool { return target == ErrAmount }

func refused(format string, args ...any) error { return refusal(fmt.Sprintf(format, args...)) }

// Parse reads an amount as people write it, in minor units. The error is ErrAmount. After the point stand all the
// currency's minor digits or none, so that nothing is ever rounded or guessed.
//
//	HKD  32.00 is 3200, 32 is 3200; 32.5 and 32.005 are refused
//	JPY  1000 is 1000
//	KWD  1.500 is 1500
func Parse(text string, c voucher.Currency) (uint64, error) {
	digits, ok := MinorDigits(c)
	if !ok {
		return 0, refused("%q is no ISO 4217 currency in force", c.String())
	}
	whole, fraction, point := strings.Cut(text, ".")
	if !isNumber(whole) || point && (len(fraction) != digits || digits == 0 || !isDigits(fraction)) {
		return 0, refused("%q is no amount of %s: write it like %s", text, c, Format(exampleAmount, c))
	}
	if !point {
		fraction = strings.Repeat("0", digits)
	}
	amount, err := strconv.ParseUint(whole+fraction, 10, 64)
	if err != nil || amount > voucher.MaxAmount {
		return 0, refused("%s %s is more than any figure may be", text, c)
	}
	return amount, nil
}

const exampleAmount = 32000

// Format writes minor units with the currency's point.
func Format(amount uint64, c voucher.Currency) string {
	digits, _ := MinorDigits(c)
	text := fmt.Sprintf("%0*d", digits+1, amount)
	if digits == 0 {
		return text
	}
	return text[:len(text)-digits] + "." + text[len(text)-digits:]
}

// Text is an amount with its currency: 32.00 HKD.
func Text(amount uint64, c voucher.Currency) string {
	return Format(amount, c) + " " + c.String()
}

// isNumber reports whether s is digits without a needless zero in front.
func isNumber(s string) bool { return isDigits(s) && (len(s) == 1 || s[0] != '0') }

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
