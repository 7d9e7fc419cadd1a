package api

import "tally/internal/voucher"

// RefusalProblem is the problem of a refusal of the ledger. Vouchers of others look
// like vouchers that are not there.
func RefusalProblem(kind voucher.Kind) *Problem {
	if kind == voucher.KindNotOwner {
		kind = voucher.KindUnknownVoucher
	}
	r, _ := kind.Refusal()
	return newProblem(r)
}
