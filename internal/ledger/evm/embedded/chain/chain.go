package chain

import (
	"context"
	"crypto/ecdsa"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core"
	"github.com/ethereum/go-ethereum/core/rawdb"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/ethdb"
	"github.com/gofrs/flock"

	"tally/internal/disk"
	"tally/internal/ledger/evm/embedded/chain/store"
)

// databaseDir is pebble's, below the chain's directory.
const databaseDir = "db"

var (
	// ErrInUse says that another Chain, here or in another process, has the
	// directory open.
	ErrInUse = errors.New("directory in use")
	// ErrClosed says that the chain was closed.
	ErrClosed = errors.New("chain is closed")
	// ErrDamaged says that a file of the chain is damaged, or that the files do not
	// agree with each other.
	ErrDamaged = errors.New("the chain's files are damaged")
	// ErrNotSealer says that there is no key to seal with: none was given, or
	// it is not the key of the genesis' sealer.
	ErrNotSealer = errors.New("not the key of the chain's sealer")
)

// Options says how to open a chain. Dir is required, all else has a default.
type Options struct {
	// Dir is the chain's own directory. It is made if it does not exist.
	Dir string
	// Genesis is required when Dir is empty. Otherwise the stored genesis is
	// used, and must be equal to this one if this one is given.
	Genesis *Genesis
	// Key is the sealer's. Without it the chain can be read, not sealed.
	Key *ecdsa.PrivateKey
	// Now is the clock that blocks are dated by; time.Now if nil.
	Now func() time.Time
	// MaxAhead is how far the clock may be ahead of the last block; zero
	// means one hour, a negative value means no limit.
	MaxAhead time.Duration
	// AcceptClockJump is the operator's word that the clock is right although
	// it is more than MaxAhead after the last block. It counts for the first
	// block sealed after Open and for no other.
	AcceptClockJump bool
	// Index derives look-up entries from a block. They are stored with the
	// block, in one batch and one sync. It must be a pure function: entries
	// that are missing at Open are derived again from the stored blocks.
	Index Index
	// IndexVersion is to be raised whenever Index changes what it derives.
	// Open then drops all entries and derives them anew.
	IndexVersion uint32
	// AcceptLoss is the operator's word that blocks which were acknowledged may be
	// missing: the chain then goes on from what it has. See LostError.
	AcceptLoss bool
	// Fatal is told why the process cannot go on, as where the disk refuses a
	// write, and must not return. If nil, the process panics.
	Fatal func(error)
	// Logger receives what an operator should know; slog.Default if nil.
	Logger *slog.Logger
}

// Chain is an open chain. All methods may be called concurrently.
type Chain struct {
	opts     Options
	now      func() time.Time
	maxAhead time.Duration
	log      *slog.Logger
	engine   engine
	tuning   tuning

	lock *flock.Flock
	mark *headMark
	db   ethdb.Database
	bc   *core.BlockChain
	// states is what blocks are run on, once recovery has brought go-ethereum's own
	// state to the head.
	states *states

	// head is the durable head. go-ethereum's own stays where it was at Open: it
	// is asked for nothing after that.
	head atomic.Pointer[head]

	// sealing is held (by sending) while the chain is changed. It is a
	// channel so that waiting for it can be given up.
	sealing    chan struct{}
	acceptJump bool                        // guarded by sealing
	unflushed  unflushed                   // guarded by sealing
	sync       func() error                // makes all writes so far durable; tests break it
	failure    atomic.Pointer[FailedError] // set once, under sealing

	// publishing is held from the moment a block's index entries can be seen
	// in the database until the block is durable and published.
	publishing sync.RWMutex

	// life is read-held by every read, so that Close waits for them.
	life   sync.RWMutex
	closed atomic.Bool
}

// head is a durable block and the channel closed when the next one is.
type head struct {
	header *types.Header
	hash   common.Hash // of the header, hashed once
	moved  chan struct{}
}

func newHead(h *types.Header) *head {
	return &head{header: h, hash: h.Hash(), moved: make(chan struct{})}
}

