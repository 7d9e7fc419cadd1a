package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// sample is what a server says of itself in its metrics.
type sample struct{ goroutines, heap, resident float64 } // bytes

type samples []sample

var (
	errMetrics = errors.New("the metrics lack a figure")
	errGrows   = errors.New("the server grows")
	errShort   = errors.New("too few samples to judge")
)

// sampleOf asks a server.
func sampleOf(ctx context.Context, url string) (s sample, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return s, fmt.Errorf("metrics: %w", err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return s, fmt.Errorf("metrics: %w", err)
	}
	defer answer.Body.Close() //nolint:errcheck // it is read
	return readSample(answer.Body)
}

// readSample finds the figures in Prometheus's text.
func readSample(text io.Reader) (s sample, err error) {
	wanted := map[string]*float64{
		"go_goroutines": &s.goroutines, "go_memstats_heap_inuse_bytes": &s.heap, "process_resident_memory_bytes": &s.resident,
	}
	lines := bufio.NewScanner(text)
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), " ")
		if figure := wanted[name]; figure != nil {
			if *figure, err = strconv.ParseFloat(value, 64); err != nil {
				return s, fmt.Errorf("metrics: %w", err)
			}
			delete(wanted, name)
		}
	}
	if err := lines.Err(); err != nil {
		return s, fmt.Errorf("metrics: %w", err)
	}
	if len(wanted) > 0 {
		return s, errMetrics
	}
	return s, nil
}

// medians are the cells of a row.
func (s samples) medians() []any {
	return []any{
		spreadOf([]float64{s.median(func(s sample) float64 { return s.goroutines })}),
		mebibytes(int64(s.median(func(s sample) float64 { return s.heap }))),
		mebibytes(int64(s.median(func(s sample) float64 { return s.resident }))),
	}
}

func (s samples) median(of func(sample) float64) float64 {
	figures := make([]float64, len(s))
	for i, one := range s {
		figures[i] = of(one)
	}
	return spreadOf(figures).Median
}

// filling is how much the heap may grow within a soak all the same, in bytes: the
// teller remembers its last 65,536 orders, about 13 MiB that take two hours to
// fill at the soak's pace, and the chain's caches have their own limits.
const filling = 16 << 20

// underWay is how many goroutines may be more all the same: those of requests
// that a machine with other work to do answers more slowly. One that is left
// behind by every request, or by every hundredth, makes hundreds.
const underWay = 32

// flat fails where goroutines or heap grew by more than the given percentage from the
// middle third to the last one, and by more than underWay or filling. The first
// third does not count: caches and pools fill then. A leak goes on and shows in
// the other two, while the collector lets the heap swing to and fro between two
// collections, by up to the double. The medians of many samples keep little of
// that. Resident memory is not judged: Go gives it back when it pleases.
func (s samples) flat(percent float64) error {
	third := len(s) / 3
	if third == 0 {
		return errShort
	}
	middle, last := s[third:2*third], s[2*third:]
	var failed error
	for _, grown := range []struct {
		what  string
		of    func(sample) float64
		least float64
	}{
		{"goroutines", func(s sample) float64 { return s.goroutines }, underWay},
		{"heap in use", func(s sample) float64 { return s.heap }, filling},
	} {
		before, after := middle.median(grown.of), last.median(grown.of)
		if after > before*(1+percent/100) && after > before+grown.least {
			failed = errors.Join(failed, fmt.Errorf("%w: %s: %.0f in the middle third, %.0f in the last", errGrows, grown.what, before, after))
		}
	}
	return failed
}
