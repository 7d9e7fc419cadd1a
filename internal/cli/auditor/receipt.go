package auditor

import (
	"context"

	"tally/internal/audit/receipt"
	"tally/internal/cli"
	"tally/internal/client"
	"tally/internal/ledger"
	"tally/internal/terminal"
	"tally/internal/voucher"
)

// ReceiptCmd takes a receipt away.
type ReceiptCmd struct {
	As string `help:"A key of somebody whom the command concerns: its author, the owner, the till, the merchant." placeholder:"KEY" xor:"who" required:""`
	// Not Token's: here it is one of two ways to say who asks.
	Token string `help:"File with an auditor's token, instead of --as." placeholder:"FILE" xor:"who" required:""`
	Pinned
	Out string       `help:"File to write the receipt to; else it is printed." placeholder:"FILE"`
	ID  voucher.Hash `arg:"" help:"The command's id, 0x…"`
}

// Help shows an example.
func (ReceiptCmd) Help() string {
	return `A receipt proves, without the server and for as long as it is kept, that a command was accepted, when, and with what
outcome. It is checked before it is given out: with --pins against what you know yourself. Anybody checks it again with
tally-verify.

Example:

    tally receipt --as alice --out sale.receipt 0x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f
    tally-verify --pins pins.json receipt sale.receipt`
}

// Receipted is what --json prints of a receipt.
type Receipted struct {
	Command  voucher.Hash     `json:"command" help:"The command's id."`
	Position voucher.Position `json:"position" help:"Its place in the ledger."`
	Leaf     int64            `json:"leaf" help:"Its place in the log, from 0."`
	Bytes    int              `json:"bytes" help:"The size of the receipt."`
	File     string           `json:"file,omitempty" help:"The file that has it."`
	Receipt  string           `json:"receipt,omitempty" help:"The receipt itself, where it went to no file."`
}

// Text shows a receipt that went to a file.
func (r Receipted) Text() terminal.Text {
	return terminal.Text{Fields: []terminal.Field{{"command", r.Command}, {"position", r.Position}, {"leaf", r.Leaf}, {"bytes", r.Bytes}, {"file", r.File}}}
}

// Answers implements cli.Answerer.
func (*ReceiptCmd) Answers() cli.Answer { return Receipted{} }

// Run takes a receipt away.
func (c *ReceiptCmd) Run(ctx context.Context, a *cli.App) error {
	reader, err := c.client(ctx, a)
	if err != nil {
		return err
	}
	s, err := inspect(a, ctx, reader, c.Pinned)
	if err != nil {
		return err
	}
	raw, err := reader.Receipt(ctx, c.ID)
	if err != nil {
		return err
	}
	entry, r, err := s.receipt(raw, c.ID)
	if err != nil {
		return err
	}
	if !a.JSON || c.Out != "" {
		if err := deliver(a, c.Out, raw); err != nil {
			return err
		}
	}
	if c.Out == "" && !a.JSON {
		return nil
	}
	told := Receipted{Command: c.ID, Position: entry.Outcome.Position, Leaf: r.Index, Bytes: len(raw), File: c.Out}
	if c.Out == "" {
		told.Receipt = string(raw)
	}
	return a.Say(told)
}

func (c *ReceiptCmd) client(ctx context.Context, a *cli.App) (*client.Client, error) {
	if c.Token != "" {
		return Token{c.Token}.open(a)
	}
	return a.ClientAs(ctx, c.As)
}

// receipt checks a receipt, and that it is the command's.
func (s *auditing) receipt(raw []byte, id voucher.Hash) (ledger.Entry, receipt.Receipt, error) {
	entry, r, err := receipt.Verify(raw, s.pinned)
	if err != nil {
		return entry, r, forged("receipt", err)
	}
	if entry.Outcome.ID != id {
		return entry, r, cli.Failed("the server gave the receipt of another command, %s", entry.Outcome.ID)
	}
	return entry, r, nil
}
