package main

import (
	"fmt"

	"tally/internal/audit/pins"
	"tally/internal/audit/receipt"
	"tally/internal/books"
	"tally/internal/ledger"
	"tally/internal/terminal"
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
	Verb      string          `json:"verb"`
	Instant   string          `json:"instant"` // RFC 3339: when the ledger judged it
	Authors   []string        `json:"authors"`
	Vouchers  []string        `json:"vouchers,omitempty"` // vch_…
	Ledger    bool            `json:"provenByLedger"`
	Witnessed bool            `json:"witnessed"`
	Outcome   voucher.Outcome `json:"outcome"`
}

func (p *program) receipt(e ledger.Entry, r receipt.Receipt, pinned pins.Pins) error {
	c, err := voucher.DecodeCommand(e.Command)
	if err != nil {
		return err
	}
	lines, err := names{}.lines(e.Outcome.Events)
	if err != nil {
		return err
	}
	report := receiptReport{Holds: true, Verb: verbOf(c, e.Outcome.Events), Instant: at(e.Outcome.Time), Leaf: r.Index, Ledger: pinned.EVM != nil || pinned.Journal != nil, Witnessed: pinned.Witnesses != "", Outcome: e.Outcome}
	signers := voucher.Signers(c)
	for _, author := range signers {
		report.Authors = append(report.Authors, author.String())
	}
	for _, ref := range books.Summarise(e.Outcome.Events).Vouchers {
		report.Vouchers = append(report.Vouchers, ref.String())
	}
	if p.JSON {
		return p.print(report)
	}
	p.lines(
		"HOLDS",
		fmt.Sprintf("command    %s: %s", report.Verb, e.Outcome.ID),
		fmt.Sprintf("accepted   %s, at %s of the ledger", report.Instant, e.Outcome.Position),
		fmt.Sprintf("leaf       %d of the log", r.Index),
	)
	for _, author := range signers {
		p.lines("signed by  " + terminal.Address(author))
	}
	p.lines(lines...)
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

// at is an instant in UTC, where no campaign's zone is known.
func at(unix uint64) string { return terminal.Clock(unix, nil) }
