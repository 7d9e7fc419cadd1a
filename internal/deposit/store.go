package deposit

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"tally/internal/disk"
	"tally/internal/pricing"
	"tally/internal/voucher"
)

// Limits of a store.
const (
	MaxRecord       = pricing.MaxRecord // bytes of a record
	MerchantRecords = 10_000_000        // records of one merchant, erased ones included
	MerchantBytes   = 4 << 30           // bytes of one merchant's records, if Options do not say
)

// What a store answers beside a record.
var (
	ErrNone    = errors.New("no record was deposited")
	ErrErased  = errors.New("the record was erased")
	ErrDamaged = errors.New("the record is damaged")
	// ErrFull says that a merchant has as many records here, or bytes of them, as it may.
	ErrFull = errors.New("the merchant's records have no more room")
	// ErrNoRoom says that the disk is full, or has less free than is kept in reserve.
	ErrNoRoom = errors.New("the disk has no room for records")
)

// Options are how a store is opened.
type Options struct {
	Dir             string
	Reserve         int64  // bytes that stay free on the disk; 0 keeps none
	MerchantRecords uint64 // MerchantRecords if zero
	MerchantBytes   uint64 // MerchantBytes if zero
	Now             func() time.Time
}

// Store is a directory of records. Its methods may be called at once.
type Store struct {
	opts    Options
	reserve *disk.Reserve
	acts    [64]sync.Mutex // one holds all commands with some last bits: see act

	mu       sync.Mutex
	accounts map[voucher.Address]*account
}

// Open opens a directory, and makes it where it is not there. The error is
// disk.ErrUnwritable.
func Open(o Options) (*Store, error) {
	if o.MerchantRecords == 0 {
		o.MerchantRecords = MerchantRecords
	}
	if o.MerchantBytes == 0 {
		o.MerchantBytes = MerchantBytes
	}
	if err := disk.MakeDirectory(o.Dir); err != nil {
		return nil, err
	}
	return &Store{opts: o, reserve: disk.NewReserve(o.Dir, o.Reserve, o.Now), accounts: map[voucher.Address]*account{}}, nil
}

// act keeps others from a command until done.
func (s *Store) act(of Subject) (done func()) {
	mu := &s.acts[int(of.Command[len(of.Command)-1])%len(s.acts)]
	mu.Lock()
	return mu.Unlock
}

// Put keeps the record of a subject; added is false where it was there already. The error
// is that of Subject.Check, ErrErased, ErrFull or ErrNoRoom, or disk.ErrUnwritable.
func (s *Store) Put(of Subject, r Record) (added bool, err error) {
	if err := of.Check(r); err != nil {
		return false, err
	}
	defer s.act(of)()
	account, err := s.account(of.Merchant)
	if err != nil {
		return false, err
	}
	switch _, err := s.Get(of); {
	case err == nil: // the same: there is one record of a hash
		return false, nil
	case errors.Is(err, ErrDamaged): // it has its place already
		return true, s.write(of, content(r))
	case !errors.Is(err, ErrNone):
		return false, err
	}
	if err := s.reserve.Check(); err != nil {
		return false, fmt.Errorf("%w: %w", ErrNoRoom, err)
	}
	if !account.take(len(r.Text), s.opts) {
		return false, ErrFull
	}
	if err := s.write(of, content(r)); err != nil {
		account.giveBack(1, len(r.Text))
		return false, err
	}
	return true, nil
}

// Get is the record of a subject. The error is ErrNone, ErrErased or ErrDamaged, or that
// of the file system.
func (s *Store) Get(of Subject) (r Record, err error) {
	raw, err := read(s.path(of))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return r, ErrNone
	case err != nil:
		return r, fmt.Errorf("read a record: %w", err)
	case string(raw) == mark:
		return r, ErrErased
	}
	salt, text, _ := bytes.Cut(raw, []byte{'\n'})
	if n, err := hex.Decode(r.Salt[:], salt[:min(len(salt), 2*len(r.Salt))]); err != nil || n != len(r.Salt) {
		return Record{}, ErrDamaged
	}
	r.Text = string(text)
	if !of.signed(r) || !bytes.Equal(raw, content(r)) {
		return Record{}, ErrDamaged
	}
	return r, nil
}

// Has reports whether a record of a subject is here, and was not erased. It looks at the file's
// size alone, so one that a disk changed counts, too. The error is that of the file system.
func (s *Store) Has(of Subject) (bool, error) {
	if of.Details.IsZero() { // nothing was signed that could be put
		return false, nil
	}
	info, err := os.Stat(s.path(of))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look for a record: %w", err)
	}
	return info.Size() > int64(len(mark)), nil
}

// Erase removes the record of a subject, for good. It may be called again, and of a
// subject that has no record: none is taken afterwards. It takes no room on a disk that is
// nearly full. The error is disk.ErrUnwritable or ErrNoRoom.
func (s *Store) Erase(of Subject) error {
	defer s.act(of)()
	account, err := s.account(of.Merchant)
	if err != nil {
		return err
	}
	was, err := s.Get(of)
	switch {
	case errors.Is(err, ErrErased):
		return nil
	case err != nil && !errors.Is(err, ErrNone) && !errors.Is(err, ErrDamaged):
		return err
	}
	if err := s.write(of, []byte(mark)); err != nil {
		return err
	}
	if errors.Is(err, ErrNone) {
		account.mark()
	} else { // how long a damaged one was, nobody knows until the next start
		account.giveBack(0, len(was.Text))
	}
	return nil
}

// mark is the content of a file whose record was erased.
const mark = "erased\n"

// content is what the file of a record has.
func content(r Record) []byte {
	return append(append(hex.AppendEncode(nil, r.Salt[:]), '\n'), r.Text...)
}

// maxFile is the length of the longest file, in bytes.
const maxFile = 2*len(voucher.Hash{}) + 1 + MaxRecord

func (s *Store) directory(m voucher.Address) string {
	return filepath.Join(s.opts.Dir, hex.EncodeToString(m[:]))
}

func (s *Store) path(of Subject) string {
	name := hex.EncodeToString(of.Command[:])
	return filepath.Join(s.directory(of.Merchant), name[:2], name)
}

// write puts a file in place whole, and on the disk.
func (s *Store) write(of Subject, raw []byte) error {
	path := s.path(of)
	err := disk.MakeDirectory(filepath.Dir(path))
	if err == nil {
		err = disk.Write(path, raw)
	}
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fmt.Errorf("%w: %w", ErrNoRoom, err)
	}
	return err
}

// read reads a file, up to one byte more than a record's has.
func read(path string) (raw []byte, err error) {
	f, err := os.Open(path) //nolint:gosec // a file of the store: its name is in hex
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return io.ReadAll(io.LimitReader(f, int64(maxFile)+1))
}
