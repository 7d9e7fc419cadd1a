package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"slices"

	"tally/internal/ledger/fabric"
	"tally/internal/voucher"
)

// Found is the command that founds a ledger on a Fabric channel.
type Found struct {
	Reach     Channel           `embed:""`
	Operator  []voucher.Address `help:"Address of a first operator. Repeat it for more." required:"" env:"TALLYD_OPERATOR"`
	Threshold uint32            `help:"How many operators must agree to change the operators." default:"1" env:"TALLYD_THRESHOLD"`
}

// Run founds the ledger of a chaincode that the organisations have committed.
func (f *Found) Run(ctx context.Context) error {
	log := slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))
	slices.SortFunc(f.Operator, func(a, b voucher.Address) int { return slices.Compare(a[:], b[:]) })
	id, err := fabric.Found(ctx, f.Reach.options(log), f.Operator, f.Threshold)
	if err != nil {
		return explain(err)
	}
	fmt.Fprintf(os.Stdout, "ledger id  %s\n\ntallyd serve --ledger fabric with the same flags serves it.\n", id)
	return nil
}
