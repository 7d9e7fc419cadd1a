package chain

import (
	"errors"
	"fmt"
	"time"
)

const (
	// maxBehind is how far the clock may be behind the last block before
	// sealing stops. Within it, blocks repeat the last block's time.
	maxBehind = 5 * time.Second
	// defaultMaxAhead is what Options.MaxAhead means by zero.
	defaultMaxAhead = time.Hour
)

// ErrClockBehind says that the clock is more than 5 s behind the last block.
// Time on a ledger does not run backwards, so there is nothing to do but wait
// or mend the clock.
var ErrClockBehind = errors.New("clock is behind the last block")

// ErrClockAhead says that the clock is further ahead of the last block than
// Options.MaxAhead. A block with a wrong future time would expire vouchers and
// could never be taken back, so an operator has to confirm the time: see
// Options.AcceptClockJump.
var ErrClockAhead = errors.New("clock is far ahead of the last block")

// blockTime returns the time of the block to be sealed now, in Unix seconds.
func (c *Chain) blockTime(parent uint64) (uint64, error) {
	now := c.now()
	ahead := now.Sub(time.Unix(int64(parent), 0)) //nolint:gosec // a block's time
	if ahead < -maxBehind {
		return 0, fmt.Errorf("%w: by %v", ErrClockBehind, -ahead)
	}
	if ahead > c.maxAhead && c.maxAhead >= 0 && !c.acceptJump {
		return 0, fmt.Errorf("%w: by %v", ErrClockAhead, ahead)
	}
	return max(parent, uint64(max(now.Unix(), 0))), nil
}
