package witness

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"

	"tally/internal/disk"
)

// The files of a witness's directory.
const (
	KeyFile  = "witness.key"
	lockFile = "lock"
	suffix   = ".checkpoint" // after the hash of a log's origin: the last one cosigned
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
	return s, nil
}

func (s *store) close() error { return s.lock.Unlock() }

func (s *store) path(origin string) string { return filepath.Join(s.dir, OriginHash(origin)+suffix) }

// read is the last checkpoint cosigned, or nothing.
func (s *store) read(origin string) ([]byte, error) {
	raw, err := os.ReadFile(s.path(origin))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, fmt.Errorf("witness: %w", err)
	}
	return raw, nil
}

// write replaces it, for good: after a power cut it is this one.
func (s *store) write(origin string, signed []byte) error {
	if err := disk.Write(s.path(origin), signed); err != nil {
		return fmt.Errorf("witness: %w", err)
	}
	return nil
}
