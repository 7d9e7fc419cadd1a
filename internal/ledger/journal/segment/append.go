package segment

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"

	"tally/internal/disk"
	"tally/internal/ledger/journal/block"
)

// zeros is how much is written ahead at once, in bytes.
const zeros = 1 << 20

// Append puts a block that follows the last one on the disk, for good. The error is
// ErrNotWritten where nothing of it was written. After any other error nobody knows
// what the disk has: the journal must be closed and opened again.
func (j *Journal) Append(b block.Block) error {
	j.buffer = appendFrame(j.buffer[:0], b.Payload())
	last := j.segments[len(j.segments)-1]
	if last.end+int64(len(j.buffer)+markBytes) > last.length {
		next, err := j.roll(last)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrNotWritten, err)
		}
		last = next
	}
	if _, err := j.file.WriteAt(j.buffer, last.end); err != nil {
		return disk.Unwritable(err)
	}
	if err := syncData(j.file); err != nil {
		return disk.Unwritable(err)
	}
	h := b.Header
	if _, err := j.file.WriteAt(markOf(h.Number, h.Parent), last.end+int64(len(j.buffer))); err != nil {
		return disk.Unwritable(err)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	last.add(h.Number, last.end, Tip{h.Number, h.Hash(), h.Time})
	last.end += int64(len(j.buffer) + markBytes)
	return nil
}

// roll goes on in a new segment that has room for the frame under way. Where it fails,
// nothing has changed that the next try does not write over.
func (j *Journal) roll(last *scanned) (*scanned, error) {
	h := header{
		ledger: last.ledger, sequence: last.sequence + 1, first: last.next(), parent: last.tip.Hash,
		length: Options{Size: j.size}.length(len(j.buffer)),
	}
	file, err := j.begin(h, <-j.spare)
	if err != nil {
		j.spare <- err
		return nil, err
	}
	go func() { j.spare <- makeSpare(j.sparePath(), j.size) }()
	next := &scanned{header: h, path: file.Name(), end: HeaderBytes, marked: true, tip: last.tip}
	j.mu.Lock()
	j.segments = append(j.segments, next)
	j.mu.Unlock()
	j.file, file = file, j.file
	return next, file.Close()
}

// begin makes the spare a segment. noSpare is why there is none, or nil.
func (j *Journal) begin(h header, noSpare error) (*os.File, error) {
	if noSpare != nil || h.length != j.size {
		if err := makeSpare(j.sparePath(), h.length); err != nil {
			return nil, err
		}
	}
	path := filepath.Join(j.dir, fmt.Sprintf(pattern, h.sequence))
	if err := writeInto(j.sparePath(), h.encode()); err != nil {
		return nil, err
	}
	if err := publish(j.sparePath(), path); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(path, os.O_RDWR, 0) //nolint:gosec // in the journal's directory
	if err != nil {
		return nil, disk.Unwritable(err)
	}
	return file, nil
}

// makeSpare writes a file of zeros, in place of one that is there, and syncs it: its
// bytes have their places on the disk then.
func makeSpare(path string, length int64) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600) //nolint:gosec // in the journal's directory
	if err != nil {
		return disk.Unwritable(err)
	}
	chunk := make([]byte, min(zeros, length))
	for left := length; left > 0 && err == nil; left -= int64(len(chunk)) {
		_, err = f.Write(chunk[:min(left, int64(len(chunk)))])
	}
	return unwritable(cmp.Or(err, f.Sync(), f.Close()))
}

// writeInto writes the beginning of a file that is there, and syncs it.
func writeInto(path string, content []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0) //nolint:gosec // in the journal's directory
	if err != nil {
		return disk.Unwritable(err)
	}
	_, err = f.WriteAt(content, 0)
	return unwritable(cmp.Or(err, f.Sync(), f.Close()))
}

// publish gives a file the name of a segment, for good.
func publish(from, to string) error {
	if err := os.Rename(from, to); err != nil {
		return disk.Unwritable(err)
	}
	return disk.SyncDirectory(filepath.Dir(to))
}

func unwritable(err error) error {
	if err == nil {
		return nil
	}
	return disk.Unwritable(err)
}
