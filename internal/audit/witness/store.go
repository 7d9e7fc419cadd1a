package witness

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"
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
	if err := os.MkdirAll(dir, 0o700); err != nil {
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
func (s *store) write(origin string, signed []byte) error { return replace(s.path(origin), signed) }

// replace writes a file that is whole or not there, and lasts.
func replace(path string, raw []byte) error {
	if err := writeSynced(path+".new", raw); err != nil {
		return err
	}
	if err := os.Rename(path+".new", path); err != nil {
		return fmt.Errorf("witness: %w", err)
	}
	return syncDirectory(filepath.Dir(path))
}

func writeSynced(path string, raw []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600) //nolint:gosec // below the witness's directory
	if err != nil {
		return fmt.Errorf("witness: %w", err)
	}
	_, err = f.Write(raw)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("witness: %w", err)
	}
	return nil
}

// syncDirectory makes a renaming last.
func syncDirectory(dir string) error {
	d, err := os.Open(dir) //nolint:gosec // the witness's
	if err != nil {
		return fmt.Errorf("witness: %w", err)
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return fmt.Errorf("witness: %w", err)
	}
	return nil
}
