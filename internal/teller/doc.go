// Package teller is the service behind the counter: it completes commands,
// has them judged by the ledger, puts what was accepted into the index at once,
// and settles what was left unknown. It knows no HTTP and no ledger's specifics,
// and it holds no key.
//
// # What the index is believed
//
// An index may be on a Redis that others can write to. So it is asked where
// something is, and hardly ever what it is. Nobody but this package asks it:
//
//	what is asked       for                           what is believed
//	outcome             commands, orders, receipts,   the position; the ledger says what is there,
//	                    replays, rollbacks, holds     or is asked for the id
//	orders              a merchant's list             which positions; each is read on the ledger, and
//	                                                  left out unless it is that merchant's and store's
//	history             a voucher's list, and what    which positions; what was done and who signed
//	                    ended a hold                  it is read on the ledger
//	wallet              a wallet's list               which vouchers; state, units and owner are the
//	                                                  ledger's, and others' vouchers are left out
//	voucher             waiting for other servers     its position, for half a second at most
//	campaign            a campaign's page, lists      the terms, which hash to the id; on the page the
//	                                                  state is the ledger's, in lists the index's; figures
//	reference           one sale for each key, and    the position; that the order has the reference is
//	                    looking a sale up by its key  the ledger's word. That there is none: see below
//	free serials, open  claims                        a hint: the ledger takes only what is free
//	first order         a quote's first_purchase      the position; that it is the wallet's order is the
//	                                                  ledger's word, that there is none the index's
//	key put             nothing: revocations are read on the ledger
//	merchant            a merchant's page             names, stores and keys, for people to look at
//
// So a writer to the index can make answers slower, have them say "ask again",
// leave something out of a list, and falsify what is only for looking at: a
// campaign's figures, the state of campaigns in lists, names and keys on a merchant's
// page. It can hide that a reference was used once that order is older than
// the last 65,536 that this process saw: then the shop's own mistake is not found,
// and a voucher is spent once all the same. "Sold out" is said only after some
// serials, others for each claim, turned out taken on the ledger.
package teller