// Exists reports whether a directory has a chain's database. The error is
// ErrDamaged where it has files of one, and not the mark that names the newest
// of them: opened, it would be taken for empty.
func Exists(dir string) (bool, error) {
	entries, err := os.ReadDir(filepath.Join(dir, databaseDir))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look for a chain: %w", err)
	}
	orphan := ""
	for _, e := range entries {
		switch {
		case strings.HasPrefix(e.Name(), "marker.manifest."):
			return true, nil
		case strings.HasSuffix(e.Name(), ".sst"), strings.HasSuffix(e.Name(), ".log"):
			orphan = e.Name()
		}
	}
	if orphan != "" {
		return false, fmt.Errorf("%w: %s has %s, and no marker.manifest.* that names its newest MANIFEST",
			ErrDamaged, filepath.Join(dir, databaseDir), orphan)
	}
	return false, nil
}

// Open opens the chain in a directory, or makes it from opts.Genesis. After a
// crash it first executes again the blocks whose state was not yet on disk, so
// the head it starts with is the last durable block. The error is a *LostError,
// ErrDamaged or disk.ErrUnwritable where the disk lost something or takes nothing.
func Open(ctx context.Context, opts Options) (*Chain, error) {
	return open(ctx, opts, defaultTuning())
}

func open(ctx context.Context, opts Options, t tuning) (_ *Chain, err error) {
	c := newChain(opts, t)
	defer func() {
		if err != nil {
			err = errors.Join(err, c.release())
		}
	}()
	if err := c.openStore(ctx); err != nil {
		return nil, err
	}
	if err := c.openBlocks(); err != nil {
		return nil, err
	}
	if err := c.recover(ctx); err != nil {
		return nil, fmt.Errorf("%w: recover: %w", ErrDamaged, err)
	}
	c.states = newStates(c.bc.TrieDB(), c.bc.CurrentBlock().Root)
	if err := c.openIndex(ctx); err != nil {
		return nil, fmt.Errorf("index: %w", err)
	}
	// What was found may still be in the operating system's buffers only.
	if err := c.sync(); err != nil {
		return nil, fmt.Errorf("sync: %w", err)
	}
	if err := c.holdAgainstMark(ctx); err != nil {
		return nil, err
	}
	c.head.Store(newHead(c.bc.CurrentBlock()))
	return c, nil
}

func newChain(opts Options, t tuning) *Chain {
	c := &Chain{
		opts:       opts,
		now:        opts.Now,
		maxAhead:   opts.MaxAhead,
		acceptJump: opts.AcceptClockJump,
		log:        opts.Logger,
		tuning:     t,
		sealing:    make(chan struct{}, 1),
	}
	if c.now == nil {
		c.now = time.Now
	}
	if c.maxAhead == 0 {
		c.maxAhead = defaultMaxAhead
	}
	if c.log == nil {
		c.log = slog.Default()
	}
	return c
}

