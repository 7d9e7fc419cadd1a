package evm

import "tally/internal/ledger/evm/chain"

// Chain is the embedded chain, for those who read it beside the ledger: package
// jsonrpc serves it, and an auditor's proofs are made of its blocks. Only the
// ledger seals.
func (l *Ledger) Chain() *chain.Chain { return l.chain }
