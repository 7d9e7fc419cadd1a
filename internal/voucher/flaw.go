package voucher

import (
	"cmp"
	"fmt"
)

// Flaw is what makes a command KindMalformed: a field of its intents, and what is
// wanted there, such as
//
//	accept.parts[0].units: a whole number from 1 to 10 is wanted, not 11
//
// It is "" for a command without a flaw, and repeats no text of the command.
func Flaw(c Command) string {
	if one, ok := c.(ruled); ok {
		return one.flaw()
	}
	return ""
}

// The checks below return a flaw, or "" where there is none. They build no text where
// there is none.

// outside is the flaw of a number that is not from least to most.
func outside(field string, n, least, most uint64) string {
	if n >= least && n <= most {
		return ""
	}
	return fmt.Sprintf("%s: a whole number from %d to %d is wanted, not %d", field, least, most, n)
}

// unless is a flaw where something does not hold.
func unless(holds bool, flaw string) string {
	if holds {
		return ""
	}
	return flaw
}

// atMost says of a number that is too great what is wanted.
func atMost(most uint64) string { return fmt.Sprintf("at most %d is wanted", most) }

// miscounted is the flaw of a list that has not from least to most entries.
func miscounted(field string, n, least, most int) string {
	if n >= least && n <= most {
		return ""
	}
	return fmt.Sprintf("%s: a list of %d to %d entries is wanted, not of %d", field, least, most, n)
}

// disordered is the flaw of a list that is not ascending.
func disordered[T any](field string, list []T, compare func(a, b T) int) string {
	if ascending(list, compare) {
		return ""
	}
	return field + ": a list in ascending order is wanted, with each entry once"
}

// missing is the flaw of an address that is zero.
func missing(field string, a Address) string {
	if !a.IsZero() {
		return ""
	}
	return field + ": an address other than zero is wanted"
}

// overlong is the flaw of a path of a list's proof with too many hashes.
func overlong(field string, p Place) string {
	return miscounted(field+".path", len(p.Path), 0, MaxProof)
}

// unnamed is the flaw of a text that is not 1 to most bytes long, or has a control
// character of ASCII in it.
func unnamed(field, text string, most int) string {
	if validName(text, most) {
		return ""
	}
	return fmt.Sprintf("%s: a text of 1 to %d bytes without control characters is wanted, and this has %d bytes", field, most, len(text))
}

// each is the flaw of the first entry of a list that has one. The field of an entry is
// that of its list with its place in brackets.
func each[T any](field string, list []T, flaw func(i int, entry T) (name, want string)) string {
	for i, entry := range list {
		if name, want := flaw(i, entry); want != "" {
			return fmt.Sprintf("%s[%d]%s: %s", field, i, name, want)
		}
	}
	return ""
}

// unapproved is the flaw of the list of operators who approve.
func unapproved(approvers []Address) string {
	return cmp.Or(miscounted("approvers", len(approvers), 0, MaxOperators), disordered("approvers", approvers, compareAddress))
}
