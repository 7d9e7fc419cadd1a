package embedded_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/ledger"
	"tally/internal/ledger/evm/embedded"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// requireSameAsStored compares what is kept of a block with what the chain has, and
// returns it.
func requireSameAsStored(t *testing.T, l *embedded.Ledger, number uint64) []ledger.Entry {
	t.Helper()
	kept, ok := l.Recent(number)
	require.True(t, ok, "block %d is not kept", number)
	stored, err := l.Stored(number)
	require.NoError(t, err)
	require.Equal(t, stored, kept)
	return kept
}

func head(t *testing.T, l ledger.Ledger) uint64 {
	t.Helper()
	at, err := l.Head(t.Context())
	require.NoError(t, err)
	return at.Block - 1
}

// A batch with accepted, refused and malformed commands, in several transactions.
func TestRecent_IsWhatTheChainHas(t *testing.T) {
	e := newEmbedded(t)
	w := ledgertest.NewWorld(t, e.Ledger, e.Clock)
	w.Found()
	id := w.Campaign(100, func(c *voucher.CreateCampaign) { c.PerHolder = 0 })
	var batch []voucher.Command
	for i := range uint32(35) {
		batch = append(batch, w.Claim(w.Alice, id, i, i))
		if i%7 == 0 {
			batch = append(batch, w.Claim(w.Alice, id, i, i)) // the same again
		}
	}
	_, err := e.Ledger.Submit(t.Context(), w.Domain.AuthorAll(batch...))
	require.NoError(t, err)
	require.Len(t, requireSameAsStored(t, e.Ledger, head(t, e.Ledger)), 35)

	e.Advance(time.Second)
	redemption := w.Must(w.Redeem(w.Alice, voucher.Ref{Campaign: id, Serial: 3}, voucher.Ref{Campaign: id, Serial: 4}))
	kept := requireSameAsStored(t, e.Ledger, head(t, e.Ledger))
	require.Len(t, kept, 1)
	require.Equal(t, redemption, kept[0].Outcome)
	for n := uint64(2); n <= head(t, e.Ledger); n++ { // block 1 is the founding
		requireSameAsStored(t, e.Ledger, n)
	}
	out, ok, err := e.Ledger.Outcome(t.Context(), redemption.ID)
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, redemption, out)
}
