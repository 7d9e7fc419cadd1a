package ledgertest

import (
	"context"
	"flag"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tally/internal/intent"
	"tally/internal/voucher"
)

// LongForm is the environment variable that asks for the long form of the
// machine: LongCommands instead of MachineOptions.Commands.
const LongForm = "TALLY_LONG"

// LongCommands is how many commands the long form drives.
const LongCommands = 500_000

// MachineOptions says how far RunMachine goes.
type MachineOptions struct {
	// Commands is how many commands are driven at least, in histories of some
	// hundreds, each on a new ledger.
	Commands int
	// Vectors is the folder that a failing history is written to, for RunVectors.
	Vectors string
	// Records, if any, makes what compares a record that ledger.Reader does not
	// show with the model's; value is nil where the model has no such record. The
	// keys are those of voucher.State.
	Records func(Fixture) func(key string, value []byte) error
}

const (
	historySteps = 90 // of one history, on average
	batchMost    = 10 // commands of one step
	compareEvery = 40 // steps between two comparisons of the state
)

// RunMachine drives a ledger beside the model, which is voucher.Apply over a
// map that is told the ledger's time, and wants the same of both: for each
// command the same events or the same refusal, first outcomes for what is sent
// again, now and then the same state, and in the end a history that replays to
// the model's state and whose books are balanced.
//
// The commands are drawn by rapid, which shrinks a history that fails to the
// steps it needs. It is then printed and written to MachineOptions.Vectors. The
// seed is another one each time; a failure prints it, and
//
//	go test ./internal/ledger/memory -run TestMachine_DecidesAsTheRules -rapid.seed=N
//
// runs the same history first. A written vector needs no seed: RunVectors plays
// it again, also after the generators have changed.
func RunMachine(t *testing.T, open func(t testing.TB) Fixture, opts MachineOptions) {
	t.Helper()
	switch {
	case os.Getenv(LongForm) != "":
		opts.Commands = LongCommands
	case testing.Short():
		opts.Commands /= 10
	}
	m := &machine{open: open, opts: opts, cast: newCast(), seen: table{}}
	setFlag(t, "rapid.steps", fmt.Sprint(historySteps))
	setFlag(t, "rapid.checks", fmt.Sprint(10+opts.Commands/(2*historySteps))) // those too many do nothing
	setFlag(t, "rapid.nofailfile", "true")                                    // the vector is what remains
	setFlag(t, "rapid.shrinktime", "10s")                                     // reduce does the rest
	defer m.report(t)
	rapid.Check(t, func(rt *rapid.T) { m.history(t, rt) })
	m.judgeCoverage(t)
}

// machine is one run over many histories.
type machine struct {
	open   func(testing.TB) Fixture
	opts   MachineOptions
	cast   *cast
	seen   table
	done   int     // commands so far
	failed *vector // the latest history that failed, which after shrinking is the shortest
}

// setFlag sets a flag of rapid, which has no other way in, for one test. What
// the command line says stands.
func setFlag(t *testing.T, name, value string) {
	t.Helper()
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == name })
	f := flag.Lookup(name)
	require.NotNil(t, f, name)
	if given {
		return
	}
	old := f.Value.String()
	require.NoError(t, f.Value.Set(value))
	t.Cleanup(func() { require.NoError(t, f.Value.Set(old)) })
}

// history drives one ledger from its founding to its audit.
func (m *machine) history(t *testing.T, rt *rapid.T) {
	t.Helper()
	if m.done >= m.opts.Commands && m.failed == nil {
		return
	}
	tb := &historyTB{TB: t, rt: rt}
	r := newRun(tb, m.cast, m.open(tb))
	r.records = m.opts.Records
	defer func() {
		if rt.Failed() {
			m.failed = r.trace.finish(t.Name())
		}
	}()
	salt := rapid.Uint64().Draw(rt, "salt")
	steps := 0
	rt.Repeat(map[string]func(*rapid.T){"step": func(rt *rapid.T) {
		clock := rapid.Uint64().Draw(rt, "clock")
		seeds := rapid.SliceOfN(rapid.Uint64(), 1, batchMost).Draw(rt, "commands")
		r.advance(r.gen.forward(clock, salt))
		r.submit(r.gen.batch(seeds, salt))
		if steps++; steps%compareEvery == 0 {
			r.compareNamed()
		}
	}})
	r.finish()
	m.done += r.judged
	m.seen.add(r.seen)
}

// historyTB is a testing.TB whose failures are rapid's and whose clean-up comes
// at the end of a history, not of the test.
type historyTB struct {
	testing.TB
	rt *rapid.T
}

func (h *historyTB) Cleanup(f func())             { h.rt.Cleanup(f) }
func (h *historyTB) Errorf(f string, args ...any) { h.rt.Errorf(f, args...) }
func (h *historyTB) Error(args ...any)            { h.rt.Error(args...) }
func (h *historyTB) Fatalf(f string, args ...any) { h.rt.Fatalf(f, args...) }
func (h *historyTB) Fatal(args ...any)            { h.rt.Fatal(args...) }
func (h *historyTB) FailNow()                     { h.rt.FailNow() }
func (h *historyTB) Fail()                        { h.rt.Fail() }
func (h *historyTB) Failed() bool                 { return h.rt.Failed() }
func (h *historyTB) Logf(f string, args ...any)   { h.rt.Logf(f, args...) }
func (h *historyTB) Log(args ...any)              { h.rt.Log(args...) }

// TempDir lives as long as its history.
func (h *historyTB) TempDir() string { return tempDir(h) }

// run is one ledger and the model beside it.
type run struct {
	t       testing.TB
	ctx     context.Context //nolint:containedctx // of the test, which the run is a part of
	fixture Fixture
	domain  *intent.Domain
	gen     *Generator
	state   State
	first   map[voucher.Hash]voucher.Outcome // of every accepted command, as the ledger told it
	order   []voucher.Hash                   // the same commands in the ledger's order
	named   names
	records func(Fixture) func(string, []byte) error
	trace   *trace
	seen    table
	judged  int
}

func newRun(t testing.TB, c *cast, f Fixture) *run {
	t.Helper()
	state := State{}
	require.NoError(t, voucher.Found(state, Operators(), 1))
	domain := intent.NewDomain(f.Ledger.ID())
	return &run{
		t: t, ctx: t.Context(), fixture: f, domain: domain, state: state,
		gen: newGenerator(c, domain, state), first: map[voucher.Hash]voucher.Outcome{},
		named: newNames(), trace: newTrace(c, domain), seen: table{},
	}
}

// now is the ledger's clock.
func (r *run) now() uint64 { return voucher.Unix(r.fixture.Now()) }

func (r *run) advance(seconds uint64) {
	if seconds > 0 {
		r.fixture.Advance(time.Duration(seconds) * time.Second)
	}
	r.gen.now = r.now()
	r.trace.at(r.gen.now)
}
