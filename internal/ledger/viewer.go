package ledger

import (
	"context"

	"tally/internal/voucher"
)

// Viewer is a ledger that reads much of its state in few round trips.
type Viewer interface {
	// View has read read what it needs, by the readers of package voucher. It calls
	// read again while read has asked for something that was not fetched yet, at
	// most MaxRounds times: a value that is not there yet looks as if it was not
	// there at all. What read asks for in one call is of one moment. It returns
	// the error of read's last call.
	View(ctx context.Context, read func(voucher.State) error) error
}

// MaxRounds is how often a view's read is called: once more than the longest
// chain of keys that follow from one another's values.
const MaxRounds = 8
