package cli

import "tally/internal/voucher"

// ParseRef reads a voucher's id from the command line.
func ParseRef(text string) (voucher.Ref, error) {
	ref, err := voucher.ParseRef(text)
	if err != nil {
		return ref, Misused("%q is no voucher: vch_ and 40 hex digits", text)
	}
	return ref, nil
}
