package block

import (
	"bytes"
	"crypto/ecdsa"
	"errors"
	"fmt"

	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/rlp"

	"tally/internal/intent"
	"tally/internal/voucher"
)

// FoundingFormat is the first member of a founding record.
const FoundingFormat = "tally-journal-founding-1"

// ErrFounding says that a block is not one that founds a ledger.
var ErrFounding = errors.New("not the block that founds a journal")

// Founding is the one record of block 0: what no command says.
type Founding struct {
	Format    string
	Salt      voucher.Hash // random: two ledgers never have one id
	Sealer    voucher.Address
	Operators []voucher.Address // ascending
	Threshold uint32
}

// Found makes block 0, signed by the sealer.
func Found(key *ecdsa.PrivateKey, salt voucher.Hash, operators []voucher.Address, threshold uint32, now uint64) (Block, error) {
	sealer := voucher.Address(crypto.PubkeyToAddress(key.PublicKey))
	record := encode(Founding{FoundingFormat, salt, sealer, operators, threshold})
	return Seal(key, Header{Format: Format, Time: now}, [][]byte{record})
}

// Founding reads block 0, and checks that its own sealer signed it. The error is
// ErrFounding or ErrSeal.
func (b Block) Founding() (f Founding, err error) {
	if h := b.Header; h.Number != 0 || !h.Parent.IsZero() || !h.Ledger.IsZero() || len(b.Records) != 1 {
		return f, fmt.Errorf("%w: block %d", ErrFounding, h.Number)
	}
	if err := rlp.DecodeBytes(b.Records[0], &f); err != nil {
		return f, fmt.Errorf("%w: %w", ErrFounding, err)
	}
	if f.Format != FoundingFormat || !bytes.Equal(encode(f), b.Records[0]) {
		return f, fmt.Errorf("%w: format is not %s", ErrFounding, FoundingFormat)
	}
	return f, b.Header.Verify(f.Sealer)
}

// LedgerID is the id of the ledger whose block 0 has this hash and whose blocks this
// sealer signs: the sealer's address stands where an EVM's ledgers have the contract's.
func LedgerID(genesis voucher.Hash, sealer voucher.Address) voucher.Hash {
	return intent.LedgerID(genesis, sealer[:])
}
