package ledgertest

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/ledger"
)

// Closer is a ledger that a process opens and closes.
type Closer interface {
	ledger.Ledger
	Close() error
}

// Owned is a ledger in a directory of its own, whose clock tests move.
type Owned[L Closer] struct {
	Ledger L
	Dir    string
	T      testing.TB

	open func(o *Owned[L]) (L, error)
	mu   sync.Mutex
	now  time.Time
}

// NewOwned opens a new ledger in a new directory, until the test ends.
func NewOwned[L Closer](t testing.TB, open func(o *Owned[L]) (L, error)) *Owned[L] {
	t.Helper()
	o := &Owned[L]{T: t, Dir: t.TempDir(), open: open, now: Start()}
	o.Open()
	t.Cleanup(func() { require.NoError(t, o.Ledger.Close()) })
	return o
}

// Open opens the ledger again, after it was closed.
func (o *Owned[L]) Open() {
	o.T.Helper()
	l, err := o.open(o)
	require.NoError(o.T, err)
	o.Ledger = l
}

// Clock is the ledger's.
func (o *Owned[L]) Clock() time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.now
}

// Advance moves the clock.
func (o *Owned[L]) Advance(d time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.now = o.now.Add(d)
}

// Fixture is what the suites take.
func (o *Owned[L]) Fixture() Fixture {
	return Fixture{
		Ledger: o.Ledger, Now: o.Clock, Advance: o.Advance,
		Reopen: func() ledger.Ledger {
			require.NoError(o.T, o.Ledger.Close())
			o.Open()
			return o.Ledger
		},
		Footprint: o.footprint,
	}
}

// footprint says what was written.
func (o *Owned[L]) footprint() string {
	head, err := o.Ledger.Head(context.Background())
	require.NoError(o.T, err)
	return fmt.Sprintf("%d bytes, the head is %s", DirSize(o.Dir), head)
}

// RunClockThatJumps moves the clock two hours ahead of the last block. A ledger that is
// opened strictly does not write then, and says ahead, unless it is opened with consent.
func RunClockThatJumps[L Closer](t *testing.T, o *Owned[L], ahead error, strict func(accept bool) (L, error)) {
	t.Helper()
	w := NewWorld(t, o.Ledger, o.Clock)
	w.Found()
	require.NoError(t, o.Ledger.Close())
	o.Advance(2 * time.Hour)
	l, err := strict(false)
	require.NoError(t, err)
	w = NewWorld(t, l, o.Clock)
	_, err = l.Submit(t.Context(), w.Domain.AuthorAll(w.PutStore(5, 3, "Late")))
	require.ErrorIs(t, err, ledger.ErrNotSent)
	require.ErrorIs(t, err, ahead)
	require.NoError(t, l.Close())
	l, err = strict(true)
	require.NoError(t, err)
	w.Ledger = l
	w.Must(w.PutStore(5, 3, "Late"))
	require.NoError(t, l.Close())
	o.Open()
}
