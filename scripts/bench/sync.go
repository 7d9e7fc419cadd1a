package main

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// What a disk sync is measured with.
const (
	syncs     = 200     // of each kind
	syncBytes = 2 << 10 // about what a block of one redemption writes
)

// syncTimes says what fdatasync takes on the disk of a directory: at a file's end,
// which grows, and over bytes that were written before. Rates of few clients
// follow it, so a ratio means little without it.
func syncTimes(dir string) (string, error) {
	file, err := os.OpenFile(filepath.Join(dir, "fdatasync"), os.O_CREATE|os.O_RDWR|os.O_EXCL, 0o600)
	if err != nil {
		return "", fmt.Errorf("measure the disk: %w", err)
	}
	defer os.Remove(file.Name()) //nolint:errcheck // the directory is removed in the end
	defer file.Close()           //nolint:errcheck // what it holds is of no use
	growing, err := syncSpread(file)
	if err != nil {
		return "", err
	}
	again, err := syncSpread(file)
	return fmt.Sprintf("fdatasync of %d bytes before it, µs: %s at a file's end, %s over what was written before; median of %d", syncBytes, growing, again, syncs), err
}

// syncSpread writes from the file's start on, and is the spread of the syncs in µs.
func syncSpread(file *os.File) (Spread, error) {
	block, took := make([]byte, syncBytes), make([]float64, syncs)
	for i := range took {
		if _, err := file.WriteAt(block, int64(i*syncBytes)); err != nil {
			return Spread{}, fmt.Errorf("measure the disk: %w", err)
		}
		began := time.Now()
		if err := syscall.Fdatasync(int(file.Fd())); err != nil {
			return Spread{}, fmt.Errorf("measure the disk: fdatasync: %w", err)
		}
		took[i] = float64(time.Since(began).Nanoseconds()) / 1000
	}
	return spreadOf(took), nil
}
