package segment

import (
	"errors"
	"os"
	"syscall"
)

// syncData puts a file's bytes on the disk, and of what is known about the file only
// what is needed to read them: its length does not change.
func syncData(f *os.File) error {
	for {
		if err := syscall.Fdatasync(int(f.Fd())); !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}
