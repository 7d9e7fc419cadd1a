package chain

import (
	"crypto/rand"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/core/rawdb"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/stretchr/testify/require"
)

// BenchmarkSeal compares ways to keep the state. Each transaction writes a new
// random slot and logs, roughly as a redemption does. Run it with a fixed
// number of blocks, such as -benchtime=2000x, to compare the disk.
func BenchmarkSeal(b *testing.B) {
	variants := map[string]tuning{
		"path":          defaultTuning(),
		"path-each":     {scheme: rawdb.PathScheme, flushBlocks: 1},
		"hash-archive":  {scheme: rawdb.HashScheme, flushBlocks: 1},
		"path-no-flush": never(),
	}
	for _, name := range []string{"path", "path-no-flush", "path-each", "hash-archive"} {
		for _, txs := range []int{1, 50} {
			b.Run(fmt.Sprintf("%s/txs=%d", name, txs), func(b *testing.B) { benchmarkSeal(b, variants[name], txs) })
		}
	}
}

func benchmarkSeal(b *testing.B, tune tuning, perBlock int) {
	b.Helper()
	f, dir := newFixture(b), b.TempDir()
	c, err := open(b.Context(), f.options(dir), tune)
	require.NoError(b, err)
	blocks := make([][]*types.Transaction, b.N)
	for i := range blocks {
		blocks[i] = f.writes(b, uint64(i*perBlock), perBlock)
	}
	b.ResetTimer()
	took := make([]time.Duration, b.N)
	for i, txs := range blocks {
		begin := time.Now()
		_, err := c.Seal(b.Context(), txs)
		require.NoError(b, err)
		took[i] = time.Since(begin)
	}
	b.StopTimer()
	slices.Sort(took)
	b.ReportMetric(float64(took[b.N/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[b.N*99/100].Microseconds())/1000, "p99-ms")
	b.ReportMetric(float64(took[b.N-1].Microseconds())/1000, "max-ms")
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "blocks/s")
	require.NoError(b, c.db.Compact(nil, nil))
	require.NoError(b, c.Close())
	b.ReportMetric(float64(tableBytes(b, dir))/float64(b.N), "disk-B/block")
}

func (f *fixture) writes(t testing.TB, nonce uint64, n int) []*types.Transaction {
	t.Helper()
	txs := make([]*types.Transaction, n)
	for i := range txs {
		var slot [32]byte
		_, _ = rand.Read(slot[:])
		txs[i] = f.tx(t, nonce+uint64(i), writerAddr, slot[:])
	}
	return txs
}

// tableBytes is the size of the database's tables, without its log.
func tableBytes(t testing.TB, dir string) (size int64) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".sst" {
			return err
		}
		info, err := d.Info()
		if err == nil {
			size += info.Size()
		}
		return err
	}))
	return size
}

// BenchmarkReopen opens a chain that crashed, with b.N blocks to execute again.
func BenchmarkReopen(b *testing.B) {
	for _, txs := range []int{1, 50} {
		b.Run(fmt.Sprintf("txs=%d", txs), func(b *testing.B) {
			f := newFixture(b)
			c := openWith(b, f.options(b.TempDir()), never())
			for i := range b.N {
				_, err := c.Seal(b.Context(), f.writes(b, uint64(i*txs), txs))
				require.NoError(b, err)
			}
			image := crashImage(b, c)
			b.ResetTimer()
			again := openWith(b, f.options(image), never())
			b.StopTimer()
			require.Equal(b, c.Head().Hash(), again.Head().Hash())
		})
	}
}
