package teller

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"tally/internal/door"
	"tally/internal/index"
	"tally/internal/intent"
	"tally/internal/ledger"
	"tally/internal/voucher"
)

// Limits of a teller.
const (
	claimTries  = 8                      // times a claim is sent again with other serials
	maxLooks    = 64                     // claims at once that look for free serials: the others wait
	heldTries   = 16                     // readings of a voucher and its hold until both are of one moment
	settleEvery = 100 * time.Millisecond // between two looks for an unknown outcome

	catchUpTimeout = 2 * time.Second      // for the index to catch up before "sold out" is said
	catchUpEvery   = 2 * time.Millisecond // between two looks at its watermark
	nearBlocks     = 8                    // by which an index that follows may be behind
)

// What a teller refuses by itself.
var (
	// ErrSoldOut says that the index, caught up with the ledger, shows no free
	// serial. It is judged afresh every time.
	ErrSoldOut = errors.New("sold out: every voucher open to claims is taken")
	// ErrRush says that others took every serial that was tried, and not that there
	// are no more. The claim had no effect and may be sent again.
	ErrRush = errors.New("others took every voucher that was tried: send it again")
	// ErrReferenceUsed says that the client's reference names another redemption.
	ErrReferenceUsed = errors.New("the reference names another redemption")
	// ErrReferenceBusy says that another redemption of this reference is under way.
	ErrReferenceBusy = errors.New("a redemption of this reference is under way")
)

// errNotConfirmed says that an index and the ledger disagree.
var errNotConfirmed = errors.New("the ledger does not say what the index says")

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
	underWay map[sale]voucher.Hash // which offer a client's reference stands for right now
}

// sale is a client's reference, which is the merchant's own.
type sale = index.MerchantReference

// New is a teller over a ledger, its pipeline and an index.
func New(l ledger.Ledger, p *ledger.Pipeline, x index.Index, log *slog.Logger) *Teller {
	domain := intent.NewDomain(l.ID())
	return &Teller{
		ledger: l, pipeline: p, index: x, domain: domain, door: door.New(domain), tills: newTills(l), log: log,
		recent: newRecent(l), keyPuts: newKeyPuts(l), confirmed: newConfirmed(),
		keys:  &freeKeys{now: time.Now, limit: KeyCommands},
		looks: make(chan struct{}, maxLooks), underWay: map[sale]voucher.Hash{},
	}
}

// Domain is the EIP-712 domain of the ledger.
func (t *Teller) Domain() *intent.Domain { return t.domain }

// Door judges commands before they come here.
func (t *Teller) Door() *door.Door { return t.door }

// Ledger answers reads from the ledger itself.
func (t *Teller) Ledger() ledger.Ledger { return t.ledger }

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
		t.remember(ctx, c.Command(), out)
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

