package store

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
)

// neededLogs returns the paths of the write-ahead logs that pebble reads when it
// opens a database, in their order. The other logs are obsolete: all that they say
// is in tables, and pebble removes them some time later. Damage in an obsolete log
// costs nothing.
//
// Only the MANIFEST says which log is the first that is needed, and pebble keeps
// its decoder to itself. So pebble opens the database, to read, until it asks for
// the first log.
func neededLogs(dir string) ([]string, error) {
	asked := &firstLog{FS: vfs.Default}
	opts := &pebble.Options{FS: asked, ReadOnly: true, DisableConsistencyCheck: true, Logger: silent{}}
	opts.Experimental.EnableColumnarBlocks = func() bool { return false }
	db, err := pebble.Open(dir, opts)
	switch {
	case err == nil: // it needs none
		return nil, explained(dir, db.Close())
	case asked.path == "":
		return nil, explained(dir, err)
	}
	logs, err := filepath.Glob(filepath.Join(dir, "*"+logSuffix))
	if err != nil {
		return nil, fmt.Errorf("look for logs: %w", err)
	}
	first, _ := logNumber(asked.path)
	logs = slices.DeleteFunc(logs, func(path string) bool {
		number, ok := logNumber(path)
		return !ok || number < first
	})
	slices.SortFunc(logs, func(a, b string) int {
		x, _ := logNumber(a)
		y, _ := logNumber(b)
		return int(x) - int(y) //nolint:gosec // pebble counts its files from one
	})
	return logs, nil
}

// logSuffix ends the name of a write-ahead log: 000012.log.
const logSuffix = ".log"

// logNumber is the number in a log's name. ok is false where the file is not one of
// pebble's.
func logNumber(path string) (number uint64, ok bool) {
	number, err := strconv.ParseUint(strings.TrimSuffix(filepath.Base(path), logSuffix), 10, 64)
	return number, err == nil
}

// errLogAsked ends pebble's opening at the first log.
var errLogAsked = errors.New("a log is needed")

// firstLog is a file system that gives no log, and remembers the first that was
// asked for.
type firstLog struct {
	vfs.FS
	path string
}

// Open implements vfs.FS.
func (f *firstLog) Open(name string, opts ...vfs.OpenOption) (vfs.File, error) {
	if !strings.HasSuffix(name, logSuffix) {
		return f.FS.Open(name, opts...)
	}
	if f.path == "" {
		f.path = name
	}
	return nil, errLogAsked
}

// silent is a pebble.Logger for an opening that is meant to fail.
type silent struct{}

func (silent) Infof(string, ...any)  {}
func (silent) Errorf(string, ...any) {}

// Fatalf implements pebble.Logger. Nothing is written, so pebble has no cause to call it.
func (silent) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }
