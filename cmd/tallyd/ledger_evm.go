package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"tally/internal/api"
	"tally/internal/disk"
	"tally/internal/ledger"
	"tally/internal/ledger/evm/contract"
	"tally/internal/ledger/evm/embedded"
	"tally/internal/ledger/evm/embedded/chain"
	"tally/internal/ledger/evm/embedded/chain/store"
	"tally/internal/ledger/sealer"
	"tally/internal/voucher"
)

// evmLedger is the ledger on a chain inside this process.
type evmLedger struct {
	RPC `embed:""`
}

func (*evmLedger) kind() kind {
	return kind{name: "evm", about: "keeps its chain in the data directory", own: "chain"}
}

// open implements driver.
func (*evmLedger) open(ctx context.Context, b basics, log *slog.Logger) (opened, error) {
	if b.foundNone {
		b.operators = nil // the directory has a ledger, or there is none
	}
	l, err := embedded.Open(ctx, embedded.Options{
		Dir: b.data, Operators: b.operators, Threshold: b.threshold, AcceptClockJump: b.acceptJump,
		AcceptLoss: b.acceptLoss, Reserve: b.reserve, Fatal: end, Log: log,
	})
	if b.foundNone && errors.Is(err, embedded.ErrNoOperators) {
		return opened{}, fmt.Errorf("%w: %s", errNotFounded, b.data)
	}
	if err != nil {
		return opened{}, err
	}
	on := l.Chain()
	return opened{ledger: l, own: true, batches: 1, pins: pinned{chain: &api.ChainInfo{
		Genesis: voucher.Hash(on.GenesisHash()), Sealer: voucher.Address(on.Sealer()), Contract: voucher.Address(contract.Address()),
	}}}, nil
}

// openToRead implements driver. A chain has one process, so a server has to be stopped.
func (e *evmLedger) openToRead(ctx context.Context, b basics, log *slog.Logger) (ledger.Ledger, error) {
	if _, err := os.Stat(filepath.Join(b.data, sealer.KeyFile)); err != nil {
		return nil, fmt.Errorf("%w: %w", errNoLedger, err)
	}
	l, err := e.open(ctx, b, log)
	return l.ledger, err
}

// beside implements driver: it serves JSON-RPC.
func (e *evmLedger) beside(ctx context.Context, log *slog.Logger, l ledger.Ledger) (stop func() error, err error) {
	return e.RPC.open(ctx, log, l)
}

// check implements driver: the directory is whole, or empty and fit for a new ledger.
func (e *evmLedger) check(_ context.Context, b basics, _ bool) checks { return checkOwn(b, e.kind()) }

// explain implements driver.
func (*evmLedger) explain(err error) (told error, ok bool) {
	switch {
	case errors.Is(err, embedded.ErrNoOperators), errors.Is(err, voucher.ErrText):
		return fmt.Errorf("%w: name them with --operator 0x… (tally key new NAME makes a key)", err), true
	case errors.Is(err, chain.ErrClockAhead):
		return fmt.Errorf("%w: check the clock; if it is right, start with --accept-clock-jump", err), true
	case errors.Is(err, contract.ErrOtherContract): // a remote ledger's, too
		return fmt.Errorf("%w: serve it with the tallyd that founded it, or choose another --data or --contract", err), true
	case errors.Is(err, disk.ErrOpenToOthers), errors.Is(err, disk.ErrUnwritable): // of whatever file
		return nil, false
	case errors.As(err, new(*chain.LostError)):
		return explainLost(err), true
	case errors.As(err, new(*store.LogError)):
		return fmt.Errorf("%w: nothing was changed; look at the disk, and bring the whole data directory back from a copy; to go on without all that was written after the damage, start once with --accept-lost-history", err), true
	case errors.Is(err, chain.ErrDamaged), errors.Is(err, store.ErrDamaged):
		return fmt.Errorf("%w: nothing was changed; look at the disk, and bring the whole data directory back from a copy; --accept-lost-history does not mend this", err), true
	case errors.Is(err, embedded.ErrLostChain):
		return fmt.Errorf("%w: is its disk mounted? Bring the whole data directory back from a copy; a new ledger needs another --data", err), true
	case errors.Is(err, chain.ErrInUse):
		return explainInUse(err), true
	default:
		return explainSealer(err)
	}
}