// remember puts an outcome into the index. A failure is no harm: the projector
// brings it, and the ledger has it. Where the index is out of reach, that is
// said by whoever watches it, not once more for every command.
func (t *Teller) remember(ctx context.Context, c voucher.Command, out voucher.Outcome) {
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

// Claim takes a free voucher for a wallet: it offers serials that the index
// believes free, from hash(id) on, and others as long as they turn out taken.
// The error is ErrSoldOut if there are none, ErrRush if others were quicker
// every time, or one of Submit's. A claim that was accepted before gets its
// first outcome.
func (t *Teller) Claim(ctx context.Context, c door.Entered[voucher.ClaimCommand]) (voucher.Outcome, error) {
	id := c.ID()
	from := binary.BigEndian.Uint32(id[:4])
	var out voucher.Outcome
	for try := range uint32(claimTries) {
		candidates, err := t.candidates(ctx, c.Command().Claim.Campaign, from)
		switch {
		case errors.Is(err, ErrSoldOut):
			return t.soldOut(ctx, id)
		case err != nil:
			return voucher.Outcome{ID: id}, err
		case len(candidates) == 0 && try > 0:
			return out, nil
		case len(candidates) == 0:
			candidates = []uint32{0} // the ledger says what is wrong
		}
		out, err = t.Submit(ctx, door.Offering(c, candidates).Any())
		if err != nil || out.Kind != voucher.KindSerialsTaken {
			return out, err
		}
		// Elsewhere on the circle, the same for every server that tries so often.
		from = from*2654435761 + try + 1
	}
	return voucher.Outcome{ID: id}, ErrRush
}

// soldOut is the answer to a claim that came when the index, caught up, showed
// no free serial: its own may be among those taken.
func (t *Teller) soldOut(ctx context.Context, id voucher.Hash) (voucher.Outcome, error) {
	first, ok, err := t.Outcome(ctx, id)
	if err != nil {
		return voucher.Outcome{ID: id}, fmt.Errorf("%w: look for the claim: %w", ledger.ErrNotSent, err)
	}
	if !ok {
		return voucher.Outcome{ID: id}, ErrSoldOut
	}
	return first, nil
}

// candidates are serials that may be free, none where nothing is open to claims.
// The error is ErrSoldOut only when the index has caught up with the ledger as it
// was on being asked, and ledger.ErrNotSent where the campaign cannot be read or
// ctx ended in the queue of those who look: without that queue a rush would have
// the index answer nobody in time.
func (t *Teller) candidates(ctx context.Context, id voucher.CampaignID, from uint32) ([]uint32, error) {
	select {
	case t.looks <- struct{}{}:
		defer func() { <-t.looks }()
	case <-ctx.Done():
		return nil, fmt.Errorf("%w: look for free serials: %w", ledger.ErrNotSent, ctx.Err())
	}
	free, open, err := t.free(ctx, id, from)
	if err == nil && open > 0 && len(free) == 0 {
		if err = t.caughtUp(ctx); err == nil {
			free, open, err = t.free(ctx, id, from)
		}
	}
	switch {
	case errors.Is(err, ledger.ErrNotSent) || open == 0:
		return nil, err
	case err != nil: // an index that cannot answer knows of no taken serial: the ledger decides
		t.log.DebugContext(ctx, "index cannot tell free serials", slog.Any("error", err))
		return around(open, from%open), nil
	case len(free) == 0:
		return t.unclaimed(ctx, id, open, from)
	default:
		return free, nil
	}
}

// free asks the index for free serials, and the ledger how many are open to claims,
// each time: another server may have opened more.
func (t *Teller) free(ctx context.Context, id voucher.CampaignID, from uint32) (free []uint32, open uint32, err error) {
	campaign, _, err := t.ledger.Campaign(ctx, id)
	if err != nil {
		return nil, 0, fmt.Errorf("%w: read campaign: %w", ledger.ErrNotSent, err)
	}
	if campaign.Open == 0 {
		return nil, 0, nil
	}
	free, err = t.index.Free(ctx, id, campaign.Open, from%campaign.Open, voucher.Candidates)
	return free, campaign.Open, err
}

// unclaimed looks on the ledger itself at some serials, other ones for each claim,
// when the index shows none that is free: an index that says "sold out" of a campaign
// that is not must not be believed. The error is ErrSoldOut if all are taken.
func (t *Teller) unclaimed(ctx context.Context, id voucher.CampaignID, open, from uint32) (free []uint32, err error) {
	for i := range uint32(voucher.Candidates) {
		serial := uint32((uint64(from) + uint64(i)*uint64(open)/voucher.Candidates) % uint64(open)) //nolint:gosec // below open
		ref := voucher.Ref{Campaign: id, Serial: serial}
		_, taken, err := t.ledger.Voucher(ctx, ref)
		if err != nil {
			return nil, fmt.Errorf("%w: look at a voucher: %w", ledger.ErrNotSent, err)
		}
		if !taken && !slices.Contains(free, serial) {
			free = append(free, serial)
		}
	}
	if len(free) == 0 {
		return nil, ErrSoldOut
	}
	return free, nil
}

// caughtUp waits until the index has all that the ledger has now.
func (t *Teller) caughtUp(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, catchUpTimeout)
	defer cancel()
	head, err := t.ledger.Head(ctx)
	if err != nil {
		return fmt.Errorf("read head: %w", err)
	}
	for {
		mark, err := t.index.Watermark(ctx)
		if err != nil {
			return fmt.Errorf("read watermark: %w", err)
		}
		if !mark.Next.Before(head) {
			return nil
		}
		select {
		case <-time.After(catchUpEvery):
		case <-ctx.Done():
			return fmt.Errorf("index at %s, ledger at %s: %w", mark.Next, head, ctx.Err())
		}
	}
}

