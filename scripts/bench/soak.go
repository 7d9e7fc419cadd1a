package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"tally/scripts/bench/shop"
	"tally/scripts/bench/stage"
)

// Soak is the command that has one server serve for long, and fails where it grows.
type Soak struct {
	Programs

	Ledger string        `help:"Kind of the ledger: evm, journal." enum:"evm,journal" default:"evm"`
	For    time.Duration `help:"How long." default:"30m" least:"6s" most:"168h"`
	Rate   int           `help:"Customers that come in a second; each sends four requests or five." default:"20" least:"1" most:"10000"`
	Growth float64       `help:"By how much, in percent, goroutines and heap may be more in the last third than in the middle one." default:"20" least:"0" most:"1000"`
	Report string        `help:"File for the figures, in JSON." type:"path"`
}

// Limits of a soak.
const (
	minSoak = 6 * time.Second // for each third to have samples
	maxSoak = 24 * time.Hour
	maxRate = 10_000

	atTheTills = 32               // customers at once: when the server is slower than they come, some do not
	sampleEach = 10 * time.Second // or thirty times in all, if that is more often
	rowEach    = time.Minute      // or six in all
	leastTimes = 30
	leastRows  = 6
)

var errSoak = fmt.Errorf("--for is from %s to %s, --rate from 1 to %d, --growth more than 0", minSoak, maxSoak, maxRate)

// Validate implements kong's hook.
func (s *Soak) Validate() error {
	if s.For < minSoak || s.For > maxSoak || s.Rate < 1 || s.Rate > maxRate || s.Growth <= 0 {
		return errSoak
	}
	return nil
}

// Run soaks, prints a row for each minute, and judges.
func (s *Soak) Run(ctx context.Context, out Output) (err error) {
	b := &bench{progress: out.Progress}
	if b.Stage, err = stage.New(s.Dir, s.Tallyd, s.Others); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.Stage.Close()) }()
	report, began := Report{Machine: machine()}, time.Now()
	report.Began = began.UTC().Format(time.RFC3339)
	server, door, err := b.opens(ctx, s.Ledger)
	if err != nil {
		return err
	}
	t, samples, err := s.soak(ctx, b, server, door)
	report.Took = time.Since(began).Round(time.Second).String()
	report.Tables = append(report.Tables, t)
	report.print(out.Tables) // what was seen before something failed stays good
	return errors.Join(err, report.write(s.Report), door.wrong(), samples.flat(s.Growth))
}

// opens starts a server that customers come to. Its index is on Redis: in memory
// it has all vouchers, and grows with them as it must. What is left to grow then
// is what should not.
func (b *bench) opens(ctx context.Context, kind string) (*stage.Server, *door, error) {
	data, err := b.Dir("tallyd")
	if err != nil {
		return nil, nil, err
	}
	l, err := shop.Open(ctx, kind, data)
	if err != nil {
		return nil, nil, err
	}
	const supply = 10_000_000
	seeded, err := shop.Seed(ctx, l, supply, 0, func(int) {})
	if err := errors.Join(err, l.Close()); err != nil {
		return nil, nil, err
	}
	redis, _, err := b.Redis(ctx)
	if err != nil {
		return nil, nil, err
	}
	server, err := b.Tallyd(ctx, data, "--ledger", kind, "--index", "redis", "--redis", redis)
	if err != nil {
		return nil, nil, err
	}
	return server, newDoor(seeded, server.URL), nil
}

// soak lets customers in for as long as it takes, and looks at the server meanwhile.
func (s *Soak) soak(ctx context.Context, b *bench, server *stage.Server, d *door) (Table, samples, error) {
	ctx, cancel := context.WithTimeout(ctx, s.For)
	defer cancel()
	var all sync.WaitGroup
	customers := make(chan int)
	for range atTheTills {
		all.Go(func() {
			for i := range customers {
				d.visit(context.WithoutCancel(ctx), i)
			}
		})
	}
	all.Go(func() { s.letIn(ctx, customers) })
	t, samples, err := s.watch(ctx, b, server, d)
	cancel()
	all.Wait()
	return t, samples, err
}

// letIn has customers come at the rate, until ctx ends.
func (s *Soak) letIn(ctx context.Context, customers chan<- int) {
	defer close(customers)
	ticker := time.NewTicker(time.Second / time.Duration(s.Rate))
	defer ticker.Stop()
	for i := 0; ; i++ {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		select {
		case <-ctx.Done():
			return
		case customers <- i:
		}
	}
}

// watch samples the server and makes the rows, until ctx ends: by its deadline,
// or with an error.
func (s *Soak) watch(ctx context.Context, b *bench, server *stage.Server, d *door) (t Table, all samples, err error) {
	t = Table{
		Name: "soak",
		Notes: []string{
			fmt.Sprintf("%d customers a second for %s at one tallyd, index on Redis; goroutines, heap in use and resident memory of tallyd: medians", s.Rate, s.For),
		},
		Columns: []string{"until", "requests/s", "accepted", "refused", "unknown", "p50 ms", "p99 ms", "goroutines", "heap MiB", "resident MiB"},
	}
	sample, row := time.NewTicker(min(sampleEach, s.For/leastTimes)), time.NewTicker(min(rowEach, s.For/leastRows))
	defer sample.Stop()
	defer row.Stop()
	began, last, fresh := time.Now(), time.Now(), samples(nil)
	write := func(now time.Time) {
		t.Rows = append(t.Rows, append(append([]any{now.Sub(began).Round(time.Second).String()}, d.since(now.Sub(last))...), fresh.medians()...))
		b.say("%v", t.Rows[len(t.Rows)-1])
		last, fresh = now, nil
	}
	for {
		select {
		case <-ctx.Done():
			if len(fresh) > 0 {
				write(time.Now())
			}
			if errors.Is(ctx.Err(), context.DeadlineExceeded) {
				return t, all, nil
			}
			return t, all, ctx.Err()
		case now := <-row.C:
			if len(fresh) > 0 {
				write(now)
			}
		case <-sample.C:
			one, err := sampleOf(ctx, server.Metrics)
			switch {
			case err == nil:
				all, fresh = append(all, one), append(fresh, one)
			case ctx.Err() == nil:
				return t, all, err
			}
		}
	}
}
