package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"tally/internal/api"
	"tally/internal/audit/translog"
	"tally/internal/disk"
	"tally/internal/ledger"
	"tally/internal/metrics"
	"tally/internal/voucher"
)

// Ledgers has the flags of every kind of ledger that --ledger chooses from. A new
// kind is a field here, its row in drivers, and a file ledger_<kind>.go.
type Ledgers struct {
	EVM     evmLedger     `embed:""`
	Journal journalLedger `embed:""`
	Remote  remoteLedger  `embed:""`
	Fabric  fabricLedger  `embed:""`
	Memory  memoryLedger  `embed:""`
}

func (l *Ledgers) drivers() []driver {
	return []driver{&l.EVM, &l.Journal, &l.Remote, &l.Fabric, &l.Memory}
}

// driver is one kind of ledger, as tallyd runs it. Its struct has the flags of that
// kind. The rest of tallyd knows a ledger by this interface and by package ledger's.
type driver interface {
	kind() kind
	// open opens the ledger for serve. It founds a new one where the kind has no
	// command for that.
	open(ctx context.Context, b basics, log *slog.Logger) (opened, error)
	// openToRead opens a ledger that exists: it founds nothing, and sends nothing. The
	// error is errNoLedger where there is none.
	openToRead(ctx context.Context, b basics, log *slog.Logger) (ledger.Ledger, error)
	// check looks at what open would need, and changes nothing.
	check(ctx context.Context, b basics, offline bool) checks
	// explain adds to an error of this kind of ledger what an operator can do. ok is
	// false for every other error.
	explain(err error) (told error, ok bool)
	// beside serves what this kind's flags ask for beside the API, until stop.
	// It refuses flags that the ledger in use has nothing for.
	beside(ctx context.Context, log *slog.Logger, l ledger.Ledger) (stop func() error, err error)
}

// kind is what is known of a kind of ledger before one is opened.
type kind struct {
	name    string // that --ledger has for it
	about   string // what --ledger's help says of it, after the name
	forgets bool   // the ledger ends with the process, so nothing about it is kept
	own     string // the folder of the data directory that has this kind's blocks and lock, where the directory is all of the ledger
}

// where is what an operator knows a ledger of this kind by.
func (k kind) where(s *Serve) string {
	if k.own != "" {
		return "--data " + s.Data
	}
	return "--ledger " + k.name
}

// basics are the settings that every kind of ledger is given.
type basics struct {
	data       string            // directory
	operators  []voucher.Address // ascending
	threshold  uint32
	acceptLoss bool // commands that were acknowledged may be missing
	foundNone  bool // a ledger is expected, so no other is founded
	acceptJump bool // the clock is right although it jumped
	reserve    int64
}

// opened is a ledger, and what its driver knows of it beyond package ledger's
// contract. What is nil is not known.
type opened struct {
	ledger  ledger.Ledger
	own     bool // the data directory has all of it: nobody else writes to it
	batches int  // of commands that are under way at once
	pins    pinned
	peers   func() []metrics.Peer
	purse   func() metrics.Purse
	lights  func(*metrics.Lights)
	free    func() (int64, error) // bytes on the disk of the data directory
}

// collectLights is what the ledger knows of what it runs on.
func (o opened) collectLights() (lights metrics.Lights) {
	if prober, ok := o.ledger.(ledger.Prober); ok {
		writable := prober.Writable(context.Background()) == nil // it contacts nobody
		lights.Writable = &writable
	}
	if o.lights != nil {
		o.lights(&lights)
	}
	if o.free != nil {
		if free, err := o.free(); err == nil {
			lights.Free = &free
		}
	}
	return lights
}

// pinned is what auditors hold a ledger's own proofs against.
type pinned struct {
	chain   *api.ChainInfo
	journal *api.JournalInfo
	channel *api.ChannelInfo
}

// checks are what check-config found about a ledger: in the data directory, in other
// files, and at those whom the ledger depends on.
type checks struct{ data, files, others []check }

// chosen is the driver of --ledger, one of the names that the flag allows.
func (s *Serve) chosen() driver {
	for _, d := range s.drivers() {
		if d.kind().name == s.Ledger {
			return d
		}
	}
	return &s.EVM
}

