package terminal

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxMarks is how many combining marks may follow one letter: Tibetan and Hebrew
// need four. More of them reach into the lines above and below.
const maxMarks = 6

// Plain is a text as a terminal may show it: what came from a server, a file or a
// ledger can hold anything. What does not print is written as Go writes it: \u001b
// for ESC, \n for a line that somebody would add, \u202e for what turns letters
// around, \u200b for what nobody sees, \xff for what is no UTF-8. A combining mark is
// written so where it has no letter to stand on.
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
	before, marks := ' ', 0 // the last rune that was written as it is, and how many marks it has
	for i, r := range text {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(text[i:], "\ufffd"):
			b.WriteString(invalid(text[i]))
			before = ' '
		case strings.ContainsRune(stay, r):
			b.WriteRune(r)
			before = ' '
		case unicode.Is(unicode.M, r) && shows(r, before) && carries(before) && marks < maxMarks:
			b.WriteRune(r)
			marks++
		case !unicode.Is(unicode.M, r) && shows(r, before):
			b.WriteRune(r)
			before, marks = r, 0
		default:
			b.WriteString(escape(r, stay))
			before = ' '
		}
	}
	return b.String()
}

// shows reports whether a reader sees a rune that follows another: it prints, and is
// not one of the letters and marks that look like nothing.
func shows(r, before rune) bool {
	const braille, emoji = '\u2800', '\ufe0f' // a pattern without dots; the mark that makes a symbol a picture
	switch {
	case r == emoji:
		return unicode.Is(unicode.So, before)
	case r == braille, unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r), unicode.Is(unicode.Variation_Selector, r):
		return false
	default:
		return unicode.IsPrint(r)
	}
}

// carries reports whether a combining mark can stand on a rune. In a JSON document the
// quotation mark begins a text.
func carries(r rune) bool { return r != ' ' && r != '"' }

// escape writes a rune that must not be shown.
func escape(r rune, stay string) string {
	switch {
	case r == '\n' && stay == "":
		return `\n`
	case r > 0xffff:
		high, low := utf16Of(r)
		return fmt.Sprintf(`\u%04x\u%04x`, high, low)
	default:
		return fmt.Sprintf(`\u%04x`, r)
	}
}

func byteOf(b byte) string { return fmt.Sprintf(`\x%02x`, b) }

// utf16Of is a rune as JSON writes it: two halves.
func utf16Of(r rune) (high, low rune) {
	r -= 0x10000
	return 0xd800 + r>>10, 0xdc00 + r&0x3ff
}
