package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"tally/internal/audit/books"
	"tally/internal/audit/pack"
	"tally/internal/ledger"
	"tally/internal/voucher"
)

// Pack checks an evidence pack.
type Pack struct {
	File string `arg:"" help:"The pack, or - for standard input."`
	At   int64  `help:"Instant of the books, in Unix seconds. Without it, that of the last command." placeholder:"SECONDS"`
}

// Help is shown below the usage.
func (Pack) Help() string {
	return `A pack of everything is replayed: every signature, every rule, every block of an embedded chain, from the
founding on; then every campaign's books are made up. The first command that does not follow is named. Packs of
a part show that their commands were accepted and signed, not that nothing was left out.

Example: tally-verify --pins pins.json pack evidence.pack`
}

// packReport is the report of a pack that holds.
type packReport struct {
	Holds    bool                   `json:"holds"`
	Ledger   voucher.Hash           `json:"ledger"`
	Scope    string                 `json:"scope"`
	Size     int64                  `json:"size"` // of the log
	Root     string                 `json:"root"`
	Leaves   int64                  `json:"leaves"` // in the pack
	Blocks   uint64                 `json:"blocks"`
	Replayed bool                   `json:"replayed"`
	Ledgers  bool                   `json:"provenByLedger"`
	Witness  bool                   `json:"witnessed"`
	Books    []voucher.Conservation `json:"books"`
}

// Run checks it.
func (c *Pack) Run(ctx context.Context, p *program) (err error) {
	pinned, err := p.pinned()
	if err != nil {
		return err
	}
	against, err := receiptPins(pinned)
	if err != nil {
		return err
	}
	in, size, err := openInput(c.File)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	kept, err := openState()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, kept.close()) }()

	bar := p.progress(size)
	counted, last := books.New(), uint64(0)
	report, err := pack.Verify(ctx, bufio.NewReader(io.TeeReader(in, bar)), pack.Check{
		Pins:  pack.Pins{Pins: against, Operators: pinned.Operators, Threshold: pinned.Threshold},
		State: kept,
		Each: func(e ledger.Entry) error {
			counted.Count(e.Outcome.Events)
			last = e.Outcome.Time
			return nil
		},
	})
	_ = bar.Finish() // it only draws
	if err != nil {
		return err
	}
	if c.At == 0 {
		c.At = int64(last)
	}
	all, err := c.books(report, counted, kept)
	if err != nil {
		return err
	}
	return p.pack(packReport{
		Holds: true, Ledger: report.Ledger, Scope: report.Scope.String(), Size: report.Tree.N, Root: report.Tree.Hash.String(), Leaves: report.Leaves,
		Blocks: report.Blocks, Replayed: report.Replayed, Ledgers: report.Ledgers, Witness: against.Witnesses != nil, Books: all,
	}, c.At)
}

// openInput opens a file, or standard input for -, with its size; -1 if that is
// not known.
func openInput(path string) (io.ReadCloser, int64, error) {
	if path == "-" {
		return io.NopCloser(os.Stdin), -1, nil
	}
	f, err := os.Open(path) //nolint:gosec // the auditor names it
	if err != nil {
		return nil, 0, misusedError{err}
	}
	info, err := f.Stat()
	if err != nil {
		return nil, 0, misusedError{errors.Join(err, f.Close())}
	}
	return f, info.Size(), nil
}

// books makes up the books of every campaign, where the history is there.
func (c *Pack) books(report pack.Report, counted *books.Books, kept *state) ([]voucher.Conservation, error) {
	if !report.Replayed {
		return nil, nil
	}
	return balanced(counted, kept, c.At)
}

func (p *program) pack(r packReport, at int64) error {
	if p.JSON {
		return p.print(r)
	}
	p.lines(
		"HOLDS",
		fmt.Sprintf("ledger     %s", r.Ledger),
		fmt.Sprintf("scope      %s: %d of the log's %d commands", r.Scope, r.Leaves, r.Size),
		"rules      "+shown(r.Replayed, "every command follows from those before it", "not replayed: the pack is a part"),
		"ledger     "+shown(r.Ledgers, fmt.Sprintf("%d blocks, sealed and complete", r.Blocks), "not pinned, so not checked"),
		"witnesses  "+shown(r.Witness, "as many as your policy wants", "none asked for"),
	)
	p.books(r.Books, at)
	return nil
}

// progress is a bar on a terminal, and nothing elsewhere.
func (p *program) progress(size int64) *progressbar.ProgressBar {
	file, ok := p.err.(*os.File)
	return progressbar.NewOptions64(size,
		progressbar.OptionSetDescription("verify"), progressbar.OptionSetWriter(p.err), progressbar.OptionShowBytes(true),
		progressbar.OptionSetVisibility(ok && term.IsTerminal(int(file.Fd())) && !p.JSON),
		progressbar.OptionClearOnFinish(), progressbar.OptionThrottle(100*time.Millisecond))
}
