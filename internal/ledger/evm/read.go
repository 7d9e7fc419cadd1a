package evm

import (
	"context"
	"fmt"
	"iter"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"tally/internal/ledger"
	"tally/internal/voucher"
)

// view calls a view of the contract at the durable head and decodes its one
// struct, or its list of values, into the struct that into points to.
func (l *Ledger) view(ctx context.Context, call []byte, into any) error {
	to := Contract()
	ret, err := l.chain.Call(ctx, ethereum.CallMsg{To: &to, Data: call, Gas: transactionGas})
	if err != nil {
		return fmt.Errorf("call contract: %w", err)
	}
	if err := voucher.DecodeABI(ret, into); err != nil {
		return fmt.Errorf("read contract: %w", err)
	}
	return nil
}

func (l *Ledger) ledgerID(ctx context.Context) (voucher.Hash, error) {
	var got struct {
		ID voucher.Hash `json:"id"`
	}
	err := l.view(ctx, l.contract.PackLedgerId(), &got)
	return got.ID, err
}

// Operators implements ledger.Reader.
func (l *Ledger) Operators(ctx context.Context) (o voucher.Operators, err error) {
	to := Contract()
	ret, err := l.chain.Call(ctx, ethereum.CallMsg{To: &to, Data: l.contract.PackOperators(), Gas: transactionGas})
	if err != nil {
		return o, fmt.Errorf("call contract: %w", err)
	}
	return o, voucher.DecodeValues(ret, &o)
}

// Merchant implements ledger.Reader.
func (l *Ledger) Merchant(ctx context.Context, m voucher.Address) (r voucher.Merchant, ok bool, err error) {
	err = l.view(ctx, l.contract.PackMerchantOf(common.Address(m)), &r)
	return r, r.Version > 0, err
}

// Key implements ledger.Reader.
func (l *Ledger) Key(ctx context.Context, m, key voucher.Address) (k voucher.Key, err error) {
	return k, l.view(ctx, l.contract.PackKeyOf(common.Address(m), common.Address(key)), &k)
}

// Campaign implements ledger.Reader.
func (l *Ledger) Campaign(ctx context.Context, id voucher.CampaignID) (c voucher.Campaign, ok bool, err error) {
	err = l.view(ctx, l.contract.PackCampaignOf(id), &c)
	return c, c.Version > 0, err
}

// Holder implements ledger.Reader.
func (l *Ledger) Holder(ctx context.Context, id voucher.CampaignID, wallet voucher.Address) (h voucher.Holder, err error) {
	return h, l.view(ctx, l.contract.PackHolderOf(id, common.Address(wallet)), &h)
}

// Voucher implements ledger.Reader.
func (l *Ledger) Voucher(ctx context.Context, ref voucher.Ref) (voucher.Voucher, bool, error) {
	var got struct {
		Slot voucher.Slot `json:"slot"`
	}
	err := l.view(ctx, l.contract.PackSlotOf(ref.Campaign, ref.Serial), &got)
	v := got.Slot.Unpack()
	return v, v.State != voucher.StateFree, err
}

// number is what a view of one number returns.
type number struct {
	Value uint64 `json:"value"`
}

// Extension implements ledger.Reader.
func (l *Ledger) Extension(ctx context.Context, merchant voucher.Address, id voucher.CampaignID) (uint64, error) {
	m, _, err := l.Merchant(ctx, merchant)
	if err != nil || m.Lost == 0 {
		return 0, err
	}
	var before number
	err = l.view(ctx, l.contract.PackLostOf(id), &before)
	return m.Lost - before.Value, err
}

// Hold implements ledger.Reader.
func (l *Ledger) Hold(ctx context.Context, ref voucher.Ref) (h voucher.Hold, err error) {
	return h, l.view(ctx, l.contract.PackHoldOf(ref.Campaign, ref.Serial), &h)
}

// Returned implements ledger.Reader.
func (l *Ledger) Returned(ctx context.Context, redemption voucher.Hash, ref voucher.Ref) (uint64, error) {
	var got number
	err := l.view(ctx, l.contract.PackReturnedOf(redemption, ref.Campaign, ref.Serial), &got)
	return got.Value, err
}

