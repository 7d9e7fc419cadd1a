// Package client is what everybody uses who speaks to a server: it asks, signs,
// sends, and judges the answer. A Client asks and sends; a Session knows the
// ledger, too, and so what signatures are for; and there is a file for each actor:
// wallet, till, merchant, operator, attestor, auditor.
//
// A command that may have had an effect is never lost: the error is an
// *UnknownError with the id that settles it, and the same Command can be sent again.
package client
