package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"tally/internal/disk"
)

// SetAside is where a database keeps the logs that were cut, below its directory.
// Nothing reads them. Who has no use for them may remove them.
const SetAside = "set-aside"

// cut ends a database's write-ahead log before damage in it. All that was written
// before the damage stays, in its order; nothing that was written after it does.
// The damaged log is copied before it is cut, and later logs are moved. A crash in
// between leaves the damage, and the next start cuts again.
func cut(ctx context.Context, log *slog.Logger, dir string, damage *LogError) error {
	needed, err := neededLogs(dir)
	if err != nil {
		return err
	}
	number, _ := logNumber(damage.Path)
	aside := filepath.Join(dir, SetAside)
	if err := disk.MakeDirectory(aside); err != nil {
		return err
	}
	for _, path := range needed {
		if later, _ := logNumber(path); later > number {
			if err := os.Rename(path, filepath.Join(aside, filepath.Base(path))); err != nil {
				return disk.Unwritable(err)
			}
		}
	}
	whole, err := os.ReadFile(damage.Path)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	kept := filepath.Join(aside, filepath.Base(damage.Path))
	if err := disk.Write(kept, whole); err != nil {
		return err
	}
	if err := truncate(damage.Path, damage.at); err != nil {
		return err
	}
	if err := errors.Join(disk.SyncDirectory(aside), disk.SyncDirectory(dir)); err != nil {
		return err
	}
	log.WarnContext(ctx, "a damaged log of the database was cut, and the operator accepts that what stood behind the damage is lost",
		slog.String("file", damage.Path), slog.Int64("byte", damage.at), slog.Int("bytes_lost", len(whole)-int(damage.at)),
		slog.String("kept_in", aside))
	return nil
}

// truncate ends a file at a byte, for good.
func truncate(path string, at int64) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0) //nolint:gosec // below the store's directory
	if err != nil {
		return disk.Unwritable(err)
	}
	if err := errors.Join(f.Truncate(at), f.Sync(), f.Close()); err != nil {
		return disk.Unwritable(err)
	}
	return nil
}
