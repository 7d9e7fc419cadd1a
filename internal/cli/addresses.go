package cli

import (
	"bytes"

	"tally/internal/voucher"
)

// CompareAddresses orders addresses as intents want them.
func CompareAddresses(a, b voucher.Address) int { return bytes.Compare(a[:], b[:]) }
