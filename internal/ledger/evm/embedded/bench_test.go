package embedded_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/ledger"
	"tally/internal/ledger/evm/embedded"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// seeded is how many vouchers are claimed, and not redeemed, beside those that are:
// a trie of a ledger that is in use is a few nodes deep.
const seeded = 10_000

var errNotAccepted = errors.New("a redemption was not accepted")

// BenchmarkRedemptions measures redemptions at the driver, behind its pipeline and
// without HTTP. Commands are signed, and their signatures recovered, before the clock
// starts. Where redemptions are followed, an index and a log would do so. -benchtime 3000x is a good number; count several runs, of two binaries in
// turns where they are compared.
func BenchmarkRedemptions(b *testing.B) {
	for _, clients := range []int{1, 8, 32, 200} {
		b.Run(fmt.Sprintf("clients=%d", clients), func(b *testing.B) { benchmarkRedemptions(b, clients, 0) })
		b.Run(fmt.Sprintf("followed,clients=%d", clients), func(b *testing.B) { benchmarkRedemptions(b, clients, 2) })
	}
}

func benchmarkRedemptions(b *testing.B, clients, followers int) {
	b.Helper()
	dir := b.TempDir()
	l, err := embedded.Open(b.Context(), embedded.Options{
		Dir: dir, Operators: ledgertest.Operators(), Threshold: 1, Log: slog.New(slog.DiscardHandler),
	})
	require.NoError(b, err)
	defer func() { require.NoError(b, l.Close()) }()
	commands := redemptions(b, l, b.N)
	pipeline := ledger.NewPipeline(l, 1)
	defer pipeline.Close()
	defer follow(b, l, followers)()
	size, used := ledgertest.DirSize(dir), processor(b)
	b.ResetTimer()
	require.NoError(b, race(b.Context(), clients, commands, pipeline))
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "redemptions/s")
	b.ReportMetric(float64((processor(b)-used).Microseconds())/1000/float64(b.N), "cpu-ms")
	b.ReportMetric(float64(ledgertest.DirSize(dir)-size)/float64(b.N), "disk-B")
}

// follow has followers read every command that is accepted from now on.
func follow(b *testing.B, l *embedded.Ledger, followers int) (end func()) {
	b.Helper()
	from, err := l.Head(b.Context())
	require.NoError(b, err)
	ctx, cancel := context.WithCancel(context.Background())
	var all sync.WaitGroup
	for range followers {
		all.Go(func() {
			for _, err := range ledger.Follow(ctx, l, from) {
				if err != nil {
					return // the context has ended
				}
			}
		})
	}
	return func() { cancel(); all.Wait() }
}

// race has clients redeem, each the next command when its last one is answered.
func race(ctx context.Context, clients int, commands []voucher.Authored, to *ledger.Pipeline) error {
	var next atomic.Int64
	var failed atomic.Pointer[error]
	var all sync.WaitGroup
	for range clients {
		all.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(commands)); i = next.Add(1) - 1 {
				out, err := to.Submit(ctx, commands[i])
				if err == nil && out.Status != voucher.StatusAccepted {
					err = fmt.Errorf("%w: %s", errNotAccepted, out.Kind)
				}
				if err != nil {
					failed.Store(&err)
					return
				}
			}
		})
	}
	all.Wait()
	if err := failed.Load(); err != nil {
		return *err
	}
	return nil
}

// redemptions claims vouchers, and signs a redemption of n of them, each another one.
func redemptions(b *testing.B, l *embedded.Ledger, n int) []voucher.Authored {
	b.Helper()
	w := ledgertest.NewWorld(b, l, time.Now)
	w.Found()
	total := n + seeded
	id := w.Campaign(uint32(total), func(c *voucher.CreateCampaign) { c.PerHolder = 0 })
	for first := 0; first < total; first += ledger.MaxBatch {
		claims := make([]voucher.Command, 0, ledger.MaxBatch)
		for at := first; at < min(first+ledger.MaxBatch, total); at++ {
			claims = append(claims, w.Claim(w.Alice, id, uint32(at), uint32(at)))
		}
		outcomes, err := l.Submit(b.Context(), w.Domain.AuthorAll(claims...))
		require.NoError(b, err)
		for _, out := range outcomes {
			require.Equal(b, voucher.StatusAccepted, out.Status, "refused: %s", out.Kind)
		}
	}
	redeems := make([]voucher.Command, n)
	for i := range redeems {
		redeems[i] = w.Redeem(w.Alice, voucher.Ref{Campaign: id, Serial: uint32(i)})
	}
	return w.Domain.AuthorAll(redeems...)
}

// processor is the processor time that this process has used so far.
func processor(b *testing.B) time.Duration {
	b.Helper()
	var use syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &use))
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}
