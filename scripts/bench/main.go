// Command bench measures Tally, and beside it what one would have without it:
// real processes on this machine, the same clients for both sides, in turns.
//
//	make bench                        everything, in about twenty minutes
//	make bench BENCH="redeem lookup"  some of it
//	make soak SOAK=30m                one server under mixed load: does it grow?
//
// Its parts: stage starts the processes, shop makes and signs what is sent, load
// sends it; coupontable and bareread are the programs beside tallyd. Here are the
// sections, one file each, and the tables.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"tally/internal/exact/flags"
)

// Exit codes.
const (
	exitOK      = 0
	exitFailed  = 1
	exitMisused = 2
)

type cli struct {
	Run  Run  `cmd:"" help:"Measure."`
	Soak Soak `cmd:"" help:"Have one server serve for long, and see whether it grows."`
}

// Output is where a command writes.
type Output struct {
	Tables   io.Writer
	Progress io.Writer
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], Output{Tables: os.Stdout, Progress: os.Stderr})
	stop()
	os.Exit(code)
}

func run(ctx context.Context, args []string, out Output) int {
	parser, err := newParser(ctx, out)
	if err != nil {
		fmt.Fprintln(out.Progress, "bench:", err)
		return exitFailed
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintln(out.Progress, "bench:", err)
		return exitMisused
	}
	if err := parsed.Run(); err != nil {
		fmt.Fprintln(out.Progress, "bench:", err)
		return exitFailed
	}
	return exitOK
}

func newParser(ctx context.Context, out Output) (*kong.Kong, error) {
	return kong.New(&cli{},
		flags.Exact(), kong.Name("bench"),
		kong.Description("Measures Tally on this machine. Exit codes: 0 measured, 1 failed, 2 misused."),
		kong.Vars{"sections": strings.Join(sectionNames(), ", ")},
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(out),
	)
}
