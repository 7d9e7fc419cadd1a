package httpapi

import "tally/internal/voucher"

// printable refuses a name or a reason that a terminal or a page would not show
// as it is. The ledger's rules refuse a part of it.
func printable(in any) error {
	var field, text string
	switch in := in.(type) {
	case voucher.AdmitMerchant:
		field, text = "name", in.Name
	case voucher.PutStore:
		field, text = "name", in.Name
	case voucher.SuspendMerchant:
		field, text = "reason", in.Reason
	case voucher.Void:
		field, text = "reason", in.Reason
	}
	if !voucher.Printable(text) {
		return invalid("The intent's " + field + " is not printable text: control characters, line separators and marks that turn a text around are refused, and so is what is not UTF-8.")
	}
	return nil
}
