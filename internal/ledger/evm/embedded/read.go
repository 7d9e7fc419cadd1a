package embedded

import (
	"context"
	"fmt"
	"iter"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/core/types"

	"tally/internal/ledger"
	"tally/internal/ledger/evm/contract"
	"tally/internal/voucher"
)

// call asks the contract at the durable head, or at a later one. Concurrent look-ups
// ask for the same campaign, merchant and operators, so between two blocks one call
// answers all of them.
func (l *Ledger) call(ctx context.Context, data []byte) (*contract.Answer, error) {
	return l.cache.Ask(ctx, l.chain.HeadHash(), data, func() ([]byte, error) {
		to := contract.Address()
		return l.chain.Call(ctx, ethereum.CallMsg{To: &to, Data: data, Gas: transactionGas})
	})
}

// Voucher implements ledger.Reader. Every look-up, quote and list reads vouchers, so they
// come from the contract's storage: its view would run the EVM for the same word.
// checkContracts makes sure that the storage is laid out as here.
func (l *Ledger) Voucher(ctx context.Context, ref voucher.Ref) (voucher.Voucher, bool, error) {
	slot, _, err := l.stored(ctx, ref)
	v := slot.Unpack()
	return v, v.State != voucher.StateFree, err
}

// Hold implements ledger.Reader. Most vouchers have none, which the voucher's own word says.
func (l *Ledger) Hold(ctx context.Context, ref voucher.Ref) (voucher.Hold, error) {
	if _, hasHold, err := l.stored(ctx, ref); err != nil || !hasHold {
		return voucher.Hold{}, err
	}
	return l.Views.Hold(ctx, ref)
}

// stored is a voucher as the contract keeps it at the durable head.
func (l *Ledger) stored(ctx context.Context, ref voucher.Ref) (slot voucher.Slot, hasHold bool, err error) {
	word, err := l.chain.StorageAt(ctx, contract.Address(), contract.VoucherAt(ref))
	if err != nil {
		return slot, false, fmt.Errorf("read voucher: %w", err)
	}
	slot, hasHold = contract.StoredVoucher(word)
	return slot, hasHold, nil
}

// Outcome implements ledger.Reader.
func (l *Ledger) Outcome(_ context.Context, id voucher.Hash) (voucher.Outcome, bool, error) {
	at, err := l.chain.Lookup(id[:])
	if err != nil || at == nil {
		return voucher.Outcome{}, false, err
	}
	p, err := decodePosition(at)
	if err != nil {
		return voucher.Outcome{}, false, err
	}
	if kept, ok := l.recent.at(p); ok && kept.ID == id {
		return kept, true, nil
	}
	block, err := l.chain.Block(p.Block)
	if err != nil {
		return voucher.Outcome{}, false, fmt.Errorf("read block %d: %w", p.Block, err)
	}
	receipts, err := l.chain.Receipts(p.Block)
	if err != nil {
		return voucher.Outcome{}, false, fmt.Errorf("read receipts %d: %w", p.Block, err)
	}
	if int(p.Tx) >= len(receipts) {
		return voucher.Outcome{}, false, fmt.Errorf("position %s: %w", p, contract.ErrLogs)
	}
	outcomes, err := l.logs.Outcomes(logPos(block, receipts[p.Tx]), receipts[p.Tx].Logs)
	if err != nil {
		return voucher.Outcome{}, false, err
	}
	if int(p.Item) >= len(outcomes) || outcomes[p.Item].ID != id {
		return voucher.Outcome{}, false, fmt.Errorf("position %s: %w", p, contract.ErrLogs)
	}
	return outcomes[p.Item], true, nil
}

// Head implements ledger.Ledger.
func (l *Ledger) Head(context.Context) (voucher.Position, error) {
	return l.head(), nil
}

func (l *Ledger) head() voucher.Position {
	return voucher.Position{Block: l.chain.Head().Number.Uint64() + 1}
}

// Wait implements ledger.Ledger.
func (l *Ledger) Wait(ctx context.Context, beyond voucher.Position) (voucher.Position, error) {
	return ledger.AwaitHead(ctx, beyond, l.stopped, func() (voucher.Position, <-chan struct{}) {
		changed := l.chain.Changed() // before the head is read, so that no change is missed
		return l.head(), changed
	})
}

// Events implements ledger.Ledger.
func (l *Ledger) Events(ctx context.Context, from, to voucher.Position) iter.Seq2[ledger.Entry, error] {
	return ledger.ClampEvents(from, to, l.head, func(first, end uint64) iter.Seq2[[]ledger.Entry, error] {
		return func(yield func([]ledger.Entry, error) bool) {
			for n := max(first, 1); n < end; n++ {
				if entries, err := l.block(ctx, n); !yield(entries, err) || err != nil {
					return
				}
			}
		}
	})
}

// block is the accepted commands of one durable block.
func (l *Ledger) block(ctx context.Context, n uint64) ([]ledger.Entry, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if entries, ok := l.recent.of(n); ok {
		return entries, nil
	}
	return l.readBlock(n)
}

// readBlock reads the accepted commands of a block from the chain.
func (l *Ledger) readBlock(n uint64) ([]ledger.Entry, error) {
	block, err := l.chain.Block(n)
	if err != nil {
		return nil, fmt.Errorf("read block %d: %w", n, err)
	}
	if len(block.Transactions()) == 0 {
		return nil, nil
	}
	receipts, err := l.chain.Receipts(n)
	if err != nil {
		return nil, fmt.Errorf("read receipts %d: %w", n, err)
	}
	var entries []ledger.Entry
	for i, receipt := range receipts {
		of, err := l.transaction(block, i, receipt)
		if err != nil {
			return nil, fmt.Errorf("block %d, transaction %d: %w", n, i, err)
		}
		entries = append(entries, of...)
	}
	return entries, nil
}

func (l *Ledger) transaction(block *types.Block, i int, receipt *types.Receipt) ([]ledger.Entry, error) {
	outcomes, err := l.logs.Outcomes(logPos(block, receipt), receipt.Logs)
	if err != nil {
		return nil, err
	}
	return l.calls.Entries(outcomes, block.Transactions()[i].Data()), nil
}

func logPos(block *types.Block, receipt *types.Receipt) contract.LogPos {
	return contract.LogPos{Block: block.NumberU64(), Tx: receipt.TransactionIndex, Time: block.Time()}
}
