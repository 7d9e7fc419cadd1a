// Package pack is the evidence that an auditor takes away: one file, written
// and read from front to back, that proves a history without the server.
//
// A pack walks the log's tree from its first leaf to its last. What the auditor
// asked for is there as leaves; what lies between is there as the hashes of
// whole subtrees. So the root can be computed from every pack, whatever its
// scope, in memory that does not grow with it, and no leaf can be added, left
// out of its place, repeated or moved. Beside the leaves stands what the ledger
// itself has to say: of an embedded chain every sealed header with all receipts
// of its block, or the path to one receipt; of a journal every sealed header with the
// hashes of its records, or the path to one record.
//
//	"tally-pack-1\n"
//	chunk*            length uint32 · CRC-32C uint32 · raw DEFLATE of items
//	item              an RLP list that begins with its kind
//
//	head      ledger id, scope, signed checkpoint           first, once
//	leaf      audit.Leaf
//	subtree   level, hash: 2^level leaves that are not here
//	block     header, receipts: before the leaves of a block, if all are here
//	proof     evm/proof or journal/proof: before the leaves of a transaction, or of a command
//	end       the number of items before it                 last, once
//
// A whole one, of a ledger with one command, is ../testdata/admission.pack;
// tally-verify shows it with the pins.json beside it.
//
// A chunk is whole or not there, so a pack that was cut off while it was
// written goes on after its last whole chunk.
package pack
