package httpapi

import (
	"tally/internal/exact"
	"tally/internal/voucher"
)

// printable refuses a name or a reason that a terminal or a page would not show
// as it is. The ledger's rules refuse a part of it.
func printable(in any) error {
	var field, text string
	most := voucher.MaxName
	switch in := in.(type) {
	case voucher.AdmitMerchant:
		field, text = "name", in.Name
	case voucher.PutStore:
		field, text = "name", in.Name
	case voucher.SuspendMerchant:
		field, text, most = "reason", in.Reason, voucher.MaxReason
	case voucher.Void:
		field, text, most = "reason", in.Reason, voucher.MaxReason
	}
	if field == "" {
		return nil
	}
	if err := exact.Text(text, most); err != nil {
		return invalid(exact.Sentence(exact.Within("intent."+field, err)))
	}
	return nil
}

// printableTerms refuses terms with a text that holders would not be shown as it is.
func printableTerms(document string) error {
	var terms any
	err := exact.JSON([]byte(document), &terms)
	if err == nil {
		err = exact.Texts(terms)
	}
	if err != nil {
		return invalid(exact.Sentence(exact.Within("intent.terms", err)))
	}
	return nil
}
