package till

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/gofrs/flock"

	"tally/internal/disk"
	"tally/internal/exact"
	"tally/internal/voucher"
)

// What can be wrong with a journal.
var (
	// ErrInUse says that another agent has the journal open.
	ErrInUse = errors.New("journal in use")
	// ErrOtherTill says that the journal belongs to another till, store, merchant or ledger.
	ErrOtherTill = errors.New("journal of another till")
	// ErrDamaged says that the file of a sale is none that an agent wrote.
	ErrDamaged = errors.New("journal damaged")
	// ErrIdentity says that the file which names the journal's till is damaged. The file
	// has no sale: once it is removed, the agent of the till writes it again.
	ErrIdentity = errors.New("the file that says whose journal this is is damaged")
)

// Identity names the till whose journal it is.
type Identity struct {
	Ledger   voucher.Hash    `json:"ledger"`
	Merchant voucher.Address `json:"merchant"`
	Store    uint32          `json:"store"`
	Till     voucher.Address `json:"till"`
}

// Journal is a directory of sales. An open Journal is the only one of its
// directory.
type Journal struct {
	dir      string
	lock     *flock.Flock
	identity *Identity
}

const (
	openDir      = "open"
	settledDir   = "settled"
	owedDir      = "owed"
	identityFile = "till.json"
	suffix       = ".json"
	lockMode     = 0o600
)

// OpenJournal opens a directory, and makes it where it is not there. The error
// is ErrInUse where another agent has it, and disk.ErrUnwritable where the disk is
// full.
func OpenJournal(dir string) (*Journal, error) {
	for _, d := range []string{openDir, settledDir, owedDir} {
		if err := disk.MakeDirectory(filepath.Join(dir, d)); err != nil {
			return nil, fmt.Errorf("make journal: %w", err)
		}
	}
	lock := flock.New(filepath.Join(dir, "lock"), flock.SetPermissions(lockMode))
	got, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("lock journal: %w", err)
	}
	if !got {
		return nil, fmt.Errorf("%w: %s", ErrInUse, dir)
	}
	j := &Journal{dir: dir, lock: lock}
	if err := errors.Join(j.sweep(), j.readIdentity(), disk.Probe(dir, MaxRecord)); err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	return j, nil
}

// Close lets others open the journal.
func (j *Journal) Close() error { return j.lock.Close() }

// Identity is whose journal it is. ok is false for a new one.
func (j *Journal) Identity() (id Identity, ok bool) {
	if j.identity == nil {
		return Identity{}, false
	}
	return *j.identity, true
}

// Own makes a new journal somebody's. The error is ErrOtherTill where it is
// somebody else's already.
func (j *Journal) Own(id Identity) error {
	if j.identity != nil {
		if *j.identity != id {
			return fmt.Errorf("%w: it is of till %s of store %d of merchant %s on ledger %s",
				ErrOtherTill, j.identity.Till, j.identity.Store, j.identity.Merchant, j.identity.Ledger)
		}
		return nil
	}
	text, err := json.Marshal(id)
	if err != nil {
		return fmt.Errorf("encode identity: %w", err)
	}
	if err := disk.Write(filepath.Join(j.dir, identityFile), disk.WithSum(text)); err != nil {
		return fmt.Errorf("write journal: %w", err)
	}
	j.identity = &id
	return nil
}

