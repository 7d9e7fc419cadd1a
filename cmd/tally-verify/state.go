package main

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"os"

	"github.com/cockroachdb/pebble/v2"

	"tally/internal/voucher"
)

// What the state's database may keep in memory, in bytes.
const (
	stateCache = 64 << 20
	stateTable = 32 << 20
)

// state is the state of a replay on disk, so that memory stays the same
// whatever the history's length. It is thrown away at the end.
type state struct {
	dir string
	db  *pebble.DB
}

func openState() (*state, error) {
	dir, err := os.MkdirTemp("", "tally-verify-")
	if err != nil {
		return nil, misusedError{err}
	}
	db, err := pebble.Open(dir, &pebble.Options{
		DisableWAL: true, CacheSize: stateCache, MemTableSize: stateTable, Logger: silent{},
	})
	if err != nil {
		return nil, misusedError{errors.Join(err, os.RemoveAll(dir))}
	}
	return &state{dir, db}, nil
}

func (s *state) close() error { return errors.Join(s.db.Close(), os.RemoveAll(s.dir)) }

// Get implements voucher.State.
func (s *state) Get(key string) ([]byte, error) {
	value, done, err := s.db.Get([]byte(key))
	if errors.Is(err, pebble.ErrNotFound) {
		return nil, nil
	} else if err != nil {
		return nil, fmt.Errorf("state: %w", err)
	}
	return bytes.Clone(value), done.Close()
}

// Put implements voucher.State.
func (s *state) Put(key string, value []byte) error {
	if err := s.db.Set([]byte(key), value, pebble.NoSync); err != nil {
		return fmt.Errorf("state: %w", err)
	}
	return nil
}

// Vouchers implements books.State.
func (s *state) Vouchers(c voucher.CampaignID) iter.Seq2[voucher.Ref, error] {
	return func(yield func(voucher.Ref, error) bool) {
		first, end := voucher.VoucherKeys(c)
		found, err := s.db.NewIter(&pebble.IterOptions{LowerBound: []byte(first), UpperBound: []byte(end)})
		if err != nil {
			yield(voucher.Ref{}, fmt.Errorf("state: %w", err))
			return
		}
		defer func() { _ = found.Close() }() // it says again what Error says
		for found.First(); found.Valid(); found.Next() {
			ref, err := voucher.ParseVoucherKey(string(found.Key()))
			if !yield(ref, err) || err != nil {
				return
			}
		}
		if err := found.Error(); err != nil {
			yield(voucher.Ref{}, fmt.Errorf("state: %w", err))
		}
	}
}

// silent says nothing: what fails is returned.
type silent struct{}

// Infof implements pebble.Logger.
func (silent) Infof(string, ...any) {}

// Errorf implements pebble.Logger.
func (silent) Errorf(string, ...any) {}

// Fatalf implements pebble.Logger, which must not return.
func (silent) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }
