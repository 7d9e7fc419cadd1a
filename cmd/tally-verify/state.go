package main

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"os"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/bloom"
	"github.com/ethereum/go-ethereum/common/lru"

	"tally/internal/voucher"
)

// What the state's database may keep in memory, in bytes.
const (
	stateCache = 64 << 20
	stateTable = 32 << 20
)

// stateRecent is how many values are at hand: those of the merchants, campaigns
// and tills that the next commands will ask for again.
const stateRecent = 4096

// stateBloom is the bits that a filter spends on a key, so that what is not
// there, as a voucher before its claim, is looked for nowhere.
const stateBloom = 10

// state is the state of a replay on disk, so that memory stays the same
// whatever the history's length. It is thrown away at the end.
type state struct {
	dir    string
	db     *pebble.DB
	recent lru.BasicLRU[string, []byte]
}

func openState() (*state, error) {
	dir, err := os.MkdirTemp("", "tally-verify-")
	if err != nil {
		return nil, undecidedError{err}
	}
	options := &pebble.Options{DisableWAL: true, CacheSize: stateCache, MemTableSize: stateTable, Logger: silent{}}
	for i := range options.Levels {
		options.Levels[i].FilterPolicy = bloom.FilterPolicy(stateBloom)
	}
	db, err := pebble.Open(dir, options)
	if err != nil {
		return nil, undecidedError{errors.Join(err, os.RemoveAll(dir))}
	}
	return &state{dir, db, lru.NewBasicLRU[string, []byte](stateRecent)}, nil
}

func (s *state) close() error {
	if err := errors.Join(s.db.Close(), os.RemoveAll(s.dir)); err != nil {
		return undecidedError{fmt.Errorf("state: %w", err)}
	}
	return nil
}

// Get implements voucher.State.
func (s *state) Get(key string) ([]byte, error) {
	if value, ok := s.recent.Get(key); ok {
		return value, nil
	}
	found, done, err := s.db.Get([]byte(key))
	if errors.Is(err, pebble.ErrNotFound) {
		return nil, nil
	} else if err != nil {
		return nil, undecidedError{fmt.Errorf("state: %w", err)}
	}
	value := bytes.Clone(found)
	s.recent.Add(key, value)
	return value, done.Close()
}

// Put implements voucher.State.
func (s *state) Put(key string, value []byte) error {
	if err := s.db.Set([]byte(key), value, pebble.NoSync); err != nil {
		return undecidedError{fmt.Errorf("state: %w", err)}
	}
	s.recent.Add(key, value)
	return nil
}

// Vouchers implements books.State.
func (s *state) Vouchers(c voucher.CampaignID) iter.Seq2[voucher.Ref, error] {
	return func(yield func(voucher.Ref, error) bool) {
		first, end := voucher.VoucherKeys(c)
		found, err := s.db.NewIter(&pebble.IterOptions{LowerBound: []byte(first), UpperBound: []byte(end)})
		if err != nil {
			yield(voucher.Ref{}, undecidedError{fmt.Errorf("state: %w", err)})
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
			yield(voucher.Ref{}, undecidedError{fmt.Errorf("state: %w", err)})
		}
	}
}

// under yields the keys that begin with a prefix, in their order, each with its value.
func (s *state) under(prefix string) iter.Seq2[stored, error] {
	return func(yield func(stored, error) bool) {
		end := []byte(prefix)
		end[len(end)-1]++ // prefixes end with a slash
		found, err := s.db.NewIter(&pebble.IterOptions{LowerBound: []byte(prefix), UpperBound: end})
		if err != nil {
			yield(stored{}, undecidedError{fmt.Errorf("state: %w", err)})
			return
		}
		defer func() { _ = found.Close() }() // it says again what Error says
		for found.First(); found.Valid(); found.Next() {
			if !yield(stored{string(found.Key()[len(prefix):]), bytes.Clone(found.Value())}, nil) {
				return
			}
		}
		if err := found.Error(); err != nil {
			yield(stored{}, undecidedError{fmt.Errorf("state: %w", err)})
		}
	}
}

// stored is a value with what follows the prefix in its key.
type stored struct {
	name  string
	value []byte
}

// silent says nothing: what fails is returned.
type silent struct{}

// Infof implements pebble.Logger.
func (silent) Infof(string, ...any) {}

// Errorf implements pebble.Logger.
func (silent) Errorf(string, ...any) {}

// Fatalf implements pebble.Logger, which must not return.
func (silent) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }
