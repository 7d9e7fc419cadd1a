package demo

import (
	"context"
	"fmt"
	"time"

	"tally/internal/terms"
	"tally/internal/voucher"
)

const (
	// longestExpiry is how long the demo waits for a voucher to expire at most:
	// a quarter of an hour, and what it needs before.
	longestExpiry = 16 * time.Minute
	// beforeExpiry is the time that a happy hour has at least.
	beforeExpiry = 20 * time.Second
)

// expire publishes a happy hour that ends with the quarter of an hour, has a
// voucher of it claimed, and waits for the end.
func (s *story) expire(ctx context.Context) (string, error) {
	in := s.drink.terms
	end := terms.NextQuarter(s.app.Now().Add(beforeExpiry))
	in.ClaimUntil, in.ValidUntil, in.ValidDays = voucher.Unix(end), voucher.Unix(end), 0
	hour, err := s.publishTerms(ctx, in)
	if err != nil {
		return "", err
	}
	if err := s.claimFor(ctx, "alice", hour, nil); err != nil {
		return "", err
	}
	clock, err := chain()[central-1].clock(end)
	if err != nil {
		return "", err
	}
	s.teller.say("  waiting until %s in Hong Kong", clock)
	if err := s.until(ctx, end.Add(time.Second)); err != nil {
		return "", err
	}
	late := s.freeDrink(s.people["alice"], hour.held["alice"], central, "demo-late")
	late.of = hour
	if err := s.buyInVain(ctx, late, "expired"); err != nil {
		return "", err
	}
	hour.expired++
	books, err := s.audit(ctx, hour)
	return fmt.Sprintf("a second after %s the till is refused: expired\n%s", clock, books), err
}

// until waits for an instant of the demo's clock.
func (s *story) until(ctx context.Context, at time.Time) error {
	for s.app.Now().Before(at) {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(lookEvery):
		}
	}
	return nil
}
