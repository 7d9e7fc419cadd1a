package main

import (
	"fmt"
	"strconv"
	"strings"

	"tally/internal/voucher"
)

// parseMoney reads an amount as people write it. After the point stand all the
// currency's minor digits or none, so that nothing is ever rounded or guessed.
//
//	HKD  32.00 is 3200, 32 is 3200; 32.5 and 32.005 are refused
//	JPY  1000 is 1000
//	KWD  1.500 is 1500
func parseMoney(text string, c voucher.Currency) (uint64, error) {
	digits, ok := voucher.MinorDigits(c)
	if !ok {
		return 0, misused("%q is no ISO 4217 currency in force", c.String())
	}
	whole, fraction, point := strings.Cut(text, ".")
	if !isNumber(whole) || point && (len(fraction) != digits || digits == 0 || !isDigits(fraction)) {
		return 0, misused("%q is no amount of %s: write it like %s", text, c, formatMoney(exampleAmount, c))
	}
	if !point {
		fraction = strings.Repeat("0", digits)
	}
	amount, err := strconv.ParseUint(whole+fraction, 10, 64)
	if err != nil || amount > voucher.MaxAmount {
		return 0, misused("%s %s is more than any figure may be", text, c)
	}
	return amount, nil
}

const exampleAmount = 32000

// formatMoney writes minor units with the currency's point.
func formatMoney(amount uint64, c voucher.Currency) string {
	digits, _ := voucher.MinorDigits(c)
	text := fmt.Sprintf("%0*d", digits+1, amount)
	if digits == 0 {
		return text
	}
	return text[:len(text)-digits] + "." + text[len(text)-digits:]
}

// money is an amount with its currency: 32.00 HKD.
func money(amount uint64, c voucher.Currency) string {
	return formatMoney(amount, c) + " " + c.String()
}

// isNumber tells whether s is digits without a needless zero in front.
func isNumber(s string) bool { return isDigits(s) && (len(s) == 1 || s[0] != '0') }

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
