// Package load has clients make requests as fast as they are answered, and
// counts what they were told, and after how long.
package load

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Told is what a client was told.
type Told int

// What a client may be told.
const (
	Accepted Told = iota
	Refused
	Unknown // the outcome is not known, or there was no answer
	kinds
)

// Series is how long Count answers of one kind took.
type Series struct {
	Count         int
	P50, P99, Max time.Duration
}

// Result is what came of a load.
type Result struct {
	Elapsed time.Duration
	Told    [kinds]Series
}

// PerSecond is the rate of the requests that were told so.
func (r Result) PerSecond(told Told) float64 {
	return float64(r.Told[told].Count) / r.Elapsed.Seconds()
}

// ErrAnswer says that an answer was none that a load may have.
var ErrAnswer = errors.New("an answer that was not expected")

// Run has the clients make n requests together. A client sends its next request as
// soon as its last one was answered. The clock starts when all clients stand ready. The
// first error of a request ends it.
func Run(ctx context.Context, clients, n int, request func(ctx context.Context, i int) (Told, error)) (Result, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	took, told := make([]time.Duration, n), make([]Told, n)
	var ready, all sync.WaitGroup
	start := make(chan struct{})
	var next atomic.Int64
	ready.Add(clients)
	for range clients {
		all.Go(func() {
			ready.Done()
			<-start
			for i := int(next.Add(1)) - 1; i < n && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				asked := time.Now()
				var err error
				told[i], err = request(ctx, i)
				took[i] = time.Since(asked)
				if err != nil {
					cancel(fmt.Errorf("request %d: %w", i, err))
				}
			}
		})
	}
	ready.Wait()
	began := time.Now()
	close(start)
	all.Wait()
	result := Result{Elapsed: time.Since(began)}
	for kind := range result.Told {
		result.Told[kind] = seriesOf(took, told, Told(kind))
	}
	return result, context.Cause(ctx)
}

func seriesOf(took []time.Duration, told []Told, kind Told) Series {
	var of []time.Duration
	for i, t := range told {
		if t == kind {
			of = append(of, took[i])
		}
	}
	if len(of) == 0 {
		return Series{}
	}
	slices.Sort(of)
	return Series{Count: len(of), P50: of[len(of)/2], P99: of[len(of)*99/100], Max: of[len(of)-1]}
}
