package proof

import (
	"errors"
	"fmt"

	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/rlp"
	"github.com/ethereum/go-ethereum/trie"

	"tally/internal/ledger"
	"tally/internal/ledger/evm/seal"
	"tally/internal/voucher"
)

var (
	// ErrParent says that a block does not follow the one before it.
	ErrParent = errors.New("the block is not the child of the one before it")
	// ErrUnclaimed says that a block accepted a command that has no leaf.
	ErrUnclaimed = errors.New("the block accepted commands that have no leaf")
)

// Block is a block that was verified as a whole: its header is the sealer's, it
// follows its parent, and the receipts are all that it has.
type Block struct {
	Number uint64
	Hash   voucher.Hash

	verifier *Verifier
	header   *types.Header
	receipts types.Receipts
	accepted int // commands
	claimed  int // by leaves so far
}

// EncodeBlock is the form in which Verifier.Block takes a block: the header's
// RLP, and each receipt as its trie has it (EIP-2718).
func EncodeBlock(header *types.Header, receipts types.Receipts) (head []byte, all [][]byte, err error) {
	if head, err = rlp.EncodeToBytes(header); err != nil {
		return nil, nil, fmt.Errorf("header: %w", err)
	}
	all = make([][]byte, len(receipts))
	for i, r := range receipts {
		if all[i], err = r.MarshalBinary(); err != nil {
			return nil, nil, fmt.Errorf("receipt: %w", err)
		}
	}
	return head, all, nil
}

// Block verifies a block whose parent has this hash: that of the pinned genesis
// for the first.
func (v *Verifier) Block(header []byte, receipts [][]byte, parent voucher.Hash) (*Block, error) {
	b := &Block{verifier: v, header: new(types.Header), receipts: make(types.Receipts, len(receipts))}
	if err := rlp.DecodeBytes(header, b.header); err != nil {
		return nil, fmt.Errorf("%w: header: %w", ErrProof, err)
	}
	if err := seal.Verify(b.header, [20]byte(v.chain.Sealer)); err != nil {
		return nil, err
	}
	if voucher.Hash(b.header.ParentHash) != parent || !b.header.Number.IsUint64() {
		return nil, fmt.Errorf("%w: block %s", ErrParent, clip(b.header.Number.String()))
	}
	for i, raw := range receipts {
		b.receipts[i] = new(types.Receipt)
		if err := b.receipts[i].UnmarshalBinary(raw); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrReceipt, err)
		}
		b.accepted += v.acceptedOf(b.receipts[i])
	}
	if root := types.DeriveSha(b.receipts, trie.NewStackTrie(nil)); root != b.header.ReceiptHash {
		return nil, fmt.Errorf("block %s: %w", b.header.Number, ErrReceipts)
	}
	b.Number, b.Hash = b.header.Number.Uint64(), voucher.Hash(b.header.Hash())
	return b, nil
}

func (v *Verifier) acceptedOf(r *types.Receipt) (n int) {
	for _, log := range v.ofContract(r) {
		if log.Topics[0] == v.accepted {
			n++
		}
	}
	return n
}

// Claim verifies that an entry, whose command has this id in the ledger (see Verifier.ID),
// is what the block has at its place. Every entry is claimed once.
func (b *Block) Claim(e ledger.Entry, id voucher.Hash) error {
	if err := isOf(e, id); err != nil {
		return err
	}
	if err := isBlockOf(b.header, e.Outcome); err != nil {
		return err
	}
	tx := e.Outcome.Position.Tx
	if int(tx) >= len(b.receipts) || b.receipts[tx].Status != types.ReceiptStatusSuccessful {
		return fmt.Errorf("%w: transaction %d of block %d", ErrReceipt, tx, b.Number)
	}
	if err := b.verifier.receipt(b.receipts[tx], e.Outcome); err != nil {
		return err
	}
	b.claimed++
	return nil
}

// Done verifies that every command which the block accepted was claimed.
func (b *Block) Done() error {
	if b.claimed != b.accepted {
		return fmt.Errorf("%w: block %d accepted %d, and %d of them have one", ErrUnclaimed, b.Number, b.accepted, b.claimed)
	}
	return nil
}
