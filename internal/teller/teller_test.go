package teller_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/door"
	"tally/internal/index"
	indexmemory "tally/internal/index/memory"
	"tally/internal/ledger"
	"tally/internal/ledger/ledgertest"
	"tally/internal/ledger/memory"
	"tally/internal/teller"
	"tally/internal/voucher"
)

// faulty is a ledger that persists and then does not say so.
type faulty struct {
	ledger.Ledger
	lose  bool
	enter chan struct{} // if not nil: Submit waits here
}

func (f *faulty) Submit(ctx context.Context, commands []voucher.Authored) ([]voucher.Outcome, error) {
	if f.enter != nil {
		f.enter <- struct{}{}
		<-f.enter
	}
	outcomes, err := f.Ledger.Submit(ctx, commands)
	if f.lose {
		return make([]voucher.Outcome, len(commands)), errors.New("the answer was lost")
	}
	return outcomes, err
}

// broken is an index that is out of reach.
type broken struct{ index.Index }

var errBroken = fmt.Errorf("out of reach: %w", index.ErrUnavailable)

func (broken) Add(context.Context, []ledger.Entry) error { return errBroken }
func (broken) Free(context.Context, voucher.CampaignID, uint32, uint32, int) ([]uint32, error) {
	return nil, errBroken
}
func (broken) Voucher(context.Context, voucher.Ref) (index.Voucher, error) {
	return index.Voucher{}, errBroken
}
func (broken) Outcome(context.Context, voucher.Hash) (voucher.Position, error) {
	return voucher.Position{}, errBroken
}
func (broken) Reference(context.Context, voucher.Address, voucher.Hash) (voucher.Position, error) {
	return voucher.Position{}, errBroken
}

type counter struct {
	*ledgertest.World
	ledger *faulty
	teller *teller.Teller
	id     voucher.CampaignID
}

// enter has the door let a command in.
func enter[C voucher.Command](c *counter, command C) door.Entered[C] {
	c.T.Helper()
	entered, err := door.Enter(c.teller.Door(), command)
	require.NoError(c.T, err)
	return entered
}

func newCounter(t *testing.T, x index.Index) *counter {
	t.Helper()
	l, err := memory.New(ledgertest.LedgerID(1), ledgertest.Operators(), 1, ledgertest.Start)
	require.NoError(t, err)
	w := ledgertest.NewWorld(t, l, ledgertest.Start)
	w.Found()
	f := &faulty{Ledger: l}
	p := ledger.NewPipeline(f, 1)
	t.Cleanup(p.Close)
	id := w.Campaign(10, func(c *voucher.CreateCampaign) { c.PerHolder = 0 })
	return &counter{World: w, ledger: f, teller: teller.New(f, p, x, slog.New(slog.DiscardHandler)), id: id}
}

// TestTeller_LostAnswerIsSettled: a lost answer is settled from the ledger.
func TestTeller_LostAnswerIsSettled(t *testing.T) {
	c := newCounter(t, indexmemory.Trusted())
	ref := c.Claimed(c.Alice, c.id, 0, 0)
	c.ledger.lose = true
	out, err := c.teller.Redeem(t.Context(), enter(c, c.World.Redeem(c.Alice, ref)))
	require.NoError(t, err)
	require.Equal(t, voucher.StatusAccepted, out.Status)
	_, ok, err := c.teller.Outcome(t.Context(), out.ID)
	require.NoError(t, err)
	require.True(t, ok)
}

// TestTeller_CannotBeSettled: what cannot be settled is unknown.
func TestTeller_CannotBeSettled(t *testing.T) {
	c := newCounter(t, indexmemory.Trusted())
	c.ledger.lose = true
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	refused := c.World.Redeem(c.Alice, voucher.Ref{Campaign: c.id, Serial: 9}) // refused, and the refusal is lost
	out, err := c.teller.Redeem(ctx, enter(c, refused))
	require.ErrorIs(t, err, ledger.ErrUnknown)
	require.Equal(t, voucher.StatusUnknown, out.Status)
	require.Equal(t, c.Domain.ID(refused), out.ID)
}

