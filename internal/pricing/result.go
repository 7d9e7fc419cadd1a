package pricing

import "tally/internal/voucher"

// Result is what the vouchers of an input do to its cart.
type Result struct {
	Taken    []Taken    // in the order in which they apply
	NotTaken []NotTaken // in the order of their ids
	Taxes    []ClassTax // after discounts
	Totals   Totals
	// Exact reports that no lawful set takes off more. Where it is false, the search
	// ended at its limit, and none takes off more than AtMostMore beyond Totals.Discount.
	Exact      bool
	AtMostMore uint64
}

// Taken is a voucher that is used.
type Taken struct {
	Ref       voucher.Ref
	TermsHash voucher.Hash
	Had       uint64 // units before
	Units     uint64 // units that are taken
	Discount  uint64 // what it takes off, or pays
	Shares    []Share
	Pieces    []Share // of an exchange: the pieces of each line that it has
	Tender    bool    // it pays, and is no discount
	TaxPoint  TaxPoint
}

// Share is the part of a discount or payment that one line has, or its pieces. Lines
// without a part are left out.
type Share struct {
	Line   string
	Amount uint64
}

// Totals are the sums of an order.
type Totals struct {
	List         uint64 // units times quantities
	Reduced      uint64 // what the merchant took off already
	Amount       uint64 // what is payable without vouchers, with tax
	Discount     uint64 // what vouchers take off
	Tax          uint64 // after discounts; in the prices, or added to them
	Tender       uint64 // what stored value pays
	TaxedAtIssue uint64 // the part of it whose tax was paid when it was sold
	Due          uint64 // what is left to pay
}

// NotTaken is a voucher that is not used, and why.
type NotTaken struct {
	Ref     voucher.Ref
	Reasons []Reason // never empty
	// Almost reports that one thing is missing which the customer can mend: to buy more,
	// or to come at another time.
	Almost bool
}