// openStore takes the directory and opens the database in it.
func (c *Chain) openStore(ctx context.Context) error {
	if c.opts.Dir == "" {
		return errors.New("no directory given")
	}
	if err := disk.MakeDirectory(c.opts.Dir); err != nil {
		return fmt.Errorf("make directory: %w", err)
	}
	// pebble has a lock of its own, but within one process it can be passed
	// by spelling the path in another way.
	lock := flock.New(filepath.Join(c.opts.Dir, "lock"))
	got, err := lock.TryLock()
	if err != nil {
		return fmt.Errorf("lock directory: %w", err)
	}
	if !got {
		return fmt.Errorf("%w: %s", ErrInUse, c.opts.Dir)
	}
	c.lock = lock
	if _, err := Exists(c.opts.Dir); err != nil {
		return err
	}
	kv, err := store.Open(ctx, store.Options{
		Dir: filepath.Join(c.opts.Dir, databaseDir), FS: c.tuning.files,
		AcceptLoss: c.opts.AcceptLoss, Fatal: c.opts.Fatal, Log: c.log,
	})
	if errors.Is(err, store.ErrDamaged) {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if err != nil {
		return fmt.Errorf("open database: %w", err)
	}
	c.db, c.sync = rawdb.NewDatabase(kv), kv.SyncKeyValue
	return nil
}

// openBlocks checks genesis and key, and lets go-ethereum load the rest.
func (c *Chain) openBlocks() error {
	genesis, sealer, err := chooseGenesis(c.db, c.opts.Genesis)
	if err != nil {
		return err
	}
	if c.opts.Key != nil && crypto.PubkeyToAddress(c.opts.Key.PublicKey) != sealer {
		return fmt.Errorf("%w: sealer is %s", ErrNotSealer, sealer)
	}
	c.engine = engine{sealer: sealer}
	c.bc, err = core.NewBlockChain(c.db, genesis, c.engine, c.tuning.config())
	if err != nil {
		return fmt.Errorf("%w: load chain: %w", ErrDamaged, err)
	}
	if head := c.bc.CurrentBlock(); !c.bc.HasState(head.Root) {
		return fmt.Errorf("%w: load chain: state of block %d is missing", ErrDamaged, head.Number)
	}
	return nil
}

// holdAgainstMark wants the last block that was acknowledged on the chain, unless
// the operator accepts the loss.
func (c *Chain) holdAgainstMark(ctx context.Context) error {
	mark, last, marked, err := openMark(c.opts.Dir)
	if err != nil {
		return fmt.Errorf("mark of the last block: %w", err)
	}
	c.mark = mark
	head := c.bc.CurrentBlock()
	now := acknowledged{head.Number.Uint64(), head.Hash()}
	lost := marked && rawdb.ReadCanonicalHash(c.db, last.number) != last.hash
	switch {
	case lost && !c.opts.AcceptLoss:
		return &LostError{Number: last.number, Hash: last.hash, Head: now.number}
	case lost:
		c.log.WarnContext(ctx, "acknowledged blocks are lost, and the operator accepts it",
			slog.Uint64("acknowledged", last.number), slog.Uint64("head", now.number))
	case !marked && now.number > 0:
		c.log.WarnContext(ctx, "there is no mark of the last acknowledged block: it is taken from the chain",
			slog.Uint64("head", now.number), slog.String("file", filepath.Join(c.opts.Dir, headFile)))
	}
	return mark.reset(now)
}

// Close waits for the reads and the seal under way, writes the state to disk
// and gives the directory free. Calling it again does nothing.
func (c *Chain) Close() error {
	c.life.Lock()
	defer c.life.Unlock()
	if c.closed.Swap(true) {
		return nil
	}
	c.sealing <- struct{}{}
	defer func() { <-c.sealing }()
	var err error
	if c.failure.Load() == nil {
		err = c.flush()
	}
	return errors.Join(err, c.release())
}

// release gives back what open took, in the opposite order: go-ethereum's
// background work ends the process if the database goes first.
func (c *Chain) release() error {
	var errs []error
	if c.bc != nil {
		c.bc.Stop()
	}
	if c.db != nil {
		errs = append(errs, c.db.Close())
	}
	errs = append(errs, c.mark.close())
	if c.lock != nil {
		errs = append(errs, c.lock.Close())
	}
	return errors.Join(errs...)
}

// GenesisHash is the hash of block 0.
func (c *Chain) GenesisHash() common.Hash { return c.bc.Genesis().Hash() }

// ChainID is the number that transactions must be signed for.
func (c *Chain) ChainID() *big.Int { return new(big.Int).Set(c.bc.Config().ChainID) }

// Sealer is the account that signs the headers.
func (c *Chain) Sealer() common.Address { return c.engine.sealer }

// Head is the header of the last durable block.
func (c *Chain) Head() *types.Header { return types.CopyHeader(c.head.Load().header) }

// HeadHash is the hash of the last durable block.
func (c *Chain) HeadHash() common.Hash { return c.head.Load().hash }

// Changed returns a channel that is closed when the durable head next moves.
// To follow the chain without missing a block, take the channel first, then
// read up to Head, then wait.
func (c *Chain) Changed() <-chan struct{} { return c.head.Load().moved }

// publish moves the durable head and wakes those who wait for it.
func (c *Chain) publish(h *types.Header) {
	old := c.head.Swap(newHead(h))
	close(old.moved)
}
