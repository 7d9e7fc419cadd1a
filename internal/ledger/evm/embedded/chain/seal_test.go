package chain

import (
	"errors"
	"fmt"
	"math/big"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	ethereum "github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/core/rawdb"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tally/internal/ledger/evm/embedded/chain/store"
)

// requireUnpublished checks that nothing shows a block above number.
func requireUnpublished(t *testing.T, c *Chain, number uint64, changed <-chan struct{}) {
	t.Helper()
	require.Equal(t, number, c.Head().Number.Uint64())
	require.LessOrEqual(t, c.bc.CurrentBlock().Number.Uint64(), number, "go-ethereum's own head")
	require.Equal(t, number, counter(t, c))
	_, err := c.Block(number + 1)
	require.ErrorIs(t, err, ErrNotFound)
	_, err = c.Receipts(number + 1)
	require.ErrorIs(t, err, ErrNotFound)
	select {
	case <-changed:
		require.Fail(t, "the change was published")
	default:
	}
}

func TestSeal_PublishesNothingBeforeTheSync(t *testing.T) {
	f := newFixture(t)
	c := f.open(t, t.TempDir())
	f.count(t, c, 1)
	changed, synced, sync := c.Changed(), 0, c.sync
	c.sync = func() error {
		synced++
		require.NotZero(t, rawdb.ReadCanonicalHash(c.db, 2), "the sync must cover the block")
		requireUnpublished(t, c, 1, changed)
		require.False(t, c.publishing.TryRLock(), "look-ups must wait")
		return sync()
	}
	f.count(t, c, 1)
	require.Equal(t, 1, synced)
	<-changed
	require.Equal(t, uint64(2), counter(t, c))
}

func TestSeal_FailedSync(t *testing.T) {
	f, dir := newFixture(t), t.TempDir()
	opts := f.options(dir)
	opts.Index = txIndex
	c := openWith(t, opts, defaultTuning())
	s := f.count(t, c, 1)
	changed, sync := c.Changed(), c.sync
	full := errors.New("no space left")
	c.sync = func() error { return full }

	lost := f.tx(t, 1, counterAddr, nil)
	_, err := c.Seal(t.Context(), []*types.Transaction{lost})
	var failed *FailedError
	require.ErrorAs(t, err, &failed)
	require.ErrorIs(t, err, full)
	requireUnpublished(t, c, 1, changed)
	_, err = c.Lookup(lost.Hash().Bytes())
	require.ErrorAs(t, err, &failed)

	// The disk's recovery does not help: what was written is not known.
	c.sync = sync
	_, err = c.Seal(t.Context(), nil)
	require.ErrorAs(t, err, &failed)
	requireUnpublished(t, c, 1, changed)
	require.NoError(t, c.Close())

	c = openWith(t, opts, defaultTuning())
	first, err := c.Block(1)
	require.NoError(t, err)
	require.Equal(t, s.Block.Hash(), first.Hash())
	require.Equal(t, c.Head().Number.Uint64(), counter(t, c))
	f.count(t, c, 1)
}

// The disk has a block whose state could not be committed: nothing shows it, the chain
// ends, and the next one executes it again.
func TestSeal_FailedCommit(t *testing.T) {
	f, dir := newFixture(t), t.TempDir()
	opts := f.options(dir)
	opts.Index = txIndex
	c := openWith(t, opts, defaultTuning())
	f.count(t, c, 1)
	changed, parent := c.Changed(), c.Head()
	tx := f.tx(t, 1, counterAddr, nil)
	d, err := c.draft(t.Context(), Proposal{Transactions: []*types.Transaction{tx}})
	require.NoError(t, err)
	d.state, err = c.states.at(parent.Root) // not what was run
	require.NoError(t, err)

	_, err = c.write(t.Context(), d)
	var failed *FailedError
	require.ErrorAs(t, err, &failed)
	requireUnpublished(t, c, 1, changed)
	_, _, err = c.TransactionBlock(tx.Hash())
	require.ErrorIs(t, err, ErrNotFound)
	_, err = c.Lookup(tx.Hash().Bytes())
	require.ErrorAs(t, err, &failed)
	_, err = c.Seal(t.Context(), nil)
	require.ErrorAs(t, err, &failed)
	require.NoError(t, c.Close())

	c = openWith(t, opts, defaultTuning())
	require.Equal(t, d.Block.Hash(), c.Head().Hash())
	require.Equal(t, uint64(2), counter(t, c))
	requireIndexed(t, c, 1, 2)
}

