package remote_test

import (
	"bytes"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/ledger"
	"tally/internal/ledger/evm/remote"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// diary is what a driver logs.
type diary struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (d *diary) Write(b []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.text.Write(b)
}

func (d *diary) has(text string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return bytes.Contains(d.text.Bytes(), []byte(text))
}

func (d *diary) logger() *slog.Logger { return slog.New(slog.NewTextHandler(d, nil)) }

// crossroads is a shop on geth whose blocks are made by hand.
type crossroads struct {
	*geth
	l    *remote.Ledger
	w    *ledgertest.World
	put  voucher.Command // what every test submits
	logs *diary
}

func newCrossroads(t *testing.T, f remote.Finality, edits ...func(*remote.Options)) *crossroads {
	t.Helper()
	c := &crossroads{geth: startGeth(t, 1_000_000_000, "one"), logs: &diary{}}
	stop := c.produce()
	opts := deploy(t, options(c.ws, relayer("one")))
	_, w := shop(t, opts, c.clock)
	require.NoError(t, w.Ledger.Close())
	stop()
	for range 3 { // so that all of it is final
		c.block()
	}
	c.finalize(c.head.Hash)
	opts.Finality, opts.Log = f, c.logs.logger()
	for _, edit := range edits {
		edit(&opts)
	}
	c.l, c.w = open(t, opts), w
	c.w.Ledger = c.l
	c.put = w.PutStore(5, 8, "New")
	return c
}

// exists asks whether the command was accepted.
func (c *crossroads) exists() bool {
	c.t.Helper()
	m, ok, err := c.l.Merchant(c.t.Context(), c.w.Merchant.Address)
	require.NoError(c.t, err)
	require.True(c.t, ok)
	_, known, err := c.l.Outcome(c.t.Context(), c.w.Domain.ID(c.put))
	require.NoError(c.t, err)
	require.Equal(c.t, m.Version == 6, known, "reads and outcomes are of one block")
	return known
}

// awaitHead waits until the driver's head is there.
func (c *crossroads) awaitHead(block uint64) {
	c.t.Helper()
	require.Eventually(c.t, func() bool {
		head, err := c.l.Head(c.t.Context())
		return err == nil && head.Block == block+1
	}, time.Minute, 5*time.Millisecond)
}

// awaitWaiting waits until n transactions wait for a block.
func (c *crossroads) awaitWaiting(n uint64) {
	c.t.Helper()
	require.Eventually(c.t, func() bool { return c.waiting(c.t.Context()) == n }, time.Minute, 5*time.Millisecond)
}

// requireOnce wants the command to be in the events once, at the place of an outcome.
func (c *crossroads) requireOnce(want voucher.Outcome) {
	c.t.Helper()
	n := 0
	for e, err := range c.l.Events(c.t.Context(), voucher.Position{}, voucher.Position{Block: 1 << 40}) {
		require.NoError(c.t, err)
		if e.Outcome.ID == want.ID {
			require.Equal(c.t, string(want.Canonical()), string(e.Outcome.Canonical()))
			n++
		}
	}
	require.Equal(c.t, 1, n)
}

// TestReorg_UnderInstantFinality replaces a block whose outcome was told. The
// driver sees it, answers from the new chain, and has the command take effect again.
func TestReorg_UnderInstantFinality(t *testing.T) {
	t.Parallel()
	c := newCrossroads(t, remote.Instant())
	other := c.branch(2)
	got := submit(t.Context(), c.l, c.put)
	c.awaitWaiting(1)
	first := c.block()
	out := requireAccepted(t, got)[0]
	require.Equal(t, uint64(first.Number), out.Position.Block)
	require.True(t, c.exists())
	c.requireOnce(out)

	c.reorganize(other)
	c.awaitHead(uint64(other.Number))
	require.True(t, c.logs.has("the chain was replaced"))
	require.False(t, c.exists(), "its block is gone")
	c.awaitWaiting(1)
	again := c.block()
	c.awaitHead(uint64(again.Number))
	require.True(t, c.exists())
	found, _, err := c.l.Outcome(t.Context(), out.ID)
	require.NoError(t, err)
	require.Equal(t, uint64(again.Number), found.Position.Block)
	c.requireOnce(found)
	// The same once more is the same, where it is now.
	answered := submit(t.Context(), c.l, c.put)
	require.Equal(t, string(found.Canonical()), string(requireAccepted(t, answered)[0].Canonical()))
	require.Zero(t, c.waiting(t.Context()), "it is not sent again")
}

// TestReorg_UnderConfirmations replaces a block that had one confirmation of
// the two that count: nobody was told of it.
func TestReorg_UnderConfirmations(t *testing.T) {
	t.Parallel()
	c := newCrossroads(t, remote.Confirmations(2))
	other := c.branch(3)
	got := submit(t.Context(), c.l, c.put)
	c.awaitWaiting(1)
	first := c.block()
	c.block()
	c.awaitHead(uint64(first.Number) - 1)
	require.False(t, c.exists())
	c.reorganize(other)
	c.awaitHead(uint64(other.Number) - 2)
	require.Empty(t, got)
	c.awaitWaiting(1)
	again := c.block()
	c.block()
	c.awaitHead(uint64(again.Number) - 1)
	require.Empty(t, got)
	require.False(t, c.exists())
	c.block()
	out := requireAccepted(t, got)[0]
	require.Equal(t, uint64(again.Number), out.Position.Block)
	require.True(t, c.exists())
	c.requireOnce(out)
}

// TestReorg_DeeperThanTheConfirmations is what the operator who chose their
// number accepted. It is logged as an error, and no outcome of the old chain is
// told any more.
func TestReorg_DeeperThanTheConfirmations(t *testing.T) {
	t.Parallel()
	c := newCrossroads(t, remote.Confirmations(1))
	other := c.branch(4)
	got := submit(t.Context(), c.l, c.put)
	c.awaitWaiting(1)
	c.block()
	c.block()
	out := requireAccepted(t, got)[0]
	require.True(t, c.exists())
	c.reorganize(other)
	c.awaitHead(uint64(other.Number) - 1)
	require.True(t, c.logs.has("level=ERROR msg=\"the chain was replaced\""))
	require.False(t, c.exists())
	c.awaitWaiting(1)
	again := c.block()
	c.block()
	c.awaitHead(uint64(again.Number))
	found, ok, err := c.l.Outcome(t.Context(), out.ID)
	require.NoError(t, err)
	require.True(t, ok)
	require.NotEqual(t, out.Position, found.Position)
	c.requireOnce(found)
}

// TestReorg_UnderFinalized replaces blocks that were not finalized, however
// many stood on them: nobody was told.
func TestReorg_UnderFinalized(t *testing.T) {
	t.Parallel()
	c := newCrossroads(t, remote.Finalized())
	other := c.branch(6)
	got := submit(t.Context(), c.l, c.put)
	c.awaitWaiting(1)
	for range 5 {
		c.block()
	}
	c.reorganize(other)
	c.awaitWaiting(1)
	again := c.block()
	require.Empty(t, got)
	require.False(t, c.exists())
	c.finalize(again.Hash)
	out := requireAccepted(t, got)[0]
	require.Equal(t, uint64(again.Number), out.Position.Block)
	require.True(t, c.exists())
	c.requireOnce(out)
}

// TestReorg_LosesTheTransaction has anvil replace blocks and forget what
// was in them. The command was told of as accepted; the driver sends it again.
func TestReorg_LosesTheTransaction(t *testing.T) {
	t.Parallel()
	a := startAnvil(t)
	a.fund(relayer("one"))
	logs := &diary{}
	opts := deploy(t, options(a.ws, relayer("one")))
	opts.Log = logs.logger()
	l, w := shop(t, opts, a.clock)
	var all []voucher.Outcome
	for i := range uint32(4) {
		all = append(all, w.Must(w.PutStore(5+i, 10+i, "New")))
	}
	a.call("anvil_reorg", 3, []any{})
	require.Eventually(t, func() bool { return logs.has("sending it again") }, time.Minute, 5*time.Millisecond)
	require.Eventually(t, func() bool {
		for _, o := range all {
			if _, ok, err := l.Outcome(t.Context(), o.ID); err != nil || !ok {
				return false
			}
		}
		return true
	}, time.Minute, 5*time.Millisecond)
	require.Equal(t, uint32(9), version(t, l, w))
	w.Must(w.PutStore(9, 20, "And on"))
	mined, pending := nonces(t, a.rpc, relayer("one"))
	require.Equal(t, mined, pending)
}

func version(t *testing.T, l ledger.Ledger, w *ledgertest.World) uint32 {
	t.Helper()
	m, _, err := l.Merchant(t.Context(), w.Merchant.Address)
	require.NoError(t, err)
	return m.Version
}
