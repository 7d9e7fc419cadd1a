package journal

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"syscall"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/bloom"
	"github.com/cockroachdb/pebble/v2/sstable"
	"github.com/cockroachdb/pebble/v2/vfs"
	"golang.org/x/sync/errgroup"

	"tally/internal/disk"
)

const (
	cacheBytes = 64 << 20
	// tableBytes is how much is in memory before it is written to a table: what a kill
	// takes, and the next start judges again, at some 30 µs a command.
	tableBytes = 4 << 20
	tables     = 4 // in memory at most; then a commit waits
)

// ErrState says that the rules' state beside the journal is damaged. Open makes it anew.
var ErrState = errors.New("the rules' state is damaged")

// openStore opens a store without a write-ahead log: the journal is one. What it has
// after a crash is what it had after one of its commits, because tables are written in
// the order of the commits. end is told of a disk that fails, and of damage.
func openStore(ctx context.Context, dir string, log *slog.Logger, end func(error)) (*pebble.DB, error) {
	if err := disk.MakeDirectory(dir); err != nil {
		return nil, err
	}
	if err := disk.Sweep(dir); err != nil {
		return nil, err
	}
	if err := disk.Probe(dir, tableBytes); err != nil {
		return nil, err
	}
	if err := checkTables(ctx, dir); err != nil {
		return nil, err
	}
	o := &pebble.Options{
		FS: vfs.Default, Cache: pebble.NewCache(cacheBytes), DisableWAL: true, FormatMajorVersion: pebble.FormatNewest,
		MemTableSize: tableBytes, MemTableStopWritesThreshold: tables,
		CompactionConcurrencyRange: func() (lower, upper int) { return 1, runtime.NumCPU() },
		Logger:                     pebbleLog{log, end},
		EventListener: &pebble.EventListener{
			BackgroundError: func(err error) { ended(err, end) },
			DataCorruption:  func(i pebble.DataCorruptionInfo) { end(fmt.Errorf("%w: %s: %w", ErrState, i.Path, i.Details)) },
		},
	}
	defer o.Cache.Unref()                  // the database holds it as long as it is open
	for level := range len(o.Levels) - 1 { // the last is read without
		o.Levels[level].FilterPolicy = bloom.FilterPolicy(10)
	}
	db, err := pebble.Open(dir, o)
	if err != nil {
		if errno := syscall.Errno(0); errors.As(err, &errno) && !errors.Is(err, os.ErrNotExist) {
			return nil, disk.Unwritable(err)
		}
		return nil, fmt.Errorf("%w: %s: %w", ErrState, dir, err)
	}
	return db, nil
}

// ended hears of a table that could not be written.
func ended(err error, end func(error)) {
	if errno := syscall.Errno(0); errors.As(err, &errno) {
		end(disk.Unwritable(err))
	}
}

// pebbleLog passes on what pebble reports.
type pebbleLog struct {
	log *slog.Logger
	end func(error)
}

// Infof implements pebble.Logger.
func (pebbleLog) Infof(string, ...any) {}

// Errorf implements pebble.Logger.
func (p pebbleLog) Errorf(format string, args ...any) {
	p.log.Error("the rules' state", slog.String("error", fmt.Sprintf(format, args...))) //nolint:sloglint // pebble gives no context
}

// Fatalf implements pebble.Logger: it does not return.
func (p pebbleLog) Fatalf(format string, args ...any) {
	err := fmt.Errorf("%w: %s", disk.ErrUnwritable, fmt.Sprintf(format, args...))
	p.end(err)
	panic(err)
}

// checkTables holds each block of the store's tables against its sum: in service, one
// that is damaged would be found where it is read.
func checkTables(ctx context.Context, dir string) error {
	paths, err := filepath.Glob(filepath.Join(dir, "*.sst"))
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for _, path := range paths {
		group.Go(func() error {
			if err := checkTable(ctx, path); err != nil {
				return fmt.Errorf("%w: %s: %w", ErrState, path, err)
			}
			return nil
		})
	}
	return group.Wait()
}

func checkTable(ctx context.Context, path string) error {
	file, err := vfs.Default.Open(path)
	if err != nil {
		return err
	}
	readable, err := sstable.NewSimpleReadable(file)
	if err != nil {
		return errors.Join(err, file.Close())
	}
	reader, err := sstable.NewReader(ctx, readable, sstable.ReaderOptions{})
	if err != nil {
		return errors.Join(err, readable.Close())
	}
	return errors.Join(reader.ValidateBlockChecksums(), reader.Close())
}
