package indextest

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/index"
	"tally/internal/ledger"
	"tally/internal/ledger/ledgertest"
	"tally/internal/ledger/memory"
	"tally/internal/voucher"
)

// lives is a campaign whose vouchers met everything that a voucher can meet:
// serials 0 to 3 are open to claims, 4 to 7 are for issues.
type lives struct {
	*ledgertest.World
	id      voucher.CampaignID
	entries []ledger.Entry
	hold    voucher.Outcome
	capture voucher.Outcome
	back    voucher.Outcome // gave a unit of the capture back
}

func (l *lives) ref(serial uint32) voucher.Ref { return voucher.Ref{Campaign: l.id, Serial: serial} }

func newLives(t *testing.T) *lives {
	t.Helper()
	now := ledgertest.Start()
	clock := func() time.Time { return now }
	m, err := memory.New(ledgertest.LedgerID(2), ledgertest.Operators(), 1, clock)
	require.NoError(t, err)
	l := &lives{World: ledgertest.NewWorld(t, m, clock)}
	l.Found()
	must := func(c voucher.Command) voucher.Outcome {
		t.Helper()
		now = now.Add(2 * time.Second)
		return l.Must(c)
	}
	l.id = l.Campaign(0, func(c *voucher.CreateCampaign) {
		c.Supply, c.Open, c.Cap, c.PerHolder, c.Units, c.Transfer, c.Void = 8, 4, 8, 0, 2, true, true
	})
	for n := range uint32(3) {
		l.Claimed(l.Alice, l.id, n, n)
	}
	must(l.Transfer(l.Alice, l.Bob.Address, l.ref(0)))
	must(l.Transfer(l.Bob, l.Alice.Address, l.ref(0)))
	must(l.Transfer(l.Alice, l.Bob.Address, l.ref(1)))
	owners := []voucher.Address{l.Alice.Address, l.Bob.Address}
	issue := must(l.Issue(l.Merchant, l.id, 0, owners...))
	must(l.Deliver(issue.ID, owners, 0))
	given := l.Transfer(l.Bob, l.Alice.Address, l.ref(6))
	given.Place = ledgertest.Place(issue.ID, owners, 1)
	must(given) // appears and moves in one entry
	l.hold = must(l.HoldUnits(l.Alice, l.Unix()+600, 2, l.ref(2), l.ref(7)))
	l.capture = must(l.Capture(l.hold.ID, 10_000, ledgertest.Take(l.ref(2), 2, 6400), ledgertest.Take(l.ref(7), 1, 3200)))
	l.back = must(l.Rollback(l.Merchant, l.capture.ID, ledgertest.Return(l.ref(2), 1, 2, 0)))
	must(l.Void(l.Merchant, l.ref(0)))
	must(l.Void(l.Merchant, l.ref(5))) // nobody's, of those for issues
	head, err := m.Head(t.Context())
	require.NoError(t, err)
	for entry, err := range m.Events(t.Context(), voucher.Position{}, head) {
		require.NoError(t, err)
		l.entries = append(l.entries, entry)
	}
	return l
}

// check compares all that an index shows with what happened.
func (l *lives) check(t *testing.T, x index.Index) {
	t.Helper()
	ctx := t.Context()
	for _, serial := range []uint32{0, 1, 2, 5, 6, 7} {
		got, err := x.Voucher(ctx, l.ref(serial))
		require.NoError(t, err)
		want, ok, err := l.Ledger.Voucher(ctx, l.ref(serial))
		require.NoError(t, err)
		require.True(t, ok)
		require.Equal(t, want, got.Voucher, serial)
	}
	campaign, err := x.Campaign(ctx, l.id)
	require.NoError(t, err)
	require.Equal(t, index.Figures{Claimed: 5, Spent: 0, Redeemed: 2, Discount: 9600, Returned: 1}, campaign.Figures)
	require.Equal(t, []uint32{6, 7, 0, 2}, l.wallet(t, x, l.Alice.Address, 10))
	require.Equal(t, []uint32{6, 7, 0, 2}, l.wallet(t, x, l.Alice.Address, 1))
	require.Equal(t, []uint32{1}, l.wallet(t, x, l.Bob.Address, 1))
	free, err := x.Free(ctx, l.id, 4, 0, 8)
	require.NoError(t, err)
	require.Equal(t, []uint32{3}, free, "what is for issues does not count")
	for _, out := range []voucher.Outcome{l.hold, l.capture} {
		at, err := x.Reference(ctx, l.Merchant.Address, referenceOf(out))
		require.NoError(t, err)
		require.Equal(t, out.Position, at)
	}
}

func referenceOf(o voucher.Outcome) voucher.Hash {
	switch e := o.Events[0].(type) {
	case voucher.OrderHeld:
		return e.Reference
	case voucher.HoldCaptured:
		return e.Reference
	default:
		return voucher.Hash{}
	}
}

// wallet reads the serials that a wallet has, page by page.
func (l *lives) wallet(t *testing.T, x index.Index, owner voucher.Address, limit int) (serials []uint32) {
	t.Helper()
	for cursor := ""; ; {
		page, next, err := x.Wallet(t.Context(), owner, cursor, limit)
		require.NoError(t, err)
		require.NotEmpty(t, page)
		for _, ref := range page {
			v, err := x.Voucher(t.Context(), ref)
			require.NoError(t, err)
			require.Equal(t, owner, v.Voucher.Owner)
			serials = append(serials, ref.Serial)
		}
		if cursor = next; next == "" {
			return serials
		}
	}
}

func followsVouchers(t *testing.T, x index.Index, _ *history) {
	t.Helper()
	l := newLives(t)
	require.NoError(t, x.Add(t.Context(), l.entries))
	l.check(t, x)
}

// followsBackwards adds the last entries first, and then all of them again.
func followsBackwards(t *testing.T, x index.Index, _ *history) {
	t.Helper()
	l := newLives(t)
	for _, entry := range slices.Backward(l.entries) {
		require.NoError(t, x.Add(t.Context(), []ledger.Entry{entry}))
	}
	l.check(t, x)
	require.NoError(t, x.Add(t.Context(), l.entries))
	l.check(t, x)
}

// Lives is a ledger on which vouchers met everything that a voucher can meet,
// and its entries in order.
func Lives(t *testing.T) (ledger.Ledger, []ledger.Entry) {
	t.Helper()
	l := newLives(t)
	return l.Ledger, l.entries
}
