package teller

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"tally/internal/door"
	"tally/internal/ledger"
	"tally/internal/voucher"
)

// Limits of a claim.
const (
	claimTries = 8  // times a claim is sent again with other serials
	maxLooks   = 64 // claims at once that look for free serials: the others wait
)

// What a teller says of a claim by itself.
var (
	// ErrSoldOut says that the index, caught up with the ledger, shows no free
	// serial. It is judged afresh every time.
	ErrSoldOut = errors.New("sold out: every voucher open to claims is taken")
	// ErrRush says that others took every serial that was tried, and not that there
	// are no more. The claim had no effect and may be sent again.
	ErrRush = errors.New("others took every voucher that was tried: send it again")
)

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
	free, open, err := t.freeSerials(ctx, id, from)
	if err == nil && open > 0 && len(free) == 0 {
		if err = t.catchUp(ctx); err == nil {
			free, open, err = t.freeSerials(ctx, id, from)
		}
	}
	switch {
	case errors.Is(err, ledger.ErrNotSent) || open == 0:
		return nil, err
	case err != nil: // an index that cannot answer knows of no taken serial: the ledger decides
		t.log.DebugContext(ctx, "index cannot tell free serials", slog.Any("error", err))
		return startingAt(open, from%open), nil
	case len(free) == 0:
		return t.freeOnLedger(ctx, id, open, from)
	default:
		return free, nil
	}
}

// freeSerials asks the index for free serials, and the ledger how many are open to claims,
// each time: another server may have opened more.
func (t *Teller) freeSerials(ctx context.Context, id voucher.CampaignID, from uint32) (free []uint32, open uint32, err error) {
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

// freeOnLedger looks on the ledger itself at some serials, other ones for each claim,
// when the index shows none that is free: an index that says "sold out" of a campaign
// that is not must not be believed. The error is ErrSoldOut if all are taken.
func (t *Teller) freeOnLedger(ctx context.Context, id voucher.CampaignID, open, from uint32) (free []uint32, err error) {
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

// startingAt is the next few serials on the circle.
func startingAt(open, from uint32) []uint32 {
	serials := make([]uint32, min(open, voucher.Candidates))
	for i := range serials {
		serials[i] = uint32((uint64(from) + uint64(i)) % uint64(open)) //nolint:gosec // below open
	}
	return serials
}
