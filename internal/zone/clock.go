package zone

import (
	"time"

	"tally/internal/voucher"
)

// Clock writes an instant as clocks show it in a zone, with the offset from UTC: by the
// zone's table, or in UTC where there is none.
func Clock(t uint64, table []voucher.Offset) string {
	minutes := 0
	for i, o := range table {
		if i == 0 || o.From <= t {
			minutes = int(o.Minutes)
		}
	}
	return voucher.Time(t).In(time.FixedZone("", minutes*60)).Format(time.RFC3339)
}
