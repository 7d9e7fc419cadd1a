package pricing

import (
	"unicode"
	"unicode/utf8"
)

// printable reports whether a text is valid UTF-8 without control characters
// (U+0000 to U+001F, U+007F to U+009F), without line and paragraph separators and
// without marks that turn the direction of a text around (U+202A to U+202E,
// U+2066 to U+2069). It is a part of the rules, so it stands here and is frozen.
func printable(text string) bool {
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
