// Command tally is Tally at the command line: for operators, merchants, tills
// and wallets. Keys stay on this machine; what they sign goes to a server.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"

	"tally/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once: it may wait where no context reaches, as to open a FIFO
	// A write to a closed pipe is an error, and does not end the program: the demo
	// has a server to stop.
	signal.Ignore(syscall.SIGPIPE)
	m := cli.Main{Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Env: os.LookupEnv, Now: time.Now}
	code := run(ctx, m, os.Args[1:])
	stop()
	os.Exit(code)
}
