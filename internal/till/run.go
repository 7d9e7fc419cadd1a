package till

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"
)

// Run settles what is open in the background, until ctx ends, and returns when
// every try is over.
func (a *Agent) Run(ctx context.Context) {
	var tries sync.WaitGroup
	defer tries.Wait()
	if a.opts.Deposit {
		tries.Go(func() { a.deposits(ctx) })
	}
	free := make(chan struct{}, workers)
	look, prune := time.NewTicker(sweepEvery), time.NewTicker(pruneEvery)
	defer look.Stop()
	defer prune.Stop()
	a.prune(ctx)
	for {
		a.sweep(ctx, free, &tries)
		select {
		case <-ctx.Done():
			return
		case <-prune.C:
			a.prune(ctx)
		case <-look.C:
		}
	}
}

// sweep starts a try for every sale that is due, as far as there are workers.
func (a *Agent) sweep(ctx context.Context, free chan struct{}, tries *sync.WaitGroup) {
	for _, s := range a.unsettled() {
		select {
		case free <- struct{}{}:
		default:
			return
		}
		if !s.mu.TryLock() { // somebody is at it
			<-free
			continue
		}
		if time.Now().Before(s.due) {
			s.mu.Unlock()
			<-free
			continue
		}
		tries.Go(func() {
			defer func() { s.mu.Unlock(); <-free }()
			a.try(ctx, s)
		})
	}
}

// pause is how long to wait after a number of tries, at most the longest, a quarter more or less, so that
// many tills do not come back all at once.
func (a *Agent) pause(tries int, longest time.Duration) time.Duration {
	pause := a.opts.FirstPause
	for range tries - 1 {
		if pause *= 2; pause >= longest {
			pause = longest
			break
		}
	}
	return pause - pause/4 + rand.N(pause/2+1) //nolint:gosec // it only spreads load
}

func (a *Agent) prune(ctx context.Context) {
	var before time.Time // nothing is as old
	if a.opts.Keep > 0 {
		before = a.opts.Now().Add(-a.opts.Keep)
	}
	a.mu.Lock() // nobody looks for a sale that is going
	defer a.mu.Unlock()
	if err := a.opts.Journal.prune(before, MaxSettled); err != nil {
		a.opts.Log.ErrorContext(ctx, "journal failed", slog.Any("error", err))
	}
}
