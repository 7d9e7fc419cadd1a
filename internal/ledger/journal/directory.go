package journal

import (
	"context"
	"crypto/ecdsa"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
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
	"tally/internal/voucher"
)

const (
	// markFile is written when a ledger was founded, and says that the directory is a
	// ledger's: without its journal it is never founded anew.
	markFile = "ledger.json"
	// keyFile holds the sealer's key in hex. Without it the journal can be read and never
	// be added to; with it anybody can seal.
	keyFile = "sealer.key"
	// lockFile is in the journal's directory.
	lockFile = "lock"

	keyDigits = 64
)

var (
	// ErrNoOperators says that a new ledger needs its first operators named.
	ErrNoOperators = errors.New("a new ledger needs its first operators")
	// ErrOperators says that the first operators, or how many of them must agree, cannot be.
	ErrOperators = errors.New("not the first operators of a ledger")
	// ErrLostJournal says that a directory is an older ledger's, and its journal is gone.
	ErrLostJournal = errors.New("the ledger's journal is gone")
	// ErrOtherLedger says that a directory is marked as another ledger's than its journal is.
	ErrOtherLedger = errors.New("the directory is marked as another ledger's")
	// ErrNoSealerKey says that a ledger is there and the key of its sealer is not.
	ErrNoSealerKey = errors.New("the key of the ledger's sealer is missing")
	// ErrSealerKey says that a file holds no sealer's key, or not this journal's.
	ErrSealerKey = errors.New("not the key of the ledger's sealer")
	// ErrInUse says that another process has the directory open.
	ErrInUse = errors.New("directory in use")
)

// mark is what markFile says:
//
//	{"ledger":"0x8f3a…","genesis":"0x51c0…","sealer":"0x9d41…"}
type mark struct {
	Ledger  voucher.Hash    `json:"ledger"`
	Genesis voucher.Hash    `json:"genesis"`
	Sealer  voucher.Address `json:"sealer"`
}

// directory is a ledger's directory, as it was when the ledger was opened.
type directory struct {
	dir     string
	marked  *mark // nil: none
	journal bool  // there are a journal's files
}

func (d directory) path(name string) string { return filepath.Join(d.dir, name) }

// look finds what a directory holds, and changes nothing. The error is ErrLostJournal
// where it was a ledger's and the journal is not there.
func look(path string) (d directory, err error) {
	d.dir = path
	if d.marked, err = readMark(d.path(markFile)); err != nil {
		return d, err
	}
	if d.journal, err = segment.Exists(d.path(journalDir)); err != nil || d.journal {
		return d, err
	}
	for _, trace := range []string{markFile, stateDir, "log.key", "log", "chain"} {
		if _, err := os.Stat(d.path(trace)); err == nil {
			return d, fmt.Errorf("%w: there is %s, which a ledger left, and there is no journal in %s", ErrLostJournal, d.path(trace), d.path(journalDir))
		}
	}
	return d, nil
}

// readMark reads a mark, or nil where there is none.
func readMark(path string) (*mark, error) {
	text, err := disk.Read(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil // no mark is no error
	}
	if err != nil {
		return nil, fmt.Errorf("read the ledger's mark: %w", err)
	}
	m := &mark{}
	if json.Unmarshal(text, m) != nil || m.Ledger.IsZero() || m.Genesis.IsZero() {
		return nil, fmt.Errorf("%w: %s is damaged", ErrOtherLedger, path)
	}
	return m, nil
}

// mark holds the directory's mark against the ledger, or writes it.
func (d directory) mark(ctx context.Context, l *Ledger, log *slog.Logger) error {
	m := mark{l.ID(), l.Genesis(), l.Sealer()}
	if d.marked != nil {
		if *d.marked != m {
			return fmt.Errorf("%w: %s says ledger %s, the journal is of ledger %s", ErrOtherLedger, d.path(markFile), d.marked.Ledger, m.Ledger)
		}
		return nil
	}
	text, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("encode the ledger's mark: %w", err)
	}
	if err := disk.Write(d.path(markFile), text); err != nil {
		return fmt.Errorf("mark the directory: %w", err)
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
	path := d.path(keyFile)
	text, err := disk.ReadSecret(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && d.journal:
		return nil, fmt.Errorf("%w: there is no %s beside the journal in %s", ErrNoSealerKey, path, d.path(journalDir))
	case errors.Is(err, fs.ErrNotExist):
		return d.makeSealer(o)
	case err != nil:
		return nil, fmt.Errorf("read the sealer's key: %w", err)
	}
	for len(text) > keyDigits && (text[len(text)-1] == '\n' || text[len(text)-1] == '\r') {
		text = text[:len(text)-1]
	}
	key, err := crypto.HexToECDSA(string(text))
	if err != nil { // which might repeat some of the key
		return nil, fmt.Errorf("%w: %s is not %d hex digits of a secp256k1 key", ErrSealerKey, path, keyDigits)
	}
	return key, nil
}

func (d directory) makeSealer(o Options) (*ecdsa.PrivateKey, error) {
	if len(o.Operators) == 0 {
		return nil, ErrNoOperators
	}
	if err := disk.MakeDirectory(d.dir); err != nil {
		return nil, fmt.Errorf("make data directory: %w", err)
	}
	key, err := crypto.GenerateKey()
	if err != nil {
		return nil, fmt.Errorf("make the sealer's key: %w", err)
	}
	if err := disk.Create(d.path(keyFile), []byte(hex.EncodeToString(crypto.FromECDSA(key)))); err != nil {
		return nil, fmt.Errorf("keep the sealer's key: %w", err)
	}
	return key, nil
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
