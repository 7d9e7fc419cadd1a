package main

import (
	"errors"
	"fmt"
	"time"

	"tally/internal/audit/translog"
	"tally/internal/index"
)

// streamPatience is how long the ledger's entries may be unreadable before a
// server that once had them all is not ready. What is over sooner, such as a
// node that is started again, takes no server out of a load balancer.
const streamPatience = 15 * time.Second

// indexPatience is how long requests wait for the index where no other server could
// answer them: an index of some ten thousand vouchers is whole by then, and lists are
// answered from the first request on.
const indexPatience = time.Second

var (
	errCatchingUp = errors.New("the index is catching up with the ledger")
	errStream     = errors.New("the ledger's entries cannot be read")
)

// streams are the server's readers of the ledger's entries.
type streams struct {
	index    func() index.Stats
	log      func() translog.Failure
	caughtUp func() bool // the index had everything once
	alone    bool        // the ledger is this process's own: no other server can be sent the requests
	began    time.Time   // when the index began
	now      func() time.Time
}

// ready is nil unless the server should be sent no requests because of its
// readers. An error never makes a server ready. An index that is out of reach
// keeps nobody waiting, since the ledger answers in its place. Where no other server
// could answer instead, an index that is made again at a start keeps nobody waiting for
// longer than indexPatience. Entries of the ledger that cannot be read do: what was accepted is then in no
// list, no book and no receipt.
func (s streams) ready() error {
	x := s.index()
	if err := s.broken(x.StreamFrom, x.LastError); err != nil {
		return err
	}
	if failed := s.log(); failed.Err != nil {
		if err := s.broken(failed.Since, failed.Err.Error()); err != nil {
			return err
		}
	}
	if s.caughtUp() || x.IndexLost || s.alone && s.now().Sub(s.began) >= indexPatience {
		return nil
	}
	return errCatchingUp
}

// lists reports whether lists and figures are answered, which only the index has.
func (s streams) lists() bool { return s.caughtUp() && !s.index().IndexLost }

// broken is an error once a reader has failed for too long: at once where the
// server never had everything.
func (s streams) broken(since time.Time, reason string) error {
	if since.IsZero() || s.caughtUp() && s.now().Sub(since) < streamPatience {
		return nil
	}
	return fmt.Errorf("%w since %s: %s", errStream, since.UTC().Format(time.RFC3339), reason)
}
