package redis

import (
	"context"
	"fmt"
	"iter"

	"github.com/redis/go-redis/v9"

	"tally/internal/index"
)

// Records implements index.Index: it scans the current generation, which takes
// no lock, and fails if that ended or broke meanwhile. A scan may show an item
// twice, so the keys seen are kept until the end of each kind.
func (x *Index) Records(ctx context.Context) iter.Seq2[index.Record, error] {
	return func(yield func(index.Record, error) bool) {
		before, err := x.Watermark(ctx)
		if err == nil && !before.Whole {
			err = fmt.Errorf("%w: %w", index.ErrUnavailable, errGone)
		}
		if err != nil {
			yield(index.Record{}, err)
			return
		}
		for _, kind := range index.Kinds() {
			for r, err := range x.scan(ctx, before.Generation, kind) {
				if !yield(r, err) || err != nil {
					return
				}
			}
		}
		after, err := x.Watermark(ctx)
		if err == nil && (!after.Whole || after.Generation != before.Generation) {
			err = fmt.Errorf("%w: %w", index.ErrUnavailable, errGone)
		}
		if err != nil {
			yield(index.Record{}, err)
		}
	}
}

// scan yields the records of one kind.
func (x *Index) scan(ctx context.Context, generation string, kind index.Kind) iter.Seq2[index.Record, error] {
	return func(yield func(index.Record, error) bool) {
		seen := map[string]struct{}{}
		for cursor, first := uint64(0), true; first || cursor != 0; first = false {
			var items []string
			err := x.call(ctx, x.timeout, func(ctx context.Context) (err error) {
				items, cursor, err = x.step(ctx, x.key(generation, kind), kind, cursor).Result()
				return err
			})
			if err != nil {
				yield(index.Record{}, err)
				return
			}
			for i := 0; i+1 < len(items); i += 2 {
				if _, twice := seen[items[i]]; twice || items[i] == "" {
					continue
				}
				seen[items[i]] = struct{}{}
				r, err := recordOf(kind, items[i], items[i+1])
				if !yield(r, err) || err != nil {
					return
				}
			}
		}
	}
}

func isSet(kind index.Kind) bool {
	return kind == index.KindWallet || kind == index.KindNewest || kind == index.KindMerchant
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
			return index.Record{}, fmt.Errorf("%w: %w: %w", index.ErrUnavailable, index.ErrRecord, err)
		}
		return index.Record{Kind: kind, Key: []byte(item[:n]), Value: []byte(item[n:])}, nil
	case isSet(kind):
		return index.Record{Kind: kind, Key: []byte(item)}, nil
	default:
		return index.Record{Kind: kind, Key: []byte(item), Value: []byte(value)}, nil
	}
}
