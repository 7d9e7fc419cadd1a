package embedded

import (
	"context"
	"crypto/ecdsa"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/ethereum/go-ethereum/crypto"

	"tally/internal/disk"
	"tally/internal/ledger/evm/embedded/chain"
	"tally/internal/ledger/sealer"
	"tally/internal/voucher"
)

var (
	// ErrNoOperators says that a new ledger needs its first operators named.
	ErrNoOperators = errors.New("a new ledger needs its first operators")

	// ErrLostChain says that a directory is an older ledger's, and its chain is gone.
	ErrLostChain = errors.New("the ledger's chain is gone")
)

// directory is a ledger's directory, as it was when the ledger was opened.
type directory struct {
	dir   string
	mark  *sealer.Mark // nil: none
	chain bool         // there are a chain's files
}

func (d directory) path(name string) string { return filepath.Join(d.dir, name) }

// look finds what a directory holds, and changes nothing. The error is
// ErrLostChain where it was a ledger's and the chain is not there.
func look(path string) (d directory, err error) {
	d.dir = path
	if d.mark, err = sealer.ReadMark(d.path(sealer.MarkFile)); err != nil {
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
			ErrLostChain, d.path(sealer.MarkFile), path, d.mark.Ledger, d.path(chainDir))
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

// sealer is the key of the directory's sealer. It is made only for a ledger that
// is founded now: beside an older chain a new key would be worth nothing.
func (d directory) sealer(opts Options) (*ecdsa.PrivateKey, error) {
	path := d.path(sealer.KeyFile)
	key, err := sealer.ReadKey(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && d.chain:
		return nil, fmt.Errorf("%w: there is no %s beside the chain in %s", sealer.ErrNoKey, path, d.path(chainDir))
	case errors.Is(err, fs.ErrNotExist):
	case errors.Is(err, sealer.ErrKey) && !d.chain:
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
	return sealer.MakeKey(path)
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
			return nil, fmt.Errorf("%w: %s holds another: %w", sealer.ErrKey, d.path(sealer.KeyFile), err)
		case errors.Is(err, chain.ErrNoGenesis) && d.mark != nil:
			return nil, fmt.Errorf("%w: %s says that %s is that of ledger %s, and the chain in %s is empty",
				ErrLostChain, d.path(sealer.MarkFile), d.dir, d.mark.Ledger, d.path(chainDir))
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
	m := sealer.Mark{Ledger: l.ID(), Genesis: voucher.Hash(l.chain.GenesisHash()), Sealer: voucher.Address(l.chain.Sealer())}
	return m.Hold(d.path(sealer.MarkFile), d.mark)
}
