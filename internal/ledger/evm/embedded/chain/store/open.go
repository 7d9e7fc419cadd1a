package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"

	"tally/internal/disk"
)

const (
	// openLine is how often Open says that it still waits.
	openLine = 5 * time.Second
	// openWithin is how long pebble may take to open: it writes at most the log of
	// a few tables of some MiB to the disk.
	openWithin = 5 * time.Minute
	// closeWithin is how long Open waits, when it is cancelled, for a database that
	// is nearly open, so that the directory is free when Open returns.
	closeWithin = 2 * time.Second
	// probeBytes is how much room the disk must have beyond what is in the logs,
	// which opening writes again.
	probeBytes = 1 << 20
)

// Open opens the store in a directory, or makes it. The error is ErrDamaged or
// disk.ErrUnwritable where a file or the disk is to blame, or the context's. It is
// a *LogError where AcceptLoss would have the store open.
func Open(ctx context.Context, o Options) (*Store, error) {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.FS == nil {
		o.FS = vfs.Default
	}
	if err := disk.MakeDirectory(o.Dir); err != nil {
		return nil, err
	}
	logs, err := Check(o.Dir)
	var damage *LogError
	if errors.As(err, &damage) && o.AcceptLoss {
		if err := cut(ctx, o.Log, o.Dir, damage); err != nil {
			return nil, err
		}
		logs, err = Check(o.Dir)
	}
	if err != nil {
		return nil, err
	}
	if err := disk.Sweep(o.Dir); err != nil {
		return nil, err
	}
	if err := disk.Probe(o.Dir, probeBytes+logs); err != nil {
		return nil, err
	}
	w := &watch{log: o.Log, fatal: o.Fatal, opening: make(chan error, 1)}
	opened := make(chan openedDB, 1)
	go func() {
		opts := o.pebble(w)
		defer opts.Cache.Unref() // the database holds it as long as it is open
		db, err := openRaised(o.Dir, opts)
		opened <- openedDB{db, err}
	}()
	db, err := w.wait(ctx, o.Dir, opened)
	if err != nil {
		return nil, err
	}
	return &Store{db: db}, nil
}

// openRaised opens a database, and opens it again where that raised its format:
// until then its log is of the old one.
func openRaised(dir string, opts *pebble.Options) (*pebble.DB, error) {
	found, err := pebble.Peek(dir, vfs.Default)
	if err != nil {
		return nil, err
	}
	db, err := pebble.Open(dir, opts)
	if err != nil || found.Exists && found.FormatMajorVersion >= format {
		return db, err
	}
	if err := db.Close(); err != nil {
		return nil, err
	}
	return pebble.Open(dir, opts)
}

type openedDB struct {
	db  *pebble.DB
	err error
}

// watch hears what pebble reports. Until the database is open it goes to Open,
// and then to fatal.
type watch struct {
	log     *slog.Logger
	fatal   func(error)
	open    atomic.Bool
	opening chan error // the first report
}

// wait waits for pebble. A database that opens after Open gave up is closed.
func (w *watch) wait(ctx context.Context, dir string, opened chan openedDB) (*pebble.DB, error) {
	line, within := time.NewTicker(openLine), time.NewTimer(openWithin)
	defer line.Stop()
	defer within.Stop()
	start := time.Now()
	var err error
	for err == nil {
		select {
		case o := <-opened:
			w.open.Store(true)
			return o.db, explained(dir, o.err)
		case err = <-w.opening:
		case <-ctx.Done():
			err = fmt.Errorf("open database in %s: %w", dir, ctx.Err())
		case <-within.C:
			err = disk.Unwritable(fmt.Errorf("the database in %s did not open within %s", dir, openWithin))
		case <-line.C:
			w.log.WarnContext(ctx, "the database is being opened: its disk is slow or takes no writes",
				slog.String("directory", dir), slog.Duration("since", time.Since(start).Round(time.Second)))
		}
	}
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		if o := <-opened; o.db != nil {
			_ = o.db.Close() // nobody waits for it any more
		}
	}()
	if ctx.Err() != nil {
		select {
		case <-closed:
		case <-time.After(closeWithin):
		}
	}
	return nil, err
}

// explained says of an error of opening whether the disk or a file is to blame.
func explained(dir string, err error) error {
	var errno syscall.Errno
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrNotExist):
	case errors.As(err, &errno):
		return disk.Unwritable(err)
	}
	return fmt.Errorf("%w: %s: %w", ErrDamaged, dir, err)
}

// Infof implements pebble.Logger.
func (*watch) Infof(string, ...any) {}

// Errorf implements pebble.Logger.
func (w *watch) Errorf(format string, args ...any) {
	w.log.Error("database", slog.String("error", fmt.Sprintf(format, args...))) //nolint:sloglint // pebble gives no context
}

// Fatalf implements pebble.Logger: it does not return.
func (w *watch) Fatalf(format string, args ...any) {
	err := reportedError{text: fmt.Sprintf(format, args...)}
	for _, arg := range args {
		if cause, ok := arg.(error); ok {
			err.cause = cause
		}
	}
	w.end(err)
}

// reportedError is what pebble says in words, and the error among them.
type reportedError struct {
	text  string
	cause error
}

func (e reportedError) Error() string { return e.text }

func (e reportedError) Unwrap() error { return e.cause }

// background hears of a flush or a compaction that failed. The disk is trusted no
// more after its first error: a write that failed may be taken for done later.
func (w *watch) background(err error) {
	var errno syscall.Errno
	switch {
	case errors.As(err, &errno):
		w.end(err)
	case !errors.Is(err, pebble.ErrClosed):
		w.Errorf("%v", err)
	}
}

func (w *watch) corrupt(info pebble.DataCorruptionInfo) {
	w.end(fmt.Errorf("%w: %s: %w", ErrDamaged, info.Path, info.Details))
}

// end is called where pebble cannot go on, and does not return.
func (w *watch) end(err error) {
	if !errors.Is(err, ErrDamaged) {
		err = disk.Unwritable(err)
	}
	if !w.open.Load() {
		select {
		case w.opening <- err:
		default: // an earlier one is there
		}
		select {} // Open returns, and the process ends
	}
	if w.fatal != nil {
		w.fatal(err)
	}
	panic(err)
}

// watchedFS hears of a directory that cannot be synced, at which pebble panics.
type watchedFS struct {
	vfs.FS
	watch *watch
}

// OpenDir implements vfs.FS.
func (f watchedFS) OpenDir(name string) (vfs.File, error) {
	dir, err := f.FS.OpenDir(name)
	if err != nil {
		return nil, err
	}
	return watchedDirectory{dir, name, f.watch}, nil
}

type watchedDirectory struct {
	vfs.File
	name  string
	watch *watch
}

// Sync implements vfs.File.
func (d watchedDirectory) Sync() error {
	if err := d.File.Sync(); err != nil {
		d.watch.end(fmt.Errorf("sync %s: %w", d.name, err))
	}
	return nil
}

// sizeOf is how long the files are in all, in bytes.
func sizeOf(paths []string) (total int64, err error) {
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return 0, fmt.Errorf("look at %s: %w", filepath.Base(path), err)
		}
		total += info.Size()
	}
	return total, nil
}
