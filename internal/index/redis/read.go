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
)

// ask runs reads of the trusted generation in one round trip. The pointer and
// the keys are read after them: what is current and whole then was so before,
// because no generation comes back.
func (x *Index) ask(ctx context.Context, reads func(p redis.Pipeliner, key func(index.Kind) string)) error {
	x.mu.Lock()
	generation := x.trusted
	x.mu.Unlock()
	if generation == "" {
		return fmt.Errorf("%w: %w", index.ErrUnavailable, errBehind)
	}
	keys := x.keys(generation)
	var pointer *redis.SliceCmd
	var exist *redis.IntCmd
	err := x.call(ctx, x.timeout, func(ctx context.Context) error {
		_, err := x.client.Pipelined(ctx, func(p redis.Pipeliner) error {
			reads(p, func(kind index.Kind) string { return x.key(generation, kind) })
			exist = p.Exists(ctx, keys...)
			pointer = p.HMGet(ctx, x.pointer(), "generation", "next")
			return nil
		})
		if errors.Is(err, redis.Nil) { // of a read, which is its own matter
			return errors.Join(exist.Err(), pointer.Err())
		}
		return err
	})
	if err != nil {
		return err
	}
	return x.believe(generation, exist.Val() == int64(len(keys)), pointer.Val())
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

// field reads one value of a hash.
func (x *Index) field(ctx context.Context, kind index.Kind, field []byte) ([]byte, error) {
	var value *redis.StringCmd
	err := x.ask(ctx, func(p redis.Pipeliner, key func(index.Kind) string) {
		value = p.HGet(ctx, key(kind), string(field))
	})
	if err != nil {
		return nil, err
	}
	b, err := value.Bytes()
	if errors.Is(err, redis.Nil) {
		return nil, index.ErrNotFound
	}
	return b, err
}

// fields reads many values of a hash, "" where there is none.
func (x *Index) fields(ctx context.Context, kind index.Kind, fields []string) ([]string, error) {
	var values *redis.SliceCmd
	err := x.ask(ctx, func(p redis.Pipeliner, key func(index.Kind) string) {
		values = p.HMGet(ctx, key(kind), fields...)
	})
	if err != nil {
		return nil, err
	}
	out := make([]string, len(fields))
	for i, v := range values.Val() {
		out[i], _ = v.(string)
	}
	return out, values.Err()
}

// unreadable says that Redis holds what this program did not write.
func unreadable(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%w: %w", index.ErrUnavailable, err)
}

// Voucher implements index.Index.
func (x *Index) Voucher(ctx context.Context, ref voucher.Ref) (index.Voucher, error) {
	raw, through, err := x.fieldThrough(ctx, index.KindVoucher, index.RefKey(ref))
	if err != nil {
		return index.Voucher{}, err
	}
	if raw == nil {
		return index.Voucher{}, index.ErrNotFound
	}
	v, err := index.DecodeVoucher(ref, raw)
	v.Through = through
	return v, unreadable(err)
}

// Buyer implements index.Index.
func (x *Index) Buyer(ctx context.Context, of index.MerchantBuyer) (index.Buyer, error) {
	raw, through, err := x.fieldThrough(ctx, index.KindBuyer, index.BuyerKey(of))
	if err != nil || raw == nil {
		return index.Buyer{Through: through}, err
	}
	first, err := index.DecodeBuyer(raw)
	return index.Buyer{First: first, Through: through}, unreadable(err)
}

// fieldThrough reads one value of a hash, nil where there is none, and the watermark
// before it, in the same round trip.
func (x *Index) fieldThrough(ctx context.Context, kind index.Kind, field []byte) (raw []byte, through voucher.Position, err error) {
	var next, value *redis.StringCmd
	err = x.ask(ctx, func(p redis.Pipeliner, key func(index.Kind) string) {
		next = p.HGet(ctx, x.pointer(), "next")
		value = p.HGet(ctx, key(kind), string(field))
	})
	if err != nil {
		return nil, through, err
	}
	raw, err = value.Bytes()
	if errors.Is(err, redis.Nil) {
		raw, err = nil, nil
	}
	at, err1 := next.Bytes()
	if err := errors.Join(err, err1); err != nil {
		return nil, through, unreadable(err)
	}
	through, err = index.DecodePosition(at)
	return raw, through, unreadable(err)
}

// Outcome implements index.Index.
func (x *Index) Outcome(ctx context.Context, id voucher.Hash) (voucher.Outcome, error) {
	value, err := x.field(ctx, index.KindOutcome, id[:])
	if err != nil {
		return voucher.Outcome{}, err
	}
	o, err := index.DecodeOutcome(id, value)
	return o, unreadable(err)
}

// Reference implements index.Index.
func (x *Index) Reference(ctx context.Context, m voucher.Address, r voucher.Hash) (voucher.Hash, error) {
	value, err := x.field(ctx, index.KindReference, index.ReferenceKey(index.MerchantReference{Merchant: m, Reference: r}))
	if err != nil {
		return voucher.Hash{}, err
	}
	id, err := index.DecodeReference(value)
	return id, unreadable(err)
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
	values, err := x.fields(ctx, index.KindCampaign, fields)
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
			return nil, unreadable(err)
		}
		out = append(out, c)
	}
	return out, nil
}

