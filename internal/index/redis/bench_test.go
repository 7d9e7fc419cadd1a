package redis_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"iter"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/index"
	indexmemory "tally/internal/index/memory"
	"tally/internal/index/redis/redistest"
	"tally/internal/ledger"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// crowd makes entries without signatures: vouchers, each claimed by a wallet of
// its own and, if redeemed, redeemed under a reference of its own.
type crowd struct {
	id       voucher.CampaignID
	vouchers int
	redeemed bool
}

func hash(kind byte, i int) (h voucher.Hash) {
	h[0] = kind
	// Spread over the bytes, so that nothing compresses or sorts by luck.
	binary.BigEndian.PutUint64(h[8:], uint64(i)*0x9e3779b97f4a7c15)
	binary.BigEndian.PutUint64(h[24:], uint64(i))
	return h
}

func (crowd) wallet(i int) voucher.Address {
	h := hash('w', i)
	return voucher.Address(h[12:])
}

func (c crowd) slot(i int, state uint8) voucher.Slot {
	v := voucher.Voucher{Owner: c.wallet(i), Units: 1, Expiry: 1_798_761_600, SignedAt: 1_790_000_000, State: state}
	if state == voucher.StateSpent {
		v.Units = 0
	}
	return v.Pack()
}

func (c crowd) claim(i int) ledger.Entry {
	return ledger.Entry{Outcome: voucher.Outcome{
		ID: hash('c', i), Status: voucher.StatusAccepted, CommandHash: hash('h', i), Time: 1_790_000_000,
		Position: voucher.Position{Block: uint64(i/100) + 1, Item: uint32(i % 100)},
		Events:   voucher.Events{voucher.VoucherClaimed{Campaign: c.id, Serial: uint32(i), Voucher: c.slot(i, voucher.StateClaimed)}},
	}, Command: voucher.EncodeCommand(voucher.ClaimCommand{Claim: voucher.Claim{Campaign: c.id, Wallet: c.wallet(i)}})}
}

func (c crowd) redemption(i int) ledger.Entry {
	n := c.vouchers + i
	return ledger.Entry{Outcome: voucher.Outcome{
		ID: hash('r', i), Status: voucher.StatusAccepted, CommandHash: hash('h', n), Time: 1_790_000_100,
		Position: voucher.Position{Block: uint64(n/100) + 1, Item: uint32(n % 100)},
		Events: voucher.Events{
			voucher.Redeemed{Merchant: voucher.Address{1}, Store: 1, Acceptance: hash('a', i), Amount: 3200, Reference: hash('f', i)},
			voucher.VoucherRedeemed{Campaign: c.id, Serial: uint32(i), Voucher: c.slot(i, voucher.StateSpent), Units: 1, Discount: 3200},
		},
	}, Command: voucher.EncodeCommand(voucher.RedeemCommand{
		Offer: voucher.Redeem{Owner: c.wallet(i)}, Accept: voucher.Accept{Merchant: voucher.Address{1}, Till: voucher.Address{2}},
	})}
}

func (c crowd) entries() []ledger.Entry {
	all := make([]ledger.Entry, 0, 2*c.vouchers)
	for i := range c.vouchers {
		all = append(all, c.claim(i))
	}
	for i := range c.vouchers {
		if c.redeemed {
			all = append(all, c.redemption(i))
		}
	}
	return all
}

func addAll(t testing.TB, x index.Index, entries []ledger.Entry) {
	t.Helper()
	for len(entries) > 0 {
		n := min(500, len(entries))
		require.NoError(t, x.Add(context.Background(), entries[:n]))
		entries = entries[n:]
	}
}

func BenchmarkAddOne(b *testing.B) {
	s := redistest.Start(b)
	x := open(b, s, 1, patient)
	begin(b, x)
	c := crowd{vouchers: b.N, redeemed: true}
	for i := 0; b.Loop(); i++ {
		require.NoError(b, x.Add(context.Background(), []ledger.Entry{c.claim(i)}))
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "entries/s")
}

func BenchmarkAdd500(b *testing.B) {
	s := redistest.Start(b)
	x := open(b, s, 1, patient)
	begin(b, x)
	c := crowd{vouchers: 500}
	for i := 0; b.Loop(); i++ {
		batch := make([]ledger.Entry, 500)
		for k := range batch {
			batch[k] = c.claim(500*i + k)
		}
		require.NoError(b, x.Add(context.Background(), batch))
	}
	b.ReportMetric(float64(500*b.N)/b.Elapsed().Seconds(), "entries/s")
}

