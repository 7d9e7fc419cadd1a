package remote

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"slices"
	"time"

	"github.com/ethereum/go-ethereum/core/types"

	"tally/internal/ledger"
)

// Limits of sending one transaction.
const (
	maxVersions = 16 // that are kept of a flight; the oldest are forgotten
	maxRaises   = 8  // of the fees in a row, while the node says too little
	maxRefusals = 3  // in a row, before a nonce is used for nothing instead
	fillerGas   = 21_000
)

var zeroTime time.Time

// push sends what is due, in the order of nonces, so that whatever a failure
// leaves unsent is the end of the lane. It says when to look again.
func (l *lane) push(ctx context.Context, used uint64, head block) (time.Duration, error) {
	next := idleLook
	for i := 0; i < len(l.flights); {
		f := l.flights[i]
		if f.misses > 0 && f.open() {
			next = min(next, missPause)
		}
		wait := l.resend - time.Since(f.sent)
		switch {
		case f.nonce < used:
			i++
			continue
		case wait > 0:
			next = min(next, wait)
			i++
			continue
		}
		gone, err := l.out(ctx, f, head)
		if err != nil {
			return 0, err
		}
		if gone {
			l.remove(i)
		}
	}
	return next, nil
}

// out sends a flight. gone is true if the flight has no use any more and no
// node has it.
func (l *lane) out(ctx context.Context, f *flight, head block) (gone bool, err error) {
	if f.open() && !f.job.goes() {
		l.fail(f.job, ledger.ErrNotSent)
		return true, nil
	}
	err = l.send(ctx, f, head)
	switch {
	case err == nil:
		l.tracker.look()
		return false, nil
	case errors.Is(err, ErrBudget), errors.Is(err, ErrPurse):
		if len(f.versions) > 0 || !f.open() {
			return false, err
		}
		l.fail(f.job, fmt.Errorf("%w: %w: %w", ledger.ErrNotSent, ledger.ErrUnavailable, err))
		return true, nil
	case judge(err) != refused:
		return false, err
	case len(f.versions) == 0 && f.open():
		l.log.WarnContext(ctx, "transaction refused", slog.Uint64("nonce", f.nonce), slog.Any("error", err))
		l.fail(f.job, fmt.Errorf("%w: %w", ledger.ErrNotSent, refusal(err)))
		return true, nil
	}
	return false, l.refused(ctx, f, err)
}

// refused counts refusals of what a node may have. It cannot end, its nonce is
// needed: it is tried again, and then its nonce is used for nothing.
func (l *lane) refused(ctx context.Context, f *flight, cause error) error {
	if f.refusals++; f.refusals < maxRefusals || f.job == nil {
		return cause
	}
	l.log.ErrorContext(ctx, "transaction refused that was sent before, using its nonce for nothing",
		slog.Uint64("nonce", f.nonce), slog.Any("error", cause))
	if f.open() {
		l.fail(f.job, fmt.Errorf("%w: %w", ledger.ErrUnknown, refusal(cause)))
	}
	f.job, f.refusals = nil, 0
	return nil
}

// remove takes a flight that no node has out of the lane. Those behind it were
// not sent either.
func (l *lane) remove(i int) {
	l.unpaid(l.flights[i])
	l.flights = slices.Delete(l.flights, i, i+1)
	for _, f := range l.flights[i:] {
		f.nonce--
	}
}

// send sends a flight, for the first time or again, and raises its fees as long
// as the node wants more.
func (l *lane) send(ctx context.Context, f *flight, head block) error {
	tx, err := l.version(ctx, f, head)
	if err != nil {
		return err
	}
	for range maxRaises {
		err = l.node.send(ctx, tx)
		switch judge(err) {
		case taken, spent: // also spent by a version of ours, in a block that the view does not have yet
			l.keep(f, tx)
			f.sent, f.head, f.refusals = time.Now(), head.number(), 0
			return nil
		case tooCheap:
			more, err := l.raise(ctx, f, tx, head)
			if err != nil {
				return err
			}
			if tx == more {
				return l.stays(f, fmt.Errorf("%w: %s wei for a unit of gas are too little", errFees, tx.GasFeeCap()))
			}
			tx = more
		case later: // it may have arrived
			l.keep(f, tx)
			return err
		default:
			return l.stays(f, err)
		}
	}
	return l.stays(f, fmt.Errorf("%w: %d times too little", errFees, maxRaises))
}