func TestTeller_WorksWithoutAnIndex(t *testing.T) {
	c := newCounter(t, broken{indexmemory.Trusted()})
	claim := c.World.Claim(c.Alice, c.id, 0, 0)
	out, err := c.teller.Claim(t.Context(), enter(c, claim))
	require.NoError(t, err)
	claimed, ok := out.Events[0].(voucher.VoucherClaimed)
	require.True(t, ok)
	ref := voucher.Ref{Campaign: c.id, Serial: claimed.Serial}
	_, found, err := c.ledger.Voucher(t.Context(), ref)
	require.NoError(t, err)
	require.True(t, found)
	out, err = c.teller.Redeem(t.Context(), enter(c, c.World.Redeem(c.Alice, ref)))
	require.NoError(t, err)
	require.Equal(t, voucher.StatusAccepted, out.Status)
	_, found, err = c.teller.Outcome(t.Context(), out.ID)
	require.NoError(t, err)
	require.True(t, found)
}

// TestReference_NamesOneRedemptionWithoutAnIndex has the first sale go over
// this counter, over another one on the same ledger, and over this one before it
// was started.
func TestReference_NamesOneRedemptionWithoutAnIndex(t *testing.T) {
	for name, elsewhere := range map[string]bool{"here": false, "at another counter": true} {
		t.Run(name, func(t *testing.T) {
			c := newCounter(t, broken{indexmemory.Trusted()})
			first, second := c.Claimed(c.Alice, c.id, 0, 0), c.Claimed(c.Alice, c.id, 1, 1)
			sell := c.World.Redeem(c.Alice, first)
			at := c.teller
			if elsewhere {
				p := ledger.NewPipeline(c.ledger, 1)
				t.Cleanup(p.Close)
				at = teller.New(c.ledger, p, broken{indexmemory.Trusted()}, slog.New(slog.DiscardHandler))
			}
			sold, err := at.Redeem(t.Context(), enter(c, sell))
			require.NoError(t, err)
			require.Equal(t, voucher.StatusAccepted, sold.Status)
			_, err = c.teller.Redeem(t.Context(), enter(c, c.World.Redeem(c.Alice, second))) // the same reference
			require.ErrorIs(t, err, teller.ErrReferenceUsed)
			again, err := c.teller.Redeem(t.Context(), enter(c, sell))
			require.NoError(t, err)
			require.Equal(t, sold, again)
		})
	}
}

// TestClaim_SoldOut: claims end sold out.
func TestClaim_SoldOut(t *testing.T) {
	x := indexmemory.Trusted()
	c := newCounter(t, x)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		index.Project(ctx, c.ledger, x, slog.New(slog.DiscardHandler), nil)
	}()
	defer func() { stop(); <-ended }()
	claims, got := make([]voucher.ClaimCommand, 10), make([]voucher.Outcome, 10)
	for i := range claims {
		var err error
		claims[i] = c.World.Claim(ledgertest.NewActor(fmt.Sprint(i)), c.id, 0, 0)
		got[i], err = c.teller.Claim(t.Context(), enter(c, claims[i]))
		require.NoError(t, err)
		require.Equal(t, voucher.StatusAccepted, got[i].Status, got[i].Kind)
	}
	_, err := c.teller.Claim(t.Context(), enter(c, c.World.Claim(c.Alice, c.id, 0, 0)))
	require.ErrorIs(t, err, teller.ErrSoldOut)
	for i, claim := range claims {
		again, err := c.teller.Claim(t.Context(), enter(c, claim))
		require.NoError(t, err, "a claim that got one of them, sent again")
		require.Equal(t, got[i], again)
	}
}

// behind is a ledger that another process wrote to: this one sees what that had
// accepted from its own next outcome on.
type behind struct {
	ledger.Ledger
	seen bool
}

func (b *behind) Campaign(ctx context.Context, id voucher.CampaignID) (voucher.Campaign, bool, error) {
	if !b.seen {
		return voucher.Campaign{}, false, nil
	}
	return b.Ledger.Campaign(ctx, id)
}

func (b *behind) Submit(ctx context.Context, commands []voucher.Authored) ([]voucher.Outcome, error) {
	defer func() { b.seen = true }()
	return b.Ledger.Submit(ctx, commands)
}

// TestClaim_CampaignOfAnotherServer: a campaign of another server can be claimed at
// once. The test claims the second voucher of a campaign that this server has not
// heard of.
func TestClaim_CampaignOfAnotherServer(t *testing.T) {
	c := newCounter(t, indexmemory.Trusted())
	c.Claimed(c.Bob, c.id, 0, 0)
	l := &behind{Ledger: c.ledger}
	p := ledger.NewPipeline(l, 1)
	t.Cleanup(p.Close)
	at := teller.New(l, p, indexmemory.Trusted(), slog.New(slog.DiscardHandler))
	out, err := at.Claim(t.Context(), enter(c, c.World.Claim(c.Alice, c.id, 0, 0)))
	require.NoError(t, err)
	require.Equal(t, voucher.StatusAccepted, out.Status, out.Kind)
}

