package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"tally/internal/audit/pack"
	"tally/internal/audit/pins"
	"tally/internal/ledger"
	"tally/internal/voucher"
)

// Pack checks an evidence pack.
type Pack struct {
	Account

	List   bool   `help:"Show every command of the pack, too: one a line, with units, money and time."`
	Sample uint32 `type:"sample" help:"Draw this many commands of the pack and show each whole. The same pack gives the same sample." placeholder:"N"`
	Seed   string `type:"seed" help:"Text by which the sample is drawn. Without it, a hash of ledger, scope, size and root: then the maker of the pack knew it before you." placeholder:"TEXT"`
	Report bool   `help:"Show each campaign's books, who vouched for its claims, and every rollback with time and money: to hand on."`
	CSV    bool   `name:"csv" help:"Print --list or --report as rows for a spreadsheet (RFC 4180)."`

	File string `arg:"" help:"The pack, or - for standard input."`
}

// Help is shown below the usage.
func (Pack) Help() string {
	return `A pack of everything is replayed: every signature, every rule, every block of an embedded chain, from the
founding on; then every campaign's books are made up. The first command that does not follow is named. Packs of
a part show that their commands were accepted and signed, not that nothing was left out.

Nothing is shown before all of the pack holds. --list and --report keep what they show on the disk until then, in
$TMPDIR, so their length is limited by that alone.

A sample are the commands whose leaf has the least SHA-256 of seed, line feed and index in decimal digits. Anybody
can draw it again. A larger sample has the smaller one in it. Where the maker of the pack might choose what is drawn,
take a seed that nobody knew when the pack was made: the throw of dice will do.

Examples:

    tally-verify --pins pins.json pack evidence.pack
    tally-verify --pins pins.json pack evidence.pack --list
    tally-verify --pins pins.json pack evidence.pack --sample 25 --seed 'dice: 4 1 6 6 2 3 5 1'
    tally-verify --pins pins.json pack evidence.pack --report > report.txt
    tally-verify --pins pins.json pack evidence.pack --report --csv > report.csv`
}

// packReport is the report of a pack that holds.
type packReport struct {
	Holds    bool         `json:"holds"`
	Ledger   voucher.Hash `json:"ledger"`
	Scope    string       `json:"scope"`
	Size     int64        `json:"size"` // of the log
	Root     string       `json:"root"`
	Log      string       `json:"log"`    // the key that signed size and root
	Leaves   int64        `json:"leaves"` // in the pack
	Blocks   uint64       `json:"blocks"`
	Replayed bool         `json:"replayed"`
	Ledgers  bool         `json:"provenByLedger"`
	Witness  bool         `json:"witnessed"`
	accounted
}

// view is what is shown of a pack beside its verdict.
type view interface {
	// open learns what the pack is, before its first command.
	open(r pack.Report) error
	// add takes a command that was checked and counted.
	add(index int64, e ledger.Entry) error
	// show prints, once all of the pack held.
	show(p *program, r packReport) error
	close() error
}

// verdict is the view that shows nothing else.
type verdict struct{}

func (verdict) open(pack.Report) error        { return nil }
func (verdict) add(int64, ledger.Entry) error { return nil }
func (verdict) close() error                  { return nil }
func (verdict) show(p *program, r packReport) error {
	if p.JSON {
		return p.print(r)
	}
	p.verdict(r)
	p.account(r.accounted)
	return nil
}

// given checks that the flags go together.
func (c *Pack) given(p *program) error {
	views := 0
	for _, asked := range []bool{c.List, c.Sample > 0, c.Report} {
		if asked {
			views++
		}
	}
	switch {
	case views > 1:
		return misusedError{errors.New("--list, --sample and --report: one of them is wanted, not several")}
	case c.Seed != "" && c.Sample == 0:
		return misusedError{errors.New("--seed is for --sample N")}
	case c.CSV && !c.List && !c.Report:
		return misusedError{errors.New("--csv is for --list or --report")}
	case c.CSV && p.JSON:
		return misusedError{errors.New("--csv and --json: one of them is wanted, not both")}
	default:
		return nil
	}
}

// view is what the flags ask for.
func (c *Pack) view(of *account) (view, error) {
	switch {
	case c.List:
		return openListing(of, c.CSV)
	case c.Sample > 0:
		return openDraw(of, int(c.Sample), c.Seed)
	case c.Report:
		return openStatement(of, c.CSV)
	default:
		return verdict{}, nil
	}
}

// Run checks it.
func (c *Pack) Run(ctx context.Context, p *program) error {
	if err := c.given(p); err != nil {
		return err
	}
	pinned, err := p.pinned()
	if err != nil {
		return err
	}
	err = c.over(p, c.File, func(in io.Reader, kept *state, counted *account) (err error) {
		shown, err := c.view(counted)
		if err != nil {
			return err
		}
		defer func() { err = cmp.Or(err, shown.close()) }()
		r, err := c.verify(ctx, in, pinned, counted, shown)
		if err != nil {
			return err
		}
		if err := shown.show(p, r); err != nil {
			return undecidedError{fmt.Errorf("it holds, and cannot be shown: %w", err)}
		}
		return nil
	})
	return mistaken(err, c.File, "pack")
}

// verify reads the pack to its end, and makes up the books of a whole history.
func (c *Pack) verify(ctx context.Context, in io.Reader, pinned pins.Pins, counted *account, shown view) (r packReport, err error) {
	report, err := pack.Verify(ctx, in, pack.Check{
		Pins: pinned, State: counted.kept,
		Opened: func(r pack.Report) error {
			if r.Scope != pack.All() {
				counted.ofPart()
			}
			return shown.open(r)
		},
		Each: func(index int64, e ledger.Entry) error {
			if err := counted.count(e); err != nil {
				return err
			}
			return shown.add(index, e)
		},
	})
	if err != nil {
		return r, err
	}
	r = packReport{
		Holds: true, Ledger: report.Ledger, Scope: report.Scope.String(), Size: report.Tree.N, Root: report.Tree.Hash.String(), Log: pinned.Log,
		Leaves: report.Leaves, Blocks: report.Blocks, Replayed: report.Replayed, Ledgers: report.Ledgers, Witness: pinned.Witnesses != "",
	}
	if report.Replayed {
		r.accounted, err = counted.close()
	}
	return r, err
}

// openInput opens a file, or standard input for -, with its size; -1 if that is
// not known.
func openInput(path string) (io.ReadCloser, int64, error) {
	if path == "-" {
		return io.NopCloser(os.Stdin), -1, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, misusedError{err}
	}
	info, err := f.Stat()
	if err != nil {
		return nil, 0, misusedError{errors.Join(err, f.Close())}
	}
	return f, info.Size(), nil
}

// verdict prints for a person that a pack holds, and what that rests on.
func (p *program) verdict(r packReport) {
	p.lines(
		"HOLDS",
		fmt.Sprintf("ledger     %s", r.Ledger),
		fmt.Sprintf("scope      %s: %d of the log's %d commands", r.Scope, r.Leaves, r.Size),
		fmt.Sprintf("log        root %s, signed by %s", r.Root, r.Log),
		"rules      "+shown(r.Replayed, "every command follows from those before it", "not replayed: the pack is a part"),
		"ledger     "+shown(r.Ledgers, fmt.Sprintf("%d blocks, sealed and complete", r.Blocks), "not pinned, so not checked"),
		"witnesses  "+shown(r.Witness, "as many as your policy wants", "none asked for"),
	)
}