// stays passes an error on that says that nothing arrived.
func (l *lane) stays(f *flight, err error) error {
	if len(f.versions) == 0 && f.open() {
		f.job.stays()
	}
	return err
}

// version is what to send next: a first version; or, where the node has the
// latest and made blocks without it, or its fees are below the base fee, one
// with higher fees; or the latest once more.
func (l *lane) version(ctx context.Context, f *flight, head block) (*types.Transaction, error) {
	price, err := l.price(ctx, head)
	if err != nil {
		return nil, err
	}
	if len(f.versions) == 0 {
		return l.sign(f, price)
	}
	latest := f.versions[len(f.versions)-1]
	if f.job == nil && latest.Gas() != fillerGas { // what it carried was given up
		return l.sign(f, feesOf(latest).raised(price, l.limit))
	}
	known, err := l.node.knows(ctx, latest.Hash())
	if err != nil {
		return nil, fmt.Errorf("look transaction up: %w", err)
	}
	overtaken := known && head.number() > f.head && latest.GasFeeCap().Sign() > 0
	if !overtaken && latest.GasFeeCap().Cmp(head.baseFee()) >= 0 {
		return latest, nil
	}
	l.log.InfoContext(ctx, "transaction waits too long, raising its fees",
		slog.Uint64("nonce", f.nonce), slog.String("from", latest.GasFeeCap().String()), slog.String("hash", latest.Hash().Hex()))
	return l.raise(ctx, f, latest, head)
}

// price is what to offer at a head; the node is asked once for each.
func (l *lane) price(ctx context.Context, head block) (fees, error) {
	if l.pricedAt == head.Hash {
		return l.priced, nil
	}
	now, err := suggested(ctx, l.node, head, l.limit)
	if err == nil {
		l.pricedAt, l.priced = head.Hash, now
	}
	return now, err
}

// errFees is not a refusal: fees fall again.
var errFees = errors.New("the fees cannot be raised further")

// raise is a version with higher fees, or the same one if they are at their limit.
func (l *lane) raise(ctx context.Context, f *flight, tx *types.Transaction, head block) (*types.Transaction, error) {
	floor, err := priced(ctx, l.node, head.baseFee(), l.limit)
	if err != nil {
		return nil, err
	}
	price := feesOf(tx).raised(floor, l.limit)
	if price.most.Cmp(tx.GasFeeCap()) == 0 { // at the limit: it can only wait
		return tx, nil
	}
	more, err := l.sign(f, price)
	if errors.Is(err, ErrBudget) { // as at the limit
		return tx, nil
	}
	return more, err
}

func feesOf(tx *types.Transaction) fees { return fees{tip: tx.GasTipCap(), most: tx.GasFeeCap()} }

// keep remembers a version that a node may have.
func (l *lane) keep(f *flight, tx *types.Transaction) {
	if n := len(f.versions); n > 0 && f.versions[n-1].Hash() == tx.Hash() {
		return
	}
	f.versions = append(f.versions, tx)
	f.versions = f.versions[max(0, len(f.versions)-maxVersions):]
}

func (l *lane) sign(f *flight, price fees) (*types.Transaction, error) {
	body := &types.DynamicFeeTx{
		ChainID: l.signer.ChainID(), Nonce: f.nonce, GasTipCap: price.tip, GasFeeCap: price.most,
		Gas: fillerGas, To: &l.from, Value: new(big.Int),
	}
	if f.job != nil {
		body.Gas, body.To, body.Data = f.job.gas, f.job.to, f.job.data
	}
	if err := l.reserve(f, body.Gas, body.GasFeeCap); err != nil {
		return nil, err
	}
	tx, err := types.SignNewTx(l.key, l.signer, body)
	if err != nil {
		return nil, fmt.Errorf("sign transaction: %w", err)
	}
	return tx, nil
}
