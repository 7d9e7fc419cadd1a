// Package evm is the ledger on an EVM: the contract Tally, predeployed on an
// embedded chain (package chain) that runs inside this process.
//
// The contract judges; this package packs commands into transactions and reads
// the logs. A command travels as its encoding (voucher.EncodeCommand) in the
// call submit(bytes[]); its place is (block, transaction, index in the call).
package evm

import (
	"context"
	"crypto/ecdsa"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"

	"tally/internal/intent"
	"tally/internal/ledger"
	"tally/internal/ledger/evm/chain"
	"tally/internal/voucher"
)

const (
	chainID   = 7_411
	chainDir  = "chain"
	heartbeat = 30 * time.Minute // an idle chain seals an empty block so often, well within chain's hour
)

// Options says how to open an embedded ledger.
type Options struct {
	// Dir holds the chain and the sealer's key. It is made if it does not exist.
	Dir string
	// Operators and Threshold found a new ledger. An old one does not look at them.
	Operators []voucher.Address
	Threshold uint32
	// Now is the clock; time.Now if nil.
	Now func() time.Time
	// AcceptClockJump is the operator's word that the clock is right although it
	// is more than an hour after the last block, as after a long stop.
	AcceptClockJump bool
	// AnyClock accepts every clock that runs forward. For tests that travel in time.
	AnyClock bool
	Log      *slog.Logger
}

// Ledger is a ledger.Ledger on an embedded chain.
type Ledger struct {
	Views

	chain  *chain.Chain
	calls  Calls
	domain *intent.Domain
	key    *ecdsa.PrivateKey
	logs   Logs
	known  Known
	log    *slog.Logger

	submitting chan struct{} // held by sending: transactions are numbered one batch after the other
	stop       context.CancelFunc
	stopped    chan struct{}
}

var _ ledger.Ledger = (*Ledger)(nil)

// ErrNoOperators says that a new ledger needs its first operators named.
var ErrNoOperators = errors.New("a new ledger needs its first operators")

// ErrOperators says that a ledger cannot be founded by these operators.
var ErrOperators = fmt.Errorf("operators are 1 to %d addresses in ascending order, and a threshold among them: %w",
	voucher.MaxOperators, voucher.ErrText)

// Open opens the ledger in a directory, or founds a new one.
func Open(ctx context.Context, opts Options) (*Ledger, error) {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Log == nil {
		opts.Log = slog.Default()
	}
	key, isNew, err := sealerKey(opts.Dir)
	if err != nil {
		return nil, err
	}
	if isNew && len(opts.Operators) == 0 {
		return nil, errors.Join(ErrNoOperators, os.Remove(filepath.Join(opts.Dir, keyFile)))
	}
	calls, err := NewCalls()
	if err != nil {
		return nil, err
	}
	l := &Ledger{
		calls: calls, key: key, logs: NewLogs(Contract()),
		log: opts.Log, submitting: make(chan struct{}, 1), stopped: make(chan struct{}),
	}
	l.Views = NewViews(l.call)
	if l.chain, err = openChain(ctx, opts, key, l.positions); err != nil {
		return nil, fmt.Errorf("open chain: %w", err)
	}
	if err := l.checkContracts(ctx); err != nil {
		return nil, errors.Join(err, l.chain.Close())
	}
	if err := l.found(ctx, opts); err != nil {
		return nil, errors.Join(fmt.Errorf("found ledger: %w", err), l.chain.Close())
	}
	beating, stop := context.WithCancel(context.Background())
	l.stop = stop
	go l.beat(beating)
	return l, nil
}

func openChain(ctx context.Context, opts Options, key *ecdsa.PrivateKey, index chain.Index) (*chain.Chain, error) {
	dir := filepath.Join(opts.Dir, chainDir)
	o := chain.Options{
		Dir: dir, Key: key, Now: opts.Now, AcceptClockJump: opts.AcceptClockJump, Index: index, IndexVersion: 1, Logger: opts.Log,
	}
	if opts.AnyClock {
		o.MaxAhead = -1
	}
	_, err := os.Stat(dir)
	if err == nil {
		c, err := chain.Open(ctx, o)
		if !errors.Is(err, chain.ErrNoGenesis) { // which a crash at the very start leaves
			return c, err
		}
	}
	genesis, err := newGenesis(crypto.PubkeyToAddress(key.PublicKey), opts.Now())
	if err != nil {
		return nil, err
	}
	o.Genesis = genesis
	return chain.Open(ctx, o)
}

func newGenesis(sealer common.Address, now time.Time) (*chain.Genesis, error) {
	g := &chain.Genesis{
		ChainID: chainID, Time: uint64(now.Unix()), Sealer: sealer, //nolint:gosec // after 1970
		Alloc: types.GenesisAlloc{},
	}
	codes, err := contractCodes()
	if err != nil {
		return nil, err
	}
	for at, code := range codes {
		g.Alloc[at] = types.Account{Code: code, Nonce: 1, Balance: common.Big0}
	}
	_, _ = rand.Read(g.Salt[:]) // never fails, by its documentation
	return g, nil
}

// found has the contract name its ledger and its operators, once.
func (l *Ledger) found(ctx context.Context, opts Options) error {
	id, err := l.LedgerID(ctx)
	if err != nil {
		return err
	}
	if id.IsZero() {
		if len(opts.Operators) == 0 {
			return ErrNoOperators
		}
		call := l.calls.Found(l.chain.GenesisHash(), opts.Operators, opts.Threshold, Administration())
		sealed, err := l.seal(ctx, [][]byte{call})
		if err != nil {
			return err
		}
		if sealed.Receipts[0].Status != types.ReceiptStatusSuccessful {
			return ErrOperators
		}
		if id, err = l.LedgerID(ctx); err != nil {
			return err
		}
	}
	address := Contract()
	if want := intent.LedgerID(voucher.Hash(l.chain.GenesisHash()), address[:]); id != want {
		return fmt.Errorf("the contract was founded as ledger %s, this is %s: %w", id, want, chain.ErrGenesisMismatch)
	}
	l.domain = intent.NewDomain(id)
	return nil
}

// beat seals an empty block now and then, so that the hour a clock may jump
// counts from the last sign of life.
func (l *Ledger) beat(ctx context.Context) {
	defer close(l.stopped)
	ticker := time.NewTicker(heartbeat)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if _, err := l.seal(ctx, nil); err != nil && ctx.Err() == nil {
				l.log.ErrorContext(ctx, "heartbeat block not sealed", slog.Any("error", err))
			}
		}
	}
}

// ID implements ledger.Ledger.
func (l *Ledger) ID() voucher.Hash { return l.domain.Ledger() }

// Close implements ledger.Ledger.
func (l *Ledger) Close() error {
	l.stop()
	<-l.stopped
	return l.chain.Close()
}
