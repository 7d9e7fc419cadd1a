package store

import (
	"fmt"

	"github.com/cockroachdb/pebble/v2"
	"github.com/ethereum/go-ethereum/ethdb"
)

// batch is an ethdb.Batch. It is not for concurrent use.
type batch struct {
	store *Store
	b     *pebble.Batch
	size  int // bytes of keys and values
}

// NewBatch implements ethdb.Batcher.
func (s *Store) NewBatch() ethdb.Batch { return &batch{store: s, b: s.db.NewBatch()} }

// NewBatchWithSize implements ethdb.Batcher.
func (s *Store) NewBatchWithSize(size int) ethdb.Batch {
	return &batch{store: s, b: s.db.NewBatchWithSize(size)}
}

func (b *batch) Put(key, value []byte) error {
	b.size += len(key) + len(value)
	return b.b.Set(key, value, nil)
}

func (b *batch) Delete(key []byte) error {
	b.size += len(key)
	return b.b.Delete(key, nil)
}

func (b *batch) DeleteRange(start, end []byte) error {
	end = limit(end)
	b.size += len(start) + len(end)
	return b.b.DeleteRange(start, end, nil)
}

func (b *batch) ValueSize() int { return b.size }

func (b *batch) Write() error {
	done, err := b.store.use()
	if err != nil {
		return err
	}
	defer done()
	return b.b.Commit(pebble.NoSync)
}

func (b *batch) Reset() {
	b.b.Reset()
	b.size = 0
}

// Replay gives what the batch has to another writer. Keys and values are lent.
func (b *batch) Replay(w ethdb.KeyValueWriter) error {
	for r := b.b.Reader(); ; {
		kind, key, value, ok, err := r.Next()
		if !ok || err != nil {
			return err
		}
		if err := replay(w, kind, key, value); err != nil {
			return err
		}
	}
}

func replay(w ethdb.KeyValueWriter, kind pebble.InternalKeyKind, key, value []byte) error {
	switch kind {
	case pebble.InternalKeyKindSet:
		return w.Put(key, value)
	case pebble.InternalKeyKindDelete:
		return w.Delete(key)
	case pebble.InternalKeyKindRangeDelete:
		if ranges, ok := w.(ethdb.KeyValueRangeDeleter); ok {
			return ranges.DeleteRange(key, value)
		}
	}
	return fmt.Errorf("replay batch: an entry of kind %v cannot be replayed", kind)
}

func (b *batch) Close() { _ = b.b.Close() } // it only gives memory back

// iterator is an ethdb.Iterator over the keys with a prefix.
type iterator struct {
	i       *pebble.Iterator
	err     error // why there is none
	started bool
}

// NewIterator implements ethdb.Iteratee.
func (s *Store) NewIterator(prefix, start []byte) ethdb.Iterator {
	// An empty bound is left nil: pebble checks more under the race detector, and
	// looks at the first byte of every other bound.
	first := append(append([]byte(nil), prefix...), start...)
	i, err := s.db.NewIter(&pebble.IterOptions{LowerBound: first, UpperBound: after(prefix)})
	return &iterator{i: i, err: err}
}

// after is the first key beyond all with a prefix, or nil where there is no end.
func after(prefix []byte) []byte {
	for last := len(prefix) - 1; last >= 0; last-- {
		if prefix[last] < 0xff {
			next := append([]byte{}, prefix[:last+1]...)
			next[last]++
			return next
		}
	}
	return nil
}

func (i *iterator) Next() bool {
	if i.i == nil {
		return false
	}
	if !i.started {
		i.started = true
		return i.i.First()
	}
	return i.i.Next()
}

func (i *iterator) Error() error {
	if i.i == nil {
		return i.err
	}
	return i.i.Error()
}

func (i *iterator) Key() []byte {
	if i.i == nil || !i.i.Valid() {
		return nil
	}
	return i.i.Key()
}

func (i *iterator) Value() []byte {
	if i.i == nil || !i.i.Valid() {
		return nil
	}
	return i.i.Value()
}

func (i *iterator) Release() {
	if i.i != nil {
		_ = i.i.Close() // Error says what went wrong
		i.i = nil
	}
}