// around is the next few serials on the circle.
func around(open, from uint32) []uint32 {
	serials := make([]uint32, min(open, voucher.Candidates))
	for i := range serials {
		serials[i] = uint32((uint64(from) + uint64(i)) % uint64(open)) //nolint:gosec // below open
	}
	return serials
}

// Redeem joins the two halves of a redemption, or of a hold. A client's reference
// names one of them for ever: used for another it is ErrReferenceUsed, or
// ErrReferenceBusy while the first is under way. While the index cannot tell,
// that holds for the last orders of the ledger (see recent): a reference keeps a
// shop from selling twice by mistake; that a
// voucher is spent once is the ledger's rule and needs no index.
func (t *Teller) Redeem(ctx context.Context, c door.Entered[voucher.RedeemCommand]) (voucher.Outcome, error) {
	accept := c.Command().Accept
	return t.once(ctx, accept.Reference, till{accept.Merchant, accept.Till, accept.Store}, c.Any())
}

// Capture spends what a hold reserved. Its reference is like that of Redeem.
func (t *Teller) Capture(ctx context.Context, c door.Entered[voucher.Signed[voucher.Capture]]) (voucher.Outcome, error) {
	in := c.Command().Intent
	return t.once(ctx, in.Reference, till{in.Merchant, in.Till, in.Store}, c.Any())
}

// once submits what a client's reference stands for. The reference is the
// merchant's: only a till of the merchant is told of it, or keeps others from it.
func (t *Teller) once(ctx context.Context, reference voucher.Hash, by till, c door.Entered[voucher.Command]) (voucher.Outcome, error) {
	id := c.ID()
	if reference.IsZero() {
		return t.Submit(ctx, c)
	}
	isTill, err := t.tills.have(ctx, by)
	switch {
	case err != nil:
		return voucher.Outcome{ID: id}, fmt.Errorf("%w: read the till's key: %w", ledger.ErrNotSent, err)
	case !isTill:
		return t.Submit(ctx, c) // the ledger says what is wrong
	}
	name := sale{Merchant: by.merchant, Reference: reference}
	release, err := t.reserve(name, id)
	if err != nil {
		return voucher.Outcome{ID: id}, err
	}
	defer release()
	if used, ok := t.named(ctx, name); ok && used != id {
		return voucher.Outcome{ID: id}, ErrReferenceUsed
	}
	return t.Submit(ctx, c)
}

// named finds the order that a client's reference names, in the index or else
// among the ledger's last ones.
func (t *Teller) named(ctx context.Context, name sale) (id voucher.Hash, ok bool) {
	id, err := t.index.Reference(ctx, name.Merchant, name.Reference)
	if errors.Is(err, index.ErrNotFound) {
		id, err = t.caughtUpReference(ctx, name)
	}
	switch {
	case errors.Is(err, index.ErrNotFound):
		return t.recent.known(name)
	case err == nil && t.names(ctx, id, name):
		return id, true
	}
	id, ok, err = t.recent.find(ctx, name)
	if err != nil {
		t.recent.warn(ctx, t.log, err)
	}
	return id, ok
}

// names reports whether the ledger has an order of this name under an id.
func (t *Teller) names(ctx context.Context, id voucher.Hash, name sale) bool {
	out, ok, err := t.Outcome(ctx, id)
	return err == nil && ok && slices.Contains(index.NamedBy(out), name)
}

