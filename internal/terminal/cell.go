package terminal

import (
	"fmt"
	"strings"

	"github.com/ethereum/go-ethereum/common"

	"tally/internal/voucher"
)

// Cell is a value in one line of plain text. Addresses have the checksum of EIP-55, so
// that a typing error in a copy is found; a list is separated by spaces.
func Cell(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case voucher.Address:
		return Address(v)
	case *voucher.Address:
		if v == nil {
			return ""
		}
		return Address(*v)
	case []voucher.Address:
		texts := make([]string, len(v))
		for i, address := range v {
			texts[i] = Address(address)
		}
		return strings.Join(texts, " ")
	case []string:
		return Message(strings.Join(v, " "))
	default:
		return Message(fmt.Sprint(value))
	}
}

// Address is an address in hex, with the checksum of EIP-55 in its capitals.
func Address(a voucher.Address) string { return common.Address(a).Hex() }
