package httpapi

import (
	"context"
	"time"

	"github.com/gin-gonic/gin"

	"tally/internal/api"
	"tally/internal/edge/reqctx"
	"tally/internal/voucher"
)

// Commands that cost their author nothing and are accepted have a budget a day, of
// the address that sends them and of the networks around it: claims without a
// ticket, transfers, and cancels. Anybody makes a key for them, so nothing else
// bounds what they write.

// freeBytes is what a free command that is accepted counts for, beside its own
// bytes. The embedded chain keeps 4,504 bytes of a cancel in a block of its own, the
// most of the three (make bench-free, 2026-11-30); a request has some 600.
const freeBytes = 4 << 10

// affords returns an error where the client may not have another free command.
func affords(c *gin.Context) error {
	wait, ok := reqctx.MaySpend(c.Request.Context())
	if ok {
		return nil
	}
	p := api.FaultRateLimited.Because("It had no effect. The day's bytes of commands that cost nothing are used up: wait as long as Retry-After says.")
	p.Wait = max(wait, time.Second)
	return p
}

// judgeFree is judgeOwners for a command that costs its author nothing.
func (s *Server) judgeFree(
	c *gin.Context, command voucher.Command, owner voucher.Address, refs []voucher.Ref, judge func(context.Context) (voucher.Outcome, error),
) (voucher.Outcome, error) {
	if err := affords(c); err != nil {
		return voucher.Outcome{}, err
	}
	return s.judgeOwners(c, command, owner, refs, func(ctx context.Context) (voucher.Outcome, error) {
		out, err := judge(ctx)
		spend(c, out, err)
		return out, err
	})
}

// spend counts a free command that was accepted.
func spend(c *gin.Context, out voucher.Outcome, err error) {
	if err == nil && out.Status == voucher.StatusAccepted {
		reqctx.Spend(c.Request.Context(), freeBytes+max(c.Request.ContentLength, 0))
	}
}
