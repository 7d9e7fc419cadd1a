package fabric

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"google.golang.org/protobuf/proto"

	"tally/internal/intent"
	"tally/internal/ledger"
	"tally/internal/ledger/fabric/blocks"
	"tally/internal/ledger/fabric/wire"
	"tally/internal/voucher"
)

// Ledger is a ledger.Ledger on a Fabric channel.
type Ledger struct {
	peers         []*peer
	identity      *credential
	channel       string
	chaincode     string
	commitTimeout time.Duration
	witnesses     int
	now           func() time.Time
	log           *slog.Logger
	domain        *intent.Domain
	root          voucher.Hash // the hash of the channel's block 0
	from          uint64       // the block that it was founded in
	chain         *chain
	turn          atomic.Uint64 // which peer is asked next
	lights        *lights
	asked         atomic.Uint64 // queries

	submitting sync.WaitGroup
	closing    sync.RWMutex // held for reading while a Submit is let in
	closed     bool
	stop       context.CancelFunc
	stopped    chan struct{} // closed when nothing is waited for any more
	running    sync.WaitGroup
	once       sync.Once
}

var _ ledger.Ledger = (*Ledger)(nil)

// Open opens a ledger that was founded. The error is ErrOptions, ErrFiles,
// ErrUnreachable, ErrDenied, ErrNoChannel, ErrNoChaincode, ErrNotFounded,
// ErrOtherLedger or ErrBlock, or ctx's.
func Open(ctx context.Context, opts Options) (*Ledger, error) {
	l, err := connect(ctx, opts)
	if err != nil {
		return nil, err
	}
	if err := l.identify(ctx); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	l.beat(ctx, opts.withDefaults().ProbeEvery)
	return l, nil
}

// connect makes a ledger that follows the channel, founded or not.
func connect(ctx context.Context, opts Options) (*Ledger, error) {
	opts = opts.withDefaults()
	if err := opts.check(); err != nil {
		return nil, err
	}
	l := &Ledger{
		channel: opts.Channel, chaincode: opts.Chaincode, commitTimeout: opts.CommitTimeout, witnesses: opts.Witnesses,
		now: opts.Now, log: opts.Log, lights: newLights(), stopped: make(chan struct{}),
	}
	if err := l.dialAll(opts); err != nil {
		return nil, errors.Join(err, l.hangUp())
	}
	if err := l.start(ctx); err != nil {
		return nil, errors.Join(err, l.hangUp())
	}
	return l, nil
}

// dialAll makes the connections, and reads who speaks over them.
func (l *Ledger) dialAll(opts Options) error {
	for _, o := range opts.Peers {
		p, err := dial(o)
		if err != nil {
			return err
		}
		l.peers = append(l.peers, p)
	}
	var err error
	if l.identity, err = openIdentity(opts, l.peers[0].conn); err != nil {
		return err
	}
	for _, p := range l.peers {
		if err := p.carry(l.identity.now()); err != nil {
			return err
		}
	}
	return nil
}

// start asks where the chain ends, has every peer followed from there, and waits
// for the first that delivers.
func (l *Ledger) start(ctx context.Context) error {
	height, err := l.height(ctx)
	if err != nil {
		return err
	}
	l.chain = newChain(height-min(height, 1), l.witnesses)
	following, stop := context.WithCancel(context.WithoutCancel(ctx))
	l.stop = stop
	for _, p := range l.peers {
		l.running.Go(func() { l.watch(following, p) })
	}
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	for next, changed := l.chain.head(); next < height; next, changed = l.chain.head() {
		select {
		case <-changed:
		case <-ctx.Done():
			stop()
			l.running.Wait()
			return errors.Join(l.unreachable(nil), ctx.Err())
		}
	}
	return nil
}

// height is how many blocks the channel has: the most that any peer says that answers
// soon after the first answer.
func (l *Ledger) height(ctx context.Context) (uint64, error) {
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	ask, err := l.propose("qscc", "GetChainInfo", []byte(l.channel))
	if err != nil {
		return 0, err
	}
	answers := make(chan answer, len(l.peers))
	for _, p := range l.peers {
		go func() {
			height, err := p.tellsHeight(ctx, ask)
			answers <- answer{height, err}
		}()
	}
	return highest(answers)
}

// answer is what one peer says of its height.
type answer struct {
	height uint64
	err    error
}

// highest is the greatest of the heights that come, or why none does.
func highest(answers chan answer) (height uint64, err error) {
	var late <-chan time.Time
	for range cap(answers) {
		select {
		case a := <-answers:
			err = errors.Join(err, a.err)
			height = max(height, a.height)
			if a.err == nil && late == nil {
				late = time.After(agreeTimeout)
			}
		case <-late:
			return height, nil
		}
	}
	if height > 0 {
		return height, nil
	}
	return 0, err
}

