package redis_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tally/internal/index"
	indexmemory "tally/internal/index/memory"
	"tally/internal/index/redis/redistest"
	"tally/internal/ledger"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// claimBy is a claim of a serial by a wallet, at a position.
func (c crowd) claimBy(wallet voucher.Address, serial uint32, at voucher.Position) ledger.Entry {
	entry := c.claim(int(serial))
	entry.Outcome.ID, entry.Outcome.Position = hash('b', int(serial)), at
	v := c.slot(int(serial), voucher.StateClaimed).Unpack()
	v.Owner = wallet
	entry.Outcome.Events = voucher.Events{voucher.VoucherClaimed{Campaign: c.id, Serial: serial, Voucher: v.Pack()}}
	return entry
}

// TestBuckets_Borders: the first and the last voucher of a bucket, and those beside them,
// are each found, and no other.
func TestBuckets_Borders(t *testing.T) {
	x := open(t, redistest.Start(t), 1, patient)
	begin(t, x)
	c := crowd{id: voucher.CampaignID{1}}
	there := map[uint32]bool{0: true, 7: true, 8: true, 15: true, 24: true, voucher.MaxSupply - 1: true}
	for serial := range there {
		require.NoError(t, x.Add(t.Context(), []ledger.Entry{c.claim(int(serial))}))
	}
	for _, serial := range []uint32{0, 1, 6, 7, 8, 9, 14, 15, 16, 23, 24, 25, voucher.MaxSupply - 8, voucher.MaxSupply - 2, voucher.MaxSupply - 1} {
		got, err := x.Voucher(t.Context(), voucher.Ref{Campaign: c.id, Serial: serial})
		if !there[serial] {
			require.ErrorIs(t, err, index.ErrNotFound, serial)
			continue
		}
		require.NoError(t, err, serial)
		require.Equal(t, c.wallet(int(serial)), got.Voucher.Owner)
		refs, _, err := x.Wallet(t.Context(), c.wallet(int(serial)), "", 10)
		require.NoError(t, err)
		require.Equal(t, []voucher.Ref{{Campaign: c.id, Serial: serial}}, refs)
	}
}

// TestBuckets_AnyPosition: a position of any size is the same after it was packed. What
// the script makes of them is in the digest.
func TestBuckets_AnyPosition(t *testing.T) {
	s := redistest.Start(t)
	x := open(t, s, 1, patient)
	begin(t, x)
	model := indexmemory.Trusted()
	parts := []uint64{0, 1, 255, 256, 65_535, 65_536, 1<<24 - 1, 1 << 32, 1<<48 - 1, 1 << 48, 1 << 53, 1<<53 + 1, 1<<64 - 1}
	var all []ledger.Entry
	for i, block := range parts {
		for k, small := range []uint32{0, 1, 255, 256, 65_535, 65_536, 1<<32 - 2} {
			n := i*7 + k
			sale := crowd{}.redemption(n % 9) // nine vouchers, with long histories
			sale.Outcome.ID = hash('s', n)
			sale.Outcome.Position = voucher.Position{Block: block, Tx: small, Item: uint32(k)}
			all = append(all, sale)
		}
	}
	rand.New(rand.NewPCG(3, 4)).Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	for len(all) > 0 {
		n := min(len(all), 10)
		require.NoError(t, x.Add(t.Context(), all[:n]))
		require.NoError(t, model.Add(t.Context(), all[:n]))
		all = all[n:]
	}
	requireEqual(t, model, x)
	for serial := range uint32(9) {
		requireSamePages(t, 3, func(of index.Index) func(string, int) ([]index.Place, string, error) {
			return func(cursor string, limit int) ([]index.Place, string, error) {
				return of.History(t.Context(), voucher.Ref{Serial: serial}, cursor, limit)
			}
		}, model, x)
	}
}

