package ledger

import "context"

// Prober is a ledger that knows whether a write would succeed now, because it
// tries on a slow beat of its own, without writing.
type Prober interface {
	// Writable is nil while a write would be taken, as of the last try. It answers
	// at once and contacts nobody. The error is ErrUnavailable, with a reason for
	// the operator.
	Writable(ctx context.Context) error
}
