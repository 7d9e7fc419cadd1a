// Package quote says what a wallet's vouchers take off a cart now: it reads vouchers
// and campaigns from the ledger, compiles terms, reads the store's clock, and lets
// package pricing decide. It keeps nothing and promises nothing: a quote is good as long
// as nothing changes. Its order record is what wallet and till sign.
//
//	which vouchers    those that are named, or those that the wallet holds (MaxLooked)
//	their state       the ledger's
//	their terms       the index's text, which must have the hash that the ledger has
//	first purchase    the index's word: an order that it names is read on the ledger, and
//	                  that there is none is a fact of the quote, which auditors check
//	the clock         of the server, for the time; of the terms' zone, for the store
//
// Terms without an offer are computed by nobody: the store decides about such a
// voucher, within the greatest discount that the ledger lets through.
package quote

// Every limit of this package, in one place.
const (
	MaxLooked    = 300  // vouchers of a wallet that are looked at, newest first
	MaxHeld      = 100  // vouchers of a wallet and one merchant whose state is read
	maxMerchants = 8192 // campaigns whose merchants are kept
	maxTerms     = 1024 // compiled terms that are kept, at most voucher.MaxTerms bytes each
)
