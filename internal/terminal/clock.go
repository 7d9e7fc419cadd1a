package terminal

import (
	"tally/internal/voucher"
	"tally/internal/zone"
)

// Clock writes an instant as clocks show it in a zone: see zone.Clock.
func Clock(t uint64, table []voucher.Offset) string { return zone.Clock(t, table) }