// Campaigns implements index.Index.
func (x *Index) Campaigns(ctx context.Context, cursor string, limit int) ([]index.Campaign, string, error) {
	ids, next, err := list(ctx, x, index.KindNewest, nil, cursor, index.CampaignCursor, limit, index.DecodeNewest)
	if err != nil {
		return nil, "", err
	}
	out, err := x.campaigns(ctx, ids)
	return out, next, err
}

// MerchantCampaigns implements index.Index.
func (x *Index) MerchantCampaigns(ctx context.Context, m voucher.Address, cursor string, limit int) ([]index.Campaign, string, error) {
	ids, next, err := list(ctx, x, index.KindOwn, m[:], cursor, index.CampaignCursor, limit, index.DecodeOwn)
	if err != nil {
		return nil, "", err
	}
	out, err := x.campaigns(ctx, ids)
	return out, next, err
}

// Orders implements index.Index.
func (x *Index) Orders(ctx context.Context, m voucher.Address, store uint32, cursor string, limit int) ([]voucher.Outcome, string, error) {
	prefix := index.OrdersKey(index.MerchantOrder{Merchant: m, Store: store})
	ids, next, err := list(ctx, x, index.KindOrder, prefix, cursor, index.OrderCursor, limit, index.DecodeOrder)
	if err != nil {
		return nil, "", err
	}
	out, err := x.outcomes(ctx, ids)
	return out, next, err
}

// History implements index.Index.
func (x *Index) History(ctx context.Context, ref voucher.Ref, cursor string, limit int) ([]index.Touch, string, error) {
	touches, next, err := list(ctx, x, index.KindHistory, index.RefKey(ref), cursor, index.HistoryCursor, limit, index.DecodeHistory)
	if err != nil {
		return nil, "", err
	}
	ids := make([]voucher.Hash, len(touches))
	for i, t := range touches {
		ids[i] = t.ID
	}
	outcomes, err := x.outcomes(ctx, ids)
	if err != nil {
		return nil, "", err
	}
	for i, o := range outcomes {
		touches[i] = touches[i].In(o)
	}
	return touches, next, nil
}

// outcomes reads outcomes that are there: each was added together with the
// records that name it.
func (x *Index) outcomes(ctx context.Context, ids []voucher.Hash) ([]voucher.Outcome, error) {
	if len(ids) == 0 {
		return []voucher.Outcome{}, nil
	}
	fields, out := make([]string, len(ids)), make([]voucher.Outcome, len(ids))
	for i, id := range ids {
		fields[i] = string(id[:])
	}
	values, err := x.fields(ctx, index.KindOutcome, fields)
	if err != nil {
		return nil, err
	}
	for i, value := range values {
		if out[i], err = index.DecodeOutcome(ids[i], []byte(value)); err != nil {
			return nil, unreadable(err)
		}
	}
	return out, nil
}

