package outbox

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"tally/internal/disk"
	"tally/internal/voucher"
)

// placeSuffix is that of the files that say how far long work is.
const placeSuffix = ".place"

func (d Dir) placePath(fingerprint voucher.Hash) string {
	return strings.TrimSuffix(d.path(fingerprint), suffix) + placeSuffix
}

// Place is how many items of the work of a fingerprint are done, 0 for work that is not
// begun. A file that cannot be used counts as none: the work begins again.
func (d Dir) Place(fingerprint voucher.Hash) int {
	text, err := disk.ReadSecret(d.placePath(fingerprint))
	if err != nil {
		return 0
	}
	line, summed, ok := disk.CutSum(text)
	n, err := strconv.Atoi(string(line))
	if err != nil || !summed || !ok || n < 0 {
		return 0
	}
	return n
}

// SetPlace keeps how many items of some work are done, so that it can go on there.
func (d Dir) SetPlace(fingerprint voucher.Hash, done int) error {
	if err := disk.MakeDirectory(string(d)); err != nil {
		return fmt.Errorf("make outbox: %w", err)
	}
	return disk.Write(d.placePath(fingerprint), disk.WithSum(strconv.AppendInt(nil, int64(done), 10)))
}

// EndPlace forgets work that is done.
func (d Dir) EndPlace(fingerprint voucher.Hash) error {
	path := d.placePath(fingerprint)
	if _, err := os.Stat(path); os.IsNotExist(err) {
		return nil
	}
	if err := os.Remove(path); err != nil {
		return fmt.Errorf("end work: %w", err)
	}
	return disk.SyncDirectory(filepath.Dir(path))
}
