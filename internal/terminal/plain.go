package terminal

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Plain is a text as a terminal may show it: what came from a server, a file or a
// ledger can hold anything. What does not print is written as Go writes it: \u001b
// for ESC, \n for a line that somebody would add, \u202e for what turns letters
// around, \xff for what is no UTF-8.
func Plain(text string) string { return escaped(text, "", byteOf) }

// PlainLines is Plain for a text of several lines.
func PlainLines(text string) string { return escaped(text, "\n\t", byteOf) }

// PlainJSON is a JSON document with everything that does not print written as JSON
// writes it, which says the same. encoding/json leaves C1 controls and marks of
// direction as they are.
func PlainJSON(raw []byte) string {
	return escaped(string(raw), "\n", func(byte) string { return `\ufffd` })
}

// escaped is a text whose runes all print, but for some that may stay. invalid
// writes a byte that is no UTF-8.
func escaped(text, stay string, invalid func(byte) string) string {
	var b strings.Builder
	for i, r := range text {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(text[i:], "\ufffd"):
			b.WriteString(invalid(text[i]))
		case unicode.IsPrint(r) || strings.ContainsRune(stay, r):
			b.WriteRune(r)
		case r == '\n' && stay == "":
			b.WriteString(`\n`)
		case r > 0xffff:
			high, low := utf16Of(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

func byteOf(b byte) string { return fmt.Sprintf(`\x%02x`, b) }

// utf16Of is a rune as JSON writes it: two halves.
func utf16Of(r rune) (high, low rune) {
	r -= 0x10000
	return 0xd800 + r>>10, 0xdc00 + r&0x3ff
}
