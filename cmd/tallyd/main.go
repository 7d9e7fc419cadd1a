// Command tallyd is the Tally server: a ledger, an index and the HTTP API in
// one process. This file parses flags; serve.go wires the parts.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"tally/internal/completion"
	"tally/internal/exact/flags"
	"tally/internal/version"
	"tally/internal/voucher"
)

// Exit codes.
const (
	exitOK      = 0
	exitFailed  = 1
	exitMisused = 2
)

type cli struct {
	Serve  Serve  `cmd:"" help:"Serve the API. Founds a new ledger in an empty data directory."`
	Deploy Deploy `cmd:"" help:"Found a ledger on an EVM network: deploy its contracts and name its operators."`
	Found  Found  `cmd:"" help:"Found a ledger on a Fabric channel, whose organisations have committed the chaincode, and name its operators."`

	CheckConfig CheckConfig `cmd:"" help:"Look through a configuration without serving."`
	CheckIndex  CheckIndex  `cmd:"" help:"Compare the index on Redis with what the ledger makes."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}

func run(ctx context.Context, args []string) int {
	forgetEmpty()
	parser, err := newParser(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, "tallyd:", err)
		return exitFailed
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintln(os.Stderr, "tallyd:", err)
		fmt.Fprintln(os.Stderr, "Run tallyd --help for the flags.")
		return exitMisused
	}
	if err := parsed.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "tallyd:", err)
		return exitFailed
	}
	return exitOK
}

// forgetEmpty unsets empty TALLYD_ variables: TALLYD_TLS_CERT=${CERT:-} means "not
// set", and kong would take an empty file name for the working directory.
func forgetEmpty() {
	for _, variable := range os.Environ() {
		if name, value, _ := strings.Cut(variable, "="); value == "" && strings.HasPrefix(name, "TALLYD_") {
			_ = os.Unsetenv(name) // the name is one: the system gave it
		}
	}
}

func newParser(ctx context.Context) (*kong.Kong, error) {
	return kong.New(&cli{},
		kong.Name("tallyd"), version.Flag(), completion.Command(),
		kong.Description("The Tally server: vouchers on a permissioned ledger.\n\n"+
			"Example: tallyd serve --data ./data --operator 0x0123…\n\n"+
			"Exit codes: 0 stopped as asked, 1 failed, 2 misused."),
		kong.Configuration(readSettings),
		flags.Exact(), flags.Addresses[voucher.Address](),
		kong.Vars{"ledgers": ledgerNames(), "ledgers_help": ledgersHelp()},
		kong.BindTo(ctx, (*context.Context)(nil)),
	)
}
