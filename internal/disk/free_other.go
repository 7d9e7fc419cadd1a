//go:build !linux && !darwin

package disk

import (
	"errors"
	"fmt"
)

// Free is how many bytes a program may still write to the file system of a
// directory. On this system it is not known: the error is errors.ErrUnsupported.
func Free(dir string) (int64, error) {
	return 0, fmt.Errorf("free space of %s: %w", dir, errors.ErrUnsupported)
}
