package witness

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"

	"tally/internal/audit/checkpoints"
	"tally/internal/disk"
)

// The files of a witness's directory.
const (
	KeyFile  = "witness.key"
	lockFile = "lock"
	suffix   = ".checkpoint" // after the hash of a log's origin: the last one cosigned
	begun    = ".begun"      // likewise: there is one cosigned, so the other file must be there
)

// ErrInUse says that another process has the witness's directory.
var ErrInUse = errors.New("the witness's directory is in use")

// OriginHash names a log in paths, as C2SP tlog-witness has it: the SHA-256 of
// its origin in lowercase hex.
func OriginHash(origin string) string {
	sum := sha256.Sum256([]byte(origin))
	return hex.EncodeToString(sum[:])
}

// store keeps the last checkpoint that was cosigned of each log, each in a file
// that is whole or the one before.
type store struct {
	dir  string
	lock *flock.Flock
}

func openStore(dir string) (*store, error) {
	if err := disk.MakeDirectory(dir); err != nil {
		return nil, fmt.Errorf("witness: %w", err)
	}
	s := &store{dir, flock.New(filepath.Join(dir, lockFile))}
	if locked, err := s.lock.TryLock(); err != nil || !locked {
		return nil, errors.Join(fmt.Errorf("%w: %s", ErrInUse, dir), err)
	}
	if err := errors.Join(disk.Sweep(dir), disk.Probe(dir, checkpoints.MaxLength)); err != nil {
		return nil, errors.Join(fmt.Errorf("witness: %w", err), s.lock.Unlock())
	}
	return s, nil
}

func (s *store) close() error { return s.lock.Unlock() }

func (s *store) path(origin string) string { return filepath.Join(s.dir, OriginHash(origin)+suffix) }

// read is the last checkpoint cosigned, or nothing. The error is ErrState where
// there was one.
func (s *store) read(origin string) ([]byte, error) {
	raw, err := disk.Read(s.path(origin))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, s.neverBegan(origin)
	case errors.Is(err, disk.ErrTooLong):
		return nil, fmt.Errorf("%w: %w", ErrState, err)
	case err != nil:
		return nil, fmt.Errorf("witness: %w", err)
	}
	return raw, s.begin(origin)
}

// write replaces it, for good: after a power cut it is this one.
func (s *store) write(origin string, signed []byte) error {
	if err := disk.Write(s.path(origin), signed); err != nil {
		return fmt.Errorf("witness: %w", err)
	}
	return s.begin(origin)
}

// begin notes, for good, that a log was cosigned. The note is written after the
// first checkpoint and before anybody sees its cosignature, so a checkpoint that is
// missing beside the note was lost.
func (s *store) begin(origin string) error {
	path := s.beginning(origin)
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	if err := disk.Create(path, []byte(origin+"\n")); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("witness: %w", err)
	}
	return nil
}

func (s *store) beginning(origin string) string {
	return filepath.Join(s.dir, OriginHash(origin)+begun)
}

// neverBegan is ErrState where a log was cosigned.
func (s *store) neverBegan(origin string) error {
	switch _, err := os.Stat(s.beginning(origin)); {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("witness: %w", err)
	}
	return fmt.Errorf("%w: %s is missing, and %s says that there was one", ErrState, s.path(origin), s.beginning(origin))
}

// cosigned reports whether a directory has anything that a witness cosigned.
func cosigned(dir string) (bool, error) {
	for _, ending := range []string{suffix, begun} {
		names, err := filepath.Glob(filepath.Join(dir, "*"+ending))
		if err != nil {
			return false, fmt.Errorf("witness: %w", err)
		}
		if len(names) > 0 {
			return true, nil
		}
	}
	return false, nil
}
