package remote

import "context"

// MaxReads is how many reads of the contract's state ask the node at once, the
// others wait: a crowd that reads must not keep those from the node who send.
const MaxReads = 32

// turn waits until fewer than MaxReads reads are under way.
func (l *Ledger) turn(ctx context.Context) (done func(), err error) {
	select {
	case l.reads <- struct{}{}:
		return func() { <-l.reads }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
