// Package translog is the transparency log of a ledger: one leaf for every
// accepted command, in the ledger's order, in the RFC 6962 tree and the formats
// of C2SP.
//
//	ledger entry ──▶ audit.Leaf ──▶ tlog-tiles ──▶ tlog-checkpoint, a signed note
//
// Tiles and roots are a function of the ledger and nothing else, so every
// server and every auditor derives the same bytes; servers with the same key
// sign the same checkpoint at the same size. Hashing, proofs and notes are
// golang.org/x/mod/sumdb's and github.com/transparency-dev/formats'.
//
// The directory holds hashes and positions, 80 bytes a command; leaves are read
// from the ledger when they are asked for. It can vanish or be damaged: Open
// recomputes every hash, and what does not agree with itself or with the ledger
// is derived again.
//
// What a checkpoint shows: the holder of the log's key said that this is the
// history. Whether it is the only one, witnesses tell; whether it follows the
// rules, a replay; whether the ledger has it, the ledger's own proofs.
package translog
