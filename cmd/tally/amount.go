package main

import (
	"tally/internal/money"
	"tally/internal/voucher"
)

// parseAmount reads an amount of money from the command line.
func parseAmount(text string, c voucher.Currency) (uint64, error) {
	amount, err := money.Parse(text, c)
	if err != nil {
		return 0, misused("%w", err)
	}
	return amount, nil
}