func (s *Serve) basics() basics {
	ascending := slices.SortedFunc(slices.Values(s.Operator), func(a, b voucher.Address) int { return slices.Compare(a[:], b[:]) })
	return basics{s.Data, ascending, s.Threshold, s.AcceptLostHistory, !s.ExpectLedger.IsZero(), s.Own.AcceptClockJump, s.Own.DiskReserve}
}

var (
	// errUnexpected says that the ledger is not the one that --expect-ledger names.
	errUnexpected = errors.New("another ledger is expected")
	// errNotFounded says that there is no ledger, and that --expect-ledger keeps
	// another from being founded.
	errNotFounded = errors.New("there is no ledger here, and one is expected")
)

// expected checks that a ledger is the one that --expect-ledger names, if it names one.
func (s *Serve) expected(id voucher.Hash) error {
	if s.ExpectLedger.IsZero() || s.ExpectLedger == id {
		return nil
	}
	return fmt.Errorf("%w: --expect-ledger is %s, and %s has ledger %s: is the right disk mounted?", errUnexpected, s.ExpectLedger, s.chosen().kind().where(s), id)
}

// ledgerNames and ledgersHelp are what --ledger allows and says.
func ledgerNames() string {
	var names []string
	for _, d := range new(Ledgers).drivers() {
		names = append(names, d.kind().name)
	}
	return strings.Join(names, ",")
}

func ledgersHelp() string {
	var about []string
	for _, d := range new(Ledgers).drivers() {
		about = append(about, d.kind().name+" "+d.kind().about)
	}
	return strings.Join(about, ", ")
}

// nothingBeside is of kinds that serve nothing beside the API.
type nothingBeside struct{}

func (nothingBeside) beside(context.Context, *slog.Logger, ledger.Ledger) (stop func() error, err error) {
	return func() error { return nil }, nil
}

// openBeside serves what the flags of all kinds ask for beside the API, until close.
func (l *Ledgers) openBeside(ctx context.Context, log *slog.Logger, in ledger.Ledger) (closeAll func() error, err error) {
	var stops []func() error
	closeAll = func() (err error) {
		for _, stop := range stops {
			err = errors.Join(err, stop())
		}
		return err
	}
	for _, d := range l.drivers() {
		stop, err := d.beside(ctx, log, in)
		if err != nil {
			return nil, errors.Join(err, closeAll())
		}
		stops = append(stops, stop)
	}
	return closeAll, nil
}

// explain adds what to do to errors that an operator can mend.
func explain(err error) error {
	for _, d := range new(Ledgers).drivers() {
		if told, ok := d.explain(err); ok {
			return told
		}
	}
	switch {
	case errors.Is(err, disk.ErrOpenToOthers): // which says what to do
		return err
	case errors.Is(err, disk.ErrUnwritable):
		return fmt.Errorf("%w: make room or mend the disk, and start again: what was answered is kept", err)
	case errors.As(err, new(*translog.HistoryError)):
		return explainLost(err)
	case errors.Is(err, errNotFounded):
		return fmt.Errorf("%w: is its disk mounted? --expect-ledger founds no other; to found one, start without it", err)
	case errors.Is(err, errNoLogKey):
		return fmt.Errorf("%w: bring it back from a copy, or name it with --log-key; --new-log-key makes another, and what auditors pinned then holds no more", err)
	case errors.Is(err, translog.ErrKey):
		return fmt.Errorf("%w: bring the file back from a copy, or name the key of this ledger's log with --log-key; where nobody has pinned it, as of a ledger founded just now, remove the file, and a key is made", err)
	case errors.Is(err, translog.ErrInUse):
		return explainInUse(err)
	default:
		return err
	}
}

// explainLost says what to do where a ledger or its log lacks what it once had.
func explainLost(err error) error {
	return fmt.Errorf("%w: bring the data directory back from a copy that has them; to go on without what is lost, start once with --accept-lost-history", err)
}

// explainInUse says what to do where another process has the data directory.
func explainInUse(err error) error {
	return fmt.Errorf("%w: another tallyd runs on it; stop that one, or choose another --data", err)
}
