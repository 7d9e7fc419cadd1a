package segment

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"

	"golang.org/x/sync/errgroup"

	"tally/internal/disk"
	"tally/internal/ledger/journal/block"
	"tally/internal/voucher"
)

const (
	pattern   = "%08d.segment"
	spareFile = "spare"
	// SetAside is where segments are kept that AcceptLoss cut, below the directory.
	// Nothing reads them.
	SetAside = "set-aside"
)

var (
	// ErrNone says that a directory has no journal.
	ErrNone = errors.New("there is no journal")
	// ErrNotWritten says that there was no segment for a block: nothing of the block
	// was written, and it may be appended later.
	ErrNotWritten = errors.New("the block was not written")
)

// Options says how to open a journal. Dir is required.
type Options struct {
	Dir string
	// Size is how long new segments are, in bytes; Size the constant if 0.
	Size int64
	// AcceptLoss is the operator's word that what stands behind damage may be lost: the
	// journal is cut there. What is cut off is kept in the directory SetAside.
	AcceptLoss bool
}

// Journal is an open journal. One goroutine appends; any may read beside it.
type Journal struct {
	dir  string
	size int64

	mu       sync.RWMutex
	segments []*scanned // all, the last is appended to

	file   *os.File   // the last segment's
	buffer []byte     // of the frame under way
	spare  chan error // gets one value when the spare is there, or cannot be made
	torn   bool       // Open wiped what a crash left half written
	cut    *DamagedError
}

// Exists reports whether a directory has a journal, or the remains of one.
func Exists(dir string) (bool, error) {
	found, err := filepath.Glob(filepath.Join(dir, "*.segment"))
	return len(found) > 0, err
}

// Create founds a journal with block 0 in a directory that has none.
func Create(o Options, ledger voucher.Hash, founding block.Block) error {
	if err := disk.MakeDirectory(o.Dir); err != nil {
		return err
	}
	frame := appendFrame(nil, founding.Payload())
	h := header{ledger: ledger, length: o.length(len(frame))}
	path := filepath.Join(o.Dir, spareFile)
	if err := makeSpare(path, h.length); err != nil {
		return err
	}
	frame = append(frame, markOf(0, voucher.Hash{})...)
	if err := writeInto(path, append(h.encode(), frame...)); err != nil {
		return err
	}
	return publish(path, filepath.Join(o.Dir, fmt.Sprintf(pattern, 0)))
}

// length is how long a segment is that has room for a frame.
func (o Options) length(frame int) int64 {
	size := o.Size
	if size == 0 {
		size = Size
	}
	return max(size, int64(frame+leastLength))
}

// Open reads a whole journal, wipes what was never acknowledged, and is ready to
// append. The error is ErrNone, a *DamagedError or disk.ErrUnwritable.
func Open(o Options) (*Journal, error) {
	j := &Journal{dir: o.Dir, size: o.length(0), spare: make(chan error, 1)}
	err := j.load()
	for o.AcceptLoss && errors.As(err, &j.cut) {
		if err := j.cutAt(j.cut); err != nil {
			return nil, err
		}
		err = j.load()
	}
	if err != nil {
		return nil, err
	}
	if err := disk.Sweep(o.Dir); err != nil {
		return nil, err
	}
	last := j.segments[len(j.segments)-1]
	if j.file, err = os.OpenFile(last.path, os.O_RDWR, 0); err != nil {
		return nil, disk.Unwritable(err)
	}
	if err := j.settle(last); err != nil {
		return nil, errors.Join(err, j.file.Close())
	}
	if err := makeSpare(j.sparePath(), j.size); err != nil {
		return nil, errors.Join(err, j.file.Close())
	}
	j.spare <- nil
	return j, nil
}

// settle makes the last segment what everybody may be told of: a crash may have left
// a whole block that was not synced yet, without its mark, or a part of one.
func (j *Journal) settle(last *scanned) error {
	if last.torn {
		j.torn, last.torn = true, false
		if _, err := j.file.WriteAt(make([]byte, last.length-last.end), last.end); err != nil {
			return disk.Unwritable(err)
		}
	}
	if err := syncData(j.file); err != nil {
		return disk.Unwritable(err)
	}
	if last.marked {
		return nil
	}
	payload, err := last.find(last.tip.Number)
	if err != nil {
		return err
	}
	h, _, err := block.ReadHeader(payload)
	if err != nil {
		return err
	}
	if _, err := j.file.WriteAt(markOf(h.Number, h.Parent), last.end-markBytes); err != nil {
		return disk.Unwritable(err)
	}
	last.marked = true
	return nil
}

// load reads all segments, on all cores, and holds each against the one before it.
func (j *Journal) load() error {
	found, err := filepath.Glob(filepath.Join(j.dir, "*.segment"))
	if err != nil || len(found) == 0 {
		return errors.Join(fmt.Errorf("%w in %s", ErrNone, j.dir), err)
	}
	j.segments = make([]*scanned, len(found))
	broken := make([]error, len(found))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i := range found {
		group.Go(func() error {
			path := filepath.Join(j.dir, fmt.Sprintf(pattern, i))
			j.segments[i], broken[i] = scan(path, uint64(i), i == len(found)-1) //nolint:gosec // not negative
			if errors.Is(broken[i], os.ErrNotExist) {
				broken[i] = &DamagedError{path, 0, fmt.Sprintf("it is missing, and %s is there", filepath.Base(found[len(found)-1])), uint64(i)} //nolint:gosec // likewise
			}
			return nil
		})
	}
	_ = group.Wait() // each error is in its place, and the first of them counts
	for i, s := range j.segments {
		if broken[i] != nil {
			return broken[i]
		}
		if reason := j.wrongAfter(i); reason != "" {
			return &DamagedError{s.path, 0, reason, uint64(i)}
		}
	}
	return nil
}

// wrongAfter is why a segment cannot follow the one before it, or empty.
func (j *Journal) wrongAfter(i int) string {
	s, before := j.segments[i], (*scanned)(nil)
	if i > 0 {
		before = j.segments[i-1]
	}
	switch {
	case before == nil && (s.first != 0 || !s.parent.IsZero()):
		return fmt.Sprintf("the first segment begins with block %d", s.first)
	case before == nil && !s.blocks:
		return "the block that founds the ledger is not there"
	case before == nil:
		return ""
	case s.ledger != before.ledger:
		return fmt.Sprintf("it is of ledger %s, and the segment before is of %s", s.ledger, before.ledger)
	case s.first != before.next() || s.parent != before.tip.Hash:
		return fmt.Sprintf("it begins with block %d after %s, and the segment before ends with block %d, %s", s.first, s.parent, before.tip.Number, before.tip.Hash)
	default:
		if !s.blocks {
			s.tip.Time = before.tip.Time
		}
		return ""
	}
}

// Ledger is the id of the ledger whose journal it is.
func (j *Journal) Ledger() voucher.Hash { return j.segments[0].ledger }

// Torn reports whether Open wiped a block that a crash left half written.
func (j *Journal) Torn() bool { return j.torn }

// Cut is the damage at which Open cut the journal, or nil.
func (j *Journal) Cut() *DamagedError { return j.cut }

// Tip is the last block.
func (j *Journal) Tip() Tip {
	j.mu.RLock()
	defer j.mu.RUnlock()
	return j.segments[len(j.segments)-1].tip
}

// Close closes the journal. It waits for a spare that is being made.
func (j *Journal) Close() error {
	<-j.spare //nolint:errcheck // that there is none, the next Open tells
	return j.file.Close()
}

func (j *Journal) sparePath() string { return filepath.Join(j.dir, spareFile) }