func (j *Journal) readIdentity() error {
	path := filepath.Join(j.dir, identityFile)
	text, err := read(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil && !errors.Is(err, errRecord) {
		return err
	}
	text, _, ok := disk.CutSum(text)
	var id Identity
	if err != nil || !ok || exact.JSON(text, &id) != nil || id == (Identity{}) {
		return fmt.Errorf("%w: %s", ErrIdentity, path)
	}
	j.identity = &id
	return nil
}

// sweep removes what a crash left half written.
func (j *Journal) sweep() error {
	for _, d := range []string{"", openDir, settledDir, owedDir} {
		if err := disk.Sweep(filepath.Join(j.dir, d)); err != nil {
			return fmt.Errorf("sweep journal: %w", err)
		}
	}
	return nil
}

// path is where a sale is. A reference is hashed, so that no reference can be a
// path of its own.
func (j *Journal) path(of, reference string) string {
	name := sha256.Sum256([]byte(reference))
	return filepath.Join(j.dir, of, hex.EncodeToString(name[:])+suffix)
}

// write puts an open sale on the disk.
func (j *Journal) write(r record) error { return j.put(openDir, r) }

// settle puts a final sale on the disk, and removes it from the open ones with
// its code. After a crash in between it is both, and settled.
func (j *Journal) settle(r record) error {
	if err := j.put(settledDir, r); err != nil {
		return err
	}
	if err := os.Remove(j.path(openDir, r.Reference)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("close sale: %w", err)
	}
	return nil
}

func (j *Journal) put(of string, r record) error {
	text, err := encodeRecord(r)
	if err != nil {
		return fmt.Errorf("encode sale: %w", err)
	}
	if err := disk.Write(j.path(of, r.Reference), text); err != nil {
		return fmt.Errorf("write journal: %w", err)
	}
	return nil
}

// owe notes that the record of a sale is to be deposited.
func (j *Journal) owe(o owed) error {
	text, err := json.Marshal(o)
	if err != nil {
		return fmt.Errorf("encode note: %w", err)
	}
	if err := disk.Write(j.path(owedDir, o.Reference), disk.WithSum(text)); err != nil {
		return fmt.Errorf("write journal: %w", err)
	}
	return nil
}

// paid removes the note of owe.
func (j *Journal) paid(reference string) error {
	if err := os.Remove(j.path(owedDir, reference)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("write journal: %w", err)
	}
	return nil
}

// owed lists what is to be deposited, the oldest first, and the notes that cannot be read: whose
// record is owed, their names alone do not tell.
func (j *Journal) owed() (list []owed, damaged []string, err error) {
	entries, err := os.ReadDir(filepath.Join(j.dir, owedDir))
	if err != nil {
		return nil, nil, fmt.Errorf("read journal: %w", err)
	}
	for _, e := range entries {
		path := filepath.Join(j.dir, owedDir, e.Name())
		raw, err := read(path)
		if err != nil && !errors.Is(err, errRecord) {
			return nil, nil, err
		}
		var o owed
		text, summed, ok := disk.CutSum(raw)
		if err != nil || !summed || !ok || exact.JSON(text, &o) != nil || path != j.path(owedDir, o.Reference) {
			damaged = append(damaged, path)
			continue
		}
		list = append(list, o)
	}
	slices.SortFunc(list, func(a, b owed) int { return cmp.Compare(a.Since, b.Since) })
	return list, damaged, nil
}

// settled reads a settled sale. ok is false where there is none.
func (j *Journal) settled(reference string) (r record, ok bool, err error) {
	r, err = readRecord(j.path(settledDir, reference))
	if errors.Is(err, fs.ErrNotExist) {
		return record{}, false, nil
	}
	if errors.Is(err, ErrDamaged) {
		err = fmt.Errorf("%w: if it is removed, the same order sent again gets its answer from the ledger", err)
	}
	if err == nil && (r.Reference != reference || !r.Final) {
		err = fmt.Errorf("%w: %s: it is the file of another sale", ErrDamaged, j.path(settledDir, reference))
	}
	return r, err == nil, err
}

// open reads all open sales. One that cannot be read is an error: a sale must
// not be forgotten.
func (j *Journal) open() (list []record, err error) {
	entries, err := os.ReadDir(filepath.Join(j.dir, openDir))
	if err != nil {
		return nil, fmt.Errorf("read journal: %w", err)
	}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), suffix) {
			continue
		}
		path := filepath.Join(j.dir, openDir, e.Name())
		r, err := readRecord(path)
		if err != nil {
			return nil, err
		}
		if path != j.path(openDir, r.Reference) || r.Final {
			return nil, fmt.Errorf("%w: %s: it is the file of another sale", ErrDamaged, path)
		}
		if _, done, err := j.settled(r.Reference); err != nil {
			return nil, err
		} else if done {
			if err := os.Remove(path); err != nil {
				return nil, fmt.Errorf("close sale: %w", err)
			}
			continue
		}
		list = append(list, r)
	}
	return list, nil
}

// prune forgets the sales that were settled before an instant, and the oldest
// where there are more than most.
func (j *Journal) prune(before time.Time, most int) error {
	dir := filepath.Join(j.dir, settledDir)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("prune journal: %w", err)
	}
	var files []fs.FileInfo
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			return fmt.Errorf("prune journal: %w", err)
		}
		files = append(files, info)
	}
	slices.SortFunc(files, func(a, b fs.FileInfo) int { return a.ModTime().Compare(b.ModTime()) })
	for i, f := range files {
		if len(files)-i <= most && !f.ModTime().Before(before) {
			break
		}
		if err := os.Remove(filepath.Join(dir, f.Name())); err != nil {
			return fmt.Errorf("prune journal: %w", err)
		}
	}
	return nil
}

func readRecord(path string) (record, error) {
	text, err := read(path)
	if err != nil && !errors.Is(err, errRecord) {
		return record{}, err
	}
	var r record
	if err == nil {
		r, err = decodeRecord(text)
	}
	if err != nil {
		return r, fmt.Errorf("%w: %s: %w", ErrDamaged, path, err)
	}
	return r, nil
}

func read(path string) ([]byte, error) {
	f, err := os.Open(path) //nolint:gosec // the journal's own
	if err != nil {
		return nil, fmt.Errorf("read journal: %w", err)
	}
	text, err := io.ReadAll(io.LimitReader(f, MaxRecord+1))
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("read journal: %w", err)
	}
	if len(text) > MaxRecord {
		return nil, fmt.Errorf("%w: it is longer than %d bytes", errRecord, MaxRecord)
	}
	return text, nil
}
