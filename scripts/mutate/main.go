// Command mutate damages a package in one small way after another and runs its
// tests against each: a mutant that the tests let live shows a line that could
// be wrong without anybody noticing.
//
//	go run ./scripts/mutate -least 90 ./internal/voucher -rapid.seed=1
//
// What follows the package are flags of its tests. With a seed of their own
// random tests try the same with every mutant, and the result is always the same.
//
// It prints the survivors and fails when fewer than the least percentage of the
// mutants was found. No list excuses any: some change nothing that can be seen,
// as the bounds of a loop that ends early anyway, and the percentage is below a
// hundred for their sake.
//
// It is the project's own because the tools there are (gremlins 0.6.0) take
// their places from the coverage profile, which knows no case of a switch and
// no constant, where most of the rules are; count a mutant that does not compile
// as found; and build the tests anew for each mutant.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// memory that one run of the tests may take: a mutant may ask for all there is.
const memory = 8 << 30

type options struct {
	least   float64
	workers int
	files   string
	verbose bool
}

func main() {
	var o options
	flag.Float64Var(&o.least, "least", 90, "percentage of the mutants that must be found")
	flag.IntVar(&o.workers, "workers", 2, "test runs at a time")
	flag.StringVar(&o.files, "files", "", "comma-separated base names; empty is every file")
	flag.BoolVar(&o.verbose, "v", false, "print every mutant")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if flag.NArg() == 0 {
		flag.Usage()
		os.Exit(2)
	}
	if err := run(ctx, o, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		stop()
		os.Exit(1) // stop was called
	}
}

func run(ctx context.Context, o options, args []string) error {
	scratch, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(scratch) }()
	s, err := load(ctx, args[0], scratch, args[1:])
	if err != nil {
		return err
	}
	numbers := s.chosen(o.files)
	binary, err := s.schema(ctx)
	if err != nil {
		return err
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_AS, &syscall.Rlimit{Cur: memory, Max: memory}); err != nil {
		return err
	}
	started := time.Now()
	if v, out, err := s.test(ctx, binary, 0, time.Hour); err != nil || v != lived {
		return fmt.Errorf("the tests fail without a mutant: %w\n%s", err, out)
	}
	limit := 10*time.Second + 20*time.Since(started)
	verdicts, err := s.judge(ctx, o, binary, numbers, limit)
	if err != nil {
		return err
	}
	return s.report(o, numbers, verdicts)
}

// chosen are the numbers of the mutants to try, from 1.
func (s *subject) chosen(files string) (numbers []int) {
	for i, m := range s.mutants {
		if files == "" || slices.Contains(strings.Split(files, ","), m.file) {
			numbers = append(numbers, i+1)
		}
	}
	return numbers
}

// judge tries the mutants, some at a time. One that does not build has no verdict.
func (s *subject) judge(ctx context.Context, o options, binary string, numbers []int, limit time.Duration) (map[int]verdict, error) {
	verdicts, errs := map[int]verdict{}, []error{}
	var lock sync.Mutex
	var group sync.WaitGroup
	jobs := make(chan int)
	for range o.workers {
		group.Go(func() {
			for number := range jobs {
				v, err := s.try(ctx, binary, number, limit)
				lock.Lock()
				verdicts[number], errs = v, append(errs, err)
				s.show(o, number, v)
				lock.Unlock()
			}
		})
	}
	for _, number := range numbers {
		if ctx.Err() != nil {
			break
		}
		jobs <- number
	}
	close(jobs)
	group.Wait()
	return verdicts, errors.Join(append(errs, ctx.Err())...)
}

// show prints a verdict as it comes, for a reader who asked for that.
func (s *subject) show(o options, number int, v verdict) {
	if m := s.mutants[number-1]; o.verbose {
		fmt.Printf("%-9s %s:%d: %s\n", v, m.file, m.line, m.name())
	}
}

func (s *subject) try(ctx context.Context, binary string, number int, limit time.Duration) (verdict, error) {
	if m := s.mutants[number-1]; m.fixed {
		own, err := s.fixed(ctx, m)
		if err != nil {
			return "", nil // a constant that does not compile is found by everybody
		}
		defer func() { _ = os.Remove(own) }()
		binary = own
	}
	v, _, err := s.test(ctx, binary, number, limit)
	return v, err
}

// report prints the survivors and the sums, and fails where too few were found.
func (s *subject) report(o options, numbers []int, verdicts map[int]verdict) error {
	counts := map[verdict]int{}
	for _, number := range numbers {
		v := verdicts[number]
		counts[v]++
		if m := s.mutants[number-1]; v == lived {
			fmt.Printf("lived: %s/%s:%d: %s: %s => %s\n", s.dir, m.file, m.line, m.function, m.from, m.to)
		}
	}
	found := counts[killed] + counts[timedOut]
	efficacy := 100 * float64(found) / float64(max(1, found+counts[lived]))
	fmt.Printf("mutants: %d killed, %d timed out, %d lived, %d did not build; efficacy %.1f %%\n",
		counts[killed], counts[timedOut], counts[lived], counts[""], efficacy)
	if efficacy < o.least {
		return fmt.Errorf("efficacy %.1f %% is below %.1f %%", efficacy, o.least)
	}
	return nil
}
