package exact

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strings"

	"golang.org/x/crypto/sha3"
)

// addressSize is an address's length in bytes.
const addressSize = 20

const wantAddress = "an address is wanted: 0x and 40 hex digits"

// Address reads an address: 0x and 40 hex digits, all small, all capital, or in
// both with the checksum of EIP-55. What other systems take for an address is
// refused with a reason of its own.
func Address(text string) (address [addressSize]byte, err error) {
	digits, ok := strings.CutPrefix(text, "0x")
	if ok && len(digits) == hex.EncodedLen(addressSize) {
		if _, err := hex.Decode(address[:], []byte(digits)); err == nil {
			return address, checksummed(text)
		}
	}
	return address, wrong(wantAddress + whyNot(text))
}

// whyNot names a form that is an address elsewhere, or a slip.
func whyNot(text string) string {
	isHex := func(s string) bool { return strings.Trim(s, "0123456789abcdefABCDEF") == "" }
	digits, prefixed := strings.CutPrefix(text, "0x")
	upper := strings.ToUpper(text)
	switch {
	case text == "":
		return ", not nothing"
	case strings.TrimSpace(text) != text:
		return ", without blanks around it"
	case strings.HasPrefix(text, "0X") && isHex(text[2:]):
		return ", and 0x has a small x"
	case len(text) == 2*addressSize && isHex(text):
		return ", and the 0x is missing"
	case prefixed && isHex(digits):
		return fmt.Sprintf(", and these are %d", len(digits))
	case prefixed:
		return ", and one of these is none"
	case strings.HasPrefix(upper, "XE") && (len(text) == 34 || len(text) == 35):
		return "; the form of ICAP is not taken"
	case strings.HasSuffix(upper, ".ETH"):
		return "; names of ENS are not looked up"
	default:
		return ""
	}
}

// checksummed reports whether an address that was read has the checksum of
// EIP-55, where it has capital and small letters.
func checksummed(text string) error {
	if text == strings.ToLower(text) || text[2:] == strings.ToUpper(text[2:]) || text == Checksum(text) {
		return nil
	}
	return wrong("an address is wanted whose checksum is right (EIP-55): a digit of this one, or the case of a letter, is wrong")
}

// Checksum writes an address, 0x and 40 hex digits, with the checksum of EIP-55.
func Checksum(address string) string {
	text := []byte(strings.ToLower(address))
	hash := sha3.NewLegacyKeccak256()
	_, _ = hash.Write(text[2:]) // never fails, by its documentation
	sum := hash.Sum(nil)
	for i := range text[2:] {
		if sum[i/2]>>(4*(1-i%2))&0xf >= 8 {
			copy(text[2+i:3+i], bytes.ToUpper(text[2+i:3+i]))
		}
	}
	return string(text)
}
