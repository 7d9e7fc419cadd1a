package journal

import (
	"context"
	"crypto/ecdsa"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/ethereum/go-ethereum/crypto"
	"github.com/gofrs/flock"

	"tally/internal/disk"
	"tally/internal/ledger/journal/block"
	"tally/internal/ledger/journal/segment"
	"tally/internal/ledger/sealer"
	"tally/internal/voucher"
)

const (
	// lockFile is in the journal's directory.
	lockFile = "lock"
)

var (
	// ErrNoOperators says that a new ledger needs its first operators named.
	ErrNoOperators = errors.New("a new ledger needs its first operators")
	// ErrOperators says that the first operators, or how many of them must agree, cannot be.
	ErrOperators = errors.New("not the first operators of a ledger")
	// ErrLostJournal says that a directory is an older ledger's, and its journal is gone.
	ErrLostJournal = errors.New("the ledger's journal is gone")
	// ErrInUse says that another process has the directory open.
	ErrInUse = errors.New("directory in use")
)

// directory is a ledger's directory, as it was when the ledger was opened.
type directory struct {
	dir     string
	marked  *sealer.Mark // nil: none
	journal bool         // there are a journal's files
}

func (d directory) path(name string) string { return filepath.Join(d.dir, name) }

// look finds what a directory holds, and changes nothing. The error is ErrLostJournal
// where it was a ledger's and the journal is not there.
func look(path string) (d directory, err error) {
	d.dir = path
	if d.marked, err = sealer.ReadMark(d.path(sealer.MarkFile)); err != nil {
		return d, err
	}
	if d.journal, err = segment.Exists(d.path(journalDir)); err != nil || d.journal {
		return d, err
	}
	for _, trace := range []string{sealer.MarkFile, stateDir, "log.key", "log", "chain"} {
		if _, err := os.Stat(d.path(trace)); err == nil {
			return d, fmt.Errorf("%w: there is %s, which a ledger left, and there is no journal in %s", ErrLostJournal, d.path(trace), d.path(journalDir))
		}
	}
	return d, nil
}

// mark holds the directory's mark against the ledger, or writes it.
func (d directory) mark(ctx context.Context, l *Ledger, log *slog.Logger) error {
	m := sealer.Mark{Ledger: l.ID(), Genesis: l.Genesis(), Sealer: l.Sealer()}
	if err := m.Hold(d.path(sealer.MarkFile), d.marked); err != nil || d.marked != nil {
		return err
	}
	if !d.journal {
		log.WarnContext(ctx, "a new ledger was founded: if an older one was expected here, stop, and look whether its disk is mounted",
			slog.String("directory", d.dir), slog.String("ledger", m.Ledger.String()))
	}
	return nil
}

// sealer is the key of the directory's sealer. It is made only for a ledger that is
// founded now: beside an older journal a new key would be worth nothing.
func (d directory) sealer(o Options) (*ecdsa.PrivateKey, error) {
	path := d.path(sealer.KeyFile)
	key, err := sealer.ReadKey(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && d.journal:
		return nil, fmt.Errorf("%w: there is no %s beside the journal in %s", sealer.ErrNoKey, path, d.path(journalDir))
	case errors.Is(err, fs.ErrNotExist):
		return d.makeSealer(o)
	default:
		return key, err
	}
}

func (d directory) makeSealer(o Options) (*ecdsa.PrivateKey, error) {
	if len(o.Operators) == 0 {
		return nil, ErrNoOperators
	}
	if err := disk.MakeDirectory(d.dir); err != nil {
		return nil, fmt.Errorf("make data directory: %w", err)
	}
	return sealer.MakeKey(d.path(sealer.KeyFile))
}

// take locks the directory for this process.
func (d directory) take() (*flock.Flock, error) {
	if err := disk.MakeDirectory(d.path(journalDir)); err != nil {
		return nil, fmt.Errorf("make directory: %w", err)
	}
	lock := flock.New(filepath.Join(d.path(journalDir), lockFile))
	got, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("lock directory: %w", err)
	}
	if !got {
		return nil, fmt.Errorf("%w: %s", ErrInUse, d.dir)
	}
	return lock, nil
}

// found writes the block that founds a ledger.
func (d directory) found(o Options, key *ecdsa.PrivateKey) error {
	if len(o.Operators) == 0 {
		return ErrNoOperators
	}
	if err := voucher.Found(scratch{}, o.Operators, o.Threshold); err != nil {
		return fmt.Errorf("%w: %w", ErrOperators, err)
	}
	var salt voucher.Hash
	_, _ = rand.Read(salt[:]) // never fails, by its documentation
	founding, err := block.Found(key, salt, o.Operators, o.Threshold, voucher.Unix(o.Now()))
	if err != nil {
		return err
	}
	id := block.LedgerID(founding.Header.Hash(), voucher.Address(crypto.PubkeyToAddress(key.PublicKey)))
	return segment.Create(segment.Options{Dir: d.path(journalDir), Size: o.SegmentBytes}, id, founding)
}

// scratch is a state that forgets: the rules say whether they take the operators.
type scratch struct{}

// Get implements voucher.State.
func (scratch) Get(string) ([]byte, error) { return nil, nil }

// Put implements voucher.State.
func (scratch) Put(string, []byte) error { return nil }