// What leads to a block is as durable as the block, and nothing else is written for it.
func TestSeal_OneBatch(t *testing.T) {
	f := newFixture(t)
	opts := f.options(t.TempDir())
	opts.Index = txIndex
	c := openWith(t, opts, never())
	f.count(t, c, 2)
	sync, image := c.sync, ""
	c.sync = func() error {
		err := sync()
		image = crashImage(t, c)
		return err
	}
	s := f.count(t, c, 1)
	tx := s.Block.Transactions()[0].Hash()

	kv, err := store.Open(t.Context(), store.Options{Dir: filepath.Join(image, databaseDir)})
	require.NoError(t, err)
	db := rawdb.NewDatabase(kv)
	require.Equal(t, s.Block.Hash(), rawdb.ReadHeadBlockHash(db))
	require.Equal(t, s.Block.Hash(), rawdb.ReadHeadHeaderHash(db))
	number := rawdb.ReadTxLookupEntry(db, tx)
	require.NotNil(t, number)
	require.Equal(t, uint64(3), *number)
	require.NoError(t, db.Close())

	opts.Dir = image
	again := openWith(t, opts, never())
	require.Equal(t, s.Block.Hash(), again.Head().Hash())
	at, _, err := again.TransactionBlock(tx)
	require.NoError(t, err)
	require.Equal(t, s.Block.Hash(), at.Hash())
	requireIndexed(t, again, 1, 3)
}

func TestSeal_Concurrent(t *testing.T) {
	f := newFixture(t)
	c := f.open(t, t.TempDir())
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			_, err := c.Seal(t.Context(), nil)
			assert.NoError(t, err)
		})
	}
	wg.Wait()
	require.Equal(t, uint64(20), c.Head().Number.Uint64())
}

// Readers never see an error nor time run backwards, also in the worst case:
// a flush after every block, which makes older states unreadable at once.
func TestSeal_ReadersMeanwhile(t *testing.T) {
	f := newFixture(t)
	opts := f.options(t.TempDir())
	opts.Index = txIndex
	tune := defaultTuning()
	tune.flushBlocks = 1
	c := openWith(t, opts, tune)

	var done atomic.Bool
	var wg sync.WaitGroup
	reader := func(read func() (uint64, error)) {
		wg.Go(func() {
			for last := uint64(0); !done.Load(); {
				n, err := read()
				if !assert.NoError(t, err) || !assert.GreaterOrEqual(t, n, last) { //nolint:testifylint // require must not be called off the test's goroutine
					return
				}
				last = n
			}
		})
	}
	reader(func() (uint64, error) {
		v, err := c.StorageAt(t.Context(), counterAddr, slot0)
		return v.Big().Uint64(), err
	})
	reader(func() (uint64, error) { return c.Nonce(t.Context(), f.userAddr()) })
	reader(func() (uint64, error) {
		ret, err := c.Call(t.Context(), ethereum.CallMsg{To: &counterAddr})
		return new(big.Int).SetBytes(ret).Uint64(), err
	})
	reader(func() (uint64, error) { // a tailer
		changed, n := c.Changed(), c.Head().Number.Uint64()
		err := blockIsWhole(c, n)
		if !done.Load() {
			<-changed
		}
		return n, err
	})
	blocks := 300
	if testing.Short() {
		blocks = 100
	}
	f.count(t, c, blocks)
	done.Store(true)
	_, err := c.Seal(t.Context(), nil) // wakes the tailer
	require.NoError(t, err)
	wg.Wait()
	require.Equal(t, uint64(blocks), counter(t, c))
}

// blockIsWhole checks that a durable block comes with receipts and index.
func blockIsWhole(c *Chain, n uint64) error {
	b, err := c.Block(n)
	if err != nil {
		return err
	}
	receipts, err := c.Receipts(n)
	if err != nil {
		return err
	}
	if len(receipts) != len(b.Transactions()) {
		return fmt.Errorf("block %d has %d receipts", n, len(receipts))
	}
	for _, tx := range b.Transactions() {
		if found, err := c.Lookup(tx.Hash().Bytes()); err != nil || found == nil {
			return fmt.Errorf("transaction %s of block %d: found %x: %w", tx.Hash(), n, found, err)
		}
	}
	return nil
}
