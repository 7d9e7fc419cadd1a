package cli

import (
	"tally/internal/money"
	"tally/internal/voucher"
)

// ParseAmount reads an amount of money from the command line.
func ParseAmount(text string, c voucher.Currency) (uint64, error) {
	amount, err := money.Parse(text, c)
	if err != nil {
		return 0, Misused("%w", err)
	}
	return amount, nil
}
