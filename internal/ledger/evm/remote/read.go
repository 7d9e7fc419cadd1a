package remote

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"tally/internal/ledger"
	"tally/internal/ledger/evm/contract"
	"tally/internal/voucher"
)

// Limits of reading.
const (
	logRange  = 1000 // blocks that are searched at once for entries
	readTries = 3    // times that a read starts again because blocks were replaced meanwhile
)

// call asks the contract at the final block.
func (l *Ledger) call(ctx context.Context, data []byte) (*contract.Answer, error) {
	return again(ctx, l, func(final block) (*contract.Answer, error) {
		return l.cache.Ask(ctx, final.Hash, data, func() ([]byte, error) {
			done, err := l.turn(ctx)
			if err != nil {
				return nil, err
			}
			defer done()
			return l.node.call(ctx, message{To: &l.contract, Data: data}, final.Hash)
		})
	})
}

// again reads from the final block, and once more from another if that one was
// replaced in between.
func again[T any](ctx context.Context, l *Ledger, read func(final block) (T, error)) (got T, err error) {
	for range readTries {
		_, final, _ := l.tracker.view()
		if got, err = read(final); err == nil || errors.Is(err, ErrUnreachable) {
			return got, err
		}
		if failed := l.tracker.refresh(ctx); failed != nil {
			return got, failed
		}
		if _, now, _ := l.tracker.view(); now.Hash == final.Hash && !errors.Is(err, errReplaced) {
			return got, err
		}
	}
	return got, err
}

var errReplaced = errors.New("the block was replaced")

// Outcome implements ledger.Reader.
func (l *Ledger) Outcome(ctx context.Context, id voucher.Hash) (voucher.Outcome, bool, error) {
	done, err := l.turn(ctx)
	if err != nil {
		return voucher.Outcome{}, false, err
	}
	defer done()
	return l.first(ctx, id)
}

// first is Outcome for those who send, who wait for no reader.
func (l *Ledger) first(ctx context.Context, id voucher.Hash) (voucher.Outcome, bool, error) {
	found, err := again(ctx, l, func(final block) (*voucher.Outcome, error) { return l.outcome(ctx, id, final) })
	if err != nil || found == nil {
		return voucher.Outcome{}, false, err
	}
	return *found, true, nil
}

func (l *Ledger) outcome(ctx context.Context, id voucher.Hash, final block) (*voucher.Outcome, error) {
	logs, err := l.node.logs(ctx, l.contract, l.from, final.number(),
		[]common.Hash{l.logs.Accepted()}, []common.Hash{common.Hash(id)})
	if err != nil || len(logs) == 0 {
		return nil, err
	}
	at := logs[0]
	all, err := l.node.logs(ctx, l.contract, at.BlockNumber, at.BlockNumber)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(log *types.Log) bool { return log.TxHash != at.TxHash || log.BlockHash != at.BlockHash })
	if len(all) == 0 || !l.tracker.confirmed(at.BlockNumber, at.BlockHash) {
		return nil, fmt.Errorf("block %d: %w", at.BlockNumber, errReplaced)
	}
	block, err := l.node.blockByHash(ctx, at.BlockHash)
	if err != nil {
		return nil, err
	}
	outcomes, err := l.logs.Outcomes(contract.LogPos{Block: at.BlockNumber, Tx: at.TxIndex, Time: uint64(block.Time)}, all)
	if err != nil {
		return nil, err
	}
	for _, o := range outcomes {
		if o.ID == id && o.Status == voucher.StatusAccepted {
			return &o, nil
		}
	}
	return nil, fmt.Errorf("transaction %s: %w", at.TxHash, contract.ErrLogs)
}

// accepted tells which of these commands were accepted: all in one question,
// because a node may go through its whole chain for it.
func (l *Ledger) accepted(ctx context.Context, ids []common.Hash) (map[voucher.Hash]bool, error) {
	return again(ctx, l, func(final block) (map[voucher.Hash]bool, error) {
		logs, err := l.node.logs(ctx, l.contract, l.from, final.number(), []common.Hash{l.logs.Accepted()}, ids)
		if err != nil {
			return nil, err
		}
		found := make(map[voucher.Hash]bool, len(logs))
		for _, log := range logs {
			found[voucher.Hash(log.Topics[1])] = true
		}
		return found, nil
	})
}

