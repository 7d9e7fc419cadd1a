// Command tally-verify is the auditor's program: it checks receipts,
// checkpoints and evidence packs offline, against what the auditor has pinned,
// and believes nothing else. It opens no connection.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"syscall"

	"github.com/alecthomas/kong"

	"tally/internal/audit/pins"
	"tally/internal/completion"
	"tally/internal/exact/flags"
	"tally/internal/pricing"
	"tally/internal/terminal"
	"tally/internal/version"
	"tally/internal/voucher"
)

// Exit codes.
const (
	exitHolds   = 0
	exitNot     = 1
	exitMisused = 2 // or stopped, or this machine failed
)

type cli struct {
	Pins string `help:"File with what you have pinned: the ledger's id, the key of its log, and more. It must come from elsewhere than what it is to check." placeholder:"FILE" env:"TALLY_PINS" type:"path"`
	JSON bool   `name:"json" help:"Print the report as one JSON object."`

	Receipt    Receipt    `cmd:"" help:"Check a receipt: was this command accepted, with this outcome?"`
	Checkpoint Checkpoint `cmd:"" help:"Check that a later checkpoint of the log contains an earlier one."`
	Order      Order      `cmd:"" help:"Check the price of an order: do the terms make this of the cart, and did the till sign it?"`
	Pack       Pack       `cmd:"" help:"Check an evidence pack: does a whole history follow the rules?"`
	Channel    Channel    `cmd:"" help:"Check the blocks of a Fabric channel, from the first one on: were they ordered, endorsed and judged as the channel agreed, and does the whole history follow the rules?"`
}

// program is where the commands read and write.
type program struct {
	cli
	out *output
	err io.Writer
}

// collectAt is by how much, in percent, the heap may grow between two garbage
// collections. The live heap is a few MiB, so with Go's 100 percent the collector
// would run all the time.
const collectAt = 400

// collectFrom is a limit on the heap, in bytes. Near it the collector runs as often
// as it must: a file that was made to fill the memory is checked all the same.
const collectFrom = 128 << 20

func main() {
	debug.SetGCPercent(collectAt)
	debug.SetMemoryLimit(collectFrom)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)   // a second signal ends the process at once: it may wait where no context reaches, as to open a FIFO
	signal.Ignore(syscall.SIGPIPE) // a reader who has seen enough must not leave the state on the disk
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// misusedError says that a command cannot be carried out as it was given.
type misusedError struct{ error }

// undecidedError says that this machine stood in the way, as a full disk does: nothing was
// learnt of what was to be checked.
type undecidedError struct{ error }

// exited is what kong does instead of leaving the process, after --help.
type exited struct{ code int }

func run(ctx context.Context, args []string, out, errs io.Writer) (code int) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case exited:
			code = r.code
		default:
			panic(r)
		}
	}()
	p := &program{out: newOutput(out), err: errs}
	parser, err := p.parser(ctx, out)
	if err != nil {
		return p.exit(misusedError{err})
	}
	parsed, err := parser.Parse(args)
	if errors.Is(err, syscall.EPIPE) { // help, to a reader who has seen enough
		return exitHolds
	}
	if err != nil {
		p.JSON = slices.Contains(args, "--json") // nothing was parsed
		return p.exit(misusedError{fmt.Errorf("%w. Run tally-verify --help, or the command with --help", err)})
	}
	return p.exit(errors.Join(parsed.Run(), p.out.Flush()))
}

// parser makes the parser of the command line.
func (p *program) parser(ctx context.Context, out io.Writer) (*kong.Kong, error) {
	parser, err := kong.New(&p.cli,
		flags.Exact(), flags.Number("instant", 1, voucher.MaxInstant), flags.Number("sample", 1, maxSample), flags.Text("seed", maxSeed),
		kong.Name("tally-verify"), version.Flag(), completion.Command(),
		kong.Description("Checks what a Tally server gave you, offline, against what you have pinned.\n\n"+
			"Example: tally-verify --pins pins.json pack evidence.pack\n\n"+
			"Exit codes: 0 it holds; 1 it does not hold; 2 nothing was decided, or it could not be said: misused, stopped, a full disk."),
		kong.Writers(out, p.err), kong.Exit(func(code int) { panic(exited{code}) }),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(p),
	)
	if err == nil {
		flags.Common(parser.Model)
	}
	return parser, err
}

// exit reports why something does not hold, or could not be said.
func (p *program) exit(err error) int {
	if err == nil || errors.Is(p.out.failed, syscall.EPIPE) { // a reader who has seen enough, as head does: by then all held
		return exitHolds
	}
	if code, reason := p.undecided(err); code != "" {
		if p.JSON {
			_ = printJSON(p.err, failure{code, reason}) // the exit code says it too
		} else {
			fmt.Fprintln(p.err, "tally-verify:", terminal.Plain(reason))
		}
		return exitMisused
	}
	if p.JSON {
		_ = p.print(notHeld(err)) // the exit code says it too
		_ = p.out.Flush()         // likewise: a verdict that cannot be written is still the exit code
	}
	fmt.Fprintln(p.err, "DOES NOT HOLD:", terminal.Plain(err.Error()))
	return exitNot
}

// undecided is why an error says nothing of what was to be checked, and a code for it; an
// empty code where it does say that it does not hold.
func (p *program) undecided(err error) (code, reason string) {
	var misused misusedError
	var undecided undecidedError
	switch {
	case p.out.failed != nil:
		return "unwritten", "the report could not be written: " + p.out.failed.Error()
	case errors.Is(err, context.Canceled):
		return "stopped", "stopped before the end: nothing was decided"
	case errors.As(err, &undecided):
		return "failed", err.Error()
	case errors.As(err, &misused):
		return "misused", err.Error()
	default:
		return "", ""
	}
}

// notHeld is the report of what does not hold. Where a number of an order is wrong, it
// says which, what it is, and what it has to be.
func notHeld(err error) map[string]any {
	report := map[string]any{"holds": false, "reason": err.Error()}
	var number *pricing.DifferenceError
	if errors.As(err, &number) {
		report["path"], report["is"], report["want"] = number.Path, number.Is, number.Want
	}
	return report
}

// pinned reads the pins. Without any nothing can be checked.
func (p *program) pinned() (pins.Pins, error) {
	if p.Pins == "" {
		return pins.Pins{}, misusedError{errors.New("--pins is missing: what is nothing held against proves nothing")}
	}
	raw, err := readFile(p.Pins, pins.MaxFile)
	if err != nil {
		return pins.Pins{}, err
	}
	pinned, err := pins.Parse(raw)
	if err != nil {
		return pinned, misusedError{fmt.Errorf("%s: %w", p.Pins, err)}
	}
	return pinned, nil
}

// readFile reads at most limit bytes of a file, and one more: that one says that
// the file is too long.
func readFile(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, misusedError{err}
	}
	raw, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, misusedError{err}
	}
	return raw, nil
}