// TestClaim_Rush: a rush is no refusal. The index cannot tell which serials are
// free, and none is free: nobody knows that, so nobody is told so.
func TestClaim_Rush(t *testing.T) {
	c := newCounter(t, broken{indexmemory.Trusted()})
	for i := range uint32(10) {
		c.Claimed(c.Bob, c.id, i, i)
	}
	_, err := c.teller.Claim(t.Context(), enter(c, c.World.Claim(c.Alice, c.id, 0, 0)))
	require.ErrorIs(t, err, teller.ErrRush)
}

// TestClaim_SerialsForIssue: a serial for issues cannot be claimed, by the word of
// the ledger.
func TestClaim_SerialsForIssue(t *testing.T) {
	c := newCounter(t, indexmemory.Trusted())
	id := c.Campaign(10, func(in *voucher.CreateCampaign) { in.Open = 0 })
	out, err := c.teller.Claim(t.Context(), enter(c, c.World.Claim(c.Alice, id, 0, 0)))
	require.NoError(t, err)
	require.Equal(t, voucher.StatusRefused, out.Status)
	require.Equal(t, voucher.KindSerialsTaken.String(), out.Kind.String())
}

// TestReference_NamesOneRedemption: a reference names one redemption.
func TestReference_NamesOneRedemption(t *testing.T) {
	c := newCounter(t, indexmemory.Trusted())
	first, second := c.Claimed(c.Alice, c.id, 0, 0), c.Claimed(c.Alice, c.id, 1, 1)
	c.ledger.enter = make(chan struct{})
	answer := make(chan error, 1)
	go func() {
		_, err := c.teller.Redeem(context.Background(), enter(c, c.World.Redeem(c.Alice, first)))
		answer <- err
	}()
	<-c.ledger.enter
	_, err := c.teller.Redeem(t.Context(), enter(c, c.World.Redeem(c.Alice, second))) // the same reference
	require.ErrorIs(t, err, teller.ErrReferenceBusy)
	c.ledger.enter <- struct{}{}
	require.NoError(t, <-answer)
	c.ledger.enter = nil
	_, err = c.teller.Redeem(t.Context(), enter(c, c.World.Redeem(c.Alice, second)))
	require.ErrorIs(t, err, teller.ErrReferenceUsed)
	again, err := c.teller.Redeem(t.Context(), enter(c, c.World.Redeem(c.Alice, first)))
	require.NoError(t, err)
	require.Equal(t, voucher.StatusAccepted, again.Status)
}

// between is a ledger on which something happens while a hold is read.
type between struct {
	ledger.Ledger
	happen func()
}

func (b *between) Hold(ctx context.Context, ref voucher.Ref) (voucher.Hold, error) {
	if happen := b.happen; happen != nil {
		b.happen = nil
		happen()
	}
	return b.Ledger.Hold(ctx, ref)
}

// TestTeller_VoucherAndHoldOfOneMoment: a voucher and its hold are of one moment.
func TestTeller_VoucherAndHoldOfOneMoment(t *testing.T) {
	c := newCounter(t, indexmemory.Trusted())
	ref := c.Claimed(c.Alice, c.id, 0, 0)
	c.ledger.Ledger = &between{c.ledger.Ledger, func() { c.Must(c.Hold(c.Alice, c.Unix()+600, ref)) }}
	v, h, ok, err := c.teller.VoucherAndHold(t.Context(), ref)
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, uint64(1), h.Units)
	require.Equal(t, c.Unix(), v.SignedAt)
}

// TestTeller_SeesWhatTheLedgerJudgedBy: what the ledger judged by is seen.
func TestTeller_SeesWhatTheLedgerJudgedBy(t *testing.T) {
	c := newCounter(t, indexmemory.Trusted())
	out, err := c.teller.Claim(t.Context(), enter(c, c.World.Claim(c.Alice, c.id, 0, 0)))
	require.NoError(t, err)
	claimed, ok := out.Events[0].(voucher.VoucherClaimed)
	require.True(t, ok)
	ref := voucher.Ref{Campaign: c.id, Serial: claimed.Serial}
	c.Must(c.World.Redeem(c.Alice, ref)) // no index was told so far
	v, _, _, err := c.teller.VoucherAndHold(t.Context(), ref)
	require.NoError(t, err)
	require.Equal(t, voucher.StateSpent, v.State)
}