// BenchmarkLookUp compares a voucher's look-up with the least that Redis can do.
func BenchmarkLookUp(b *testing.B) {
	s := redistest.Start(b)
	x := open(b, s, 1, patient)
	begin(b, x)
	c := crowd{vouchers: 10_000}
	addAll(b, x, c.entries())
	bare := s.Client()
	defer bare.Close() //nolint:errcheck // nothing is kept in it
	s.Do("HSET", "bare", "slot", "0123456789abcdef0123456789abcdef", "as", "0123456789abcdef")
	b.Run("Voucher", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			_, err := x.Voucher(context.Background(), voucher.Ref{Campaign: c.id, Serial: uint32(i % c.vouchers)})
			require.NoError(b, err)
		}
	})
	b.Run("BareHGETALL", func(b *testing.B) {
		for b.Loop() {
			require.NoError(b, bare.HGetAll(context.Background(), "bare").Err())
		}
	})
}

func BenchmarkFreeInAMillion(b *testing.B) {
	s := redistest.Start(b)
	x := open(b, s, 1, patient)
	begin(b, x)
	const million, open = 1_000_000, 1_000_000
	c := crowd{vouchers: million}
	key := "tally:3:{" + ledgertest.LedgerID(1).String()[2:] + "}"
	generation := s.Do("HGET", key, "generation")
	full := make([]byte, index.TakenBits/8)
	for i := range full {
		full[i] = 0xff
	}
	for serial := uint32(0); serial < million; serial += index.TakenBits {
		s.Do("HSET", fmt.Sprint(key, ":", generation, ":t"), index.TakenKey(c.id, serial), full)
	}
	for _, b2 := range []struct {
		name string
		id   voucher.CampaignID
		want int
	}{{"SoldOut", c.id, 0}, {"Untouched", voucher.CampaignID{9}, 4}} {
		b.Run(b2.name, func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				free, err := x.Free(context.Background(), b2.id, open, uint32(i*7919)%million, 4)
				require.NoError(b, err)
				require.Len(b, free, b2.want)
			}
		})
	}
}

// history is a ledger that is only read: the entries of a crowd.
type history struct {
	ledger.Ledger
	entries []ledger.Entry
}

func (h history) Head(context.Context) (voucher.Position, error) {
	p := h.entries[len(h.entries)-1].Outcome.Position
	p.Item++
	return p, nil
}

func (h history) Wait(ctx context.Context, _ voucher.Position) (voucher.Position, error) {
	<-ctx.Done()
	return voucher.Position{}, ctx.Err()
}

func (h history) Events(_ context.Context, from, to voucher.Position) iter.Seq2[ledger.Entry, error] {
	return func(yield func(ledger.Entry, error) bool) {
		for _, e := range h.entries {
			if p := e.Outcome.Position; p.Before(from) || !p.Before(to) {
				continue
			}
			if !yield(e, nil) {
				return
			}
		}
	}
}

// BenchmarkRebuild is an index of 100,000 entries, 50,000 claims and their
// redemptions, made again from a ledger in memory.
func BenchmarkRebuild(b *testing.B) {
	s := redistest.Start(b)
	x := open(b, s, 1, patient)
	h := history{entries: crowd{vouchers: 50_000, redeemed: true}.entries()}
	for b.Loop() {
		s.Do("FLUSHALL")
		rebuild(b, h, x)
	}
}

func rebuild(t testing.TB, l ledger.Ledger, x index.Index) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	caughtUp, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		index.Project(ctx, l, x, slog.New(slog.DiscardHandler), func() { close(caughtUp) })
	}()
	<-caughtUp
	stop()
	<-ended
}

// TestIndex_MemoryPerVoucher measures what doc.go says, and requires that the index
// keeps to it.
func TestIndex_MemoryPerVoucher(t *testing.T) {
	vouchers := 100_000
	if testing.Short() {
		vouchers = 10_000
	}
	s := redistest.Start(t)
	x := open(t, s, 1, patient)
	begin(t, x)
	c := crowd{vouchers: vouchers, redeemed: true}
	all := c.entries()
	empty := s.Memory()
	addAll(t, x, all[:vouchers])
	claimed := s.Memory()
	addAll(t, x, all[vouchers:])
	redeemed := s.Memory()
	t.Logf("%d bytes a claimed voucher, %d more a redemption", (claimed-empty)/vouchers, (redeemed-claimed)/vouchers)
	require.Less(t, (claimed-empty)/vouchers, 1250)
	require.Less(t, (redeemed-claimed)/vouchers, 2000)
	model := indexmemory.Trusted()
	addAll(t, model, all)
	want, err := index.DigestOf(t.Context(), model)
	require.NoError(t, err)
	held, err := index.DigestOf(t.Context(), x)
	require.NoError(t, err)
	require.Equal(t, want, held)
}
