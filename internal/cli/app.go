package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"tally/internal/exact/flags"
	"tally/internal/outbox"
	"tally/internal/version"
	"tally/internal/voucher"
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

const description = `Vouchers on a permissioned ledger: for operators, merchants, tills and wallets.

Every command signs with a key of this machine; the server can stop what it is sent, not forge it.

Exit codes: 0 done; 1 a check failed; 2 misused: flags, files, keys or passphrase, and nothing was sent;
3 refused by the ledger or the server; 4 the outcome is unknown: give the same command again, or see tally outbox;
5 no connection: nothing was sent; 6 accepted by the ledger, and the answer could not be written.`

// App is one run of the program.
type App struct {
	Main
	*Globals
	parser *kong.Kong

	line given        // what this run was asked for
	salt voucher.Hash // of the details that it sends; zero if there are none
	kept *outbox.Item // what it put into the outbox
}

// exited is what kong does instead of leaving the process, after --help.
type exited struct{ code int }

// Run carries out one command line and returns its exit code. grammar is a kong
// grammar, which has globals in it.
func (m Main) Run(ctx context.Context, args []string, grammar any, globals *Globals) (code int) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case exited:
			code = r.code
		default:
			panic(r)
		}
	}()
	a := &App{Main: m, Globals: globals}
	collect := holdCollector()
	defer collect()
	parser, err := m.Parse(ctx, grammar, a)
	if err != nil {
		return a.fail(err)
	}
	a.parser = parser
	parsed, err := parser.Parse(args)
	collect()
	if errors.Is(err, syscall.EPIPE) { // help, to a reader who has seen enough
		return ExitOK
	}
	if err != nil {
		a.JSON = slices.Contains(args, "--json") // nothing was parsed
		return a.fail(Misused("%v. Run tally --help, or the command with --help", err))
	}
	if err := a.checkServer(); err != nil {
		return a.fail(err)
	}
	code = ExitOK
	if err := a.carryOut(ctx, parsed); err != nil {
		code = a.fail(a.clocked(ctx, a.unwritten(err)))
	}
	a.release(code)
	return code
}

// holdCollector has no garbage collected until collect is called, once or again. A grammar
// is some megabytes that are wanted until the process ends: to look for garbage in them
// while they are made is an eighth of the start of a command.
func holdCollector() (collect func()) {
	percent := debug.SetGCPercent(-1)
	return sync.OnceFunc(func() { debug.SetGCPercent(percent) })
}

// carryOut carries out a command, or sends again what was signed for it before.
func (a *App) carryOut(ctx context.Context, parsed *kong.Context) (err error) {
	if a.line, err = a.given(parsed); err != nil {
		return err
	}
	if done, err := a.resume(ctx, parsed.Selected()); done {
		return err
	}
	return parsed.Run()
}

// Parse makes the parser of a grammar, for commands that take a context and the app.
func (m Main) Parse(ctx context.Context, grammar any, a *App) (*kong.Kong, error) {
	parser, err := kong.New(grammar,
		kong.Name("tally"), version.Flag(),
		kong.Description(description),
		kong.Writers(m.Stdout, m.Stderr),
		kong.Exit(func(code int) { panic(exited{code}) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true}),
		kong.ValueFormatter(explainValue),
		kong.Resolvers(environment(m.Env)),
		flags.Exact(), flags.Addresses[voucher.Address](),
		flags.Text("name", voucher.MaxName), flags.Text("reason", voucher.MaxReason),
		flags.Number("store", 1, voucher.MaxStore), flags.Number("units", 1, voucher.MaxUnits),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(a),
	)
	if err != nil {
		return nil, fmt.Errorf("build the command line: %w", err)
	}
	flags.Common(parser.Model)
	return parser, nil
}
