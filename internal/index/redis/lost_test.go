package redis_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/index"
	"tally/internal/index/indextest"
	"tally/internal/index/redis"
	"tally/internal/index/redis/redistest"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// reads asks everything that an index can be asked.
func reads(ctx context.Context, x index.Index) map[string]error {
	_, err1 := x.Merchant(ctx, voucher.Address{1})
	_, err2 := x.Campaign(ctx, voucher.CampaignID{1})
	_, _, err3 := x.Campaigns(ctx, "", 1)
	_, err4 := x.Voucher(ctx, voucher.Ref{})
	_, _, err5 := x.Wallet(ctx, voucher.Address{1}, "", 1)
	_, err6 := x.Free(ctx, voucher.CampaignID{1}, 8, 0, 1)
	_, err7 := x.Outcome(ctx, voucher.Hash{1})
	_, err8 := x.Reference(ctx, voucher.Address{1}, voucher.Hash{1})
	_, _, err9 := x.MerchantCampaigns(ctx, voucher.Address{1}, "", 1)
	_, _, err10 := x.Orders(ctx, voucher.Address{1}, 0, "", 1)
	_, _, err11 := x.History(ctx, voucher.Ref{}, "", 1)
	_, err12 := x.KeyPut(ctx, voucher.Address{1}, voucher.Address{2})
	_, err13 := x.Buyer(ctx, index.MerchantBuyer{})
	return map[string]error{
		"Merchant": err1, "Campaign": err2, "Campaigns": err3, "Voucher": err4,
		"Wallet": err5, "Free": err6, "Outcome": err7, "Reference": err8,
		"MerchantCampaigns": err9, "Orders": err10, "History": err11, "KeyPut": err12, "Buyer": err13,
	}
}

// TestIndex_LostKeys: each key that is lost is noticed. The test takes one key
// after the other.
func TestIndex_LostKeys(t *testing.T) {
	s := redistest.Start(t)
	c := crowd{vouchers: 3, redeemed: true}
	for _, suffix := range []string{"", "o", "v", "w", "x", "c", "n", "m", "r", "t", "b", "p", "h", "y"} {
		x := open(t, s, 1, patient)
		begin(t, x)
		require.NoError(t, x.Add(t.Context(), c.entries()))
		before, err := x.Watermark(t.Context())
		require.NoError(t, err)
		key := "tally:3:{" + ledgertest.LedgerID(1).String()[2:] + "}"
		if suffix != "" {
			key += ":" + before.Generation + ":" + suffix
		}
		require.Equal(t, int64(1), s.Do("DEL", key))
		for name, err := range reads(t.Context(), x) {
			require.ErrorIs(t, err, index.ErrUnavailable, "%s without %s", name, key)
		}
		err = x.Add(t.Context(), c.entries())
		require.ErrorIs(t, err, index.ErrUnavailable, key)
		require.ErrorIs(t, err, index.ErrMoved, key)
		require.ErrorIs(t, x.Advance(t.Context(), before, before), index.ErrMoved, key)
		_, err = index.DigestOf(t.Context(), x)
		require.ErrorIs(t, err, index.ErrUnavailable, key)
		after, err := x.Watermark(t.Context())
		require.NoError(t, err)
		require.False(t, after.Whole)
		require.Equal(t, suffix != "", after.Generation == before.Generation)
	}
}

// TestDigest_NoticesLoss: the digest notices what nobody sees. The test takes items
// out of the keys.
func TestDigest_NoticesLoss(t *testing.T) {
	s := redistest.Start(t)
	l, _ := indextest.Lives(t)
	x, err := redis.Open(redis.Options{URL: s.URL(), Ledger: l.ID(), Timeout: patient})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, x.Close()) })
	rebuild(t, l, x)
	indextest.RequireEqualsLedger(t, l, x)
	for _, end := range "ovwcnmrtbpy" { // the others have only what they have from their start
		mark, err := x.Watermark(t.Context())
		require.NoError(t, err)
		key := fmt.Sprintf("tally:3:{%s}:%s:%c", l.ID().String()[2:], mark.Generation, end)
		whole, err := index.DigestOf(t.Context(), x)
		require.NoError(t, err)
		if s.Do("TYPE", key) == "zset" {
			s.Do("ZREMRANGEBYRANK", key, -1, -1)
		} else {
			items, _ := s.Do("HKEYS", key).([]any)
			item := items[0]
			if item == "" { // which every key has from its start
				item = items[1]
			}
			require.Equal(t, int64(1), s.Do("HDEL", key, item))
		}
		less, err := index.DigestOf(t.Context(), x)
		require.NoError(t, err)
		require.Less(t, less.Records, whole.Records, string(end))
		require.NotEqual(t, whole.Sum, less.Sum, string(end))
		require.NoError(t, x.Reset(t.Context(), mark))
		rebuild(t, l, x)
		indextest.RequireEqualsLedger(t, l, x)
	}
}

