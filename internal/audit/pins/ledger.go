package pins

import (
	"tally/internal/ledger"
	evmproof "tally/internal/ledger/evm/proof"
	journalproof "tally/internal/ledger/journal/proof"
	"tally/internal/voucher"
)

// Verifier checks the proofs of the pinned ledger itself: of an embedded chain, or of a
// journal. It may be used concurrently.
type Verifier interface {
	// ID is a command's id in the pinned ledger, and Ledger is that ledger's own.
	ID(c voucher.Command) voucher.Hash
	Ledger() voucher.Hash
	// VerifyEntry checks that a proof shows a leaf's entry, with the command that the
	// leaf holds, to be in the ledger.
	VerifyEntry(e ledger.Entry, c voucher.Command, proof []byte) error
	// Block verifies a whole block, as a pack has it, whose parent has this hash: that of
	// the pinned genesis for block 1.
	Block(header []byte, parts [][]byte, parent voucher.Hash) (Block, error)
}

// Block is a block that was verified as a whole.
type Block interface {
	// Claim verifies that an entry, whose command has this id in the pinned ledger, is what
	// the block has at its place. Every entry is claimed once.
	Claim(e ledger.Entry, id voucher.Hash) error
	// Done verifies that every command which the block accepted was claimed.
	Done() error
	// ID is the block's hash.
	ID() voucher.Hash
}

// Verifier is that of the ledger's own proofs, and the hash of its block 0; nil where
// nothing is pinned that they could be held against.
func (p Pins) Verifier() (v Verifier, genesis voucher.Hash) {
	switch {
	case p.EVM != nil:
		return evm{evmproof.NewVerifier(*p.EVM)}, p.EVM.Genesis
	case p.Journal != nil:
		return journal{journalproof.NewVerifier(*p.Journal)}, p.Journal.Genesis
	default:
		return nil, voucher.Hash{}
	}
}

type evm struct{ *evmproof.Verifier }

// Block implements Verifier.
func (v evm) Block(header []byte, receipts [][]byte, parent voucher.Hash) (Block, error) {
	b, err := v.Verifier.Block(header, receipts, parent)
	if err != nil {
		return nil, err
	}
	return evmBlock{b}, nil
}

type evmBlock struct{ *evmproof.Block }

// ID implements Block.
func (b evmBlock) ID() voucher.Hash { return b.Hash }

type journal struct{ *journalproof.Verifier }

// Block implements Verifier.
func (v journal) Block(header []byte, records [][]byte, parent voucher.Hash) (Block, error) {
	b, err := v.Verifier.Block(header, records, parent)
	if err != nil {
		return nil, err
	}
	return journalBlock{b}, nil
}

type journalBlock struct{ *journalproof.Block }

// ID implements Block.
func (b journalBlock) ID() voucher.Hash { return b.Hash }
