// Package store is the key-value store of the embedded chain: pebble behind the
// interface that go-ethereum asks for, as go-ethereum's own, with what an
// operator needs besides.
//
//   - Open looks through the database's logs first: damage in the middle of one
//     is told from its end (see Check), which pebble takes for the same.
//   - A disk that is full or fails ends Open with disk.ErrUnwritable; pebble alone
//     waits for ever. In service it is told to Options.Fatal.
//   - Close leaves nothing in the write-ahead log: all is in tables, whose blocks
//     have sums.
//
// Writes are buffered by the operating system until SyncKeyValue.
package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"sync"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/bloom"
	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/ethereum/go-ethereum/ethdb"
)

// How much memory and how many files a store uses.
const (
	cacheBytes = 64 << 20
	tableBytes = cacheBytes / 8 // of one table in memory; there are at most
	tables     = 8              // tables in memory
	handles    = 512
	syncBytes  = 512 << 10 // of the log that are handed to the disk at once without being asked
)

// format has the log's chunks say how far the log was synced before them. A
// database of an earlier one is raised to it.
const format = pebble.FormatWALSyncChunks

// ErrDamaged says that a file of the database is damaged or missing.
var ErrDamaged = errors.New("a file of the database is damaged")

// Options says how to open a store. Dir is required.
type Options struct {
	Dir string
	// FS is the file system; the machine's if nil. Tests have it fail.
	FS vfs.FS
	// AcceptLoss is the operator's word that what stands behind damage in a
	// write-ahead log may be lost: the log is cut there. What is cut off is kept in
	// the directory SetAside.
	AcceptLoss bool
	// Fatal is told why an open store cannot go on, and must not return. Nothing
	// that was synced is lost. If nil, the store panics.
	Fatal func(error)
	Log   *slog.Logger
}

// Store is an open store: an ethdb.KeyValueStore.
type Store struct {
	db *pebble.DB

	mu     sync.RWMutex // held to read while the database is used
	closed bool
}

var _ ethdb.KeyValueStore = (*Store)(nil)

func (o Options) pebble(w *watch) *pebble.Options {
	opts := &pebble.Options{
		FS:                          watchedFS{o.FS, w},
		Cache:                       pebble.NewCache(cacheBytes),
		MaxOpenFiles:                handles,
		MemTableSize:                tableBytes,
		MemTableStopWritesThreshold: tables,
		CompactionConcurrencyRange:  func() (lower, upper int) { return 1, runtime.NumCPU() },
		TargetFileSizes:             [7]int64{16 << 20, 4 << 20, 8 << 20, 16 << 20, 32 << 20, 64 << 20, 128 << 20},
		L0CompactionThreshold:       2,
		WALBytesPerSync:             syncBytes,
		FormatMajorVersion:          format,
		Logger:                      w,
		EventListener:               &pebble.EventListener{BackgroundError: w.background, DataCorruption: w.corrupt},
	}
	for level := range len(opts.Levels) - 1 { // the last is read without
		opts.Levels[level].FilterPolicy = bloom.FilterPolicy(10)
	}
	opts.Experimental.ReadSamplingMultiplier = -1 // no compaction because of reads
	// Tables are of rows, as go-ethereum has them: in those of columns pebble's own
	// checks, which a race build has, fail at an empty key.
	opts.Experimental.EnableColumnarBlocks = func() bool { return false }
	return opts
}

// use keeps the database from being closed until done is called.
func (s *Store) use() (done func(), err error) {
	s.mu.RLock()
	if s.closed {
		s.mu.RUnlock()
		return nil, pebble.ErrClosed
	}
	return s.mu.RUnlock, nil
}

// Close writes what is in memory to tables and closes the database.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	if err := errors.Join(s.db.Flush(), s.db.Close()); err != nil {
		return fmt.Errorf("close database: %w", err)
	}
	return nil
}

// Has implements ethdb.KeyValueReader.
func (s *Store) Has(key []byte) (bool, error) {
	_, err := s.Get(key)
	if errors.Is(err, pebble.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// Get implements ethdb.KeyValueReader. The error is pebble.ErrNotFound where
// there is no such key.
func (s *Store) Get(key []byte) ([]byte, error) {
	done, err := s.use()
	if err != nil {
		return nil, err
	}
	defer done()
	value, closer, err := s.db.Get(key)
	if err != nil {
		return nil, err
	}
	owned := make([]byte, len(value))
	copy(owned, value)
	return owned, closer.Close()
}

// Put implements ethdb.KeyValueWriter.
func (s *Store) Put(key, value []byte) error {
	done, err := s.use()
	if err != nil {
		return err
	}
	defer done()
	return s.db.Set(key, value, pebble.NoSync)
}

// Delete implements ethdb.KeyValueWriter.
func (s *Store) Delete(key []byte) error {
	done, err := s.use()
	if err != nil {
		return err
	}
	defer done()
	return s.db.Delete(key, pebble.NoSync)
}

// DeleteRange implements ethdb.KeyValueRangeDeleter.
func (s *Store) DeleteRange(start, end []byte) error {
	done, err := s.use()
	if err != nil {
		return err
	}
	defer done()
	return s.db.DeleteRange(start, limit(end), pebble.NoSync)
}

// limit is the end of a range, which pebble wants named.
func limit(end []byte) []byte {
	if end == nil {
		return ethdb.MaximumKey
	}
	return end
}

// Stat implements ethdb.KeyValueStater.
func (s *Store) Stat() (string, error) {
	done, err := s.use()
	if err != nil {
		return "", err
	}
	defer done()
	return s.db.Metrics().String(), nil
}

// Compact implements ethdb.Compacter.
func (s *Store) Compact(start, end []byte) error {
	done, err := s.use()
	if err != nil {
		return err
	}
	defer done()
	return s.db.Compact(context.Background(), start, limit(end), true)
}

// SyncKeyValue implements ethdb.KeyValueSyncer: all that was written is on the
// disk when it returns.
func (s *Store) SyncKeyValue() error {
	done, err := s.use()
	if err != nil {
		return err
	}
	defer done()
	b := s.db.NewBatch()
	if err := b.LogData(nil, nil); err != nil { // is in the log only, and takes all before it along
		return err
	}
	return s.db.Apply(b, pebble.Sync)
}
