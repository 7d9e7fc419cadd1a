package wallet

import (
	"context"
	"fmt"
	"slices"
	"time"

	"tally/internal/cli"
	"tally/internal/client"
	"tally/internal/intent"
	"tally/internal/terminal"
	"tally/internal/voucher"
)

// CodeCmd signs the code that a wallet shows at the till.
type CodeCmd struct {
	As       string        `required:"" help:"The wallet's key." placeholder:"KEY"`
	Vouchers []string      `arg:"" optional:"" name:"voucher" help:"Vouchers to offer, vch_…; at most 30. With --cart, those to choose from; without any, all that the wallet holds."`
	Units    *uint64       `help:"The most units of each that a till may take; 1 if not set. For a card of stored value give --amount." placeholder:"N" xor:"most"`
	Amount   string        `help:"The most money that a till may take of a card of stored value. It takes a server, which knows the currency." placeholder:"MONEY" xor:"most"`
	Life     time.Duration `help:"How long the code is good for; at most 10m." default:"5m" least:"1s" most:"10m"`
	Hold     time.Duration `help:"Let the till reserve for so long, and take later; at most 168h. If not set, the till takes at once." least:"1s" most:"168h" placeholder:"2h"`
	Qr       bool          `help:"Draw the code in the terminal as well, for a till's scanner."`
	Png      string        `help:"Write the code as a picture, too." placeholder:"FILE"`
	Svg      string        `help:"The same as SVG." placeholder:"FILE"`
	Merchant string        `help:"With --cart: the merchant, its address or the name of its root key." placeholder:"ADDRESS|KEY"`
	Store    uint32        `help:"With --cart: the store." placeholder:"N" type:"store"`
	Salt     voucher.Hash  `help:"With --record that is there already: its salt." placeholder:"0x…"`

	cli.Basket `embed:""`
}

// Help shows an example.
func (CodeCmd) Help() string {
	return `Everybody who sees the code can spend it at a till, once, until it ends: show it to the till only.
Pictures of it are files that nobody else can read: delete them when they
are shown. With --ledger-id no server is asked, so a wallet can sign while it is offline. A newer
code of a voucher ends the older ones when it is used.

With --cart it signs for one order and no other: the vouchers that take off most, and the hash of the order record.
Give record and salt to the till: tally redeem --record order.json --salt 0x….

Examples:

    tally code --as wallet-1 vch_000102030405060708090a0b0c0d0e0f0000002a
    tally code --as wallet-1 --qr vch_000102030405060708090a0b0c0d0e0f0000002a
    tally code --as wallet-1 --png code.png --svg code.svg vch_000102030405060708090a0b0c0d0e0f0000002a
    tally code --as wallet-1 --hold 2h vch_000102030405060708090a0b0c0d0e0f0000002a
    tally code --as wallet-1 --merchant root --store 1 --cart cart.json --record order.json`
}

// SignedCode is the answer to a code that was signed.
type SignedCode struct {
	Code      string        `json:"code" help:"The code: a secret until it is used."`
	ID        voucher.Hash  `json:"id" help:"The id of the command that it becomes at the till."`
	Until     string        `json:"until" help:"RFC 3339: the first instant too late to use it."`
	Lines     []OfferedLine `json:"lines" help:"What it offers: of each voucher, units at most."`
	HoldUntil string        `json:"hold_until,omitempty" help:"RFC 3339: until when the till may reserve. Left out where the code spends at once."`
	Files     []string      `json:"files,omitempty" help:"The pictures that were written."`
	Record    string        `json:"record,omitempty" help:"The file of the order record that the code is for."`
	Salt      *voucher.Hash `json:"salt,omitempty" help:"The salt of the record: the till needs both."`
}

// OfferedLine is a voucher that a code offers.
type OfferedLine struct {
	Voucher string `json:"voucher"`
	Units   uint64 `json:"units"`
}

func offeredLines(offer voucher.Redeem) (lines []OfferedLine) {
	for _, line := range offer.Lines {
		lines = append(lines, OfferedLine{line.Ref().String(), line.Units})
	}
	return lines
}

// Text is the code alone: what else is said goes to stderr.
func (c SignedCode) Text() terminal.Text {
	return terminal.Text{Fields: []terminal.Field{{c.Code, ""}}}
}

func holdWords(until uint64, of cli.Campaign) string {
	if until == 0 {
		return ""
	}
	return of.Clock(until)
}

// Answers implements cli.Answerer.
func (*CodeCmd) Answers() cli.Answer { return SignedCode{} }

