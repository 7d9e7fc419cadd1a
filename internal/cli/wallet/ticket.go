package wallet

import (
	"context"
	"errors"
	"time"

	"tally/internal/cli"
	"tally/internal/client"
	"tally/internal/terminal"
	"tally/internal/voucher"
)

// TicketCmd is the family of commands of an attestor, who knows which wallet is
// whose.
type TicketCmd struct {
	Sign ticketSignCmd `cmd:"" help:"Vouch that a wallet belongs to one person."`
	Show ticketShowCmd `cmd:"" help:"Show what a ticket says, and whether its signature holds."`
}

type ticketSignCmd struct {
	As       string             `required:"" help:"The attestor's key: one that the campaign names." placeholder:"KEY"`
	Wallet   string             `required:"" help:"The person's wallet: an address, or the name of a key." placeholder:"ADDRESS|KEY"`
	Person   string             `help:"Your own name of the person: an account number, say. It does not leave this machine." placeholder:"TEXT" xor:"subject" required:""`
	Subject  voucher.Hash       `help:"The person's pseudonym in this campaign, where you make them yourself." placeholder:"0x…" xor:"subject" required:""`
	Life     time.Duration      `help:"How long a claim can be made with it; at most 720h, since a person may change the wallet." default:"1h" least:"1s" most:"720h"`
	Out      string             `help:"File to write the ticket to; else it is printed." placeholder:"FILE"`
	Campaign voucher.CampaignID `arg:"" help:"The campaign's id, cmp_…"`
}

// Help shows an example.
func (ticketSignCmd) Help() string {
	return `A campaign that names attestors counts its limits for persons instead of keys, which are free: a claim then needs a
ticket of one of them. The ledger sees a pseudonym, which is made of the attestor's key, the campaign and --person: the
same person has the same one whatever the wallet, another one in every campaign, and nobody else can guess it. A person
whom two attestors vouch for counts twice: agree on who vouches for whom.

A ticket is of use to its wallet alone, so it is no secret.

Example:

    tally ticket sign --as harbour-pay --wallet alice --person 4711 --out alice.ticket cmp_000102030405060708090a0b0c0d0e0f
    tally claim --as alice --ticket alice.ticket cmp_000102030405060708090a0b0c0d0e0f`
}

// Run signs a ticket.
func (c *ticketSignCmd) Run(ctx context.Context, a *cli.App) error {
	if c.Person == "" && c.Subject.IsZero() {
		return cli.Misused("--person and --subject are empty: say whose wallet it is")
	}
	wallet, err := a.Address(c.Wallet)
	if err != nil {
		return err
	}
	domain, campaigns, err := offlineDomain(ctx, a)
	if err != nil {
		return err
	}
	attestor, err := a.Signer(c.As)
	if err != nil {
		return err
	}
	signer, subject := client.Signer{Domain: domain, Key: attestor}, c.Subject
	if c.Person != "" {
		subject = signer.Pseudonym(c.Campaign, c.Person)
	}
	ticket, err := signer.SignTicket(voucher.Ticket{
		Campaign: c.Campaign, Wallet: wallet, Subject: subject, Deadline: voucher.Unix(a.Now().Add(c.Life)),
	})
	if err != nil {
		return err
	}
	return printTicket(a, ticket, c.Out, campaigns(c.Campaign))
}

// printTicket writes a ticket to a file or, as it is in the file, to stdout.
func printTicket(a *cli.App, t client.Ticket, out string, of cli.Campaign) error {
	if out == "" {
		return a.PrintJSON(t) // what follows the ticket's own members would not be a ticket any more
	}
	if err := writeTicket(a, t, out); err != nil {
		return err
	}
	return a.Say(TicketAnswer{t, out, of.Clock(t.Ticket.Deadline)})
}

// TicketAnswer is a ticket, and where it was written to.
type TicketAnswer struct {
	client.Ticket
	File  string `json:"file,omitempty" help:"The file that has it."`
	Until string `json:"until,omitempty" help:"RFC 3339: the first instant too late to claim with it. In the campaign's zone where a server was asked, else in UTC."`
}

// Text shows a ticket.
func (t TicketAnswer) Text() terminal.Text {
	var fields []terminal.Field
	if t.File != "" {
		fields = append(fields, terminal.Field{"file", t.File})
	}
	return terminal.Text{Fields: append(fields,
		terminal.Field{"campaign", t.Ticket.Ticket.Campaign}, terminal.Field{"wallet", t.Ticket.Ticket.Wallet},
		terminal.Field{"attestor", t.Ticket.Ticket.Attestor}, terminal.Field{"subject", t.Ticket.Ticket.Subject},
		terminal.Field{"until", t.Until}, terminal.Field{"ledger", t.Ledger},
		terminal.Field{"signature", t.Signature})}
}

// Answers implements cli.Answerer.
func (*ticketSignCmd) Answers() cli.Answer { return TicketAnswer{} }

// Answers implements cli.Answerer.
func (*ticketShowCmd) Answers() cli.Answer { return TicketAnswer{} }

type ticketShowCmd struct {
	File string `arg:"" help:"The ticket's file, or - for stdin."`
}

// Help shows an example.
func (ticketShowCmd) Help() string {
	return `No server is asked: whether the campaign names the attestor, and whether the person may claim, the ledger says.

Example:

    tally ticket show alice.ticket`
}

// Run shows a ticket. It exits with 1 if the signature is not its attestor's.
func (c *ticketShowCmd) Run(a *cli.App) error {
	t, err := readTicket(a, c.File)
	if err != nil {
		return err
	}
	if err := checkTicket(a, t); err != nil {
		return err
	}
	return a.Say(TicketAnswer{t, "", terminal.Clock(t.Ticket.Deadline, nil)})
}

// checkTicket recovers the signer.
func checkTicket(a *cli.App, t client.Ticket) error {
	if a.LedgerID != nil && *a.LedgerID != t.Ledger {
		return cli.WrongLedger(*a.LedgerID, t.Ledger)
	}
	switch err := t.Check(); {
	case errors.Is(err, client.ErrNotAttestor):
		return cli.Failed("the signature is not by %s, whom the ticket names", t.Ticket.Attestor)
	case err != nil:
		return cli.Misused("the ticket's signature: %w", err)
	}
	return nil
}
