package redis

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/redis/go-redis/v9"

	"tally/internal/index"
)

// Records implements index.Index: it scans the current generation, which takes
// no lock, and fails if that ended or broke meanwhile. A scan may show an item
// twice, so the keys seen are kept until the end of each kind.
func (x *Index) Records(ctx context.Context) iter.Seq2[index.Record, error] {
	return func(yield func(index.Record, error) bool) {
		stopped := false
		err := x.scanAll(ctx, func(r index.Record) bool {
			stopped = !yield(r, nil)
			return !stopped
		})
		if err != nil && !stopped {
			yield(index.Record{}, err)
		}
	}
}

// scanAll goes through all kinds until yield is false.
func (x *Index) scanAll(ctx context.Context, yield func(index.Record) bool) error {
	generation, err := x.current(ctx)
	if err != nil {
		return err
	}
	for _, kind := range index.Kinds() {
		if more, err := x.scan(ctx, generation, kind, yield); err != nil || !more {
			return err
		}
	}
	after, err := x.current(ctx)
	if err == nil && after != generation {
		err = fmt.Errorf("%w: %w", index.ErrUnavailable, errGone)
	}
	return err
}

// current is the generation that is current and whole.
func (x *Index) current(ctx context.Context) (string, error) {
	mark, err := x.Watermark(ctx)
	if err == nil && !mark.Whole {
		err = fmt.Errorf("%w: %w", index.ErrUnavailable, errGone)
	}
	return mark.Generation, err
}

// scan yields the records of one kind, each once, until yield is false.
func (x *Index) scan(ctx context.Context, generation string, kind index.Kind, yield func(index.Record) bool) (more bool, err error) {
	seen := map[string]struct{}{"": {}} // the item that every key has from its start
	for cursor, first := uint64(0), true; first || cursor != 0; first = false {
		var items []string
		err := x.call(ctx, x.timeout, func(ctx context.Context) (err error) {
			items, cursor, err = x.step(ctx, x.key(generation, kind), kind, cursor).Result()
			return err
		})
		if err != nil {
			return false, err
		}
		for pair := range slices.Chunk(items, 2) {
			if _, twice := seen[pair[0]]; twice {
				continue
			}
			seen[pair[0]] = struct{}{}
			r, err := recordOf(kind, pair[0], pair[1])
			if err != nil || !yield(r) {
				return false, err
			}
		}
	}
	return true, nil
}

func isSet(kind index.Kind) bool {
	switch kind {
	case index.KindWallet, index.KindNewest, index.KindMerchant, index.KindOwn, index.KindOrder, index.KindHistory:
		return true
	default:
		return false
	}
}

func (x *Index) step(ctx context.Context, key string, kind index.Kind, cursor uint64) *redis.ScanCmd {
	if isSet(kind) {
		return x.client.ZScan(ctx, key, cursor, "", scanCount)
	}
	return x.client.HScan(ctx, key, cursor, "", scanCount)
}

// recordOf is the record of an item: of a hash its field and value, of a sorted
// set its member.
func recordOf(kind index.Kind, item, value string) (index.Record, error) {
	switch {
	case kind == index.KindMerchant:
		n, err := index.PartKeySize([]byte(item))
		if err != nil || len(item) < n {
			return index.Record{}, unreadable(errors.Join(index.ErrRecord, err))
		}
		return index.Record{Kind: kind, Key: []byte(item[:n]), Value: []byte(item[n:])}, nil
	case isSet(kind):
		return index.Record{Kind: kind, Key: []byte(item)}, nil
	default:
		return index.Record{Kind: kind, Key: []byte(item), Value: []byte(value)}, nil
	}
}
