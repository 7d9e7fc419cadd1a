package ledgertest

import (
	"io/fs"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/voucher"
)

// BenchmarkFree reports how many bytes a ledger keeps of each command that costs its
// author nothing: a claim without a ticket, a transfer, a cancel. Each is a
// transaction of its own, which takes the most. dir is where a node of the ledger
// keeps its files; each is how many commands of each sort are sent.
func BenchmarkFree(b *testing.B, f Fixture, dir string, each int) {
	b.Helper()
	w := NewWorld(b, f.Ledger, f.Now)
	w.Found()
	id := w.Campaign(uint32(each), func(c *voucher.CreateCampaign) { c.PerHolder, c.Transfer = 0, true })
	refs := make([]voucher.Ref, each)
	report := func(sort string, send func(i int)) {
		before := DirSize(dir)
		for i := range each {
			send(i)
		}
		b.ReportMetric(float64(DirSize(dir)-before)/float64(each), "bytes/"+sort)
	}
	for b.Loop() {
		require.Zero(b, refs[0].Campaign, "-benchtime 1x")
		report("claim", func(i int) {
			refs[i] = w.Claimed(w.Alice, id, uint32(i), uint32(i))
		})
		report("cancel", func(i int) { w.Must(w.Cancel(w.Alice, w.Offer(w.Alice, refs[i]))) })
		f.Advance(time.Second) // a voucher takes one command a second
		report("transfer", func(i int) { w.Must(w.Transfer(w.Alice, w.Bob.Address, refs[i])) })
	}
}

// DirSize is how many bytes the files of a directory have. Files that go meanwhile
// do not count: a node writes while it is measured.
func DirSize(dir string) (bytes int64) {
	// The walk has no error but those of files that go, and these are passed over.
	_ = filepath.WalkDir(dir, func(_ string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			if info, err := entry.Info(); err == nil {
				bytes += info.Size()
			}
		}
		return nil
	})
	return bytes
}
