package voucher

import "time"

// Instants are whole seconds since 1970-01-01, UTC, as ledgers keep them. No clock
// of a ledger is before 1970 or after 2^63 seconds, so the two conversions lose
// nothing but the fraction of a second.

// Unix is the instant of a time.
func Unix(t time.Time) uint64 { return uint64(t.Unix()) } //nolint:gosec // after 1970

// Time is the time of an instant, in UTC.
func Time(instant uint64) time.Time { return time.Unix(int64(instant), 0).UTC() } //nolint:gosec // below 2^63
