package redis

import (
	"context"
	"errors"
	"fmt"

	"github.com/redis/go-redis/v9"

	"tally/internal/index"
	"tally/internal/voucher"
)

var (
	errBehind = errors.New("it is catching up with the ledger")
	errOwes   = errors.New("it may lack what this process added")
	errGrows  = errors.New("its buckets are being split faster than they can be read")
)

// reads are put into a pipeline; key is a key of the generation that is read.
type (
	reads func(p redis.Pipeliner, key keyOf)
	keyOf func(end string) string
)

// ask runs reads of the trusted generation, which it returns, in one round trip. The
// pointer and the keys are read after them: what is current and whole then was so
// before, because no generation comes back.
func (x *Index) ask(ctx context.Context, ask reads) (generation string, err error) {
	x.mu.Lock()
	generation = x.trusted
	x.mu.Unlock()
	switch {
	case generation == "":
		return "", fmt.Errorf("%w: %w", index.ErrUnavailable, errBehind)
	case x.isGarbled(generation):
		return "", fmt.Errorf("%w: %w", index.ErrUnavailable, errGone)
	}
	keys := x.keys(generation)
	var pointer *redis.SliceCmd
	var exist *redis.IntCmd
	err = x.call(ctx, x.timeout, func(ctx context.Context) error {
		_, err := x.client.Pipelined(ctx, func(p redis.Pipeliner) error {
			ask(p, func(end string) string { return x.key(generation, end) })
			exist = p.Exists(ctx, keys...)
			pointer = p.HMGet(ctx, x.pointer(), "generation", "next")
			return nil
		})
		if errors.Is(err, redis.Nil) { // of a read, which is its own matter
			return errors.Join(exist.Err(), pointer.Err())
		}
		return err
	})
	if redis.HasErrorPrefix(err, "WRONGTYPE") {
		return "", x.unreadable(generation, err)
	}
	if err != nil {
		return "", err
	}
	return generation, x.believe(generation, exist.Val() == int64(len(keys)), pointer.Val())
}

