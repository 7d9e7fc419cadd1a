package ledger_test

import (
	"iter"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/ledger"
	"tally/internal/voucher"
)

// TestClampEvents_Bounds reads blocks of two entries each, with the head after block 4.
func TestClampEvents_Bounds(t *testing.T) {
	at := func(block uint64, item uint32) voucher.Position { return voucher.Position{Block: block, Item: item} }
	head := func() voucher.Position { return at(5, 0) }
	for name, c := range map[string]struct {
		from, to   voucher.Position
		first, end uint64
		want       []voucher.Position
	}{
		"whole blocks":          {at(1, 0), at(3, 0), 1, 3, []voucher.Position{at(1, 0), at(1, 1), at(2, 0), at(2, 1)}},
		"from within a block":   {at(1, 1), at(2, 0), 1, 2, []voucher.Position{at(1, 1)}},
		"up to within a block":  {at(1, 0), at(2, 1), 1, 3, []voucher.Position{at(1, 0), at(1, 1), at(2, 0)}},
		"beyond the head":       {at(4, 0), at(9, 9), 4, 5, []voucher.Position{at(4, 0), at(4, 1)}},
		"nothing, to is before": {at(3, 0), at(2, 0), 3, 2, nil},
	} {
		t.Run(name, func(t *testing.T) {
			read := func(first, end uint64) iter.Seq2[[]ledger.Entry, error] {
				require.Equal(t, c.first, first)
				require.Equal(t, c.end, end)
				return func(yield func([]ledger.Entry, error) bool) {
					for n := first; n < end; n++ {
						if !yield([]ledger.Entry{entryAt(at(n, 0)), entryAt(at(n, 1))}, nil) {
							return
						}
					}
				}
			}
			var got []voucher.Position
			for e, err := range ledger.ClampEvents(c.from, c.to, head, read) {
				require.NoError(t, err)
				got = append(got, e.Outcome.Position)
			}
			require.Equal(t, c.want, got)
			for _, err := range ledger.ClampEvents(c.from, c.to, head, read) {
				require.NoError(t, err)
				break // ends the reading, too
			}
		})
	}
}

func entryAt(p voucher.Position) ledger.Entry {
	return ledger.Entry{Outcome: voucher.Outcome{Position: p}}
}
