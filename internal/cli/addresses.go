package cli

import (
	"bytes"
	"strings"

	"tally/internal/voucher"
)

// Joined writes addresses in one line.
func Joined(list []voucher.Address) string {
	texts := make([]string, len(list))
	for i, address := range list {
		texts[i] = address.String()
	}
	return strings.Join(texts, " ")
}

// CompareAddresses orders addresses as intents want them.
func CompareAddresses(a, b voucher.Address) int { return bytes.Compare(a[:], b[:]) }
