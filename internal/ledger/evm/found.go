package evm

import (
	"context"
	"crypto/ecdsa"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"

	"tally/internal/disk"
	"tally/internal/intent"
	"tally/internal/ledger/evm/chain"
	"tally/internal/voucher"
)

// markFile is written when a ledger is founded and on the disk, and says that
// the directory is a ledger's: without its chain it is never founded anew.
const markFile = "ledger.json"

var (
	// ErrNoOperators says that a new ledger needs its first operators named.
	ErrNoOperators = errors.New("a new ledger needs its first operators")

	// ErrOperators says that a ledger cannot be founded by these operators.
	ErrOperators = fmt.Errorf("operators are 1 to %d addresses in ascending order, and a threshold among them: %w",
		voucher.MaxOperators, voucher.ErrText)

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

// place is a ledger's directory as it was found.
type place struct {
	dir   string
	mark  *mark // nil: none
	chain bool  // there are a chain's files
}

func (p place) path(name string) string { return filepath.Join(p.dir, name) }

// look finds what a directory holds, and changes nothing. The error is
// ErrLostChain where it was a ledger's and the chain is not there.
func look(dir string) (p place, err error) {
	p.dir = dir
	if p.mark, err = readMark(p.path(markFile)); err != nil {
		return p, err
	}
	if p.chain, err = chain.Exists(p.path(chainDir)); err != nil {
		return p, err
	}
	if p.chain {
		return p, nil
	}
	if p.mark != nil {
		return p, fmt.Errorf("%w: %s says that %s is that of ledger %s, and there is no chain in %s",
			ErrLostChain, p.path(markFile), dir, p.mark.Ledger, p.path(chainDir))
	}
	// Ledgers of before had no mark; their logs tell, and the chain's own mark.
	for _, trace := range []string{filepath.Join(chainDir, "head"), "log.key", filepath.Join("log", "state.json")} {
		if _, err := os.Stat(p.path(trace)); err == nil {
			return p, fmt.Errorf("%w: there is %s, which an older ledger left, and there is no chain in %s",
				ErrLostChain, p.path(trace), p.path(chainDir))
		}
	}
	return p, nil
}

// readMark reads a mark, or nil where there is none.
func readMark(path string) (*mark, error) {
	text, err := disk.Read(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil //nolint:nilnil // no mark is no error
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
func (p place) sealer(opts Options) (*ecdsa.PrivateKey, error) {
	path := p.path(keyFile)
	key, err := readSealerKey(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && p.chain:
		return nil, fmt.Errorf("%w: there is no %s beside the chain in %s", ErrNoSealerKey, path, p.path(chainDir))
	case errors.Is(err, fs.ErrNotExist):
	case errors.Is(err, ErrSealerKey) && !p.chain:
		return nil, fmt.Errorf("%w: no ledger was founded with it so far, so remove it and start again", err)
	default:
		return key, err
	}
	if len(opts.Operators) == 0 {
		return nil, ErrNoOperators
	}
	if err := disk.MakeDirectory(p.dir); err != nil {
		return nil, fmt.Errorf("make data directory: %w", err)
	}
	return makeSealerKey(path)
}

// openChain opens the chain of a directory, or makes a new one.
func (p place) openChain(ctx context.Context, opts Options, key *ecdsa.PrivateKey, index chain.Index) (*chain.Chain, error) {
	o := chain.Options{
		Dir: p.path(chainDir), Key: key, Now: opts.Now, AcceptClockJump: opts.AcceptClockJump,
		AcceptLoss: opts.AcceptLoss, Fatal: opts.Fatal,
		Index: index, IndexVersion: 1, Logger: opts.Log,
	}
	if opts.AnyClock {
		o.MaxAhead = -1
	}
	if p.chain {
		c, err := chain.Open(ctx, o)
		switch {
		case errors.Is(err, chain.ErrNotSealer):
			return nil, fmt.Errorf("%w: %s holds another: %w", ErrSealerKey, p.path(keyFile), err)
		case errors.Is(err, chain.ErrNoGenesis) && p.mark != nil:
			return nil, fmt.Errorf("%w: %s says that %s is that of ledger %s, and the chain in %s is empty",
				ErrLostChain, p.path(markFile), p.dir, p.mark.Ledger, p.path(chainDir))
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

func newGenesis(sealer common.Address, now time.Time) (*chain.Genesis, error) {
	g := &chain.Genesis{
		ChainID: chainID, Time: voucher.Unix(now), Sealer: sealer,
		Alloc: types.GenesisAlloc{},
	}
	codes, err := contractCodes()
	if err != nil {
		return nil, err
	}
	for at, code := range codes {
		g.Alloc[at] = types.Account{Code: code, Nonce: 1, Balance: common.Big0}
	}
	_, _ = rand.Read(g.Salt[:]) // never fails, by its documentation
	return g, nil
}

// found has the contract name its ledger and its operators, once, and marks the
// directory.
func (l *Ledger) found(ctx context.Context, opts Options, p place) error {
	id, err := l.LedgerID(ctx)
	if err != nil {
		return err
	}
	isNew := id.IsZero()
	if isNew {
		if id, err = l.nameLedger(ctx, opts); err != nil {
			return err
		}
	}
	address := Contract()
	if want := intent.LedgerID(voucher.Hash(l.chain.GenesisHash()), address[:]); id != want {
		return fmt.Errorf("the contract was founded as ledger %s, this is %s: %w", id, want, chain.ErrGenesisMismatch)
	}
	l.domain = intent.NewDomain(id)
	if err := l.putMark(p); err != nil {
		return err
	}
	if isNew {
		opts.Log.WarnContext(ctx, "a new ledger was founded: if an older one was expected here, stop, and look whether its disk is mounted",
			slog.String("directory", p.dir), slog.String("ledger", id.String()))
	}
	return nil
}

func (l *Ledger) nameLedger(ctx context.Context, opts Options) (id voucher.Hash, err error) {
	if len(opts.Operators) == 0 {
		return id, ErrNoOperators
	}
	call := l.calls.Found(l.chain.GenesisHash(), opts.Operators, opts.Threshold, Administration())
	sealed, err := l.seal(ctx, [][]byte{call})
	if err != nil {
		return id, err
	}
	if sealed.Receipts[0].Status != types.ReceiptStatusSuccessful {
		return id, ErrOperators
	}
	return l.LedgerID(ctx)
}

// putMark holds the directory's mark against the ledger, or writes it.
func (l *Ledger) putMark(p place) error {
	m := mark{Ledger: l.ID(), Genesis: voucher.Hash(l.chain.GenesisHash()), Sealer: voucher.Address(l.chain.Sealer())}
	if p.mark != nil {
		if *p.mark != m {
			return fmt.Errorf("%w: %s says ledger %s with genesis %s, the chain is ledger %s with genesis %s",
				ErrOtherLedger, p.path(markFile), p.mark.Ledger, p.mark.Genesis, m.Ledger, m.Genesis)
		}
		return nil
	}
	text, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("encode the ledger's mark: %w", err)
	}
	if err := disk.Write(p.path(markFile), text); err != nil {
		return fmt.Errorf("mark the directory: %w", err)
	}
	return nil
}