// Issuance implements ledger.Reader.
func (l *Ledger) Issuance(ctx context.Context, issue voucher.Hash) (i voucher.Issuance, ok bool, err error) {
	err = l.view(ctx, l.contract.PackIssuanceOf(issue), &i)
	return i, i.Count > 0, err
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
	block, err := l.chain.Block(p.Block)
	if err != nil {
		return voucher.Outcome{}, false, fmt.Errorf("read block %d: %w", p.Block, err)
	}
	receipts, err := l.chain.Receipts(p.Block)
	if err != nil {
		return voucher.Outcome{}, false, fmt.Errorf("read receipts %d: %w", p.Block, err)
	}
	if int(p.Tx) >= len(receipts) {
		return voucher.Outcome{}, false, fmt.Errorf("position %s: %w", p, errLogs)
	}
	outcomes, err := l.logs.outcomes(block.Header(), receipts[p.Tx])
	if err != nil {
		return voucher.Outcome{}, false, err
	}
	if int(p.Item) >= len(outcomes) || outcomes[p.Item].ID != id {
		return voucher.Outcome{}, false, fmt.Errorf("position %s: %w", p, errLogs)
	}
	return outcomes[p.Item], true, nil
}

// Head implements ledger.Ledger.
func (l *Ledger) Head(context.Context) (voucher.Position, error) {
	return voucher.Position{Block: l.chain.Head().Number.Uint64() + 1}, nil
}

// Wait implements ledger.Ledger.
func (l *Ledger) Wait(ctx context.Context, beyond voucher.Position) (voucher.Position, error) {
	for {
		changed := l.chain.Changed() // before the head is read, so that no change is missed
		if head, err := l.Head(ctx); err != nil || beyond.Before(head) {
			return head, err
		}
		select {
		case <-changed:
		case <-l.stopped:
			return voucher.Position{}, ledger.ErrClosed
		case <-ctx.Done():
			return voucher.Position{}, ctx.Err()
		}
	}
}

// Events implements ledger.Ledger.
func (l *Ledger) Events(ctx context.Context, from, to voucher.Position) iter.Seq2[ledger.Entry, error] {
	return func(yield func(ledger.Entry, error) bool) {
		head, err := l.Head(ctx)
		if err != nil {
			yield(ledger.Entry{}, err)
			return
		}
		if head.Before(to) {
			to = head
		}
		for n := max(from.Block, 1); (voucher.Position{Block: n}).Before(to); n++ {
			entries, err := l.block(ctx, n)
			if err != nil {
				yield(ledger.Entry{}, err)
				return
			}
			if !between(entries, from, to, yield) {
				return
			}
		}
	}
}

// between yields the entries from one position up to another; false ends it.
func between(entries []ledger.Entry, from, to voucher.Position, yield func(ledger.Entry, error) bool) bool {
	for _, e := range entries {
		if p := e.Outcome.Position; p.Before(from) || !p.Before(to) {
			continue
		}
		if !yield(e, nil) {
			return false
		}
	}
	return true
}

// block reads the accepted commands of one block.
func (l *Ledger) block(ctx context.Context, n uint64) ([]ledger.Entry, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
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
	outcomes, err := l.logs.outcomes(block.Header(), receipt)
	if err != nil || len(outcomes) == 0 {
		return nil, err
	}
	items, err := l.items(block.Transactions()[i].Data())
	if err != nil {
		return nil, err
	}
	if len(items) != len(outcomes) {
		return nil, fmt.Errorf("%d commands have %d outcomes: %w", len(items), len(outcomes), errLogs)
	}
	var entries []ledger.Entry
	for k, o := range outcomes {
		if o.Status == voucher.StatusAccepted {
			entries = append(entries, ledger.Entry{Outcome: o, Command: items[k]})
		}
	}
	return entries, nil
}

// items takes the commands out of a call to submit.
func (l *Ledger) items(call []byte) ([][]byte, error) {
	const selector = 4
	if len(call) < selector {
		return nil, errLogs
	}
	values, err := l.abi.Methods["submit"].Inputs.Unpack(call[selector:])
	if err != nil || len(values) != 1 {
		return nil, fmt.Errorf("%w: %w", errLogs, err)
	}
	items, ok := values[0].([][]byte)
	if !ok {
		return nil, errLogs
	}
	return items, nil
}
