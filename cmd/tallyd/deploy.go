package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"slices"

	"tally/internal/ledger/evm/remote"
	"tally/internal/voucher"
)

// Deploy is the command that founds a ledger on a network.
type Deploy struct {
	Network   `embed:""`
	Operator  []voucher.Address `help:"Address of a first operator. Repeat it for more." required:"" env:"TALLYD_OPERATOR"`
	Threshold uint32            `help:"How many operators must agree to change the operators." default:"1" env:"TALLYD_THRESHOLD"`
	JSON      bool              `help:"Print JSON."`
}

// Run deploys the contracts and founds a ledger by them.
func (d *Deploy) Run(ctx context.Context) error {
	log := slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	opts, err := d.options(log)
	if err != nil {
		return err
	}
	slices.SortFunc(d.Operator, func(a, b voucher.Address) int { return slices.Compare(a[:], b[:]) })
	made, err := remote.Deploy(ctx, remote.DeployOptions{Options: opts, Operators: d.Operator, Threshold: d.Threshold})
	if err != nil {
		return explain(err)
	}
	if d.JSON {
		return json.NewEncoder(os.Stdout).Encode(made)
	}
	fmt.Fprintf(os.Stdout, "contract        %s\nadministration  %s\nblock           %d\nledger id       %s\nchain id        %d\n\n",
		made.Contract, made.Administration, made.Block, made.LedgerID, made.ChainID)
	fmt.Fprintf(os.Stdout, "tallyd serve --ledger remote --rpc … --contract %s --relayer-key … serves it.\n", made.Contract)
	return nil
}
