package zone

import (
	"fmt"
	"time"

	"tally/internal/voucher"
)

// Minutes is the offset from UTC at an instant, in minutes, as ledgers read a
// campaign's table: its first entry holds for all time before it, too. None is UTC.
func Minutes(table []voucher.Offset, at uint64) (minutes int16) {
	for i, o := range table {
		if i == 0 || o.From <= at {
			minutes = o.Minutes
		}
	}
	return minutes
}

// Minutes is the offset of a time zone from UTC at an instant, in minutes. The errors
// are ErrNoZone and ErrOffset.
func (d Database) Minutes(zone string, at uint64) (int16, error) {
	location, err := d.Location(zone)
	if err != nil {
		return 0, err
	}
	minutes, err := offset(voucher.Time(at).In(location))
	if err != nil {
		return 0, fmt.Errorf("%s at %s: %w", zone, voucher.Time(at).Format(time.RFC3339), err)
	}
	return minutes, nil
}
