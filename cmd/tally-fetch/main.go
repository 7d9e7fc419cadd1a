// Command tally-fetch is the auditor's puller of blocks: it takes the blocks of a
// Fabric channel from peers of two or more organisations of the auditor's
// choosing, compares them, and writes one file for tally-verify. Nothing comes
// from the operator's server.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"tally/internal/exact/flags"
	"tally/internal/version"
)

// Exit codes, those of tally.
const (
	exitDone         = 0
	exitFailed       = 1
	exitMisused      = 2
	exitNotConnected = 5
)

// What can go wrong, apart from a misuse.
var (
	errDiffer = errors.New("the peers do not show the same block")
	errPeer   = errors.New("a peer does not answer as it should")
	errBehind = errors.New("a peer does not have all the blocks that were asked for")
)

// misusedError says that the command cannot be carried out as it was given.
type misusedError struct{ error }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once: it may wait where no context reaches, as to open a FIFO
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

func run(ctx context.Context, args []string, out, errs io.Writer) int {
	var c fetch
	parser, err := newParser(&c, out, errs)
	if err != nil {
		fmt.Fprintln(errs, "tally-fetch:", err)
		return exitMisused
	}
	if _, err := parser.Parse(args); err != nil {
		fmt.Fprintln(errs, "tally-fetch:", err)
		fmt.Fprintln(errs, "Run tally-fetch --help for an example.")
		return exitMisused
	}
	fetched, err := c.run(ctx, errs)
	if err != nil {
		return c.failed(err, out, errs)
	}
	if c.JSON {
		_ = json.NewEncoder(out).Encode(fetched) // the exit code says it too
		return exitDone
	}
	fmt.Fprintf(out, "%d blocks in %s, the same at %s\n", fetched.Blocks, fetched.File, fetched.names())
	fmt.Fprintf(out, "genesis    0x%s\n", fetched.Genesis)
	return exitDone
}

func newParser(c *fetch, out, errs io.Writer) (*kong.Kong, error) {
	return kong.New(c,
		flags.Exact(), kong.Name("tally-fetch"), version.Flag(), kong.Description(description), kong.UsageOnError(), kong.Writers(out, errs))
}

// failed reports why there is no whole file.
func (c *fetch) failed(err error, out, errs io.Writer) int {
	var misused misusedError
	code := exitNotConnected
	switch {
	case errors.As(err, &misused):
		code = exitMisused
	case errors.Is(err, errDiffer), errors.Is(err, errOrganisation):
		code = exitFailed
	}
	if c.JSON {
		_ = json.NewEncoder(out).Encode(map[string]any{"failed": err.Error(), "exit": code}) // the exit code says it too
	}
	fmt.Fprintln(errs, "tally-fetch:", err)
	return code
}

const description = `Pulls the blocks of a Fabric channel from peers of two or more organisations, compares them, and writes them to one
file, which tally-verify checks offline. A file that was cut off is gone on with, and one that is whole grows to where
the channel is now.

What is compared: headers and transactions, byte for byte, and the verdicts on the transactions, with the hash that
peers keep over them. The orderers' signatures may differ from peer to peer, since any quorum will do; the first
peer's are kept.

Example:

    tally-fetch --channel vouchers --msp Jasmine --msp-cert cert.pem --msp-key key.pem \
        --peer Jasmine:peer1.jasmine@127.0.0.1:17500=jasmine-tlsca.pem \
        --peer Oolong:peer1.oolong@127.0.0.1:17510=oolong-tlsca.pem \
        --out channel.blocks
    tally-verify --pins pins.json channel channel.blocks

Exit codes: 0 done, 1 the peers do not agree or one is not whose it should be, 2 misused, 5 a peer cannot be reached or lags behind.`
