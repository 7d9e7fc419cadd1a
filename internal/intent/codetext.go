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

// Errors of texts that show what went wrong on the way. Each is an ErrCode.
var (
	// ErrWide says that a code was typed in full-width letters, as input methods for
	// Chinese and Japanese make them.
	ErrWide = fmt.Errorf("it is in full-width letters: set the input method to half width, and scan it again: %w", ErrCode)
	// ErrTwoCodes says that a text has more than one code, or one code twice.
	ErrTwoCodes = fmt.Errorf("two codes stand in it: scan one alone: %w", ErrCode)
	// ErrHalfCode says that a code ends too early.
	ErrHalfCode = fmt.Errorf("it ends too early: scan the whole code: %w", ErrCode)
)

// BeginsLikeCode reports whether a text begins as a code does, after what scanners
// and people put in front. Such a text is a secret, be it a good code or not.
func BeginsLikeCode(text string) bool {
	return strings.HasPrefix(bareCode(text), "TALLY") || otherKeyboard(text) || wide(text)
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

// wide reports whether a text begins as a code does in full-width letters.
func wide(text string) bool {
	narrow := strings.Map(func(r rune) rune {
		if r >= '\uff01' && r <= '\uff5e' { // ！ to ～, in the order of ASCII
			return r - '\uff01' + '!'
		}
		return r
	}, text)
	return narrow != text && strings.HasPrefix(bareCode(narrow), "TALLY")
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
