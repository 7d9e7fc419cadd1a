package disk

import (
	"cmp"
	"os"
)

// probeBlock is how much of a probe is written at once, in bytes.
const probeBlock = 1 << 20

// Probe writes the given number of bytes to a new file in a directory, syncs the
// file and removes it.
// The error is ErrUnwritable: a program that starts on a disk that is full or
// fails learns it here, and not in the middle of its work.
func Probe(dir string, size int64) (err error) {
	f, err := os.CreateTemp(dir, unfinished+"probe-*")
	if err != nil {
		return Unwritable(err)
	}
	defer func() {
		if removed := os.Remove(f.Name()); err == nil && removed != nil {
			err = Unwritable(removed)
		}
	}()
	block := make([]byte, probeBlock)
	for left := size; left > 0 && err == nil; left -= probeBlock {
		_, err = f.Write(block[:min(left, probeBlock)])
	}
	return unwritable(cmp.Or(err, f.Sync(), f.Close()))
}
