// Command tally-witness watches that logs only grow, and cosigns their
// checkpoints. Auditors name it in their policies.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"tally/internal/completion"
	"tally/internal/exact/flags"
	"tally/internal/version"
)

// Exit codes.
const (
	exitOK      = 0
	exitFailed  = 1
	exitMisused = 2
)

const description = `Watches that logs only grow, and cosigns their checkpoints, as C2SP tlog-witness and tlog-cosignature have it.

Run it on a machine that the log's operator has no hand in. It keeps one key and, of each log, the last checkpoint
that it cosigned: copy the first, and never bring an older copy of the second back.

Example: tally-witness serve --data ./witness --name example.org/w1 --log 'tally/8f3a…+a7c1d2e3+ATLg…'

Exit codes: 0 done, or stopped as asked; 1 it failed; 2 misused.`

type cli struct {
	Serve Serve `cmd:"" help:"Cosign checkpoints over HTTP. Makes a key in an empty data directory."`
	Show  Show  `cmd:"" help:"Show the key that auditors and logs need, and what was cosigned last."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// output is where the commands write.
type output struct{ out, err io.Writer }

func run(ctx context.Context, args []string, out, errs io.Writer) int {
	parser, err := newParser(ctx, out, errs)
	if err != nil {
		fmt.Fprintln(errs, "tally-witness:", err)
		return exitFailed
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintln(errs, "tally-witness:", err)
		fmt.Fprintln(errs, "Run tally-witness --help for the commands.")
		return exitMisused
	}
	if err := parsed.Run(); err != nil {
		fmt.Fprintln(errs, "tally-witness:", err)
		return exitFailed
	}
	return exitOK
}

func newParser(ctx context.Context, out, errs io.Writer) (*kong.Kong, error) {
	return kong.New(&cli{}, flags.Exact(), kong.Name("tally-witness"), version.Flag(), completion.Command(), kong.Description(description), kong.Writers(out, errs),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(&output{out, errs}))
}
