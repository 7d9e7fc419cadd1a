package ledgertest

import (
	"os"
	"runtime"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// reduceTries is how often a history that failed is played again to make it shorter.
const reduceTries = 300

// reduce leaves commands out of a history for as long as it fails: what rapid
// cannot do, for which a command depends on those before it.
func (m *machine) reduce(t *testing.T, v vector) *vector {
	t.Helper()
	shortest, failed := m.try(t, v)
	if !failed {
		return &v // it takes more than the commands: RunVectors will not show it
	}
	tries := reduceTries
	for size := shortest.commands() / 2; size >= 1; {
		shorter := false
		for from := 0; from < shortest.commands() && tries > 0; tries-- {
			if less, failed := m.try(t, shortest.without(from, from+size)); failed {
				shortest, shorter = less, true
			} else {
				from += size
			}
		}
		if !shorter || size > 1 {
			size /= 2
		}
	}
	return shortest
}

func (v *vector) commands() (n int) {
	for _, step := range v.Steps {
		n += len(step.Commands)
	}
	return n
}

// without blanks the commands of a range: those after it keep their numbers.
func (v *vector) without(from, to int) vector {
	less, n := vector{Story: v.Story}, 0
	for _, step := range v.Steps {
		step.Commands = slices.Clone(step.Commands)
		for i := range step.Commands {
			if n >= from && n < to {
				step.Commands[i] = vectorCommand{}
			}
			n++
		}
		less.Steps = append(less.Steps, step)
	}
	return less
}

// try plays a vector on a ledger of its own, and writes it down up to where it fails.
func (m *machine) try(t *testing.T, v vector) (*vector, bool) {
	t.Helper()
	tb := &trialTB{TB: t}
	var p *player
	done := make(chan struct{})
	go func() { // which FailNow ends
		defer close(done)
		p = newPlayer(tb, m.open(tb), m.opts.Records) //nolint:testifylint // tb's FailNow ends this goroutine and no test
		p.play(v)
	}()
	<-done
	tb.end()
	if p == nil {
		return &v, false
	}
	return p.run.trace.finish(v.Story), tb.failed
}

// trialTB is a testing.TB whose failure is an answer.
type trialTB struct {
	testing.TB
	failed   bool
	cleanups []func()
}

func (f *trialTB) Cleanup(c func())      { f.cleanups = append(f.cleanups, c) }
func (f *trialTB) Errorf(string, ...any) { f.failed = true }
func (f *trialTB) Error(...any)          { f.failed = true }
func (f *trialTB) Fail()                 { f.failed = true }
func (f *trialTB) Failed() bool          { return f.failed }
func (f *trialTB) Logf(string, ...any)   {}
func (f *trialTB) Log(...any)            {}
func (f *trialTB) Fatalf(string, ...any) { f.FailNow() }
func (f *trialTB) Fatal(...any)          { f.FailNow() }
func (f *trialTB) TempDir() string       { return tempDir(f) }

func (f *trialTB) FailNow() {
	f.failed = true
	runtime.Goexit()
}

// end cleans up, in the order of testing.TB.
func (f *trialTB) end() {
	for _, c := range slices.Backward(f.cleanups) {
		c()
	}
}

// tempDir lives until the clean-up of t, which is earlier than its test's.
func tempDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "tally-history-") //nolint:usetesting // this is TempDir
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
	return dir
}
