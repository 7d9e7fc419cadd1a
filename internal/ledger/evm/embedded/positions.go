package embedded

import (
	"encoding/binary"
	"fmt"

	"github.com/ethereum/go-ethereum/core/types"

	"tally/internal/ledger/evm/contract"
	"tally/internal/ledger/evm/embedded/chain"
	"tally/internal/voucher"
)

// positions is the chain's index: where the outcome of an accepted command is.
func (l *Ledger) positions(block *types.Block, receipts types.Receipts) []chain.Entry {
	var entries []chain.Entry
	for _, receipt := range receipts {
		for item, id := range l.logs.Accepting(receipt.Logs) {
			p := voucher.Position{Block: block.NumberU64(), Tx: uint32(receipt.TransactionIndex), Item: item} //nolint:gosec // small
			entries = append(entries, chain.Entry{Key: id[:], Value: encodePosition(p)})
		}
	}
	return entries
}

func encodePosition(p voucher.Position) []byte {
	b := binary.BigEndian.AppendUint64(nil, p.Block)
	return binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(b, p.Tx), p.Item)
}

func decodePosition(b []byte) (voucher.Position, error) {
	if len(b) != 16 {
		return voucher.Position{}, fmt.Errorf("position of %d bytes: %w", len(b), contract.ErrLogs)
	}
	return voucher.Position{
		Block: binary.BigEndian.Uint64(b), Tx: binary.BigEndian.Uint32(b[8:]), Item: binary.BigEndian.Uint32(b[12:]),
	}, nil
}
