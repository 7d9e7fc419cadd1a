package redis

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"tally/internal/index"
	"tally/internal/ledger"
	"tally/internal/voucher"
)

//go:embed add.lua
var addText string

var errGone = errors.New("its generation ended, or part of it is gone")

// Add implements index.Index: one round trip, and one run of the script for
// every scriptEntries entries.
func (x *Index) Add(ctx context.Context, entries []ledger.Entry) error {
	if len(entries) == 0 {
		return nil
	}
	last := entries[0].Outcome.Position
	for _, entry := range entries {
		if p := entry.Outcome.Position; last.Before(p) {
			last = p
		}
	}
	generation := x.adding(last)
	if err := x.add(ctx, generation, entries); err != nil {
		x.owe(last)
		return err
	}
	return nil
}

// adding notes the last entry that this process adds.
func (x *Index) adding(last voucher.Position) (generation string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.added.Before(last) {
		x.added = last
	}
	return x.generation
}

// owe has reads wait for the projector to have passed an entry.
func (x *Index) owe(last voucher.Position) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.owed.Before(last) {
		x.owed = last
	}
}

func (x *Index) add(ctx context.Context, generation string, entries []ledger.Entry) error {
	if generation == "" {
		return fmt.Errorf("%w: %w", index.ErrUnavailable, errGone)
	}
	keys := append([]string{x.pointer()}, x.keys(generation)...)
	effects := index.EffectsOfAll(entries)
	runs := make([][]any, 0, len(entries)/scriptEntries+1)
	for i, entry := range entries {
		if i%scriptEntries == 0 {
			runs = append(runs, []any{generation})
		}
		last := &runs[len(runs)-1]
		*last = appendEntry(*last, entry, effects[i])
	}
	err := x.addRuns(ctx, keys, runs)
	if err != nil && redis.HasErrorPrefix(err, "NOSCRIPT") {
		if err := x.call(ctx, x.timeout, func(ctx context.Context) error { return x.script.Load(ctx, x.client).Err() }); err != nil {
			return err
		}
		return x.addRuns(ctx, keys, runs) // what was added stays as it is
	}
	return err
}

func (x *Index) addRuns(ctx context.Context, keys []string, runs [][]any) error {
	var replies []redis.Cmder
	err := x.call(ctx, x.timeout*time.Duration(len(runs)), func(ctx context.Context) (err error) {
		replies, err = x.client.Pipelined(ctx, func(p redis.Pipeliner) error {
			for _, args := range runs {
				x.script.EvalSha(ctx, p, keys, args...)
			}
			return nil
		})
		return err
	})
	if err != nil {
		return err
	}
	for _, reply := range replies {
		if cmd, ok := reply.(*redis.Cmd); ok && cmd.Val() == int64(-1) {
			return fmt.Errorf("%w: %w: %w", index.ErrUnavailable, index.ErrMoved, errGone)
		}
	}
	return nil
}

// appendEntry writes an entry as add.lua takes it.
func appendEntry(args []any, entry ledger.Entry, f index.Effects) []any {
	r := index.OutcomeRecord(entry.Outcome)
	ops := appendEffects(nil, f, entry.Outcome)
	return append(append(args, r.Key, r.Value, len(ops)/3), ops...)
}

func appendEffects(ops []any, f index.Effects, o voucher.Outcome) []any {
	at := o.Position
	for _, e := range f.Names {
		ops = appendOp(ops, "m", index.NameRecord(e, at))
	}
	for _, e := range f.Stores {
		ops = appendOp(ops, "m", index.StoreRecord(e, at))
	}
	for _, e := range f.Keys {
		ops = appendOp(ops, "m", index.KeyRecord(e, at))
	}
	for _, e := range f.Created {
		ops = appendOp(ops, "c", index.CreatedRecord(e, at))
		ops = appendOp(ops, "n", index.NewestRecord(e.Campaign, at))
		ops = appendOp(ops, "b", index.OwnRecord(e.Create.Merchant, e.Campaign, at))
	}
	for _, e := range f.States {
		ops = appendOp(ops, "c", index.StateRecord(e, at))
	}
	for _, e := range f.References {
		ops = appendOp(ops, "r", index.ReferenceRecord(e, o.ID, at))
	}
	for _, e := range f.Buyers {
		ops = appendOp(ops, "y", index.BuyerRecord(e, o.ID, at))
	}
	for _, e := range f.Orders {
		ops = appendOp(ops, "p", index.OrderRecord(e, o.ID, at))
	}
	return appendVouchers(ops, f)
}

func appendVouchers(ops []any, f index.Effects) []any {
	for _, sums := range f.Figures {
		for figure, n := range sums.By {
			if n != 0 {
				ops = appendOp(ops, "f", index.FigureRecord(sums.Campaign, figure, n))
			}
		}
	}
	for _, ref := range f.Taken {
		ops = append(ops, "t", index.TakenKey(ref.Campaign, ref.Serial), strconv.Itoa(int(ref.Serial%index.TakenBits)))
	}
	for _, v := range f.Vouchers {
		name := "v"
		if v.Acquired {
			name = "v+"
		}
		ops = append(ops, name, index.RefKey(v.Ref), v.Slot[:])
	}
	for _, touch := range f.Touches {
		ops = appendOp(ops, "h", index.HistoryRecord(touch))
	}
	return ops
}

func appendOp(ops []any, name string, r index.Record) []any { return append(ops, name, r.Key, r.Value) }
