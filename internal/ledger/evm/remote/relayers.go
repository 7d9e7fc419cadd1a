package remote

import (
	"context"
	"fmt"
	"log/slog"
	"math/big"
	"sync"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"tally/internal/ledger"
)

// balanceEvery is the time between two looks at the relayers' balances.
const balanceEvery = 15 * time.Second

// Purse is what the relayers have, have spent and may still spend, in wei.
type Purse struct {
	Balances map[common.Address]*big.Int // as of the last look; those that were not seen yet are missing
	Spent    *big.Int                    // since the start, by transactions in blocks
	Left     *big.Int                    // of the day's budget; nil without one
}

// silent is for how long a node may tell nothing before a ledger cannot be
// written: more than the time between two looks.
const silent = 3 * idleLook

var _ ledger.Prober = (*Ledger)(nil)

// Writable implements ledger.Prober: nil while the node tells its head and the
// relayers may spend.
func (l *Ledger) Writable(context.Context) error {
	if err := l.writable(); err != nil {
		return fmt.Errorf("%w: %w", ledger.ErrUnavailable, err)
	}
	if !l.purse.open() {
		return fmt.Errorf("%w: %w", ledger.ErrUnavailable, ErrBudget)
	}
	if since := l.tracker.silence(); since > silent {
		return fmt.Errorf("%w: %w for %s", ledger.ErrUnavailable, ErrUnreachable, since.Truncate(time.Second))
	}
	return nil
}

// Purse is how the relayers do. It contacts nobody.
func (l *Ledger) Purse() Purse {
	return Purse{Balances: l.balances.all(), Spent: l.purse.spentInAll(), Left: l.purse.left()}
}

// balances are the relayers', as they were seen last.
type balances struct {
	mu   sync.Mutex
	seen map[common.Address]*big.Int
}

func (b *balances) all() map[common.Address]*big.Int {
	b.mu.Lock()
	defer b.mu.Unlock()
	all := make(map[common.Address]*big.Int, len(b.seen))
	for of, wei := range b.seen {
		all[of] = wei
	}
	return all
}

// set returns what was there before, nil for nothing.
func (b *balances) set(of common.Address, wei *big.Int) (before *big.Int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.seen == nil {
		b.seen = map[common.Address]*big.Int{}
	}
	before = b.seen[of]
	b.seen[of] = wei
	return before
}

// watchBalances looks at the relayers' balances until ctx ends.
func (l *Ledger) watchBalances(ctx context.Context, floor *big.Int, log *slog.Logger) {
	for {
		head, _, _ := l.tracker.view()
		for _, one := range l.lanes {
			if wei, err := l.node.balance(ctx, one.from, head.Hash); err == nil {
				warnLow(ctx, log, one.from, l.balances.set(one.from, wei), wei, floor)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(balanceEvery):
		}
	}
}

// warnLow logs that a balance fell below the floor, or rose above it again: once.
func warnLow(ctx context.Context, log *slog.Logger, of common.Address, before, now, floor *big.Int) {
	low, was := now.Cmp(floor) < 0, before != nil && before.Cmp(floor) < 0
	switch {
	case low && !was:
		log.WarnContext(ctx, "relayer's balance is below the floor: send it some",
			slog.String("relayer", of.Hex()), slog.String("balance", ether(now)), slog.String("floor", ether(floor)))
	case was && !low:
		log.InfoContext(ctx, "relayer's balance is above the floor again",
			slog.String("relayer", of.Hex()), slog.String("balance", ether(now)))
	}
}

// reserve has the purse keep the most that a flight can cost at a price. Of a
// flight that nobody waits for it is not refused: its nonce is needed.
func (l *lane) reserve(f *flight, gas uint64, most *big.Int) error {
	cost := new(big.Int).Mul(new(big.Int).SetUint64(gas), most)
	more := new(big.Int).Sub(cost, &f.reserved)
	if more.Sign() <= 0 {
		return nil
	}
	if err := l.purse.take(more, !f.open()); err != nil {
		return err
	}
	f.reserved.Set(cost)
	return nil
}

// paid counts what a flight did cost: its receipt says it, or it is what was
// reserved, where nobody knows.
func (l *lane) paid(f *flight, receipt *types.Receipt) {
	cost := new(big.Int).Add(&f.reserved, &f.cost)
	if receipt != nil && receipt.EffectiveGasPrice != nil {
		cost.Mul(new(big.Int).SetUint64(receipt.GasUsed), receipt.EffectiveGasPrice)
	}
	l.purse.count(&f.reserved, &f.cost, cost)
	f.reserved.SetInt64(0)
	f.cost.Set(cost)
}

// unpaid gives back what was reserved for a flight that no node has.
func (l *lane) unpaid(f *flight) {
	l.purse.count(&f.reserved, new(big.Int), new(big.Int))
	f.reserved.SetInt64(0)
}
