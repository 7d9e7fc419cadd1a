// Package journal is the ledger that is a journal: commands that the rules accepted, in
// blocks that its sealer signs and chains by their hashes (package block), in files that
// only grow (package segment).
//
// The rules of package voucher judge, in this process. Their state is in a store beside
// the journal. The store is written without waiting for the disk, together with the
// block for which it stands; what a crash takes from it is judged again from the journal
// when the ledger is opened. Nothing is told to anybody before its block is on the disk.
//
// FORMATS.md has what is written, and package proof what it proves.
package journal
