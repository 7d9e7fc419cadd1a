package edge

import (
	"context"
	"time"

	"tally/internal/edge/reqctx"
)

// purseWindow is the time in which FreeBytes are given back, evenly.
const purseWindow = 24 * time.Hour

// purse is what a visit's address, and the networks around it, may still have
// written to the ledger for nothing. What was written is known only afterwards, so
// who has anything left may have one command more.
type purse struct {
	free  *rates
	visit *visit
}

var _ reqctx.Purse = purse{}

// purses are the policies of FreeBytes, counted as requests are: each process by
// itself.
func (cfg Config) purses() *rates {
	if cfg.FreeBytes == 0 {
		return nil
	}
	of := func(times int64) *policy {
		q := Quota{Requests: int(cfg.FreeBytes * times), Window: purseWindow}
		return &policy{policyFree, q, NewLocal(q, cfg.Now)}
	}
	return &rates{address: of(1), site: of(siteTimes), network: of(networkTimes), limited: cfg.Metrics.Limited}
}

// MaySpend implements reqctx.Purse.
func (p purse) MaySpend(ctx context.Context) (wait time.Duration, ok bool) {
	policies, keys := p.free.counted(p.visit)
	for i, policy := range policies {
		if v := policy.limit.Look(ctx, keys[i]); !v.Allowed {
			wait = max(wait, v.Retry)
		}
	}
	if wait > 0 {
		p.free.limited(policyFree)
	}
	return wait, wait == 0
}

// Spend implements reqctx.Purse.
func (p purse) Spend(ctx context.Context, bytes int64) {
	policies, keys := p.free.counted(p.visit)
	for i, policy := range policies {
		policy.limit.Owe(ctx, keys[i], bytes)
	}
}
