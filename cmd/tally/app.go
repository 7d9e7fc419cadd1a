package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/alecthomas/kong"
)

// Main is the program with everything it takes from its surroundings, so that
// tests run it in process.
type Main struct {
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer
	Env    func(name string) (string, bool)
	Now    func() time.Time
}

// cli is the grammar: one field for each family of commands.
type cli struct {
	Globals

	Key        keyCmd        `cmd:"" help:"Make and list keys."`
	Ledger     ledgerCmd     `cmd:"" help:"Show which ledger the server serves."`
	Operator   operatorCmd   `cmd:"" help:"Run the system: admit merchants, change the operators."`
	Merchant   merchantCmd   `cmd:"" help:"Show a merchant; open stores; let tills in."`
	Campaign   campaignCmd   `cmd:"" help:"Create, show, change and audit campaigns."`
	Ticket     ticketCmd     `cmd:"" help:"Vouch, as an attestor, that a wallet belongs to one person."`
	Claim      claimCmd      `cmd:"" help:"Claim a voucher."`
	Wallet     walletCmd     `cmd:"" help:"List a wallet's vouchers."`
	Show       showCmd       `cmd:"" help:"Show a voucher to its holder."`
	History    historyCmd    `cmd:"" help:"List what happened to a voucher, and who signed it."`
	Transfer   transferCmd   `cmd:"" help:"Give a voucher away."`
	Code       codeCmd       `cmd:"" help:"Sign the code that a wallet shows at the till."`
	Redeem     redeemCmd     `cmd:"" help:"Accept a code at a till."`
	Hold       holdCmd       `cmd:"" help:"Reserve at a till now, and take later."`
	Till       tillCmd       `cmd:"" help:"Run the agent of a till that cannot sign."`
	Cancel     cancelCmd     `cmd:"" help:"Make sure that a code can never be accepted."`
	Rollback   rollbackCmd   `cmd:"" help:"Give back what a redemption took."`
	Void       voidCmd       `cmd:"" help:"End a voucher."`
	Issue      issueCmd      `cmd:"" help:"Give vouchers to the wallets of a list."`
	Status     statusCmd     `cmd:"" help:"Settle an unknown outcome."`
	Receipt    receiptCmd    `cmd:"" help:"Take away the proof that a command was accepted."`
	Pins       pinsCmd       `cmd:"" help:"Print what an auditor pins of a ledger."`
	Checkpoint checkpointCmd `cmd:"" help:"Take away the log's latest checkpoint, and see that it only grew."`
	Export     exportCmd     `cmd:"" help:"Write an evidence pack of a history."`
	Doctor     doctorCmd     `cmd:"" help:"Find what is wrong with the set-up."`
	Demo       demoCmd       `cmd:"" help:"Play a whole story on this machine, from issue to audit."`
	Manual     manualCmd     `cmd:"" help:"Print the manual, for man or as Markdown."`
	Completion completionCmd `cmd:"" help:"Print a completion script for a shell."`
}

const description = `Vouchers on a permissioned ledger: for operators, merchants, tills and wallets.

Every command signs with a key of this machine; the server can stop what it is sent, not forge it.

Exit codes: 0 done; 1 a check failed; 2 misused: flags, files, keys or passphrase, and nothing was sent;
3 refused by the ledger or the server; 4 the outcome is unknown: settle it with "tally status ID";
5 no connection: nothing was sent.`

// app is one run of the program.
type app struct {
	Main
	*Globals
	parser *kong.Kong
}

// exited is what kong does instead of leaving the process, after --help.
type exited struct{ code int }

// Run carries out one command line and returns its exit code.
func (m Main) Run(ctx context.Context, args []string) (code int) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case exited:
			code = r.code
		default:
			panic(r)
		}
	}()
	var grammar cli
	a := &app{Main: m, Globals: &grammar.Globals}
	parser, err := m.parser(ctx, &grammar, a)
	if err != nil {
		return a.fail(err)
	}
	a.parser = parser
	parsed, err := parser.Parse(args)
	if err != nil {
		a.JSON = slices.Contains(args, "--json") // nothing was parsed
		return a.fail(misused("%v. Run tally --help, or the command with --help", err))
	}
	if err := a.checkServer(); err != nil {
		return a.fail(err)
	}
	if err := parsed.Run(); err != nil {
		return a.fail(err)
	}
	return exitOK
}

func (m Main) parser(ctx context.Context, grammar *cli, a *app) (*kong.Kong, error) {
	parser, err := kong.New(grammar,
		kong.Name("tally"),
		kong.Description(description),
		kong.Writers(m.Stdout, m.Stderr),
		kong.Exit(func(code int) { panic(exited{code}) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true}),
		kong.ValueFormatter(explainValue),
		kong.Resolvers(environment(m.Env)),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(a),
	)
	if err != nil {
		return nil, fmt.Errorf("build the command line: %w", err)
	}
	return parser, nil
}
