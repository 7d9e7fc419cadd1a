package redis_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/door"
	"tally/internal/index"
	"tally/internal/index/indextest"
	"tally/internal/index/redis"
	"tally/internal/index/redis/redistest"
	"tally/internal/ledger"
	"tally/internal/ledger/ledgertest"
	"tally/internal/ledger/memory"
	"tally/internal/teller"
	"tally/internal/voucher"
)

// shop is a counter under load, with a real Redis behind it that things happen
// to. Whatever happens: no redemption fails, and no answer is wrong.
type shop struct {
	*ledgertest.World
	t         *testing.T
	server    *redistest.Server
	index     *redis.Index
	projector *index.Projector
	teller    *teller.Teller
	id        voucher.CampaignID

	sold     atomic.Uint64 // redemptions that were answered
	answered atomic.Uint64 // look-ups that the index answered
	stop     context.CancelFunc
	done     sync.WaitGroup
	wrong    chan error
}

const (
	shopTimeout = 100 * time.Millisecond
	customers   = 6
)

func openShop(t *testing.T, s *redistest.Server) *shop {
	t.Helper()
	l, err := memory.New(ledgertest.LedgerID(1), ledgertest.Operators(), 1, ledgertest.Start)
	require.NoError(t, err)
	w := ledgertest.NewWorld(t, l, ledgertest.Start)
	w.Found()
	id := w.Campaign(1_000_000, func(c *voucher.CreateCampaign) { c.PerHolder = 0 })
	x := open(t, s, 1, shopTimeout)
	log := slog.New(slog.DiscardHandler)
	p := ledger.NewPipeline(l, 2)
	ctx, stop := context.WithCancel(context.Background())
	h := &shop{
		World: w, t: t, server: s, index: x, id: id, stop: stop, wrong: make(chan error, customers),
		projector: index.NewProjector(l, x, log), teller: teller.New(l, p, x, log),
	}
	var projecting sync.WaitGroup
	projectorCtx, stopProjector := context.WithCancel(context.Background())
	projecting.Go(func() { h.projector.Run(projectorCtx, nil) })
	t.Cleanup(func() { stop(); h.done.Wait(); stopProjector(); projecting.Wait(); p.Close() })
	for i := range customers {
		h.done.Go(func() {
			if err := h.serve(ctx, i); err != nil {
				h.wrong <- err
				stop()
			}
		})
	}
	return h
}

// serve has one customer after the other claim a voucher and spend it.
func (h *shop) serve(ctx context.Context, lane int) error {
	for n := 0; ctx.Err() == nil; n++ {
		if err := h.visit(ctx, fmt.Sprintf("lane %d visit %d", lane, n)); err != nil {
			return fmt.Errorf("lane %d, visit %d: %w", lane, n, err)
		}
	}
	return nil
}

var errWrong = errors.New("wrong answer")

func (h *shop) visit(ctx context.Context, name string) error {
	ctx = context.WithoutCancel(ctx)
	wallet := ledgertest.NewActor(name)
	entered, err := door.Enter(h.teller.Door(), h.World.Claim(wallet, h.id, 0, 0))
	if err != nil {
		return fmt.Errorf("claim: %w", err)
	}
	out, err := h.teller.Claim(ctx, entered)
	if err != nil || out.Status != voucher.StatusAccepted {
		return fmt.Errorf("claim: %s: %w", out.Kind, err)
	}
	claimed, _ := out.Events[0].(voucher.VoucherClaimed)
	ref := voucher.Ref{Campaign: h.id, Serial: claimed.Serial}
	if err := h.look(ctx, wallet, ref, voucher.StateClaimed); err != nil {
		return fmt.Errorf("claimed: %w", err)
	}
	command := h.named(wallet, name, ref)
	sale, err := door.Enter(h.teller.Door(), command)
	if err != nil {
		return fmt.Errorf("redeem: %w", err)
	}
	out, err = h.teller.Redeem(ctx, sale)
	if err != nil || out.Status != voucher.StatusAccepted {
		return fmt.Errorf("redeem: %s: %w", out.Kind, err)
	}
	h.sold.Add(1)
	if err := h.look(ctx, wallet, ref, voucher.StateSpent); err != nil {
		return fmt.Errorf("spent: %w", err)
	}
	return h.lookSold(ctx, command, out)
}

