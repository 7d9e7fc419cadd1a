package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"tally/internal/audit/pack"
	"tally/internal/ledger"
	"tally/internal/voucher"
)

// Pack checks an evidence pack.
type Pack struct {
	Account

	File string `arg:"" help:"The pack, or - for standard input."`
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
	Holds    bool         `json:"holds"`
	Ledger   voucher.Hash `json:"ledger"`
	Scope    string       `json:"scope"`
	Size     int64        `json:"size"` // of the log
	Root     string       `json:"root"`
	Leaves   int64        `json:"leaves"` // in the pack
	Blocks   uint64       `json:"blocks"`
	Replayed bool         `json:"replayed"`
	Ledgers  bool         `json:"provenByLedger"`
	Witness  bool         `json:"witnessed"`
	accounted
}

// Run checks it.
func (c *Pack) Run(ctx context.Context, p *program) error {
	pinned, err := p.pinned()
	if err != nil {
		return err
	}
	var report pack.Report
	var made accounted
	err = c.over(p, c.File, func(in io.Reader, kept *state, counted *account) (err error) {
		report, err = pack.Verify(ctx, in, pack.Check{
			Pins:  pinned,
			State: kept, Each: func(_ int64, e ledger.Entry) error { return counted.count(e) },
		})
		if err == nil && report.Replayed {
			made, err = counted.close(kept)
		}
		return err
	})
	if err != nil {
		return mistaken(err, c.File, "pack")
	}
	return p.pack(packReport{
		Holds: true, Ledger: report.Ledger, Scope: report.Scope.String(), Size: report.Tree.N, Root: report.Tree.Hash.String(), Leaves: report.Leaves,
		Blocks: report.Blocks, Replayed: report.Replayed, Ledgers: report.Ledgers, Witness: pinned.Witnesses != "", accounted: made,
	})
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

func (p *program) pack(r packReport) error {
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
	p.account(r.accounted)
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
