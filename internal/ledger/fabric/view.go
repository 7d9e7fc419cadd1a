package fabric

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"tally/internal/ledger"
	"tally/internal/ledger/fabric/wire"
	"tally/internal/voucher"
)

var _ ledger.Viewer = (*Ledger)(nil)

// View implements ledger.Viewer: one query for up to wire.MaxKeys keys.
func (l *Ledger) View(ctx context.Context, read func(voucher.State) error) error {
	v := view{values: map[string][]byte{}, wanted: map[string]bool{}}
	for range ledger.MaxRounds {
		err := read(v)
		if len(v.wanted) == 0 || err != nil {
			return err
		}
		if err := v.fetch(ctx, l); err != nil {
			return err
		}
	}
	return fmt.Errorf("%w: more than %d rounds", errView, ledger.MaxRounds)
}

var errView = errors.New("the view's keys follow from one another without end")

// view is a voucher.State of what was fetched. What it does not have it notes.
type view struct {
	values map[string][]byte
	wanted map[string]bool
}

// Get implements voucher.State.
func (v view) Get(key string) ([]byte, error) {
	value, there := v.values[key]
	if !there {
		v.wanted[key] = true
	}
	return value, nil
}

// Put implements voucher.State; readers do not write.
func (v view) Put(string, []byte) error { return errReadOnly }

// fetch reads what is wanted.
func (v view) fetch(ctx context.Context, l *Ledger) error {
	keys := make([]string, 0, len(v.wanted))
	for key := range v.wanted {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	clear(v.wanted)
	for some := range slices.Chunk(keys, wire.MaxKeys) {
		values, err := l.read(ctx, some...)
		if err != nil {
			return err
		}
		for i, value := range values {
			v.values[some[i]] = nil
			if len(value) > 0 {
				v.values[some[i]] = value
			}
		}
	}
	return nil
}