// believe judges what came with the reads.
func (x *Index) believe(generation string, whole bool, pointer []any) error {
	current, _ := pointer[0].(string)
	next, _ := pointer[1].(string)
	if !whole || current != generation {
		return fmt.Errorf("%w: %w", index.ErrUnavailable, errGone)
	}
	at, err := index.DecodePosition([]byte(next))
	if err != nil {
		return fmt.Errorf("%w: watermark: %w", index.ErrUnavailable, err)
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.owed != (voucher.Position{}) && !x.owed.Before(at) {
		return fmt.Errorf("%w: %w", index.ErrUnavailable, errOwes)
	}
	return nil
}

// fields reads values of a hash of the generation that it returns, "" where there is none.
func (x *Index) fields(ctx context.Context, end string, fields []string) (out []string, generation string, err error) {
	var values *redis.SliceCmd
	generation, err = x.ask(ctx, func(p redis.Pipeliner, key keyOf) {
		values = p.HMGet(ctx, key(end), fields...)
	})
	if err != nil {
		return nil, "", err
	}
	out = make([]string, len(fields))
	for i, v := range values.Val() {
		out[i], _ = v.(string)
	}
	return out, generation, nil
}

// Voucher implements index.Index.
func (x *Index) Voucher(ctx context.Context, ref voucher.Ref) (index.Voucher, error) {
	field, low := voucherField(ref)
	var next, bucket *redis.StringCmd
	generation, err := x.ask(ctx, func(p redis.Pipeliner, key keyOf) {
		next = p.HGet(ctx, x.pointer(), "next")
		bucket = p.HGet(ctx, key(vouchers), string(field))
	})
	if err != nil {
		return index.Voucher{}, err
	}
	one, ok, err1 := findKept([]byte(bucket.Val()), low)
	through, err2 := index.DecodePosition([]byte(next.Val()))
	switch err := errors.Join(err1, err2); {
	case err != nil:
		return index.Voucher{}, x.unreadable(generation, err)
	case !ok:
		return index.Voucher{}, index.ErrNotFound
	default:
		return index.Voucher{Ref: ref, Voucher: one.value.Slot.Unpack(), As: one.value.As, Through: through}, nil
	}
}

// bucketed reads a bucket that an item that begins so is in, and what else is asked, in
// one round trip: in two where the bucket was split since this process looked last.
func (x *Index) bucketed(
	ctx context.Context, end string, item []byte, beside reads,
) (bucket []byte, generation string, err error) {
	for range tries {
		var values *redis.SliceCmd
		asked := x.bucketOf(end, item)
		generation, err = x.ask(ctx, func(p redis.Pipeliner, key keyOf) {
			values = p.HMGet(ctx, key(end), "", bucketField(asked))
			beside(p, key)
		})
		if err != nil {
			return nil, "", err
		}
		bucket, right, err := x.rightBucket(generation, end, item, asked, values.Val())
		if err != nil || right {
			return bucket, generation, x.unreadable(generation, err)
		}
	}
	return nil, "", fmt.Errorf("%w: %w", index.ErrUnavailable, errGrows)
}

// bucketOf is the bucket of an item, as far as this process knows.
func (x *Index) bucketOf(end string, item []byte) uint32 {
	x.mu.Lock()
	defer x.mu.Unlock()
	return saltOf(x.trusted).bucket(item, max(x.buckets[end], 1))
}

// rightBucket is a bucket that was asked for, if it is the item's.
func (x *Index) rightBucket(generation, end string, item []byte, asked uint32, values []any) (bucket []byte, right bool, err error) {
	head, _ := values[0].(string)
	n, err := decodeHead([]byte(head))
	if err != nil {
		return nil, false, err
	}
	x.mu.Lock()
	x.buckets[end] = n
	x.mu.Unlock()
	if saltOf(generation).bucket(item, n) != asked {
		return nil, false, nil
	}
	text, there := values[1].(string)
	if !there {
		return nil, false, fmt.Errorf("bucket %d of %d is not there: %w", asked, n, index.ErrRecord)
	}
	return []byte(text), true, nil
}

// tagged reads where something with a tag is: the first of its places. ok is false
// where it is not. through is the watermark before that.
func (x *Index) tagged(ctx context.Context, end string, tag index.Tag) (at, through voucher.Position, ok bool, err error) {
	var next *redis.StringCmd
	bucket, generation, err := x.bucketed(ctx, end, tag[:], func(p redis.Pipeliner, _ keyOf) {
		next = p.HGet(ctx, x.pointer(), "next")
	})
	if err != nil {
		return at, through, false, err
	}
	err = eachTagged(bucket, func(t index.Tag, p voucher.Position) {
		if t == tag && (!ok || p.Before(at)) {
			at, ok = p, true
		}
	})
	through, err1 := index.DecodePosition([]byte(next.Val()))
	return at, through, ok, x.unreadable(generation, errors.Join(err, err1))
}

// Outcome implements index.Index.
func (x *Index) Outcome(ctx context.Context, id voucher.Hash) (voucher.Position, error) {
	return x.found(ctx, outcomes, index.IDTag(id))
}

// Reference implements index.Index.
func (x *Index) Reference(ctx context.Context, m voucher.Address, r voucher.Hash) (voucher.Position, error) {
	return x.found(ctx, references, index.MerchantReference{Merchant: m, Reference: r}.Tag())
}

func (x *Index) found(ctx context.Context, end string, tag index.Tag) (voucher.Position, error) {
	at, _, ok, err := x.tagged(ctx, end, tag)
	if err == nil && !ok {
		err = index.ErrNotFound
	}
	return at, err
}

// Buyer implements index.Index.
func (x *Index) Buyer(ctx context.Context, of index.MerchantBuyer) (index.Buyer, error) {
	at, through, ok, err := x.tagged(ctx, buyers, of.Tag())
	return index.Buyer{Bought: ok, First: at, Through: through}, err
}

// Campaign implements index.Index.
func (x *Index) Campaign(ctx context.Context, id voucher.CampaignID) (index.Campaign, error) {
	all, err := x.campaigns(ctx, []voucher.CampaignID{id})
	if err != nil {
		return index.Campaign{}, err
	}
	if len(all) == 0 {
		return index.Campaign{}, index.ErrNotFound
	}
	return all[0], nil
}

// campaigns reads the records of campaigns; those that have not begun are left out.
func (x *Index) campaigns(ctx context.Context, ids []voucher.CampaignID) ([]index.Campaign, error) {
	const parts = 2 + index.FigureCount
	var fields []string
	for _, id := range ids {
		fields = append(fields, string(index.CampaignKey(id, index.CampaignCreate)), string(index.CampaignKey(id, index.CampaignNow)))
		for figure := range byte(index.FigureCount) {
			fields = append(fields, string(index.CampaignKey(id, index.CampaignFigure+figure)))
		}
	}
	if len(fields) == 0 {
		return []index.Campaign{}, nil
	}
	values, generation, err := x.fields(ctx, campaigns, fields)
	if err != nil {
		return nil, err
	}
	out := make([]index.Campaign, 0, len(ids))
	for i, id := range ids {
		of := values[i*parts : (i+1)*parts]
		if of[0] == "" {
			continue
		}
		c, err := index.DecodeCampaign(id, []byte(of[0]), []byte(of[1]), [index.FigureCount]string(of[2:]))
		if err != nil {
			return nil, x.unreadable(generation, err)
		}
		out = append(out, c)
	}
	return out, nil
}

// Campaigns implements index.Index.
func (x *Index) Campaigns(ctx context.Context, cursor string, limit int) ([]index.Campaign, string, error) {
	ids, next, err := list(ctx, x, newest, nil, cursor, index.CampaignCursor, limit, index.DecodeNewest)
	if err != nil {
		return nil, "", err
	}
	out, err := x.campaigns(ctx, ids)
	return out, next, err
}

// MerchantCampaigns implements index.Index.
func (x *Index) MerchantCampaigns(ctx context.Context, m voucher.Address, cursor string, limit int) ([]index.Campaign, string, error) {
	ids, next, err := list(ctx, x, own, m[:], cursor, index.CampaignCursor, limit, index.DecodeOwn)
	if err != nil {
		return nil, "", err
	}
	out, err := x.campaigns(ctx, ids)
	return out, next, err
}

// Orders implements index.Index.
func (x *Index) Orders(ctx context.Context, m voucher.Address, store uint32, cursor string, limit int) ([]voucher.Position, string, error) {
	p, err := newPage(index.OrdersKey(index.MerchantOrder{Merchant: m, Store: store}), cursor, index.OrderCursor, limit)
	if err != nil {
		return nil, "", err
	}
	if err := x.read(ctx, listed{end: orders}, p, nothingElse()); err != nil {
		return nil, "", err
	}
	return decodePage(p, index.OrderCursor, index.DecodePosition)
}

// History implements index.Index.
func (x *Index) History(ctx context.Context, ref voucher.Ref, cursor string, limit int) ([]index.Place, string, error) {
	p, err := newPage(index.RefKey(ref), cursor, index.HistoryCursor, limit)
	if err != nil {
		return nil, "", err
	}
	field, low := voucherField(ref)
	var bucket *redis.StringCmd
	err = x.read(ctx, listed{end: histories, beside: 1}, p, also{
		reads: func(r redis.Pipeliner, key keyOf) { bucket = r.HGet(ctx, key(vouchers), string(field)) },
		add: func(string) error {
			one, _, err := findKept([]byte(bucket.Val()), low)
			for _, touch := range one.touches {
				p.add(append(index.EncodePosition(touch.Position), byte(touch.Verb)))
			}
			return err
		},
	})
	if err != nil {
		return nil, "", err
	}
	return decodePage(p, index.HistoryCursor, func(key []byte) (index.Place, error) {
		at, err := index.DecodePosition(key[:index.HistoryCursor])
		return index.Place{Position: at, Verb: voucher.Verb(key[index.HistoryCursor])}, err
	})
}

// Wallet implements index.Index.
func (x *Index) Wallet(ctx context.Context, wallet voucher.Address, cursor string, limit int) ([]voucher.Ref, string, error) {
	p, err := newPage(wallet[:], cursor, index.WalletCursor, limit)
	if err != nil {
		return nil, "", err
	}
	if err := x.readWallet(ctx, wallet, p); err != nil {
		return nil, "", err
	}
	return decodePage(p, index.WalletCursor, func(key []byte) (voucher.Ref, error) {
		ref, _, err := cutRef(key[index.OrderCursor:])
		return ref, err
	})
}

// readWallet fills a page with what a wallet has in its bucket and in its list.
func (x *Index) readWallet(ctx context.Context, wallet voucher.Address, p *page) error {
	add := func(owner voucher.Address, acquired voucher.Position, ref voucher.Ref) {
		if owner == wallet {
			p.add(append(index.EncodePosition(acquired), index.RefKey(ref)...))
		}
	}
	var values *redis.SliceCmd
	for range tries {
		asked := x.bucketOf(wallets, wallet[:])
		right := false
		err := x.read(ctx, listed{end: heavy, beside: refSize}, p, also{
			reads: func(r redis.Pipeliner, key keyOf) { values = r.HMGet(ctx, key(wallets), "", bucketField(asked)) },
			add: func(generation string) (err error) {
				var bucket []byte
				if bucket, right, err = x.rightBucket(generation, wallets, wallet[:], asked, values.Val()); err != nil {
					return err
				}
				return eachOwned(bucket, add)
			},
		})
		if err != nil || right {
			return err
		}
		p.keys = nil
	}
	return fmt.Errorf("%w: %w", index.ErrUnavailable, errGrows)
}

// decodePage is what a page's items stand for, and the cursor behind it: the size bytes
// that its last item's key begins with.
func decodePage[T any](p *page, size int, decode func(key []byte) (T, error)) (out []T, next string, err error) {
	keys, more := p.items()
	out = make([]T, len(keys))
	for i, key := range keys {
		if out[i], err = decode(key); err != nil {
			return nil, "", fmt.Errorf("%w: %w", index.ErrUnavailable, err)
		}
	}
	if more {
		next = index.EncodeCursor(keys[len(keys)-1][:size])
	}
	return out, next, nil
}

// list reads a page of what the members of a sorted set with a prefix stand for.
// Its cursors hold the size bytes that follow the prefix.
func list[T any](ctx context.Context, x *Index, end string, prefix []byte, cursor string, size, limit int,
	decode func(key []byte) (T, error),
) ([]T, string, error) {
	before, err := index.DecodeCursor(cursor, size)
	if err != nil {
		return nil, "", err
	}
	limit = min(max(limit, 1), index.MaxPage)
	to := "(" + string(prefix) + "\xff"
	if before != nil {
		to = "(" + string(prefix) + string(before)
	}
	var members *redis.StringSliceCmd
	generation, err := x.ask(ctx, func(p redis.Pipeliner, key keyOf) { // the empty member is no item
		members = p.ZRevRangeByLex(ctx, key(end), &redis.ZRangeBy{Min: "(" + string(prefix), Max: to, Count: int64(limit + 1)})
	})
	if err != nil {
		return nil, "", err
	}
	keys, next := members.Val(), ""
	if len(keys) > limit {
		keys = keys[:limit]
		next = index.EncodeCursor([]byte(keys[limit-1][len(prefix) : len(prefix)+size]))
	}
	out := make([]T, len(keys))
	for i, key := range keys {
		if out[i], err = decode([]byte(key)); err != nil {
			return nil, "", x.unreadable(generation, err)
		}
	}
	return out, next, nil
}

// KeyPut implements index.Index.
func (x *Index) KeyPut(ctx context.Context, m, key voucher.Address) (uint64, error) {
	part := string(index.KeyPartKey(m, key))
	var members *redis.StringSliceCmd
	generation, err := x.ask(ctx, func(p redis.Pipeliner, key keyOf) {
		members = p.ZRangeByLex(ctx, key(merchants), &redis.ZRangeBy{Min: "[" + part, Max: "(" + part + "\xff"})
	})
	if err != nil {
		return 0, err
	}
	if len(members.Val()) == 0 {
		return 0, errors.Join(members.Err(), index.ErrNotFound)
	}
	at, err := index.DecodeKeyPut([]byte(members.Val()[0][len(part):]))
	return at, x.unreadable(generation, err)
}

// Merchant implements index.Index.
func (x *Index) Merchant(ctx context.Context, id voucher.Address) (index.Merchant, error) {
	var members *redis.StringSliceCmd
	generation, err := x.ask(ctx, func(p redis.Pipeliner, key keyOf) {
		members = p.ZRangeByLex(ctx, key(merchants), &redis.ZRangeBy{Min: "(" + string(id[:]), Max: "(" + string(id[:]) + "\xff"})
	})
	if err != nil {
		return index.Merchant{}, err
	}
	if len(members.Val()) == 0 {
		return index.Merchant{}, errors.Join(members.Err(), index.ErrNotFound)
	}
	out := index.Merchant{ID: id, Stores: []index.Store{}, Keys: []index.Key{}}
	for _, member := range members.Val() {
		n, err := index.PartKeySize([]byte(member))
		if err != nil || len(member) < n {
			return index.Merchant{}, x.unreadable(generation, errors.Join(err, index.ErrRecord))
		}
		if err := out.AddPart([]byte(member[:n]), []byte(member[n:])); err != nil {
			return index.Merchant{}, x.unreadable(generation, err)
		}
	}
	return out, nil
}
