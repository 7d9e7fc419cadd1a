package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"tally/internal/deposit"
	"tally/internal/disk"
)

// surveyed is how many files of records check-config looks at: a few seconds.
const surveyed = 100_000

// checkRecords checks the directory of records of orders: whether they can be read and written, and
// how near to its limits the merchant is that has most.
func (c *CheckConfig) checkRecords() []check {
	s := &c.Settings
	switch {
	case s.chosen().kind().own == "":
		return nil
	case s.RecordBytes == 0:
		return []check{passed(recordsDir, "no records of orders are kept: --record-bytes is 0")}
	}
	dir := filepath.Join(s.Data, recordsDir)
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return []check{passed(recordsDir, "records of orders will be kept in %s, up to %d bytes of each merchant", dir, s.RecordBytes)}
	}
	if room := writable(dir, ""); !room.OK {
		return []check{failed(recordsDir, "no record of an order could be kept: %s", room.Detail)}
	}
	use, err := deposit.Survey(dir, surveyed)
	if err != nil {
		return []check{failed(recordsDir, "%v", err)}
	}
	return []check{s.checkUse(dir, use)}
}

// checkUse says how much the merchants' records take, and warns where one has taken nine tenths of what it
// may, and where the disk takes no more of them.
func (s *Serve) checkUse(dir string, use deposit.Use) check {
	least := ""
	if use.Part {
		least = "at least "
	}
	free, err := disk.Free(dir)
	switch reserve := 2 * s.Own.DiskReserve; {
	case use.MostBytes > s.RecordBytes/10*9:
		return warned(recordsDir, "a merchant has %s%d bytes of records; beyond --record-bytes (%d) none is taken: raise it, or have old ones erased", least, use.MostBytes, s.RecordBytes)
	case use.MostRecords > deposit.MerchantRecords/10*9:
		return warned(recordsDir, "a merchant has %s%d records; beyond %d none is taken", least, use.MostRecords, deposit.MerchantRecords)
	case err == nil && free < reserve:
		return warned(recordsDir, "%d bytes are free in %s; below %d, twice --disk-reserve, no record is taken", free, dir, reserve)
	default:
		return passed(recordsDir, "%s%d records of %d merchants, %d bytes, in %s", least, use.Records, use.Merchants, use.Bytes, dir)
	}
}
