package embedded

import (
	"context"
	"crypto/ecdsa"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/ethereum/go-ethereum/crypto"

	"tally/internal/disk"
	"tally/internal/ledger/evm/embedded/chain"
	"tally/internal/voucher"
)

// markFile is written when a ledger is founded and on the disk, and says that
// the directory is a ledger's: without its chain it is never founded anew.
const markFile = "ledger.json"

var (
	// ErrNoOperators says that a new ledger needs its first operators named.
	ErrNoOperators = errors.New("a new ledger needs its first operators")

	// ErrLostChain says that a directory is an older ledger's, and its chain is gone.
	ErrLostChain = errors.New("the ledger's chain is gone")

	// ErrOtherLedger says that a directory is marked as another ledger's than its
	// chain is.
	ErrOtherLedger = errors.New("the directory is marked as another ledger's")
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
	dir   string
	mark  *mark // nil: none
	chain bool  // there are a chain's files
}

func (d directory) path(name string) string { return filepath.Join(d.dir, name) }

// look finds what a directory holds, and changes nothing. The error is
// ErrLostChain where it was a ledger's and the chain is not there.
func look(path string) (d directory, err error) {
	d.dir = path
	if d.mark, err = readMark(d.path(markFile)); err != nil {
		return d, err
	}
	if d.chain, err = chain.Exists(d.path(chainDir)); err != nil {
		return d, err
	}
	if d.chain {
		return d, nil
	}
	if d.mark != nil {
		return d, fmt.Errorf("%w: %s says that %s is that of ledger %s, and there is no chain in %s",
			ErrLostChain, d.path(markFile), path, d.mark.Ledger, d.path(chainDir))
	}
	// Ledgers of before had no mark; their logs tell, and the chain's own mark.
	for _, trace := range []string{filepath.Join(chainDir, "head"), "log.key", filepath.Join("log", "state.json")} {
		if _, err := os.Stat(d.path(trace)); err == nil {
			return d, fmt.Errorf("%w: there is %s, which an older ledger left, and there is no chain in %s",
				ErrLostChain, d.path(trace), d.path(chainDir))
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

// sealer is the key of the directory's sealer. It is made only for a ledger that
// is founded now: beside an older chain a new key would be worth nothing.
func (d directory) sealer(opts Options) (*ecdsa.PrivateKey, error) {
	path := d.path(keyFile)
	key, err := readSealerKey(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && d.chain:
		return nil, fmt.Errorf("%w: there is no %s beside the chain in %s", ErrNoSealerKey, path, d.path(chainDir))
	case errors.Is(err, fs.ErrNotExist):
	case errors.Is(err, ErrSealerKey) && !d.chain:
		return nil, fmt.Errorf("%w: no ledger was founded with it so far, so remove it and start again", err)
	default:
		return key, err
	}
	if len(opts.Operators) == 0 {
		return nil, ErrNoOperators
	}
	if err := disk.MakeDirectory(d.dir); err != nil {
		return nil, fmt.Errorf("make data directory: %w", err)
	}
	return makeSealerKey(path)
}

// openChain opens the chain of a directory, or makes a new one.
func (d directory) openChain(ctx context.Context, opts Options, key *ecdsa.PrivateKey, index chain.Index) (*chain.Chain, error) {
	o := chain.Options{
		Dir: d.path(chainDir), Key: key, Now: opts.Now, AcceptClockJump: opts.AcceptClockJump,
		AcceptLoss: opts.AcceptLoss, Fatal: opts.Fatal,
		Index: index, IndexVersion: 1, Logger: opts.Log,
	}
	if opts.AnyClock {
		o.MaxAhead = -1
	}
	if d.chain {
		c, err := chain.Open(ctx, o)
		switch {
		case errors.Is(err, chain.ErrNotSealer):
			return nil, fmt.Errorf("%w: %s holds another: %w", ErrSealerKey, d.path(keyFile), err)
		case errors.Is(err, chain.ErrNoGenesis) && d.mark != nil:
			return nil, fmt.Errorf("%w: %s says that %s is that of ledger %s, and the chain in %s is empty",
				ErrLostChain, d.path(markFile), d.dir, d.mark.Ledger, d.path(chainDir))
		case !errors.Is(err, chain.ErrNoGenesis): // which a crash at the very start leaves
			return c, err
		}
	}
	if len(opts.Operators) == 0 {
		return nil, ErrNoOperators
	}
	genesis, err := newGenesis(crypto.PubkeyToAddress(key.PublicKey), opts.Now())
	if err != nil {
		return nil, err
	}
	o.Genesis = genesis
	return chain.Open(ctx, o)
}

// putMark holds the directory's mark against the ledger, or writes it.
func (l *Ledger) putMark(d directory) error {
	m := mark{Ledger: l.ID(), Genesis: voucher.Hash(l.chain.GenesisHash()), Sealer: voucher.Address(l.chain.Sealer())}
	if d.mark != nil {
		if *d.mark != m {
			return fmt.Errorf("%w: %s says ledger %s with genesis %s, the chain is ledger %s with genesis %s",
				ErrOtherLedger, d.path(markFile), d.mark.Ledger, d.mark.Genesis, m.Ledger, m.Genesis)
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
	return nil
}
