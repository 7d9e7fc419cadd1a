package exact

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text checks a text that is shown to people, such as a name: 1 to most bytes of
// UTF-8, with something to see in it and no blank at its ends. Control characters
// are refused, and marks that turn the direction of a text around, end its line,
// or cannot be seen. The joiners of Indic and Arabic scripts and of emoji may stand
// between other characters.
func Text(text string, most int) error {
	want := func(why string) error {
		return wrong(fmt.Sprintf("a text of 1 to %d bytes is wanted, %s", most, why))
	}
	switch {
	case !utf8.ValidString(text):
		return want("in UTF-8, and this is not UTF-8")
	case len(text) > most:
		return want(fmt.Sprintf("and this has %d bytes (%d characters)", len(text), utf8.RuneCountInString(text)))
	case !visible(text):
		return want("and in this one there is nothing to see")
	case strings.TrimFunc(text, unicode.IsSpace) != text:
		return want("without blanks at its ends")
	}
	for at, r := range text {
		if unprintable(r) {
			return want(fmt.Sprintf("and U+%04X at byte %d does not print, or changes how the rest is shown", r, at))
		}
	}
	return nil
}

// Texts checks every text of a JSON document that is shown to people: names of members
// and values, at any depth, as exact.JSON reads them into an any. Text's rule of
// characters holds for them; a value may have lines, tabs, and nothing at all. The error
// names the place, as offer.on.tags[0].
func Texts(value any) error {
	switch value := value.(type) {
	case string:
		return prints(value)
	case []any:
		for i, item := range value {
			if err := Texts(item); err != nil {
				return Within(fmt.Sprintf("[%d]", i), err)
			}
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(value)) {
			if err := prints(name); err != nil {
				return Within(strconv.QuoteToASCII(name), err)
			}
			if err := Texts(value[name]); err != nil {
				return Within(name, err)
			}
		}
	}
	return nil
}

// prints checks the characters of a text that may have lines.
func prints(text string) error {
	for at, r := range text {
		if r != '\n' && r != '\t' && unprintable(r) {
			return wrong(fmt.Sprintf("a text that prints is wanted, and U+%04X at byte %d does not, or changes how the rest is shown", r, at))
		}
	}
	return nil
}

// visible reports whether a text has a character that can be seen.
func visible(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool {
		blank := r == '\u2800' || r == '\u3164' || r == '\u115f' || r == '\u1160' || r == '\uffa0' // print, and show nothing
		return unicode.IsGraphic(r) && !unicode.IsSpace(r) && !unicode.Is(unicode.Mn, r) && !blank
	})
}

// unprintable reports whether a character does not show as itself in a line of text.
func unprintable(r rune) bool {
	const zeroWidthNonJoiner, zeroWidthJoiner = '\u200c', '\u200d'
	tag := r >= 0xe0020 && r <= 0xe007f // of flags, as emoji
	switch {
	case r == zeroWidthNonJoiner, r == zeroWidthJoiner, tag:
		return false
	default:
		return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Zl, unicode.Zp) || r == utf8.RuneError
	}
}