// named is a redemption with a reference of its own.
func (h *shop) named(wallet ledgertest.Actor, name string, ref voucher.Ref) voucher.RedeemCommand {
	offer := h.Offer(wallet, ref)
	accept := h.Accept(offer)
	accept.Reference = sha256.Sum256([]byte(name))
	return h.Join(wallet, offer, h.Till, accept)
}

// look asks the index about a voucher that nobody else touches. It may decline.
func (h *shop) look(ctx context.Context, wallet ledgertest.Actor, ref voucher.Ref, state uint8) error {
	want, _, err := h.Ledger.Voucher(ctx, ref)
	if err != nil || want.State != state {
		return fmt.Errorf("%w: the ledger's own: %w", errWrong, err)
	}
	v, err := h.index.Voucher(ctx, ref)
	if wrong := h.judge(err, v.Voucher == want); wrong != nil {
		return fmt.Errorf("voucher is %v, not %v: %w", v, want, wrong)
	}
	list, next, err := h.index.Wallet(ctx, wallet.Address, "", 10)
	if wrong := h.judge(err, len(list) == 1 && list[0] == ref && next == ""); wrong != nil {
		return fmt.Errorf("wallet has %v: %w", list, wrong)
	}
	free, err := h.index.Free(ctx, h.id, 1_000_000, ref.Serial, 4)
	if wrong := h.judge(err, len(free) == 4 && !slices.Contains(free, ref.Serial)); wrong != nil {
		return fmt.Errorf("free are %v: %w", free, wrong)
	}
	return nil
}

func (h *shop) lookSold(ctx context.Context, command voucher.RedeemCommand, out voucher.Outcome) error {
	sold := h.sold.Load()
	campaign, err := h.index.Campaign(ctx, h.id)
	if wrong := h.judge(err, campaign.Figures.Redeemed >= sold && campaign.Figures.Claimed >= campaign.Figures.Spent); wrong != nil {
		return fmt.Errorf("figures are %+v after %d sales: %w", campaign.Figures, sold, wrong)
	}
	at, err := h.index.Reference(ctx, command.Accept.Merchant, command.Accept.Reference)
	if wrong := h.judge(err, at == out.Position); wrong != nil {
		return fmt.Errorf("reference: %w", wrong)
	}
	got, ok, err := h.teller.Outcome(ctx, out.ID)
	if err != nil || !ok || string(got.Canonical()) != string(out.Canonical()) {
		return fmt.Errorf("%w: outcome: %w", errWrong, err)
	}
	return nil
}

// judge says what is wrong with an answer: "ask the ledger" never is, "not
// found" always, because what is asked for was answered before.
func (h *shop) judge(err error, right bool) error {
	switch {
	case errors.Is(err, index.ErrUnavailable):
		return nil
	case err != nil:
		return fmt.Errorf("%w: %w", errWrong, err)
	case !right:
		return errWrong
	default:
		h.answered.Add(1)
		return nil
	}
}

// sales waits for more redemptions.
func (h *shop) sales(n uint64) {
	h.t.Helper()
	until := h.sold.Load() + n
	h.await("sales", func() bool { return h.sold.Load() >= until })
}

// answers waits for more answers from the index.
func (h *shop) answers(n uint64) {
	h.t.Helper()
	until := h.answered.Load() + n
	h.await("answers from the index", func() bool { return h.answered.Load() >= until })
}

func (h *shop) await(what string, done func() bool) {
	h.t.Helper()
	for end := time.Now().Add(2 * time.Minute); !done(); time.Sleep(time.Millisecond) {
		select {
		case err := <-h.wrong:
			require.NoError(h.t, err)
		default:
		}
		if time.Now().After(end) {
			require.Fail(h.t, "no more "+what, "%+v\n%+v", h.projector.Stats(), h.index.Stats())
		}
	}
}

// close ends the load, waits for the projector and compares index and ledger.
func (h *shop) close() {
	h.t.Helper()
	h.stop()
	h.done.Wait()
	select {
	case err := <-h.wrong:
		require.NoError(h.t, err)
	default:
	}
	head, err := h.Ledger.Head(h.t.Context())
	require.NoError(h.t, err)
	h.await("progress", func() bool {
		s := h.projector.Stats()
		return s.BehindFrom.IsZero() && !s.Next.Before(head)
	})
	patiently := open(h.t, h.server, 1, patient)
	indextest.RequireEqualsLedger(h.t, h.Ledger, patiently)
	h.t.Logf("%d sales, %d answers from the index; projector %+v; calls %+v",
		h.sold.Load(), h.answered.Load(), h.projector.Stats(), h.index.Stats())
}
