// Package pricing decides what vouchers take off a cart. It is pure: no clock, no
// file, no connection, no goroutine and no order of a map decides anything, so a
// wallet, a till and an auditor compute the same numbers for ever.
//
//	terms   what a merchant signed: an offer, its conditions, what it may stand beside
//	cart    lines, their prices, the tax classes
//	result  the vouchers that are taken, the share of each line, tax, what is due,
//	        and for each other voucher why it is not taken
//
// The rules have a name, tally-pricing/1, which stands in every order record. They
// are frozen: a changed rule is another name, and both stay. FORMATS.md has the
// documents with complete literals, README.md explains the rules to a merchant's
// engineer.
//
// The typed terms are here and not in package terms. That package reads campaign
// files, needs YAML and the list of time zones, and belongs to the command line; an
// auditor, a till and a server need the terms alone.
package pricing

// Engine is the name of these rules. It stands in every order record.
const Engine = "tally-pricing/1"
