package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/ledger"
	"tally/internal/ledger/ledgertest"
	"tally/internal/ledger/memory"
	"tally/internal/voucher"
)

// gated is a ledger whose batches wait at a gate, so that tests see what goes
// together.
type gated struct {
	ledger.Ledger
	entered chan []voucher.Authored // a batch arrived
	open    chan error              // what to do with it: nil lets it pass
}

func (g *gated) Submit(ctx context.Context, commands []voucher.Authored) ([]voucher.Outcome, error) {
	g.entered <- commands
	if err := <-g.open; err != nil {
		return make([]voucher.Outcome, len(commands)), err
	}
	return g.Ledger.Submit(ctx, commands)
}

type bench struct {
	*ledgertest.World
	t    *testing.T
	gate *gated
	pipe *ledger.Pipeline
	id   voucher.CampaignID
}

func newBench(t *testing.T, lanes int) *bench {
	t.Helper()
	l, err := memory.New(ledgertest.LedgerID(1), ledgertest.Operators(), 1, ledgertest.Start)
	require.NoError(t, err)
	w := ledgertest.NewWorld(t, l, ledgertest.Start)
	w.Found()
	id := w.Campaign(1000, func(c *voucher.CreateCampaign) { c.PerHolder = 0 })
	g := &gated{Ledger: l, entered: make(chan []voucher.Authored), open: make(chan error)}
	return &bench{World: w, t: t, gate: g, pipe: ledger.NewPipeline(g, lanes), id: id}
}

type result struct {
	out voucher.Outcome
	err error
}

// send submits a command in the background.
func (b *bench) send(ctx context.Context, c voucher.Command) <-chan result {
	answer := make(chan result, 1)
	go func() {
		out, err := b.pipe.Submit(ctx, b.Domain.Author(c))
		answer <- result{out, err}
	}()
	return answer
}

// queue submits a command that has to wait, and returns when it does.
func (b *bench) queue(ctx context.Context, c voucher.Command) <-chan result {
	b.t.Helper()
	before := b.pipe.Depth()
	answer := b.send(ctx, c)
	require.Eventually(b.t, func() bool { return b.pipe.Depth() == before+1 }, time.Minute, time.Millisecond)
	return answer
}

func (b *bench) wallet(i int) voucher.ClaimCommand {
	return b.Claim(ledgertest.NewActor(fmt.Sprint("wallet ", i)), b.id, 0, uint32(i))
}

// TestPipeline_SharesABatch: commands that arrive together share a batch.
func TestPipeline_SharesABatch(t *testing.T) {
	b := newBench(t, 1)
	first := b.send(t.Context(), b.wallet(0))
	require.Len(t, <-b.gate.entered, 1, "a lone command goes at once")
	var answers []<-chan result
	for i := 1; i <= 20; i++ {
		answers = append(answers, b.queue(t.Context(), b.wallet(i)))
	}
	b.gate.open <- nil
	require.Equal(t, voucher.StatusAccepted, (<-first).out.Status)
	require.Len(t, <-b.gate.entered, 20)
	b.gate.open <- nil
	for _, a := range answers {
		r := <-a
		require.NoError(t, r.err)
		require.Equal(t, voucher.StatusAccepted, r.out.Status)
	}
	b.pipe.Close()
}

// TestPipeline_LanesTouchDifferentState: lanes never touch the same state.
func TestPipeline_LanesTouchDifferentState(t *testing.T) {
	b := newBench(t, 2)
	same := b.Claimed(b.Alice, b.id, 0, 500)
	first := b.send(t.Context(), b.Redeem(b.Alice, same))
	require.Len(t, <-b.gate.entered, 1)
	waits := b.queue(t.Context(), b.Redeem(b.Alice, same)) // lane 2 is free, the voucher is not
	behind := b.send(t.Context(), b.wallet(1))
	batch := <-b.gate.entered
	require.Len(t, batch, 1)
	require.Equal(t, voucher.VerbClaim, batch[0].Command.Verb())
	b.gate.open <- nil
	b.gate.open <- nil
	<-b.gate.entered
	b.gate.open <- nil
	require.NoError(t, (<-first).err)
	require.NoError(t, (<-behind).err)
	require.NoError(t, (<-waits).err)
	b.pipe.Close()
}

