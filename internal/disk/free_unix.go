//go:build linux || darwin

package disk

import (
	"fmt"
	"syscall"
)

// Free is how many bytes a program may still write to the file system of a
// directory. The error is the system's.
func Free(dir string) (int64, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, fmt.Errorf("free space of %s: %w", dir, err)
	}
	return int64(s.Bavail) * int64(s.Bsize), nil //nolint:gosec,unconvert // below 2^63; the types are each system's own
}
