package terminal

import (
	"regexp"

	"tally/internal/exact"
)

// smallAddress is an address in small letters, which says nothing of a letter that was
// changed on the way.
var smallAddress = regexp.MustCompile(`\b0x[0-9a-f]{40}\b`)

// Message is Plain for a sentence that the program says: addresses in it have the
// checksum of EIP-55, as they have in fields and tables.
func Message(text string) string {
	return smallAddress.ReplaceAllStringFunc(Plain(text), exact.Checksum)
}