// TestIndex_OwesFailedAdditions: what could not be added is owed.
func TestIndex_OwesFailedAdditions(t *testing.T) {
	s := redistest.Start(t)
	x := open(t, s, 1, patient)
	begin(t, x)
	c := crowd{vouchers: 2, redeemed: true}
	all := c.entries()
	ref := voucher.Ref{Campaign: c.id, Serial: 1}
	require.NoError(t, x.Add(t.Context(), all[:3]))
	_, err := x.Voucher(t.Context(), ref)
	require.NoError(t, err)
	left, leave := context.WithCancel(t.Context())
	leave()
	require.ErrorIs(t, x.Add(left, all[3:]), index.ErrUnavailable) // the redemption of ref
	_, err = x.Voucher(t.Context(), ref)
	require.ErrorIs(t, err, index.ErrUnavailable, "it may be older than what this process knows")
	require.NoError(t, x.Add(t.Context(), all[3:]))
	mark, err := x.Watermark(t.Context())
	require.NoError(t, err)
	to := mark
	to.Next = all[3].Outcome.Position
	require.NoError(t, x.Advance(t.Context(), mark, to))
	_, err = x.Voucher(t.Context(), ref)
	require.ErrorIs(t, err, index.ErrUnavailable)
	further := to
	further.Next.Item++
	require.NoError(t, x.Advance(t.Context(), to, further))
	v, err := x.Voucher(t.Context(), ref)
	require.NoError(t, err)
	require.Equal(t, voucher.StateSpent, v.Voucher.State)
}

// TestIndex_OwesWhatAFailOverLost: what a fail-over lost is owed. The test reads
// from a replica that has the claim of a voucher and not its redemption.
func TestIndex_OwesWhatAFailOverLost(t *testing.T) {
	primary, replica := redistest.Start(t), redistest.Start(t)
	x := open(t, primary, 1, patient)
	begin(t, x)
	c := crowd{vouchers: 2, redeemed: true}
	all := c.entries()
	ref := voucher.Ref{Campaign: c.id, Serial: 1}
	require.NoError(t, x.Add(t.Context(), all[:3]))
	replica.Follow(primary)
	replica.Promote()
	require.NoError(t, x.Add(t.Context(), all[3:]))
	_, err := x.Voucher(t.Context(), ref)
	require.NoError(t, err)
	replica.Replace(primary)
	for range 3 { // the first may fail for the connection that broke
		_, err = x.Voucher(t.Context(), ref)
		require.ErrorIs(t, err, index.ErrUnavailable)
	}
	require.NotZero(t, replica.Do("EXISTS", "tally:3:{"+ledgertest.LedgerID(1).String()[2:]+"}"))
}

// TestIndex_TwoLedgersOneRedis: two ledgers share a Redis.
func TestIndex_TwoLedgersOneRedis(t *testing.T) {
	s := redistest.Start(t)
	one, two := open(t, s, 1, patient), open(t, s, 2, patient)
	begin(t, one)
	begin(t, two)
	c := crowd{vouchers: 1}
	require.NoError(t, one.Add(t.Context(), c.entries()))
	_, err := two.Voucher(t.Context(), voucher.Ref{Campaign: c.id})
	require.ErrorIs(t, err, index.ErrNotFound)
	_, err = one.Voucher(t.Context(), voucher.Ref{Campaign: c.id})
	require.NoError(t, err)
}

// TestIndex_OtherSchema: another schema is another index.
func TestIndex_OtherSchema(t *testing.T) {
	s := redistest.Start(t)
	x := open(t, s, 1, patient)
	begin(t, x)
	require.NoError(t, x.Add(t.Context(), crowd{vouchers: 1}.entries()))
	for _, key := range s.Do("KEYS", "tally:3:*").([]any) {
		s.Do("RENAME", key, "tally:0:"+key.(string)[len("tally:3:"):])
	}
	mark, err := x.Watermark(t.Context())
	require.NoError(t, err)
	require.Empty(t, mark.Generation)
	for name, err := range reads(t.Context(), x) {
		require.ErrorIs(t, err, index.ErrUnavailable, name)
	}
}

// TestIndex_VanishesUnused: what nobody projects to vanishes.
func TestIndex_VanishesUnused(t *testing.T) {
	s := redistest.Start(t)
	x := open(t, s, 1, patient)
	begin(t, x)
	keys := s.Do("KEYS", "*").([]any)
	require.Len(t, keys, 14)
	for _, key := range keys {
		require.Positive(t, s.Do("PTTL", key))
		s.Do("PERSIST", key)
	}
	mark, err := x.Watermark(t.Context())
	require.NoError(t, err)
	require.NoError(t, x.Advance(t.Context(), mark, mark))
	for _, key := range keys {
		require.Positive(t, s.Do("PTTL", key))
	}
	// An end of a generation leaves nothing of it.
	begin(t, x)
	require.Len(t, s.Do("KEYS", "*"), 14)
}
