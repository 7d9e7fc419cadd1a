package ledger

import (
	"context"

	"tally/internal/voucher"
)

// AwaitHead is Ledger.Wait for a driver that follows its ledger: view is the head, and
// a channel that is closed when there is another head. The error is ErrClosed where
// stopped is closed, or the context's.
func AwaitHead(
	ctx context.Context, beyond voucher.Position, stopped <-chan struct{}, view func() (voucher.Position, <-chan struct{}),
) (voucher.Position, error) {
	for {
		head, changed := view()
		if beyond.Before(head) {
			return head, nil
		}
		select {
		case <-changed:
		case <-stopped:
			return voucher.Position{}, ErrClosed
		case <-ctx.Done():
			return voucher.Position{}, ctx.Err()
		}
	}
}
