// Package proof shows that a log leaf is in an embedded chain: that its
// sealer put the command, with this outcome, at this place of a block.
//
//	leaf ── id, commandHash, events ──▶ logs ──▶ receipt ──▶ path ──▶ receiptsRoot ──▶ header ──▶ sealer
//
// The verifier is pure. It opens no connection and no database, and it trusts
// what its caller pins and nothing else: the genesis, the sealer, the contract.
//
// What a proof shows: the sealer signed a block of this number and time, whose
// receipt of this transaction has, as its item of this number, the acceptance
// of this very command, followed by these very events; and the command was
// signed for this very ledger.
//
// What it does not show: that the block is in the chain that others see. A
// sealer can sign two blocks of one number; that is what the log's checkpoints
// are for. And whether the rules allowed the command is for a replay to find.
package proof