// TestPipeline_CallerLeavesTheQueue: a caller who leaves the queue had no effect.
func TestPipeline_CallerLeavesTheQueue(t *testing.T) {
	b := newBench(t, 1)
	first := b.send(t.Context(), b.wallet(0))
	<-b.gate.entered
	ctx, cancel := context.WithCancel(t.Context())
	waits := b.queue(ctx, b.wallet(1))
	cancel()
	require.ErrorIs(t, (<-waits).err, ledger.ErrNotSent)
	b.gate.open <- nil
	require.NoError(t, (<-first).err)
	b.pipe.Close()
	_, ok, err := b.Ledger.Outcome(t.Context(), b.Domain.ID(b.wallet(1)))
	require.NoError(t, err)
	require.False(t, ok)
}

// TestPipeline_CallerLeavesABatch: a caller who leaves a batch does not know.
func TestPipeline_CallerLeavesABatch(t *testing.T) {
	b := newBench(t, 1)
	ctx, cancel := context.WithCancel(t.Context())
	answer := b.send(ctx, b.wallet(0))
	<-b.gate.entered
	cancel()
	r := <-answer
	require.ErrorIs(t, r.err, ledger.ErrUnknown)
	require.Equal(t, voucher.StatusUnknown, r.out.Status)
	require.Equal(t, b.Domain.ID(b.wallet(0)), r.out.ID)
	b.gate.open <- nil
	b.pipe.Close()
}

// TestPipeline_LedgersErrors: errors of the ledger are told apart.
func TestPipeline_LedgersErrors(t *testing.T) {
	b := newBench(t, 1)
	for sent, want := range map[error]error{
		ledger.ErrNotSent: ledger.ErrNotSent, ledger.ErrClosed: ledger.ErrClosed, errors.New("disk on fire"): ledger.ErrUnknown,
	} {
		answer := b.send(t.Context(), b.wallet(0))
		<-b.gate.entered
		b.gate.open <- sent
		require.ErrorIs(t, (<-answer).err, want)
	}
	b.pipe.Close()
}

// TestPipeline_QueueFull: a full queue says busy.
func TestPipeline_QueueFull(t *testing.T) {
	b := newBench(t, 1)
	first := b.send(t.Context(), b.wallet(0))
	<-b.gate.entered
	ctx, cancel := context.WithCancel(t.Context())
	c := b.wallet(1)
	var all sync.WaitGroup
	for range ledger.MaxQueue {
		all.Go(func() { _, _ = b.pipe.Submit(ctx, b.Domain.Author(c)) }) // they wait until they are cancelled
	}
	require.Eventually(t, func() bool { return b.pipe.Depth() == ledger.MaxQueue }, time.Minute, time.Millisecond)
	_, err := b.pipe.Submit(t.Context(), b.Domain.Author(c))
	require.ErrorIs(t, err, ledger.ErrBusy)
	cancel()
	all.Wait()
	b.gate.open <- nil
	require.NoError(t, (<-first).err)
	b.pipe.Close()
}

// TestPipeline_Close: Close finishes the queue and takes no more.
func TestPipeline_Close(t *testing.T) {
	b := newBench(t, 1)
	first := b.send(t.Context(), b.wallet(0))
	<-b.gate.entered
	second := b.queue(t.Context(), b.wallet(1))
	closed := make(chan struct{})
	go func() { b.pipe.Close(); close(closed) }()
	require.Eventually(t, func() bool {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := b.pipe.Submit(ctx, b.Domain.Author(b.wallet(2)))
		return err != nil
	}, time.Minute, time.Millisecond)
	b.gate.open <- nil
	<-b.gate.entered
	b.gate.open <- nil
	<-closed
	require.NoError(t, (<-first).err)
	require.NoError(t, (<-second).err)
	_, err := b.pipe.Submit(t.Context(), b.Domain.Author(b.wallet(3)))
	require.ErrorIs(t, err, ledger.ErrClosed)
}