// Wallet implements index.Index.
func (x *Index) Wallet(ctx context.Context, wallet voucher.Address, cursor string, limit int) ([]index.Voucher, string, error) {
	refs, next, err := list(ctx, x, index.KindWallet, wallet[:], cursor, index.WalletCursor, limit, index.DecodeWallet)
	if err != nil || len(refs) == 0 {
		return []index.Voucher{}, "", err
	}
	fields := make([]string, len(refs))
	for i, ref := range refs {
		fields[i] = string(index.RefKey(ref))
	}
	values, err := x.fields(ctx, index.KindVoucher, fields)
	if err != nil {
		return nil, "", err
	}
	out := make([]index.Voucher, 0, len(refs))
	for i, ref := range refs {
		v, err := index.DecodeVoucher(ref, []byte(values[i]))
		if err != nil {
			return nil, "", unreadable(err)
		}
		if v.Voucher.Owner == wallet { // and did not give it away between the two reads
			out = append(out, v)
		}
	}
	return out, next, nil
}

// list reads a page of what the members of a sorted set with a prefix stand for.
// Its cursors hold the size bytes that follow the prefix.
func list[T any](ctx context.Context, x *Index, kind index.Kind, prefix []byte, cursor string, size, limit int,
	decode func(key []byte) (T, error),
) ([]T, string, error) {
	before, err := index.DecodeCursor(cursor, size)
	if err != nil {
		return nil, "", err
	}
	keys, more, err := x.page(ctx, kind, prefix, before, limit)
	if err != nil {
		return nil, "", err
	}
	out := make([]T, len(keys))
	for i, key := range keys {
		if out[i], err = decode([]byte(key)); err != nil {
			return nil, "", unreadable(err)
		}
	}
	if !more {
		return out, "", nil
	}
	return out, index.EncodeCursor([]byte(keys[len(keys)-1][len(prefix) : len(prefix)+size])), nil
}

// page reads the members of a sorted set that start so, the last first, of those
// before a cursor's key. more says that others follow.
func (x *Index) page(ctx context.Context, kind index.Kind, prefix, before []byte, limit int) (keys []string, more bool, err error) {
	limit = min(max(limit, 1), index.MaxPage)
	from := "(" + string(prefix) // the empty member is no item
	to := "(" + string(prefix) + "\xff"
	if before != nil {
		to = "(" + string(prefix) + string(before)
	}
	var members *redis.StringSliceCmd
	err = x.ask(ctx, func(p redis.Pipeliner, key func(index.Kind) string) {
		members = p.ZRevRangeByLex(ctx, key(kind), &redis.ZRangeBy{Min: from, Max: to, Count: int64(limit + 1)})
	})
	if err != nil {
		return nil, false, err
	}
	if keys = members.Val(); len(keys) > limit {
		return keys[:limit], true, members.Err()
	}
	return keys, false, members.Err()
}

// KeyPut implements index.Index.
func (x *Index) KeyPut(ctx context.Context, m, key voucher.Address) (uint64, error) {
	part := string(index.KeyPartKey(m, key))
	var members *redis.StringSliceCmd
	err := x.ask(ctx, func(p redis.Pipeliner, key func(index.Kind) string) {
		members = p.ZRangeByLex(ctx, key(index.KindMerchant), &redis.ZRangeBy{Min: "[" + part, Max: "(" + part + "\xff"})
	})
	if err != nil {
		return 0, err
	}
	if len(members.Val()) == 0 {
		return 0, errors.Join(members.Err(), index.ErrNotFound)
	}
	at, err := index.DecodeKeyPut([]byte(members.Val()[0][len(part):]))
	return at, unreadable(err)
}

// Merchant implements index.Index.
func (x *Index) Merchant(ctx context.Context, id voucher.Address) (index.Merchant, error) {
	var members *redis.StringSliceCmd
	err := x.ask(ctx, func(p redis.Pipeliner, key func(index.Kind) string) {
		members = p.ZRangeByLex(ctx, key(index.KindMerchant), &redis.ZRangeBy{Min: "(" + string(id[:]), Max: "(" + string(id[:]) + "\xff"})
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
			return index.Merchant{}, unreadable(errors.Join(err, index.ErrRecord))
		}
		if err := out.AddPart([]byte(member[:n]), []byte(member[n:])); err != nil {
			return index.Merchant{}, unreadable(err)
		}
	}
	return out, nil
}
