package pricing

import "tally/internal/voucher"

// Code is why a voucher is not used: one of these, or the code of a voucher.Kind.
type Code string

// The codes that are not the ledger's.
const (
	CodeMinSpend      Code = "min_spend"         // Need is wanted, the cart Has less
	CodeQuantity      Code = "quantity"          // the same in pieces; more than Need where the most is exceeded
	CodeHours         Code = "hours"             // Opens is when it can be used next, if within eight days
	CodeDates         Code = "dates"             // not on this date
	CodeStore         Code = "store"             // not at this store
	CodeChannel       Code = "channel"           // not by this channel
	CodePayment       Code = "payment"           // not with this means of payment
	CodeFirstPurchase Code = "first_purchase"    // for a first purchase only
	CodeCEL           Code = "cel"               // an expression of the terms is not true of the order
	CodeCELError      Code = "cel_error"         // an expression of the terms has no value for the order
	CodeNoItem        Code = "no_item"           // nothing in the cart that it is for
	CodeLimit         Code = "limit_per_order"   // as many of its campaign are used as an order may have, Need
	CodeCannotCombine Code = "cannot_combine"    // not beside With, which is used
	CodeBetterWithout Code = "better_without"    // it would take off Alone; the set that is used takes off Chosen
	CodeNothingLeft   Code = "nothing_left"      // there is nothing left that it could take off
	CodeUnsupported   Code = "unsupported_terms" // terms that this engine does not evaluate
	CodeNotAll        Code = "not_all"           // another one of the code cannot be used
)

// Reason says why a voucher is not used. Which figures it has, its code says.
type Reason struct {
	Code          Code
	Need, Has     uint64
	Opens         uint64 // Unix seconds; 0 is not known
	With          voucher.Ref
	Alone, Chosen uint64
	Said          []Localised // the merchant's own words for it, if there are any
}