// Reference finds what a merchant's client named so. What it reads, and whether it
// can tell, does not depend on what is there. The error is index.ErrNotFound, or
// says why the index cannot tell: that it names another order than the ledger has,
// for one.
func (t *Teller) Reference(ctx context.Context, merchant voucher.Address, reference voucher.Hash) (voucher.Hash, error) {
	name := sale{Merchant: merchant, Reference: reference}
	_, err := t.index.Reference(ctx, merchant, reference)
	if err != nil && !errors.Is(err, index.ErrNotFound) {
		return voucher.Hash{}, err
	}
	id, err := t.caughtUpReference(ctx, name)
	if err != nil && !errors.Is(err, index.ErrNotFound) {
		return voucher.Hash{}, err
	}
	right := t.names(ctx, id, name)
	recent, known := t.recent.known(name)
	switch {
	case right:
		return id, nil
	case known:
		return recent, nil
	case err == nil:
		return voucher.Hash{}, fmt.Errorf("%w: %w", index.ErrUnavailable, errNotConfirmed)
	default:
		return voucher.Hash{}, err
	}
}

// caughtUpReference looks in an index that is not far behind the ledger, as one
// is that was emptied: only such a one can say that there is nothing.
func (t *Teller) caughtUpReference(ctx context.Context, name sale) (voucher.Hash, error) {
	if err := t.near(ctx); err != nil {
		return voucher.Hash{}, err
	}
	return t.index.Reference(ctx, name.Merchant, name.Reference)
}

// near waits until an index that is far behind the ledger has caught up.
func (t *Teller) near(ctx context.Context) error {
	far, err := t.farBehind(ctx)
	if err == nil && far {
		err = t.caughtUp(ctx)
	}
	return err
}

// farBehind tells whether the index misses more than the blocks that may be
// under way: what this process accepted is in it at once.
func (t *Teller) farBehind(ctx context.Context) (bool, error) {
	head, err := t.ledger.Head(ctx)
	if err != nil {
		return false, fmt.Errorf("read head: %w", err)
	}
	mark, err := t.index.Watermark(ctx)
	if err != nil {
		return false, fmt.Errorf("read watermark: %w", err)
	}
	return mark.Next.Block+nearBlocks < head.Block, nil
}

// reserve keeps two offers of one reference from being under way at once in
// this process.
func (t *Teller) reserve(name sale, id voucher.Hash) (release func(), err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	other, busy := t.underWay[name]
	switch {
	case busy && other != id:
		return nil, ErrReferenceBusy
	case busy: // the same once more: whoever came first releases it
		return func() {}, nil
	}
	t.underWay[name] = id
	return func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		delete(t.underWay, name)
	}, nil
}

// Held looks a voucher and its latest hold up as they were together on the
// ledger, at a moment no earlier than whatever the index shows, which other
// servers feed, too. The error is ledger.ErrBusy where the voucher changes
// faster than it can be read.
func (t *Teller) Held(ctx context.Context, ref voucher.Ref) (v voucher.Voucher, h voucher.Hold, ok bool, err error) {
	if shown, err := t.index.Voucher(ctx, ref); err == nil {
		t.reach(ctx, shown.As)
	}
	if viewer, here := t.ledger.(ledger.Viewer); here {
		err = viewer.View(ctx, func(s voucher.State) (err error) {
			if v, ok, err = voucher.ReadVoucher(s, ref); err == nil {
				h, err = voucher.ReadHold(s, ref)
			}
			return err
		})
		return v, h, ok, err
	}
	for range heldTries {
		if v, ok, err = t.ledger.Voucher(ctx, ref); err != nil {
			return v, h, false, err
		}
		if h, err = t.ledger.Hold(ctx, ref); err != nil {
			return v, h, false, err
		}
		after, _, err := t.ledger.Voucher(ctx, ref)
		if err != nil || after == v {
			return v, h, ok, err
		}
	}
	return v, h, false, ledger.ErrBusy
}