// Run signs a code.
func (c *CodeCmd) Run(ctx context.Context, a *cli.App) error { //nolint:gocognit // each flag has its word
	if c.Basket.Given() {
		return c.order(ctx, a)
	}
	if len(c.Vouchers) == 0 {
		return cli.Misused("name the vouchers to offer, vch_…, or an order with --cart")
	}
	if len(c.Vouchers) > voucher.MaxLines {
		return cli.Misused("a code offers 1 to %d vouchers, not %d: sign several codes", voucher.MaxLines, len(c.Vouchers))
	}
	refs := make([]voucher.Ref, len(c.Vouchers))
	for i, text := range c.Vouchers {
		ref, err := cli.ParseRef(text)
		if err != nil {
			return err
		}
		refs[i] = ref
	}
	if c.Hold != 0 && c.Hold < c.Life {
		return cli.Misused("--hold %s: longer than the code is good for", c.Hold)
	}
	if c.Units != nil && *c.Units == 0 {
		return cli.Misused("--units 0: no till can take such a code: 1 to %d", uint64(voucher.MaxUnits))
	}
	domain, campaigns, err := offlineDomain(ctx, a)
	if err != nil {
		return err
	}
	units, err := c.units(ctx, a, refs)
	if err != nil {
		return err
	}
	key, err := a.Signer(c.As)
	if err != nil {
		return err
	}
	in := client.Offer(refs, units, a.Now(), c.Life)
	if c.Hold != 0 {
		in.HoldUntil = in.SignedAt + uint64(c.Hold/time.Second) //nolint:gosec // above zero
	}
	code, err := client.Signer{Domain: domain, Key: key}.SignOffer(in)
	if err != nil {
		return cli.Misused("%w", err)
	}
	text, err := domain.Text(code)
	if err != nil {
		return cli.Misused("%w", err)
	}
	if err := c.draw(a, text); err != nil {
		return err
	}
	of := campaigns(refs[0].Campaign)
	return printCode(a, SignedCode{
		Code: text, ID: domain.Digest(code.Offer), Until: of.Clock(code.Offer.Deadline), Lines: offeredLines(code.Offer),
		HoldUntil: holdWords(code.Offer.HoldUntil, of), Files: c.pictures(),
	})
}

// pictures are the files of the pictures.
func (c *CodeCmd) pictures() []string {
	return slices.DeleteFunc([]string{c.Png, c.Svg}, func(path string) bool { return path == "" })
}

// draw draws the code where it was asked for. In the terminal it goes to stderr,
// because stdout is the code's text alone.
func (c *CodeCmd) draw(a *cli.App, text string) error {
	if !c.Qr && c.Png == "" && c.Svg == "" {
		return nil
	}
	drawn, err := terminal.DrawSymbol(text)
	if err != nil {
		return err
	}
	if c.Qr {
		fmt.Fprint(a.Stderr, drawn.Text(terminal.IsTerminal(a.Stderr)))
	}
	if c.Png != "" {
		picture, err := drawn.PNG()
		if err != nil {
			return fmt.Errorf("draw code: %w", err)
		}
		if err := a.WriteSecret(c.Png, picture); err != nil {
			return err
		}
	}
	if c.Svg != "" {
		return a.WriteSecret(c.Svg, drawn.SVG())
	}
	return nil
}

// offlineDomain is the pinned ledger's, or that of the server's ledger. campaigns finds
// what the server says of a campaign; where no server is asked, instants are in UTC.
func offlineDomain(ctx context.Context, a *cli.App) (d *intent.Domain, campaigns func(voucher.CampaignID) cli.Campaign, err error) {
	if a.LedgerID != nil {
		return intent.NewDomain(*a.LedgerID), func(voucher.CampaignID) cli.Campaign { return cli.Campaign{} }, nil
	}
	s, err := a.Connect(ctx)
	if err != nil {
		return nil, nil, err
	}
	titles := cli.NewTitles(s.Client)
	return s.Domain, func(id voucher.CampaignID) cli.Campaign { return titles.Campaign(ctx, id) }, nil
}

// printCode prints the code alone on stdout, so that it can be piped to a till.
func printCode(a *cli.App, signed SignedCode) error {
	if a.JSON {
		return a.Say(signed)
	}
	fmt.Fprintf(a.Stderr, "good until %s; command %s\n", signed.Until, signed.ID)
	if signed.Salt != nil {
		fmt.Fprintf(a.Stderr, "for the order in %s, with the salt %s\n", terminal.Cell(signed.Record), signed.Salt)
	}
	_, err := fmt.Fprintln(a.Stdout, signed.Code)
	return err
}
