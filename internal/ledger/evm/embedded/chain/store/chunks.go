package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A log of pebble is blocks of 32 KiB, and a block is chunks that follow each
// other (pebble's package record):
//
//	sum (4) | size (2) | type (1) | payload                                   a MANIFEST's
//	sum (4) | size (2) | type (1) | log number (4) | synced (8) | payload     a write-ahead log's
//
// Figures are little-endian; the sum is CRC-32C, masked, of all that follows the
// size. What is left of a block that no chunk fits into is zeros. The first chunk
// that does not hold is the log's end, and pebble looks no further: a crash
// leaves such an end, and so does damage. What tells them apart is a chunk
// further on that holds: in a MANIFEST any, as each is synced; in a write-ahead
// log one that shows that the log was synced beyond the place (see syncedLog).
const (
	blockSize    = 32 << 10
	plainHeader  = 4 + 2 + 1
	syncedHeader = plainHeader + 4 + 8

	plainFull  = 1 // to 4: first, middle, last
	plainLast  = 4
	syncedFull = 9 // to 12
	syncedLast = 12
)

// Check looks through the MANIFEST and the write-ahead logs that opening a database
// reads, and returns how long the latter are, in bytes. The error is ErrDamaged
// where one is damaged before its end; it names the file and the place. Logs that
// were written in an older format say nothing of what was synced, and are passed
// over.
func Check(dir string) (logBytes int64, err error) {
	manifest, err := newestManifest(dir)
	if err != nil || manifest == "" {
		return 0, err
	}
	switch found, err := checkLog(manifest, manifestChunks); {
	case err != nil:
		return 0, err
	case found != nil:
		return 0, fmt.Errorf("%w: %s %s", ErrDamaged, manifest, found)
	}
	logs, err := neededLogs(dir)
	if err != nil {
		return 0, err
	}
	for _, path := range logs {
		if err := checkWriteAhead(path); err != nil {
			return 0, err
		}
	}
	return sizeOf(logs)
}

// checkWriteAhead looks through a write-ahead log. The error is a *LogError where it
// is damaged before its end.
func checkWriteAhead(path string) error {
	number, _ := logNumber(path)
	read := &syncedLog{number: uint32(number)} //nolint:gosec // the low half, as pebble takes it
	found, err := checkLog(path, read.chunk)
	if err != nil || found == nil {
		return err
	}
	return &LogError{path, *found}
}

// LogError says that a write-ahead log is damaged before its end. It is ErrDamaged.
type LogError struct {
	Path string
	gap
}

func (e *LogError) Error() string { return fmt.Sprintf("%v: %s %s", ErrDamaged, e.Path, e.gap) }

// Unwrap makes it ErrDamaged.
func (e *LogError) Unwrap() error { return ErrDamaged }

// gap is damage between chunks that hold.
type gap struct {
	at     int64 // the first byte of the chunk that does not hold
	behind int64 // the first byte of the chunk that shows that the log goes on
}

func (g gap) String() string {
	return fmt.Sprintf("at byte %d: the log goes on at byte %d, so this is not its end", g.at, g.behind)
}

// newestManifest is the MANIFEST that the marker's name names, or "" for none.
func newestManifest(dir string) (string, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	} else if err != nil {
		return "", fmt.Errorf("look through the database: %w", err)
	}
	var markers []string
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), "marker.manifest.") {
			markers = append(markers, e.Name())
		}
	}
	if len(markers) == 0 {
		return "", nil
	}
	newest := slices.Max(markers) // marker.manifest.000002.MANIFEST-000005
	parts := strings.SplitN(newest, ".", 4)
	if len(parts) < 4 {
		return "", fmt.Errorf("%w: %s names no MANIFEST", ErrDamaged, filepath.Join(dir, newest))
	}
	return filepath.Join(dir, parts[3]), nil
}

// probe reads the chunk that begins with b, at a place of the file. size is its
// length; zero if it does not hold. late reports that the chunk shows the log to
// go on beyond bad, the place of the first that did not hold, or -1.
type probe func(b []byte, at, bad int64) (size int, late bool)

// checkLog looks for a chunk that shows the log to go on beyond the first that
// does not hold. It returns nil where there is none.
func checkLog(path string, read probe) (*gap, error) {
	f, err := os.Open(path) //nolint:gosec // below the store's directory
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	defer f.Close() //nolint:errcheck // it was only read
	block, bad := make([]byte, blockSize), int64(-1)
	for start := int64(0); ; start += blockSize {
		n, err := f.ReadAt(block, start)
		for at := 0; at+plainHeader <= n; {
			size, late := read(block[at:n], start+int64(at), bad)
			switch {
			case late:
				return &gap{bad, start + int64(at)}, nil
			case size > 0:
				at += size
			case bad < 0 && !isZero(block[at:n]):
				bad = start + int64(at)
				at++
			case bad < 0: // the rest of a block, or of a file that was made longer than it is
				if n-at > syncedHeader {
					bad = start + int64(at)
				}
				at = n
			default:
				at++
			}
		}
		if err != nil || n < blockSize {
			return nil, nil // its end; what cannot be read, pebble says
		}
	}
}

func isZero(b []byte) bool {
	return !slices.ContainsFunc(b, func(x byte) bool { return x != 0 })
}

// manifestChunks reads a MANIFEST's chunks.
func manifestChunks(b []byte, _, bad int64) (size int, late bool) {
	size = held(b, plainHeader, plainFull, plainLast)
	return size, size > 0 && bad >= 0
}

// syncedLog reads a write-ahead log's chunks. A chunk says up to which byte the log
// was synced before the chunk was written. pebble counts too few: it leaves out the
// blocks that were full when they were written (v2.1.4, LogWriter.flushLoop). So a
// chunk shows that a place was synced in one of two ways:
//
//   - It says a byte beyond the place.
//   - It says a higher byte than a chunk before it, and that one a higher byte than
//     a third, and all three stand behind the place. Two syncs came after the third
//     chunk. The later of them began when the earlier had ended, and so it took all
//     that stands before the third chunk.
type syncedLog struct {
	number uint32
	behind bool   // a chunk behind the place was seen
	synced uint64 // what the last such chunk says
	rises  int    // how often a chunk said more than the one before it
}

// risesSynced is how many rises show that a place was synced.
const risesSynced = 2

func (l *syncedLog) chunk(b []byte, _, bad int64) (size int, late bool) {
	size = held(b, syncedHeader, syncedFull, syncedLast)
	if size == 0 || binary.LittleEndian.Uint32(b[plainHeader:]) != l.number {
		return 0, false
	}
	if bad < 0 {
		return size, false
	}
	synced := binary.LittleEndian.Uint64(b[plainHeader+4:])
	if l.behind && synced > l.synced {
		l.rises++
	}
	l.behind, l.synced = true, synced
	return size, synced > uint64(bad) || l.rises >= risesSynced
}

// held is the length of a chunk whose sum holds, or zero.
func held(b []byte, header int, first, last byte) int {
	if len(b) < header || b[6] < first || b[6] > last {
		return 0
	}
	size := header + int(binary.LittleEndian.Uint16(b[4:]))
	if size > len(b) {
		return 0
	}
	sum := crc32.Checksum(b[6:size], crc32.MakeTable(crc32.Castagnoli))
	const mask = 0xa282ead8
	if (sum>>15|sum<<17)+mask != binary.LittleEndian.Uint32(b) {
		return 0
	}
	return size
}
