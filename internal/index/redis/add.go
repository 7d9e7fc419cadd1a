package redis

import (
	"context"
	_ "embed"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
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
	spread := saltOf(generation)
	for i, entry := range entries {
		if i%scriptEntries == 0 {
			runs = append(runs, []any{generation, spread[0], spread[1], spread[2], spread[3]})
		}
		last := &runs[len(runs)-1]
		*last = appendEntry(*last, entry.Outcome, effects[i])
	}
	err := x.addRuns(ctx, generation, keys, runs)
	if err != nil && redis.HasErrorPrefix(err, "NOSCRIPT") {
		if err := x.call(ctx, x.timeout, func(ctx context.Context) error { return x.script.Load(ctx, x.client).Err() }); err != nil {
			return err
		}
		return x.addRuns(ctx, generation, keys, runs) // what was added stays as it is
	}
	return err
}

func (x *Index) addRuns(ctx context.Context, generation string, keys []string, runs [][]any) error {
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
		cmd, _ := reply.(*redis.Cmd)
		switch cmd.Val() {
		case int64(scriptGone):
			return fmt.Errorf("%w: %w: %w", index.ErrUnavailable, index.ErrMoved, errGone)
		case int64(scriptGarbled):
			return x.unreadable(generation, fmt.Errorf("bucket: %w", index.ErrRecord))
		}
	}
	return nil
}

// What add.lua returns instead of a count.
const (
	scriptGone    = -1
	scriptGarbled = -2
)

// appendEntry writes an entry as add.lua takes it.
func appendEntry(args []any, o voucher.Outcome, f index.Effects) []any {
	head := len(args)
	args = appendEffects(append(args, nil), f, o.Position)
	tag := index.IDTag(o.ID)
	b := binary.BigEndian.AppendUint16(make([]byte, 0, 32), uint16(len(args)-head-1)) //nolint:gosec // a few for each line of a command
	args[head] = pack(append(b, tag[:]...), o.Position)
	return args
}

func appendEffects(args []any, f index.Effects, at voucher.Position) []any {
	for _, e := range f.Names {
		args = append(args, merchantOp(index.NameRecord(e, at)))
	}
	for _, e := range f.Stores {
		args = append(args, merchantOp(index.StoreRecord(e, at)))
	}
	for _, e := range f.Keys {
		args = append(args, merchantOp(index.KeyRecord(e, at)))
	}
	for _, e := range f.Created {
		args = append(args, op('c', index.CreatedRecord(e, at)), op('n', index.NewestRecord(e.Campaign, at)),
			op('b', index.OwnRecord(e.Create.Merchant, e.Campaign, at)))
	}
	for _, e := range f.States {
		args = append(args, op('c', index.StateRecord(e, at)))
	}
	for _, e := range f.References {
		tag := e.Tag()
		args = append(args, slices.Concat([]byte{'r'}, tag[:]))
	}
	for _, e := range f.Buyers {
		tag := e.Tag()
		args = append(args, slices.Concat([]byte{'y'}, tag[:]))
	}
	for _, e := range f.Orders {
		args = append(args, slices.Concat([]byte{'p'}, index.OrdersKey(e)))
	}
	return appendVouchers(args, f)
}

func appendVouchers(args []any, f index.Effects) []any {
	for _, sums := range f.Figures {
		for figure, n := range sums.By {
			if n != 0 {
				args = append(args, op('f', index.FigureRecord(sums.Campaign, figure, n)))
			}
		}
	}
	for _, ref := range f.Taken {
		key := append(append(make([]byte, 0, 25), 't'), index.TakenKey(ref.Campaign, ref.Serial)...)
		args = append(args, strconv.AppendUint(key, uint64(ref.Serial%index.TakenBits), 10))
	}
	for _, v := range f.Vouchers {
		args = append(args, voucherOp(v, f.Verb))
	}
	return args
}

func op(name byte, r index.Record) []byte { return slices.Concat([]byte{name}, r.Key, r.Value) }

// merchantOp says how long the key is: it is not the same for all parts.
func merchantOp(r index.Record) []byte {
	return slices.Concat([]byte{'m', byte(len(r.Key))}, r.Key, r.Value) //nolint:gosec // a key of the index, below 100 bytes
}

func voucherOp(v index.VoucherState, verb voucher.Verb) []byte {
	field, low := voucherField(v.Ref)
	b := append(append(make([]byte, 0, 75), 'v'), field...)
	b = append(append(b, low, byte(verb)), v.Slot[:]...)
	if v.Acquired {
		b = append(b, v.Acquirer[:]...)
	}
	return b
}
