// Package remote is the ledger on an EVM network that somebody else runs: the
// contract Tally, deployed by a transaction, spoken to over JSON-RPC.
//
// What a transaction carries and what its logs mean is package contract's. This
// package has what a network adds: accounts whose nonces must not have gaps
// (lane), fees, transactions that get lost or stuck, blocks that are replaced
// (tracker), and a word on when a block counts (Finality).
//
// It needs of a node: eth_chainId, eth_getBlockByNumber and ByHash, eth_call,
// eth_getCode, eth_getBalance, eth_getTransactionCount (these four at a block's
// hash, EIP-1898), eth_simulateV1 (else eth_estimateGas, and what the contract
// refuses is sent and paid for), eth_maxPriorityFeePerGas,
// eth_sendRawTransaction, eth_getTransactionByHash and ByBlockHashAndIndex,
// eth_getTransactionReceipt, eth_getLogs and, over a WebSocket, eth_subscribe("newHeads"); and the state
// of its final block. The network must have the Cancun rules.
package remote

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"fmt"
	"log/slog"
	"math/big"
	"strings"
	"sync"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/rpc"

	"tally/internal/intent"
	"tally/internal/ledger"
	"tally/internal/ledger/evm/contract"
	"tally/internal/voucher"
)

// Options says how to reach a ledger.
type Options struct {
	// URL is of a node's JSON-RPC: http, https, ws or wss. Over a WebSocket the
	// node pushes its heads; else it is polled.
	URL string
	// Contract is where Tally is. Deploy prints it.
	Contract common.Address
	// Keys are of the accounts that pay for gas, a lane each. None makes a
	// ledger that can only be read. An account is for one process alone.
	Keys []*ecdsa.PrivateKey
	// Finality says when a block counts.
	Finality Finality
	// ChainID is what the node has to answer, 0 for anything.
	ChainID uint64
	// FromBlock is a block before which the contract has no logs, as a help to
	// nodes that are slow to search a whole chain.
	FromBlock uint64
	// MaxFee is the most that is offered for a unit of gas, in wei;
	// DefaultMaxFee if nil.
	MaxFee *big.Int
	// Poll is the time between two looks where nothing is pushed; DefaultPoll if 0.
	Poll time.Duration
	// Resend is how long a transaction may be out before it is looked after;
	// DefaultResend if 0.
	Resend time.Duration
	// Budget bounds what the relayers spend.
	Budget Budget
	// Floor is a balance in wei below which a relayer's is warned of; 0 for none.
	Floor Wei
	// Now is the clock by which the next block's time is foreseen; time.Now if nil.
	Now func() time.Time
	Log *slog.Logger
}