func logPos(r *types.Receipt, time uint64) contract.LogPos {
	return contract.LogPos{Block: r.BlockNumber.Uint64(), Tx: r.TransactionIndex, Time: time}
}

// Head implements ledger.Ledger.
func (l *Ledger) Head(context.Context) (voucher.Position, error) {
	return l.head(), nil
}

func (l *Ledger) head() voucher.Position {
	_, final, _ := l.tracker.view()
	return voucher.Position{Block: final.number() + 1}
}

// Wait implements ledger.Ledger.
func (l *Ledger) Wait(ctx context.Context, beyond voucher.Position) (voucher.Position, error) {
	return ledger.AwaitHead(ctx, beyond, l.stopped, func() (voucher.Position, <-chan struct{}) {
		_, final, changed := l.tracker.view()
		return voucher.Position{Block: final.number() + 1}, changed
	})
}

// Events implements ledger.Ledger. An entry whose command is not in its
// transaction's call has no Command: see contract.Calls.Entries.
func (l *Ledger) Events(ctx context.Context, from, to voucher.Position) iter.Seq2[ledger.Entry, error] {
	return ledger.ClampEvents(from, to, l.head, func(first, end uint64) iter.Seq2[[]ledger.Entry, error] {
		return func(yield func([]ledger.Entry, error) bool) {
			for n := max(first, l.from); n < end; n += logRange {
				if entries, err := l.entries(ctx, n, min(n+logRange, end)-1); !yield(entries, err) || err != nil {
					return
				}
			}
		}
	})
}

// entries reads the accepted commands of some blocks, as far as they are final.
func (l *Ledger) entries(ctx context.Context, first, last uint64) ([]ledger.Entry, error) {
	return again(ctx, l, func(final block) ([]ledger.Entry, error) {
		logs, err := l.node.logs(ctx, l.contract, first, min(last, final.number()))
		if err != nil {
			return nil, err
		}
		groups := byTransaction(logs)
		firsts, blocks := make([]*types.Log, len(groups)), make([]common.Hash, len(groups))
		for i, logs := range groups {
			firsts[i], blocks[i] = logs[0], logs[0].BlockHash
			if !l.tracker.confirmed(logs[0].BlockNumber, logs[0].BlockHash) {
				return nil, fmt.Errorf("block %d: %w", logs[0].BlockNumber, errReplaced)
			}
		}
		calls, err := l.node.sentCalls(ctx, firsts)
		if err != nil {
			return nil, err
		}
		times, err := l.node.blocks(ctx, blocks)
		if err != nil {
			return nil, err
		}
		return l.joined(groups, calls, times)
	})
}

// joined makes entries of the logs of transactions, their calls and their blocks.
func (l *Ledger) joined(groups [][]*types.Log, calls []*sentCall, blocks []block) ([]ledger.Entry, error) {
	var entries []ledger.Entry
	for i, logs := range groups {
		outcomes, err := l.logs.Outcomes(
			contract.LogPos{Block: logs[0].BlockNumber, Tx: logs[0].TxIndex, Time: uint64(blocks[i].Time)}, logs)
		if err != nil {
			return nil, fmt.Errorf("transaction %s: %w", logs[0].TxHash, err)
		}
		entries = append(entries, l.calls.Entries(outcomes, calls[i].Data)...)
	}
	return entries, nil
}

// byTransaction splits logs, which are in order.
func byTransaction(logs []*types.Log) (groups [][]*types.Log) {
	for _, log := range logs {
		if n := len(groups); n > 0 && groups[n-1][0].TxHash == log.TxHash {
			groups[n-1] = append(groups[n-1], log)
			continue
		}
		groups = append(groups, []*types.Log{log})
	}
	return groups
}
