// Command hosts plays a consortium of four hosts, each in a network namespace
// with an address of its own: it hands every host its bundle, brings all up, cuts
// one off, then two, heals, and has one join again with an empty disk. It fails
// at the first thing that is not as it should be.
//
// scripts/hosts.sh runs it where it can do no harm: in namespaces of its own.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// patience is how long the whole story may take.
const patience = 15 * time.Minute

func main() {
	data := flag.String("data", "", "directory for the hosts' files")
	chaincode := flag.String("chaincode", "", "the program that judges")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	ctx, cancel := context.WithTimeout(ctx, patience)
	err := play(ctx, *data, *chaincode)
	cancel()
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "hosts:", err)
		os.Exit(1)
	}
}