func (o Options) withDefaults() Options {
	if o.MaxFee == nil {
		o.MaxFee = big.NewInt(DefaultMaxFee)
	}
	if o.Poll == 0 {
		o.Poll = DefaultPoll
	}
	if o.Resend == 0 {
		o.Resend = DefaultResend
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	return o
}

// Ledger is a ledger.Ledger on a network.
type Ledger struct {
	contract.Views

	node     *node
	tracker  *tracker
	contract common.Address
	from     uint64 // the block it was founded in, or a hint before that
	calls    contract.Calls
	logs     contract.Logs
	domain   *intent.Domain
	lanes    []*lane
	cache    contract.ViewCache
	reads    chan struct{} // holds one token for each read under way
	now      func() time.Time
	sent     sent
	purse    *purse
	balances balances

	foresight foresight

	stop     context.CancelFunc
	running  sync.WaitGroup // lanes
	watching sync.WaitGroup
	stopped  chan struct{}
	closing  sync.Once
}

var _ ledger.Ledger = (*Ledger)(nil)

// Open opens a ledger that was deployed, and waits until its founding counts.
// The error is ErrUnreachable, ErrOtherChain, ErrNoContract, ErrNotFounded,
// contract.ErrOtherContract or ErrNoFunds, or ctx's.
func Open(ctx context.Context, opts Options) (*Ledger, error) {
	opts = opts.withDefaults()
	l, chainID, err := connect(ctx, opts)
	if err != nil {
		return nil, err
	}
	if err := l.open(ctx, opts); err != nil {
		l.node.rpc.Close()
		return nil, err
	}
	l.start(opts, chainID)
	return l, nil
}

// connect makes a ledger that has a view of the chain, and no contract yet.
func connect(ctx context.Context, opts Options) (*Ledger, *big.Int, error) {
	n, err := dial(ctx, opts.URL)
	if err != nil {
		return nil, nil, err
	}
	l := &Ledger{
		node: n, contract: opts.Contract, from: opts.FromBlock, stopped: make(chan struct{}),
		reads: make(chan struct{}, MaxReads), now: opts.Now,
		logs: contract.NewLogs(opts.Contract),
		tracker: &tracker{
			node: n, finality: opts.Finality, every: opts.Poll, log: opts.Log,
			nudge: make(chan struct{}, 1), changed: make(chan struct{}),
		},
	}
	l.Views = contract.NewViews(l.call)
	if l.purse, err = openPurse(opts.Budget, opts.Now); err != nil {
		n.rpc.Close()
		return nil, nil, err
	}
	chainID, err := l.look(ctx, opts)
	if err != nil {
		n.rpc.Close()
		return nil, nil, err
	}
	return l, chainID, nil
}

// look asks the node who it is and takes a first look at its chain.
func (l *Ledger) look(ctx context.Context, opts Options) (chainID *big.Int, err error) {
	if l.calls, err = contract.NewCalls(); err != nil {
		return nil, err
	}
	if chainID, err = l.node.chainID(ctx); err != nil {
		return nil, err
	}
	if opts.ChainID != 0 && chainID.Cmp(new(big.Int).SetUint64(opts.ChainID)) != 0 {
		return nil, fmt.Errorf("%w: its chain id is %s, not %d", ErrOtherChain, chainID, opts.ChainID)
	}
	genesis, err := l.node.block(ctx, rpc.EarliestBlockNumber)
	if err != nil {
		return nil, fmt.Errorf("read genesis block: %w", err)
	}
	l.tracker.genesis = genesis.Hash
	return chainID, l.tracker.refresh(ctx)
}

// start has the tracker and the lanes run.
func (l *Ledger) start(opts Options, chainID *big.Int) {
	ctx, stop := context.WithCancel(context.Background())
	l.stop = stop
	for _, key := range opts.Keys {
		l.lanes = append(l.lanes, newLane(l.node, l.tracker, l.purse, key, chainID, opts))
	}
	for _, one := range l.lanes {
		l.running.Go(func() { one.run(ctx) })
	}
	if len(l.lanes) > 0 {
		l.watching.Go(func() { l.watchBalances(ctx, opts.Floor.Int(), opts.Log) })
	}
	go func() {
		defer close(l.stopped)
		l.tracker.run(ctx)
	}()
}

// open checks what the contract and the relayers are.
func (l *Ledger) open(ctx context.Context, opts Options) error {
	if err := l.checkContracts(ctx); err != nil {
		return err
	}
	if err := l.checkRelayers(ctx, opts.Keys); err != nil {
		return err
	}
	if err := l.awaitFounding(ctx); err != nil || len(opts.Keys) == 0 {
		return err
	}
	return l.probe(ctx, opts.Log)
}

// checkContracts compares the chain's contracts with this program's, at the
// head: what is there now may still become final.
func (l *Ledger) checkContracts(ctx context.Context) error {
	tally, administration, err := contract.Codes()
	if err != nil {
		return err
	}
	head, _, _ := l.tracker.view()
	if err := l.checkCode(ctx, l.contract, tally, head); err != nil {
		return err
	}
	now := contract.NewViews(func(ctx context.Context, data []byte) (*contract.Answer, error) {
		ret, err := l.node.call(ctx, message{To: &l.contract, Data: data}, head.Hash)
		return contract.NewAnswer(ret), err
	})
	id, err := now.LedgerID(ctx)
	if err != nil {
		return err
	}
	if id.IsZero() {
		return ErrNotFounded
	}
	if want := intent.LedgerID(voucher.Hash(l.tracker.genesis), l.contract[:]); id != want {
		return fmt.Errorf("%w: the contract was founded as ledger %s, here it would be %s", ErrOtherChain, id, want)
	}
	l.domain = intent.NewDomain(id)
	place, err := now.Administration(ctx)
	if err != nil {
		return err
	}
	return l.checkCode(ctx, common.Address(place), administration, head)
}

func (l *Ledger) checkCode(ctx context.Context, of common.Address, want []byte, head block) error {
	got, err := l.node.code(ctx, of, head.Hash)
	switch {
	case err != nil:
		return err
	case len(got) == 0:
		return fmt.Errorf("%w: %s", ErrNoContract, of)
	case !bytes.Equal(got, want):
		return fmt.Errorf("%w: %s", contract.ErrOtherContract, of)
	default:
		return nil
	}
}

// checkRelayers refuses accounts that can pay for nothing.
func (l *Ledger) checkRelayers(ctx context.Context, keys []*ecdsa.PrivateKey) error {
	head, _, _ := l.tracker.view()
	if head.baseFee().Sign() == 0 {
		return nil
	}
	for _, key := range keys {
		from := crypto.PubkeyToAddress(key.PublicKey)
		wei, err := l.node.balance(ctx, from, head.Hash)
		if err != nil {
			return err
		}
		if wei.Sign() == 0 {
			return fmt.Errorf("%w: %s has no balance", ErrNoFunds, from)
		}
	}
	return nil
}

// awaitFounding finds the block that the ledger was founded in and waits until
// it counts.
func (l *Ledger) awaitFounding(ctx context.Context) error {
	for {
		head, final, _ := l.tracker.view()
		logs, err := l.node.logs(ctx, l.contract, l.from, head.number(), []common.Hash{l.logs.Founded()})
		if err != nil {
			return fmt.Errorf("find the founding: %w", err)
		}
		if len(logs) > 0 && logs[0].BlockNumber <= final.number() {
			l.from = logs[0].BlockNumber
			return nil
		}
		select {
		case <-time.After(l.tracker.every):
		case <-ctx.Done():
			return fmt.Errorf("the founding is not final: %w", ctx.Err())
		}
		if err := l.tracker.refresh(ctx); err != nil {
			return err
		}
	}
}

// ID implements ledger.Ledger.
func (l *Ledger) ID() voucher.Hash { return l.domain.Ledger() }

// Lanes is how many accounts send transactions.
func (l *Ledger) Lanes() int { return len(l.lanes) }

// Close implements ledger.Ledger. What is under way has ten seconds to become
// final; after that its outcome is unknown.
func (l *Ledger) Close() (err error) {
	l.closing.Do(func() {
		for _, one := range l.lanes {
			one.close()
		}
		timer := time.AfterFunc(closeAfter, l.stop)
		l.running.Wait()
		timer.Stop()
		l.stop()
		<-l.stopped
		l.watching.Wait()
		l.node.rpc.Close()
		err = l.purse.close()
	})
	return err
}

// ParseKey reads a relayer's key: 64 hex digits, with or without 0x.
func ParseKey(text string) (*ecdsa.PrivateKey, error) {
	key, err := crypto.HexToECDSA(strings.TrimPrefix(strings.TrimSpace(text), "0x"))
	if err != nil {
		return nil, ErrKey // and not what was read
	}
	return key, nil
}
