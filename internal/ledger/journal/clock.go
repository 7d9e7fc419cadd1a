package journal

import (
	"errors"
	"fmt"
	"time"

	"tally/internal/voucher"
)

const (
	// maxBehind is how far the clock may be behind the last block. Within it, blocks
	// repeat the last block's time.
	maxBehind = 5 * time.Second
	// maxAhead is how far the clock may be ahead of the last block without consent.
	maxAhead = time.Hour
)

var (
	// ErrClockBehind says that the clock is more than 5 s behind the last block. Time on
	// a ledger does not run backwards: wait, or mend the clock.
	ErrClockBehind = errors.New("clock is behind the last block")
	// ErrClockAhead says that the clock is more than an hour ahead of the last block. A
	// block with a wrong future time would expire vouchers and could never be taken
	// back, so an operator has to confirm the time: see Options.AcceptClockJump.
	ErrClockAhead = errors.New("clock is far ahead of the last block")
)

type clock struct {
	now        func() time.Time
	acceptJump bool
	any        bool
}

// after is the time of a block after one of a time, in Unix seconds.
func (c clock) after(parent uint64) (uint64, error) {
	now := c.now()
	ahead := now.Sub(voucher.Time(parent))
	if ahead < -maxBehind {
		return 0, fmt.Errorf("%w: by %v", ErrClockBehind, -ahead)
	}
	if ahead > maxAhead && !c.any && !c.acceptJump {
		return 0, fmt.Errorf("%w: by %v", ErrClockAhead, ahead)
	}
	return max(parent, voucher.Unix(now)), nil
}
