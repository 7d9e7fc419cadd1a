package voucher

import (
	"unicode"
	"unicode/utf8"
)

// Printable reports whether a text is valid UTF-8 without control characters
// (U+0000 to U+001F, U+007F to U+009F), without line and paragraph separators and
// without marks that turn the direction of a text around (U+202A to U+202E,
// U+2066 to U+2069): what a terminal or a page shows as it is. The rules refuse
// less, for a contract cannot afford all of it: a server asks before it relays.
func Printable(text string) bool {
	if !utf8.ValidString(text) {
		return false
	}
	for _, r := range text {
		if unicode.Is(unicode.Cc, r) || r == '\u2028' || r == '\u2029' || '\u202a' <= r && r <= '\u202e' || '\u2066' <= r && r <= '\u2069' {
			return false
		}
	}
	return true
}

// validName reports whether a text has 1 to most bytes and no control character of
// ASCII among them: the contract checks the same. Printable is stricter.
func validName(name string, most int) bool {
	for i := range len(name) {
		if name[i] < ' ' || name[i] == del {
			return false
		}
	}
	return len(name) > 0 && len(name) <= most
}

const del = 0x7f // the last control character of ASCII
