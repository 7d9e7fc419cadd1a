// Package witness watches that logs only grow, and asks others who do: the two ends
// of one protocol. It knows nothing of what a log's leaves say.
//
// A witness cosigns a checkpoint once it has seen a proof that the log begins
// with the one it cosigned before. So an operator who shows two people two
// histories, or rewrites one, needs the help of as many witnesses as the
// auditor's policy names; receipts and packs carry the cosignatures, and
// tally-verify checks them offline. A witness sees sizes and hashes only.
//
// The protocol is C2SP tlog-witness, the cosignature C2SP tlog-cosignature with
// Ed25519: any witness of that kind can serve a log of ours, and ours any such
// log that writes no extension lines.
package witness
