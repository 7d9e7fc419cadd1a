package till

import "time"

// Limits of an agent.
const (
	MaxReference = 128       // characters of a reference
	MaxDetails   = 64 << 10  // bytes of an order's details, or of an order record that the POS sends
	MaxBody      = 256 << 10 // bytes of a request's body: a cart, and details whose bytes are all escaped
	MaxOpen      = 1_000     // sales that are not settled
	MaxSettled   = 100_000   // settled sales that are kept; beyond that the oldest go
	MaxRequests  = 64        // requests under way
	MaxRecord    = 768 << 10 // bytes of a sale in the journal: twice an order record, whose quotation marks are escaped, and more

	// PriceTimeout is how long a cart may take to be priced. It comes before the first
	// try.
	PriceTimeout = 10 * time.Second

	// AttemptTimeout is how long one try may take, and so a request of the POS: a
	// little longer than the server says that an outcome is unknown.
	AttemptTimeout = 25 * time.Second
	// FirstPause and LongestPause are between two tries to settle a sale; each
	// pause is twice the one before.
	FirstPause   = 250 * time.Millisecond
	LongestPause = 30 * time.Second

	// LongestDeposit is between two tries to deposit records; the first pauses are as those of
	// a sale. DepositFor is how long a record is tried: then the journal alone has it.
	LongestDeposit = 10 * time.Minute
	DepositFor     = 30 * 24 * time.Hour

	workers     = 4                      // tries in the background at once
	sweepEvery  = 100 * time.Millisecond // between two looks for what is due
	pruneEvery  = time.Hour
	healthTime  = 2 * time.Second // for the server to show that it is there
	tokenLife   = 600             // seconds a read token is good
	cancelLife  = 12 * 3600       // seconds: a clock may be wrong by hours
	clockMargin = 60              // seconds beyond a deadline until it has surely passed
)