// TestLists_LongOnes: one wallet with thousands of vouchers, one voucher with thousands of
// redemptions and one store with as many orders are read as the model has them, whatever
// the order in which they came.
func TestLists_LongOnes(t *testing.T) {
	x, model := open(t, redistest.Start(t), 1, patient), indexmemory.Trusted()
	begin(t, x)
	c := crowd{id: voucher.CampaignID{1}}
	hoarder := voucher.Address{9, 9}
	var all []ledger.Entry
	for i := range 3000 {
		at := voucher.Position{Block: uint64(i/10) + 1, Item: uint32(i % 10)}
		all = append(all, c.claimBy(hoarder, uint32(i), at))
		sale := c.redemption(i)
		sale.Outcome.Position = voucher.Position{Block: uint64(i/10) + 1, Tx: 1, Item: uint32(i % 10)}
		sale.Outcome.Events[1] = crowd{id: voucher.CampaignID{2}}.redemption(5).Outcome.Events[1]
		all = append(all, sale)
	}
	shuffled := append([]ledger.Entry{}, all[:2000]...)
	rand.New(rand.NewPCG(5, 6)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	back := append([]ledger.Entry{}, all[2000:4000]...)
	for i, k := 0, len(back)-1; i < k; i, k = i+1, k-1 {
		back[i], back[k] = back[k], back[i]
	}
	for _, some := range [][]ledger.Entry{all[4000:], shuffled, back} {
		addAll(t, x, some)
		addAll(t, model, some)
	}
	moved := c.claimBy(voucher.Address{8}, 1500, voucher.Position{Block: 9000})
	moved.Outcome.ID = hash('m', 1)
	for _, of := range []index.Index{x, model} { // out of the middle of the long list
		require.NoError(t, of.Add(t.Context(), []ledger.Entry{moved}))
	}
	requireEqual(t, model, x)
	for _, limit := range []int{1, 7, index.MaxPage} {
		requireSamePages(t, limit, func(of index.Index) func(string, int) ([]voucher.Ref, string, error) {
			return func(cursor string, limit int) ([]voucher.Ref, string, error) {
				return of.Wallet(t.Context(), hoarder, cursor, limit)
			}
		}, model, x)
		requireSamePages(t, limit, func(of index.Index) func(string, int) ([]voucher.Position, string, error) {
			return func(cursor string, limit int) ([]voucher.Position, string, error) {
				return of.Orders(t.Context(), voucher.Address{1}, 1, cursor, limit)
			}
		}, model, x)
		requireSamePages(t, limit, func(of index.Index) func(string, int) ([]index.Place, string, error) {
			return func(cursor string, limit int) ([]index.Place, string, error) {
				return of.History(t.Context(), voucher.Ref{Campaign: voucher.CampaignID{2}, Serial: 5}, cursor, limit)
			}
		}, model, x)
	}
}

// requireSamePages reads a list of two indexes to its end, 30 pages at most, and then the
// cursors and the items are the same.
func requireSamePages[T any](t *testing.T, limit int, list func(index.Index) func(string, int) ([]T, string, error), a, b index.Index) {
	t.Helper()
	for cursor, n := "", 0; n < 30; n++ {
		want, next, err := list(a)(cursor, limit)
		require.NoError(t, err)
		got, same, err := list(b)(cursor, limit)
		require.NoError(t, err)
		require.Equal(t, want, got)
		require.Equal(t, next, same)
		if cursor = next; next == "" {
			return
		}
	}
}

func requireEqual(t require.TestingT, model, x index.Index) {
	want, err := index.DigestOf(context.Background(), model)
	require.NoError(t, err)
	held, err := index.DigestOf(context.Background(), x)
	require.NoError(t, err)
	require.Equal(t, want, held)
}

// TestBuckets_AsTheModel: wallets that get, spend and give away vouchers in any order, in
// runs of any length, leave what they leave in memory.
func TestBuckets_AsTheModel(t *testing.T) {
	s := redistest.Start(t)
	x := open(t, s, 1, patient)
	c := crowd{id: voucher.CampaignID{1}}
	rapid.Check(t, func(rt *rapid.T) {
		model := indexmemory.Trusted()
		s.Do("FLUSHALL")
		begin(t, x)
		n := rapid.IntRange(1, 300).Draw(rt, "entries")
		var run []ledger.Entry
		for i := range n {
			serial := rapid.IntRange(0, 40).Draw(rt, "serial")
			at := voucher.Position{Block: uint64(rapid.IntRange(1, 500).Draw(rt, "block")), Item: uint32(i)}
			entry := c.claimBy(c.wallet(rapid.IntRange(1, 4).Draw(rt, "wallet")), uint32(serial), at)
			if rapid.Bool().Draw(rt, "redeemed") {
				entry = c.redemption(serial)
				entry.Outcome.Position = at
			}
			entry.Outcome.ID = hash('x', i)
			run = append(run, entry)
			if i == n-1 || rapid.IntRange(0, 9).Draw(rt, "run") == 0 {
				require.NoError(rt, x.Add(context.Background(), run))
				require.NoError(rt, model.Add(context.Background(), run))
				run = nil
			}
		}
		requireEqual(rt, model, x)
	})
}

// TestGarbled_IsNotServedAndHeals: what somebody wrote into a generation by hand, or took
// out of it, is not served once it cannot be read: the index makes itself again.
func TestGarbled_IsNotServedAndHeals(t *testing.T) {
	s := redistest.Start(t)
	c := crowd{vouchers: 300, redeemed: true}
	h := history{entries: c.entries()}
	sale := c.redemption(7)
	redeemed, _ := sale.Outcome.Events[0].(voucher.Redeemed)
	read := map[string]func(x index.Index) error{
		"o": func(x index.Index) error { _, err := x.Outcome(t.Context(), sale.Outcome.ID); return err },
		"v": func(x index.Index) error {
			_, err := x.Voucher(t.Context(), voucher.Ref{Campaign: c.id, Serial: 7})
			return err
		},
		"w": func(x index.Index) error { _, _, err := x.Wallet(t.Context(), c.wallet(7), "", 1); return err },
		"r": func(x index.Index) error {
			_, err := x.Reference(t.Context(), redeemed.Merchant, redeemed.Reference)
			return err
		},
		"y": func(x index.Index) error {
			_, err := x.Buyer(t.Context(), index.MerchantBuyer{Merchant: redeemed.Merchant, Wallet: c.wallet(7)})
			return err
		},
		"p": func(x index.Index) error {
			_, _, err := x.Orders(t.Context(), redeemed.Merchant, 0, "", index.MaxPage)
			return err
		},
	}
	for end, ask := range read {
		for name, garble := range garbles(end) {
			t.Run(end+"/"+name, func(t *testing.T) {
				s.Do("FLUSHALL")
				x := open(t, s, 1, patient)
				ctx, stop := context.WithCancel(t.Context())
				p := index.NewProjector(h, x, slog.New(slog.DiscardHandler))
				caughtUp, ended := make(chan struct{}), make(chan struct{})
				go func() { p.Run(ctx, func() { close(caughtUp) }); close(ended) }()
				defer func() { stop(); <-ended }()
				<-caughtUp
				require.NoError(t, ask(x))
				mark, err := x.Watermark(ctx)
				require.NoError(t, err)
				garble(t, s, fmt.Sprintf("tally:3:{%s}:%s:%s", ledgertest.LedgerID(1).String()[2:], mark.Generation, end))
				require.ErrorIs(t, ask(x), index.ErrUnavailable)
				require.NoError(t, await(func() error { return ask(x) }))
				after, err := x.Watermark(ctx)
				require.NoError(t, err)
				require.NotEqual(t, mark.Generation, after.Generation)
			})
		}
	}
}

// garbles are ways to spoil each bucket of a hash, or each piece of a sorted set.
func garbles(end string) map[string]func(*testing.T, *redistest.Server, string) {
	each := func(edit func(value string) string) func(*testing.T, *redistest.Server, string) {
		return func(t *testing.T, s *redistest.Server, key string) {
			t.Helper()
			fields, _ := s.Do("HGETALL", key).(map[any]any)
			for field, value := range fields {
				if field == "" {
					continue
				}
				if text, _ := value.(string); edit(text) == "" {
					s.Do("HDEL", key, field)
				} else {
					s.Do("HSET", key, field, edit(text))
				}
			}
		}
	}
	if end == "p" {
		return map[string]func(*testing.T, *redistest.Server, string){"cut": func(t *testing.T, s *redistest.Server, key string) {
			t.Helper()
			members, _ := s.Do("ZRANGE", key, 0, -1).([]any)
			for _, member := range members {
				if text, _ := member.(string); text != "" {
					s.Do("ZREM", key, text)
					s.Do("ZADD", key, 0, text[:len(text)-1])
				}
			}
		}}
	}
	all := map[string]func(*testing.T, *redistest.Server, string){
		"cut":  each(func(value string) string { return (value + "x")[:max(len(value)-1, 1)] }), // an empty one gets something
		"text": each(func(string) string { return "hello" }),
		"type": func(t *testing.T, s *redistest.Server, key string) { t.Helper(); s.Do("SET", key, "1") },
	}
	if end != "v" { // that a voucher was never claimed is no damage
		all["lost"] = each(func(string) string { return "" })
		all["head"] = func(t *testing.T, s *redistest.Server, key string) { t.Helper(); s.Do("HSET", key, "", "x") }
	}
	return all
}

// TestGarbled_IsNotAddedTo: an entry that would be added to what cannot be read is not,
// and the index makes itself again.
func TestGarbled_IsNotAddedTo(t *testing.T) {
	s := redistest.Start(t)
	c := crowd{vouchers: 2, redeemed: true}
	all := c.entries()
	for end, how := range map[string]string{"o": "lost", "v": "text", "w": "head", "r": "lost", "y": "head"} {
		x := open(t, s, 1, patient)
		begin(t, x)
		require.NoError(t, x.Add(t.Context(), all[:1]))
		mark, err := x.Watermark(t.Context())
		require.NoError(t, err)
		key := fmt.Sprintf("tally:3:{%s}:%s:%s", ledgertest.LedgerID(1).String()[2:], mark.Generation, end)
		garbles(end)[how](t, s, key)
		err = x.Add(t.Context(), all[1:])
		require.ErrorIs(t, err, index.ErrUnavailable, end)
		mark, err = x.Watermark(t.Context())
		require.NoError(t, err)
		require.False(t, mark.Whole, end)
		require.ErrorIs(t, x.Advance(t.Context(), mark, mark), index.ErrMoved, end)
	}
}

// TestIndex_SchemasBesideEachOther: an index of the schema before is left as it is, so that
// servers of both versions work on one Redis while they are replaced.
func TestIndex_SchemasBesideEachOther(t *testing.T) {
	s := redistest.Start(t)
	before := "tally:2:{" + ledgertest.LedgerID(1).String()[2:] + "}"
	s.Do("HSET", before, "generation", "0123456789abcdef", "next", "x")
	s.Do("HSET", before+":0123456789abcdef:o", "", "")
	s.Do("PEXPIRE", before, 1_000_000)
	x := open(t, s, 1, patient)
	begin(t, x)
	addAll(t, x, crowd{vouchers: 20, redeemed: true}.entries())
	begin(t, x)
	require.Equal(t, "0123456789abcdef", s.Do("HGET", before, "generation"))
	require.Equal(t, int64(1), s.Do("EXISTS", before+":0123456789abcdef:o"))
	require.LessOrEqual(t, s.Do("PTTL", before), int64(1_000_000), "it vanishes when nobody projects to it")
}
