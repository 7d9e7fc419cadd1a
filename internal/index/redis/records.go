package redis

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/redis/go-redis/v9"

	"tally/internal/index"
	"tally/internal/voucher"
)

// Records implements index.Index: it scans the current generation, which takes
// no lock, and fails if that ended or broke meanwhile. A scan may show a bucket
// twice, so the fields and members seen are kept until the end of each key.
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

// scanAll goes through all keys until yield is false.
func (x *Index) scanAll(ctx context.Context, yield func(index.Record) bool) error {
	generation, err := x.current(ctx)
	if err != nil {
		return err
	}
	for _, end := range ends() {
		if more, err := x.scan(ctx, generation, end, yield); err != nil || !more {
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

// scan yields the records of one key, each once, until yield is false.
func (x *Index) scan(ctx context.Context, generation, end string, yield func(index.Record) bool) (more bool, err error) {
	seen := map[string]struct{}{"": {}} // what every key has from its start
	more = true
	for cursor, first := uint64(0), true; more && (first || cursor != 0); first = false {
		var items []string
		err := x.call(ctx, x.timeout, func(ctx context.Context) (err error) {
			items, cursor, err = x.step(ctx, x.key(generation, end), end, cursor).Result()
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
			err := recordsOf(end, []byte(pair[0]), []byte(pair[1]), func(r index.Record) { more = more && yield(r) })
			if err != nil {
				return false, fmt.Errorf("%w: %w", index.ErrUnavailable, err)
			}
		}
	}
	return more, nil
}

func (x *Index) step(ctx context.Context, key, end string, cursor uint64) *redis.ScanCmd {
	switch end {
	case heavy, newest, merchants, own, orders, histories:
		return x.client.ZScan(ctx, key, cursor, "", scanCount)
	default:
		return x.client.HScan(ctx, key, cursor, "", scanCount)
	}
}

// recordsOf are the records of an item: of a hash its field and value, of a sorted
// set its member.
func recordsOf(end string, item, value []byte, yield func(index.Record)) error {
	switch end {
	case campaigns:
		yield(index.Record{Kind: index.KindCampaign, Key: item, Value: value})
	case taken:
		yield(index.Record{Kind: index.KindTaken, Key: item, Value: value})
	case newest:
		yield(index.Record{Kind: index.KindNewest, Key: item})
	case own:
		yield(index.Record{Kind: index.KindOwn, Key: item})
	case merchants:
		n, err := index.PartKeySize(item)
		if err != nil || len(item) < n {
			return errors.Join(index.ErrRecord, err)
		}
		yield(index.Record{Kind: index.KindMerchant, Key: item[:n], Value: item[n:]})
	case outcomes, references, buyers:
		return eachTagged(value, func(tag index.Tag, at voucher.Position) { yield(taggedRecord(end, tag, at)) })
	case wallets:
		return eachOwned(value, func(wallet voucher.Address, acquired voucher.Position, ref voucher.Ref) {
			yield(index.WalletRecord(wallet, acquired, ref))
		})
	case vouchers:
		return voucherRecords(item, value, yield)
	case orders:
		return listRecords(index.KindOrder, len(index.OrdersKey(index.MerchantOrder{})), 0, item, yield)
	case histories:
		return listRecords(index.KindHistory, refSize, 1, item, yield)
	case heavy:
		return listRecords(index.KindWallet, len(voucher.Address{}), refSize, item, yield)
	}
	return nil
}

func taggedRecord(end string, tag index.Tag, at voucher.Position) index.Record {
	switch end {
	case outcomes:
		return index.OutcomeRecord(tag, at)
	case references:
		return index.ReferenceRecord(tag, at)
	default:
		return index.BuyerRecord(tag, at)
	}
}

// voucherRecords are the records of a bucket's vouchers, and of where they were touched.
func voucherRecords(field, bucket []byte, yield func(index.Record)) error {
	of, rest, err := cutRef(field)
	if err != nil || len(rest) > 0 {
		return errors.Join(index.ErrRecord, err)
	}
	return eachKept(bucket, func(byte) bool { return true }, func(one kept) {
		ref := voucher.Ref{Campaign: of.Campaign, Serial: of.Serial*perVouchers + uint32(one.low)}
		yield(index.VoucherRecord(ref, one.value))
		for _, touch := range one.touches {
			yield(index.HistoryRecord(ref, touch))
		}
	})
}

// listRecords are the records of a piece of a list, whose name has a number of bytes.
func listRecords(kind index.Kind, name, beside int, member []byte, yield func(index.Record)) error {
	if len(member) < name+rangeSize {
		return fmt.Errorf("piece of %d bytes: %w", len(member), index.ErrRecord)
	}
	return eachListed(member[name+rangeSize:], beside, func(key []byte) {
		yield(index.Record{Kind: kind, Key: slices.Concat(member[:name], key)})
	})
}
