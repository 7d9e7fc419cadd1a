// Package till is the till agent: it holds the key of a till that cannot sign. It
// takes scanned codes and orders from a point of sale (POS) on the same machine,
// signs the store's half, and has a server redeem the voucher. It settles what was left
// unknown, also after it was started again. API.md says what the POS sends and gets.
//
// # What it promises
//
//   - A reference, which is the POS's own name of an order, has one acceptance for
//     as long as the journal keeps it: the agent never signs another for it, and
//     answers the same request with the same final answer.
//   - "Redeemed" is said of an outcome that the server gave, and of nothing else.
//   - A "no" is final only where nothing can make it a yes: a till's cancel was
//     accepted; or the voucher's last accepted signature is as new as the code's,
//     and it is not this sale's; or the code's deadline has passed and no copy of
//     the sale is under way. Before that a refusal says that it is not final.
//   - What is not known is said to be pending, and is asked and sent again, the
//     same signed bytes, until it is known.
//
// Like every client, it takes the server's word for an outcome. It does not take its word for
// a price: the quote of a cart is computed anew from the terms, whose hash is in the
// campaign's id, before anything is signed. That happens once for a reference, outside
// of every lock; what a request asked is fingerprinted before it is priced.
//
// # The journal
//
// A sale is on the disk before anything of it leaves the machine, with the signed
// acceptance and the code. There is one file for each sale and not one log: a rename
// puts a state in place whole, a restart does not read settled sales, and a code is
// gone with its file. Open and settled sales have a directory each. Files are for
// their owner only (0600), and end with a sum of their text. A sale in which a disk
// turned a bit is refused: an open sale at the start, a settled one when somebody
// asks for it. One agent owns a journal, by a lock that ends with its process, and a
// journal belongs to one till of one ledger.
//
// # Who can reach it
//
// The agent signs what it is asked to, so a program that reaches the agent can redeem
// the codes that it holds. The agent listens on loopback only, unless a token is
// asked for. A browser on the same machine reaches loopback, too, on behalf of any
// page that it shows. So the agent refuses a request with an Origin, and one whose
// Sec-Fetch-Site says that a page caused it. It refuses a Host that is neither a
// number nor localhost: a page sends such a Host if its name was rebound to this
// machine. A POST must say that it carries JSON, which no form can.
// The exact origins of web pages that may use the agent are named: see CheckOrigins.
package till
