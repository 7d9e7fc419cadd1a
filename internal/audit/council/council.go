// Package council is how a log gets its checkpoints cosigned: it asks the witnesses
// of its operator's policy, and keeps what enough of them cosigned.
package council

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"tally/internal/audit/translog"
	"tally/internal/audit/witness"
)

// DefaultPace is how often a council is asked, unless it is told otherwise.
const DefaultPace = 5 * time.Second

// Council has the witnesses of a policy cosign a log as it grows. The log shows
// the last checkpoint that enough of them cosigned, and what is younger is
// proven by the log's own key alone until the next round.
type Council struct {
	log   *translog.Log
	asker *witness.Asker
	pace  time.Duration
	tell  *slog.Logger

	cosigned, failed atomic.Int64
}

// New makes a council. It asks nobody before Run.
func New(log *translog.Log, asker *witness.Asker, pace time.Duration, tell *slog.Logger) *Council {
	return &Council{log: log, asker: asker, pace: pace, tell: tell}
}

// Run asks until ctx ends, whatever fails in between.
func (c *Council) Run(ctx context.Context) {
	failing := false
	for ctx.Err() == nil {
		err := c.round(ctx)
		switch {
		case err != nil && ctx.Err() == nil:
			c.failed.Add(1)
			if !failing { // once, not every few seconds
				c.tell.WarnContext(ctx, "the log is not cosigned", slog.Any("error", err))
			}
			failing = true
		case err == nil && failing:
			c.tell.InfoContext(ctx, "the log is cosigned again", slog.Int64("leaves", c.Cosigned()))
			failing = false
		}
		select {
		case <-time.After(c.pace):
		case <-ctx.Done():
		}
	}
}

// round asks for what the log has beyond what was cosigned.
func (c *Council) round(ctx context.Context) error {
	signed, tree, err := c.log.Last()
	if err != nil || tree.N <= c.Cosigned() {
		return err
	}
	cosigned, err := c.asker.Cosign(ctx, signed, tree)
	if err != nil {
		return err
	}
	c.cosigned.Store(tree.N)
	return c.log.Keep(cosigned, tree)
}

// Cosigned is how many leaves the witnesses have cosigned.
func (c *Council) Cosigned() int64 { return c.cosigned.Load() }

// Failed is how many rounds ended without enough cosignatures.
func (c *Council) Failed() int64 { return c.failed.Load() }
