package teller

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"tally/internal/door"
	"tally/internal/index"
	"tally/internal/intent"
	"tally/internal/ledger"
	"tally/internal/voucher"
)

// Teller serves one ledger.
type Teller struct {
	ledger   ledger.Ledger
	pipeline *ledger.Pipeline
	index    index.Index
	domain   *intent.Domain
	door     *door.Door
	tills    *tills
	log      *slog.Logger

	looks     chan struct{} // holds one token for each claim that looks for free serials
	recent    *recent       // orders, for when the index cannot tell
	keyPuts   *keyPuts      // by which delegations are revoked
	confirmed *confirmed    // outcomes that the ledger has
	keys      *freeKeys

	mu       sync.Mutex
	underWay map[referenceKey]voucher.Hash // which offer a client's reference stands for right now
}

// New is a teller over a ledger, its pipeline and an index.
func New(l ledger.Ledger, p *ledger.Pipeline, x index.Index, log *slog.Logger) *Teller {
	domain := intent.NewDomain(l.ID())
	return &Teller{
		ledger: l, pipeline: p, index: x, domain: domain, door: door.New(domain), tills: newTills(l), log: log,
		recent: newRecent(l), keyPuts: newKeyPuts(l), confirmed: newConfirmed(),
		keys:  &freeKeys{now: time.Now, limit: KeyCommands},
		looks: make(chan struct{}, maxLooks), underWay: map[referenceKey]voucher.Hash{},
	}
}

// Domain is the EIP-712 domain of the ledger.
func (t *Teller) Domain() *intent.Domain { return t.domain }

// Door judges commands before they come here.
func (t *Teller) Door() *door.Door { return t.door }

// Ledger answers reads from the ledger itself.
func (t *Teller) Ledger() ledger.Ledger { return t.ledger }

const settleEvery = 100 * time.Millisecond // between two looks for an unknown outcome

// Submit has a command judged. An accepted one is in the index when Submit
// returns. The error is ledger.ErrNotSent, ErrBusy or ErrClosed if it had no
// effect, and ledger.ErrUnknown if its outcome could not be learnt before ctx
// ended; then the outcome's id settles it. It is ErrKeySpent for what a wallet
// alone signs, more than KeyCommands times a day.
func (t *Teller) Submit(ctx context.Context, c door.Entered[voucher.Command]) (voucher.Outcome, error) {
	key, free := freeKey(c.Command())
	if !free {
		return t.submit(ctx, c)
	}
	counted := t.keys.take(key)
	if !counted {
		if _, known, err := t.Outcome(ctx, c.ID()); err != nil || !known { // what was accepted is told again
			return voucher.Outcome{}, errors.Join(ErrKeySpent, err)
		}
	}
	out, err := t.submit(ctx, c)
	if counted && err == nil && out.Status == voucher.StatusRefused {
		t.keys.giveBack(key)
	}
	return out, err
}

func (t *Teller) submit(ctx context.Context, c door.Entered[voucher.Command]) (voucher.Outcome, error) {
	authored := c.Authored()
	out, err := t.pipeline.Submit(ctx, authored)
	if errors.Is(err, ledger.ErrUnknown) {
		out, err = t.settle(ctx, authored, err)
	}
	if err == nil && out.Status == voucher.StatusAccepted {
		t.addToIndex(ctx, c.Command(), out)
	}
	return out, err
}

// settle looks for the outcome of a command that may have been accepted, until
// ctx ends. That it is not found proves nothing.
func (t *Teller) settle(ctx context.Context, c voucher.Authored, cause error) (voucher.Outcome, error) {
	id := c.Authors.ID
	for {
		out, ok, err := t.ledger.Outcome(ctx, id)
		if err == nil && ok && out.Acceptance() == ledger.AcceptanceOf(c) {
			return out, nil
		}
		select {
		case <-time.After(settleEvery):
		case <-ctx.Done():
			return voucher.Outcome{ID: id}, cause
		}
	}
}

// addToIndex puts an outcome into the index. A failure is no harm: the projector
// brings it, and the ledger has it. Where the index is out of reach, the
// watch over the index says so, and not every command once more.
func (t *Teller) addToIndex(ctx context.Context, c voucher.Command, out voucher.Outcome) {
	entry := ledger.Entry{Outcome: out, Command: voucher.EncodeCommand(c)}
	t.recent.add(entry)
	if err := t.index.Add(context.WithoutCancel(ctx), []ledger.Entry{entry}); err != nil {
		level := slog.LevelWarn
		if errors.Is(err, index.ErrUnavailable) {
			level = slog.LevelDebug
		}
		t.log.Log(ctx, level, "index missed an outcome", slog.String("id", out.ID.String()), slog.Any("error", err))
	}
}
