// Command tally-network makes and runs a Fabric network on this machine: all of
// it to try things out, or the part of one host of a consortium.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"tally/internal/completion"
	"tally/internal/exact/flags"
	"tally/internal/version"
)

const description = `A Fabric network for Tally, without containers.

Everything follows from one description: which organisations there are, where their peers and orderers run, how
blocks are cut and who must endorse. network/fabric/README.md explains it.

Exit codes: 0 done; 1 it failed, or status found something that does not work; 2 misused.`

// grammar is one field for each command.
type grammar struct {
	Globals

	Up       upCmd       `cmd:"" help:"Make the network if there is none, start what does not run, wait until it can be used."`
	Down     downCmd     `cmd:"" help:"End its processes; --erase ends the network for good."`
	Run      runCmd      `cmd:"" help:"Bring a host's part up and keep it up until told to end: as a service."`
	Status   statusCmd   `cmd:"" help:"Show every node and what does not work, with the reason: each peer itself is asked to endorse."`
	Connect  connectCmd  `cmd:"" help:"Print the environment of a tallyd for an organisation."`
	Generate generateCmd `cmd:"" help:"Make identities and the genesis block, and start nothing."`
	Bundle   bundleCmd   `cmd:"" help:"Write for each host what it needs, with only its own keys."`
	Start    startCmd    `cmd:"" help:"Start a node."`
	Stop     stopCmd     `cmd:"" help:"End a node in good order."`
	Restart  restartCmd  `cmd:"" help:"End a node and its chaincode in good order, and start them again."`
	Renew    renewCmd    `cmd:"" help:"Give nodes and users new certificates for the keys that they have."`
	Kill     killCmd     `cmd:"" help:"End a node as a power cut would."`
	Log      logCmd      `cmd:"" help:"Print the path of a node's log."`
	Plan     planCmd     `cmd:"" help:"Count channels and hosts for a number of redemptions a second, from measured rates."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once: it may wait where no context reaches, as to open a FIFO
	parser := newParser(ctx)
	parsed, err := parser.Parse(os.Args[1:])
	code := 0
	if err != nil {
		fmt.Fprintln(os.Stderr, "tally-network:", err)
		code = 2
	} else if err := parsed.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "tally-network:", err)
		code = 1
	}
	stop()
	os.Exit(code)
}

func newParser(ctx context.Context) *kong.Kong {
	var g grammar
	return kong.Must(&g, flags.Exact(), kong.Name("tally-network"), version.Flag(), completion.Command(), kong.Description(description),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true}),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(&g.Globals))
}
