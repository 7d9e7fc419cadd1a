package intent

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
)

// MaxCodeText is how long a text is read that may be a code, in bytes: the longest
// code with what scanners, mails and pages put into it.
const MaxCodeText = 2*MaxCode + 256

// base32Letters are those of RFC 4648, section 6.
const base32Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

// ErrKeyboard says that a text begins as a code does in another keyboard layout. It
// is an ErrCode.
var ErrKeyboard = fmt.Errorf("the scanner types in another keyboard layout than this machine's: set it to the same one, as its manual says: %w", ErrCode)

// BeginsLikeCode reports whether a text begins as a code does, after what scanners
// and people put in front. Such a text is a secret, be it a good code or not.
func BeginsLikeCode(text string) bool {
	return strings.HasPrefix(bareCode(text), "TALLY") || otherKeyboard(text)
}

// bareCode is a text without what scanners, mails and pages add to a code, in
// capitals: AIM identifiers as ]Q1, control characters as STX, GS and ETX, line
// breaks and blanks, characters that cannot be seen, quotes around it, and a label in
// front. Hyphens of other kinds are hyphens. All else stays as it is: the checks of
// the code's form, and its signature, decide.
func bareCode(text string) string {
	if len(text) > MaxCodeText {
		return ""
	}
	if rest, ok := strings.CutPrefix(text, codePrefix); ok && strings.Trim(rest, base32Letters) == "" {
		return text // as it was made, and as a program sends it
	}
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), unicode.In(r, unicode.Cc, unicode.Cf):
			return -1
		case r >= '\u2010' && r <= '\u2015', r == '\u2212', r == '\uff0d':
			return '-'
		default:
			return upper(r)
		}
	}, text)
	text = regexp.MustCompile(`^\][A-Z][0-9A-F]`).ReplaceAllString(text, "")
	text = regexp.MustCompile(`^((QR-?)?CODE|QR):`).ReplaceAllString(text, "")
	return strings.Trim(text, "\"'“”„‘’<>`")
}

// otherKeyboard reports whether a text begins as a code that a scanner typed for a
// keyboard which this machine does not have.
func otherKeyboard(text string) bool {
	text = strings.ToUpper(bareCode(text))
	for _, typed := range []string{
		"TQLLY&)", "TQLLY1)", "TQLLY&-", // French, Belgian
		"TALLZ1", "TALLZ+", // German, Swiss, Czech
		"TALLY1'", "TALLY1+", "TALLY1*", "TALLY1/", "TALLY1=", "TALLY!", "TALLY1?", "TALLY1_", // Spanish, Italian, Nordic, Turkish, or shifted
		"ЕФДДН1", "ЕФДДН!", // Russian, Ukrainian
		"ΤΑΛΛΥ1", "ΤΑΛΛΥ!", // Greek
		"אשךךט1",            // Hebrew
		"فشممغ1",            // Arabic
		"ㅆㅁㅣㅣㅛ1",            // Korean
		"YANNF1[", "YANNF!", // Dvorak
	} {
		if strings.HasPrefix(text, typed) {
			return true
		}
	}
	return false
}

// HideCodes replaces what may be a code in a text that is printed, as in an error
// that repeats arguments: a code can be spent by everybody who reads it.
func HideCodes(text string) string {
	return regexp.MustCompile(`(?i)TALLY[0-9]\S?[A-Z2-7\s]{8,}[A-Z2-7]|TALLY\S{0,3}[A-Z2-7]{20,}|[A-Z2-7]{40,}`).ReplaceAllStringFunc(text, func(found string) string {
		if strings.Trim(strings.ToLower(found), "0123456789abcdefx") == "" {
			return found // an address, a digest
		}
		return "TALLY1-…"
	})
}
