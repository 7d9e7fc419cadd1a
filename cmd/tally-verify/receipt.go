package main

import (
	"fmt"
	"time"

	"tally/internal/audit/pins"
	"tally/internal/audit/receipt"
	"tally/internal/ledger"
	"tally/internal/voucher"
)

// Receipt checks one receipt.
type Receipt struct {
	File string `arg:"" help:"The receipt."`
}

// Help is shown below the usage.
func (Receipt) Help() string {
	return `A receipt shows that the command's authors signed it for the pinned ledger, that the log whose key you
pinned has it, and, where an embedded chain is pinned, that its sealer sealed it with this outcome. It does
not show that the rules allowed it, or that nobody was told another history: that takes a pack, and witnesses.

Example: tally-verify --pins pins.json receipt redemption.receipt`
}

// Run checks it.
func (c *Receipt) Run(p *program) error {
	pinned, err := p.pinned()
	if err != nil {
		return err
	}
	raw, err := readFile(c.File, receipt.MaxReceipt)
	if err != nil {
		return err
	}
	entry, r, err := receipt.Verify(raw, pinned)
	if err != nil {
		return mistaken(err, c.File, "receipt")
	}
	return p.receipt(entry, r, pinned)
}

// receiptReport is the report of a receipt that holds.
type receiptReport struct {
	Holds     bool            `json:"holds"`
	Leaf      int64           `json:"leaf"`
	Authors   []string        `json:"authors"`
	Ledger    bool            `json:"provenByLedger"`
	Witnessed bool            `json:"witnessed"`
	Outcome   voucher.Outcome `json:"outcome"`
}

func (p *program) receipt(e ledger.Entry, r receipt.Receipt, pinned pins.Pins) error {
	c, err := voucher.DecodeCommand(e.Command)
	if err != nil {
		return err
	}
	report := receiptReport{Holds: true, Leaf: r.Index, Ledger: pinned.EVM != nil, Witnessed: pinned.Witnesses != "", Outcome: e.Outcome}
	for _, author := range voucher.Signers(c) {
		report.Authors = append(report.Authors, author.String())
	}
	if p.JSON {
		return p.print(report)
	}
	p.lines(
		"HOLDS",
		fmt.Sprintf("command    %s", e.Outcome.ID),
		fmt.Sprintf("accepted   %s, at %s of the ledger", at(e.Outcome.Time), e.Outcome.Position),
		fmt.Sprintf("leaf       %d of the log", r.Index),
	)
	for _, author := range report.Authors {
		p.lines("signed by  " + author)
	}
	p.lines(eventLines(e.Outcome.Events)...)
	p.lines("ledger     "+shown(report.Ledger, "the sealer sealed it with these events", "not pinned, so not checked"),
		"witnesses  "+shown(report.Witnessed, "as many as your policy wants", "none asked for"))
	return nil
}

func shown(is bool, yes, no string) string {
	if is {
		return yes
	}
	return no
}

func at(unix uint64) string {
	return voucher.Time(unix).Format(time.RFC3339)
}