// tellsHeight asks a peer for its height.
func (p *peer) tellsHeight(ctx context.Context, ask *proposal) (uint64, error) {
	response, err, _ := p.ask(ctx, ask.signed)
	if err != nil {
		return 0, err
	}
	var info common.BlockchainInfo
	if err := proto.Unmarshal(response.GetResponse().GetPayload(), &info); err != nil {
		return 0, fmt.Errorf("%w: %w", ErrBlock, err)
	}
	return info.GetHeight(), nil
}

// identify reads what the ledger was founded as and holds it to the channel's
// genesis block.
func (l *Ledger) identify(ctx context.Context) error {
	founded, err := l.founded(ctx)
	if err != nil {
		return err
	}
	genesis, err := l.genesis(ctx)
	if err != nil {
		return err
	}
	if want := intent.LedgerID(genesis, []byte(l.chaincode)); founded.ID != want {
		return fmt.Errorf("%w: it calls itself %s; on this channel and under the name %s it would be %s",
			ErrOtherLedger, founded.ID, l.chaincode, want)
	}
	l.domain, l.root = intent.NewDomain(founded.ID), genesis
	b, err := l.blockOf(ctx, founded.TxID)
	if err != nil {
		return err
	}
	l.from = b.Number
	return nil
}

// founded is what the chaincode says that it was founded as.
func (l *Ledger) founded(ctx context.Context) (wire.Ledger, error) {
	values, err := l.read(ctx, wire.LedgerKey)
	if err != nil {
		return wire.Ledger{}, err
	}
	if len(values[0]) == 0 {
		return wire.Ledger{}, ErrNotFounded
	}
	return wire.Decode[wire.Ledger](values[0])
}

// genesis is the hash of the channel's block 0, as the peer that is asked has it.
func (l *Ledger) genesis(ctx context.Context) (voucher.Hash, error) {
	raw, err := l.query(ctx, "qscc", "GetBlockByNumber", []byte(l.channel), []byte("0"))
	if err != nil {
		return voucher.Hash{}, fmt.Errorf("read genesis block: %w", err)
	}
	var b common.Block
	if err := proto.Unmarshal(raw, &b); err != nil {
		return voucher.Hash{}, fmt.Errorf("%w: %w", ErrBlock, err)
	}
	return blocks.HeaderHash(b.GetHeader()), nil
}

// Root is what the ledger's id is made of: the hash of the channel's block 0
// and the chaincode's name.
func (l *Ledger) Root() (genesis voucher.Hash, chaincode string) { return l.root, l.chaincode }

// ID implements ledger.Ledger.
func (l *Ledger) ID() voucher.Hash { return l.domain.Ledger() }

// Peers is how each peer does, in the order of Options.Peers.
func (l *Ledger) Peers() []Health {
	all := make([]Health, len(l.peers))
	for i, p := range l.peers {
		all[i] = p.health()
	}
	return all
}

// Close implements ledger.Ledger. What is under way has ten seconds to become
// final; after that its outcome is unknown.
func (l *Ledger) Close() (err error) {
	l.once.Do(func() {
		l.closing.Lock()
		l.closed = true
		l.closing.Unlock()
		timer := time.AfterFunc(closeAfter, func() { close(l.stopped) })
		l.submitting.Wait()
		if timer.Stop() {
			close(l.stopped)
		}
		l.stop()
		l.running.Wait()
		err = l.hangUp()
	})
	return err
}

func (l *Ledger) hangUp() error {
	var failed []error
	for _, p := range l.peers {
		failed = append(failed, p.close())
	}
	return errors.Join(failed...)
}

// enter lets a Submit in, unless the ledger closes.
func (l *Ledger) enter() bool {
	l.closing.RLock()
	defer l.closing.RUnlock()
	if l.closed {
		return false
	}
	l.submitting.Add(1)
	return true
}

// errStopped says that the ledger was closed while something waited.
var errStopped = fmt.Errorf("%w", ledger.ErrClosed)

// unreachable is why no peer can be asked.
func (l *Ledger) unreachable(tried map[*peer]error) error {
	var failed []error
	for _, p := range l.peers {
		switch h := p.health(); {
		case tried[p] != nil:
			failed = append(failed, tried[p])
		case h.Error != "":
			failed = append(failed, errors.New(h.Error))
		}
	}
	for _, err := range failed {
		if kindOf(err) {
			return errors.Join(failed...)
		}
	}
	return errors.Join(append([]error{ErrUnreachable}, failed...)...)
}

// kindOf reports whether an error says more than that a peer does not answer.
func kindOf(err error) bool {
	for _, kind := range []error{ErrDenied, ErrNoChannel, ErrNoChaincode, ErrNotFounded, ErrClock, ErrEndorse, ErrBlock} {
		if errors.Is(err, kind) {
			return true
		}
	}
	return false
}
