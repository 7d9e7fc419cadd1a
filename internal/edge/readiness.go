package edge

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// Limits of a readiness.
const (
	readyFor     = time.Second     // that an answer is given again without looking
	readyTimeout = 2 * time.Second // for all checks; what takes longer is not ready
)

// Readiness is whether requests should be sent here: never once the server
// drains, else while every check passes.
type Readiness struct {
	checks []func(context.Context) error
	log    *slog.Logger
	now    func() time.Time

	mu       sync.Mutex
	draining bool
	looked   time.Time
	failed   error
}

// NewReadiness is ready while all checks return nil.
func NewReadiness(log *slog.Logger, now func() time.Time, checks ...func(context.Context) error) *Readiness {
	return &Readiness{checks: checks, log: log, now: now}
}

// Drain says that the server will end: from here on it is not ready.
func (r *Readiness) Drain() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.draining = true
}

// Draining reports whether the server will end.
func (r *Readiness) Draining() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.draining
}

// Ready reports whether requests should be sent here.
func (r *Readiness) Ready() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.draining {
		return false
	}
	if now := r.now(); r.looked.IsZero() || now.Sub(r.looked) >= readyFor {
		ctx, cancel := context.WithTimeout(context.Background(), readyTimeout)
		defer cancel()
		r.look(ctx)
		r.looked = now
	}
	return r.failed == nil
}

// look runs the checks and logs what changed.
func (r *Readiness) look(ctx context.Context) {
	was := r.failed
	r.failed = nil
	for _, check := range r.checks {
		if r.failed = check(ctx); r.failed != nil {
			break
		}
	}
	switch {
	case r.failed != nil && was == nil:
		r.log.WarnContext(ctx, "not ready", slog.Any("error", r.failed))
	case r.failed == nil && was != nil:
		r.log.InfoContext(ctx, "ready again")
	}
}
