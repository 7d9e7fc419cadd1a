// Package indextest is one suite for every index.
package indextest

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/index"
	"tally/internal/ledger"
	"tally/internal/ledger/ledgertest"
	"tally/internal/ledger/memory"
	"tally/internal/voucher"
)

// Run holds an index to its contract. open makes an empty one that is trusted.
func Run(t *testing.T, open func(t *testing.T) index.Index) {
	t.Helper()
	for name, test := range map[string]func(*testing.T, index.Index, *history){
		"Empty/FindsNothing":                 findsNothing,
		"Add/ShowsEverything":                showsEverything,
		"Add/TwiceCountsOnce":                countsOnce,
		"Add/AnyOrder":                       anyOrder,
		"Add/SeveralWriters":                 severalWriters,
		"Add/HoldsIssuesAndReturns":          followsVouchers,
		"Add/HoldsIssuesAndReturnsBackwards": followsBackwards,
		"Lists/PagesAreStable":               pagesAreStable,
		"Lists/ForeignCursor":                foreignCursor,
		"Lists/OrdersOfAMerchant":            ordersOfAMerchant,
		"Lists/CampaignsOfAMerchant":         campaignsOfAMerchant,
		"History/WhoSignedWhat":              historyOfAVoucher,
		"Keys/WhenTheyWerePut":               whenKeysWerePut,
		"Free/GoesAroundAndEnds":             freeGoesAround,
		"Reference/NamesTheFirst":            referenceFirst,
		"Buyer/NamesTheFirstOrder":           firstOrderOfABuyer,
		"Buyer/HasOneRecord":                 oneRecordABuyer,
		"Watermark/MovesFromWhereItIs":       watermarkMoves,
		"Reset/StartsEmptyOnce":              resetStartsEmpty,
		"Trust/NothingElseIsRead":            trustIsAsked,
		"Records/EqualAfterTheSameEntries":   recordsEqual,
		"Project/CatchesUpThenFollows":       projectFollows,
		"Project/ResumesAtTheWatermark":      projectResumes,
		"Project/StartsAgainOnOtherHistory":  projectStartsAgain,
		"Project/StartsAgainOnALostPast":     projectLostPast,
		"Project/SeveralAtOnce":              projectSeveral,
	} {
		t.Run(name, func(t *testing.T) { test(t, open(t), newHistory(t)) })
	}
}

// history is a ledger that a little of everything happened on.
type history struct {
	*ledgertest.World
	entries []ledger.Entry
	id      voucher.CampaignID
	refs    []voucher.Ref // Alice's, oldest first
	sale    voucher.Outcome
}

func newHistory(t *testing.T) *history {
	t.Helper()
	now := ledgertest.Start()
	clock := func() time.Time { return now }
	l, err := memory.New(ledgertest.LedgerID(1), ledgertest.Operators(), 1, clock)
	require.NoError(t, err)
	h := &history{World: ledgertest.NewWorld(t, l, clock)}
	h.Found()
	h.id = h.Campaign(8, func(c *voucher.CreateCampaign) { c.PerHolder, c.Units, c.Cap = 0, 3, 9 })
	for i := range uint32(5) {
		h.refs = append(h.refs, h.Claimed(h.Alice, h.id, i, i))
	}
	h.sale = h.Must(h.Redeem(h.Alice, h.refs[0], h.refs[1]))
	now = now.Add(2 * time.Second)
	h.Must(h.Redeem(h.Alice, h.refs[0]))
	h.Must(h.Cancel(h.Alice, h.Offer(h.Alice, h.refs[2])))
	h.Must(h.Change(voucher.ChangeCampaign{Campaign: h.id, Version: 1, Status: voucher.CampaignPaused, Supply: 9, Open: 8}))
	h.Campaign(1, nil)
	h.Must(h.PutKey(5, h.Other.Address, 0, 0))
	head, err := l.Head(t.Context())
	require.NoError(t, err)
	for entry, err := range l.Events(t.Context(), voucher.Position{}, head) {
		require.NoError(t, err)
		h.entries = append(h.entries, entry)
	}
	return h
}

// snapshot is all that an index shows of the history.
func (h *history) snapshot(t *testing.T, x index.Index) string {
	t.Helper()
	ctx := t.Context()
	campaign, err := x.Campaign(ctx, h.id)
	require.NoError(t, err)
	campaigns, next, err := x.Campaigns(ctx, "", 10)
	require.NoError(t, err)
	merchant, err := x.Merchant(ctx, h.Merchant.Address)
	require.NoError(t, err)
	wallet, _, err := x.Wallet(ctx, h.Alice.Address, "", 100)
	require.NoError(t, err)
	free, err := x.Free(ctx, h.id, 8, 3, 8)
	require.NoError(t, err)
	named, err := x.Reference(ctx, h.Merchant.Address, h.Accept(h.Offer(h.Alice, h.refs[0])).Reference)
	require.NoError(t, err)
	text := fmt.Sprintln(campaign, campaigns, next, merchant, wallet, free, named)
	for _, entry := range h.entries {
		out, err := x.Outcome(ctx, entry.Outcome.ID)
		require.NoError(t, err)
		require.Equal(t, entry.Outcome.Position, out)
	}
	for _, ref := range h.refs {
		v, err := x.Voucher(ctx, ref)
		require.NoError(t, err)
		want, _, err := h.Ledger.Voucher(ctx, ref)
		require.NoError(t, err)
		require.Equal(t, want, v.Voucher)
		mark, err := x.Watermark(ctx)
		require.NoError(t, err)
		require.Equal(t, mark.Next, v.Through, "what it is no older than")
	}
	return text
}

func findsNothing(t *testing.T, x index.Index, h *history) {
	t.Helper()
	ctx := t.Context()
	_, err := x.Campaign(ctx, h.id)
	require.ErrorIs(t, err, index.ErrNotFound)
	_, err = x.Merchant(ctx, h.Merchant.Address)
	require.ErrorIs(t, err, index.ErrNotFound)
	_, err = x.Voucher(ctx, h.refs[0])
	require.ErrorIs(t, err, index.ErrNotFound)
	_, err = x.Outcome(ctx, h.sale.ID)
	require.ErrorIs(t, err, index.ErrNotFound)
	_, err = x.Reference(ctx, h.Merchant.Address, voucher.Hash{})
	require.ErrorIs(t, err, index.ErrNotFound)
	list, next, err := x.Wallet(ctx, h.Alice.Address, "", 5)
	require.NoError(t, err)
	require.Empty(t, list)
	require.Empty(t, next)
	free, err := x.Free(ctx, h.id, 3, 1, 4)
	require.NoError(t, err)
	require.Equal(t, []uint32{1, 2, 0}, free)
}

func showsEverything(t *testing.T, x index.Index, h *history) {
	t.Helper()
	require.NoError(t, x.Add(t.Context(), h.entries))
	h.snapshot(t, x)
	campaign, err := x.Campaign(t.Context(), h.id)
	require.NoError(t, err)
	require.Equal(t, index.Figures{Claimed: 5, Spent: 0, Redeemed: 3, Discount: 3 * 3200}, campaign.Figures)
	require.Equal(t, uint32(2), campaign.Version)
	require.Equal(t, voucher.CampaignPaused, campaign.Status)
	require.Equal(t, uint32(9), campaign.Supply)
	merchant, err := x.Merchant(t.Context(), h.Merchant.Address)
	require.NoError(t, err)
	require.Equal(t, []index.Store{{Store: 1, Name: "Central"}, {Store: 2, Name: "Mong Kok"}}, merchant.Stores)
	require.Equal(t, []index.Key{{Key: h.Till.Address, Scopes: voucher.ScopeRedeem, Store: 1}}, merchant.Keys)
}

func countsOnce(t *testing.T, x index.Index, h *history) {
	t.Helper()
	require.NoError(t, x.Add(t.Context(), h.entries))
	once := h.snapshot(t, x)
	require.NoError(t, x.Add(t.Context(), h.entries))
	require.NoError(t, x.Add(t.Context(), h.entries[3:7]))
	require.Equal(t, once, h.snapshot(t, x))
}

func anyOrder(t *testing.T, x index.Index, h *history) {
	t.Helper()
	// A fixed order that has vouchers before campaigns and new before old.
	mixed := append([]ledger.Entry(nil), h.entries...)
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
	for _, entry := range mixed {
		require.NoError(t, x.Add(t.Context(), []ledger.Entry{entry}))
	}
	shuffled := h.snapshot(t, x)
	require.NoError(t, x.Add(t.Context(), h.entries))
	require.Equal(t, shuffled, h.snapshot(t, x))
	campaigns, _, err := x.Campaigns(t.Context(), "", 10)
	require.NoError(t, err)
	require.Len(t, campaigns, 2)
	require.Equal(t, h.id, campaigns[1].ID, "newest first")
	require.Equal(t, uint32(2), campaigns[1].Version, "the latest state")
}

func severalWriters(t *testing.T, x index.Index, h *history) {
	t.Helper()
	done := make(chan error)
	for range 4 {
		go func() { done <- x.Add(context.Background(), h.entries) }()
	}
	for range 4 {
		require.NoError(t, <-done)
	}
	campaign, err := x.Campaign(t.Context(), h.id)
	require.NoError(t, err)
	require.Equal(t, uint32(5), campaign.Figures.Claimed)
}

func pagesAreStable(t *testing.T, x index.Index, h *history) {
	t.Helper()
	require.NoError(t, x.Add(t.Context(), h.entries))
	page, cursor, err := x.Wallet(t.Context(), h.Alice.Address, "", 2)
	require.NoError(t, err)
	require.Equal(t, []voucher.Ref{h.refs[4], h.refs[3]}, page)
	// Another campaign's voucher comes in between.
	other := h.Campaign(3, nil)
	out := h.Must(h.Claim(h.Alice, other, 0, 0))
	require.NoError(t, x.Add(t.Context(), []ledger.Entry{{Outcome: out}}))
	page, cursor, err = x.Wallet(t.Context(), h.Alice.Address, cursor, 2)
	require.NoError(t, err)
	require.Equal(t, []voucher.Ref{h.refs[2], h.refs[1]}, page)
	page, cursor, err = x.Wallet(t.Context(), h.Alice.Address, cursor, 2)
	require.NoError(t, err)
	require.Len(t, page, 1)
	require.Empty(t, cursor)
}

func foreignCursor(t *testing.T, x index.Index, h *history) {
	t.Helper()
	require.NoError(t, x.Add(t.Context(), h.entries))
	for _, cursor := range []string{"x", "-1", "1000000", "1.5", "00"} {
		_, _, err := x.Wallet(t.Context(), h.Alice.Address, cursor, 2)
		require.ErrorIs(t, err, index.ErrCursor)
	}
}

func freeGoesAround(t *testing.T, x index.Index, h *history) {
	t.Helper()
	require.NoError(t, x.Add(t.Context(), h.entries))
	free, err := x.Free(t.Context(), h.id, 8, 7, 4)
	require.NoError(t, err)
	require.Equal(t, []uint32{7, 5, 6}, free)
	free, err = x.Free(t.Context(), h.id, 5, 0, 4)
	require.NoError(t, err)
	require.Empty(t, free)
}

func referenceFirst(t *testing.T, x index.Index, h *history) {
	t.Helper()
	for i := len(h.entries) - 1; i >= 0; i-- { // the second sale of this reference is seen first
		require.NoError(t, x.Add(t.Context(), h.entries[i:i+1]))
	}
	reference := h.Accept(h.Offer(h.Alice, h.refs[0])).Reference
	at, err := x.Reference(t.Context(), h.Merchant.Address, reference)
	require.NoError(t, err)
	require.Equal(t, h.sale.Position, at)
	_, err = x.Reference(t.Context(), h.Bob.Address, reference)
	require.ErrorIs(t, err, index.ErrNotFound, "references are a merchant's own")
}

func watermarkMoves(t *testing.T, x index.Index, h *history) {
	t.Helper()
	mark, err := x.Watermark(t.Context())
	require.NoError(t, err)
	require.True(t, mark.Whole)
	require.NoError(t, x.Add(t.Context(), h.entries))
	same, err := x.Watermark(t.Context())
	require.NoError(t, err)
	require.Equal(t, mark, same)
	to := mark
	to.Next, to.Last = voucher.Position{Block: 3, Tx: 2, Item: 1}, index.FingerprintOf(h.entries[2])
	require.NoError(t, x.Advance(t.Context(), mark, to))
	got, err := x.Watermark(t.Context())
	require.NoError(t, err)
	require.Equal(t, mark.Beats+1, got.Beats)
	to.Beats = got.Beats
	require.Equal(t, to, got)
	require.ErrorIs(t, x.Advance(t.Context(), mark, to), index.ErrMoved, "somebody was faster")
}

// Projected runs a projector and returns when it has caught up.
func Projected(t *testing.T, l ledger.Ledger, x index.Index) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	caughtUp, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		index.Project(ctx, l, x, slog.New(slog.DiscardHandler), func() { close(caughtUp) })
	}()
	<-caughtUp
	return func() { cancel(); <-ended }
}

// awaitHead waits until the projector's watermark is at the ledger's head.
func awaitHead(t *testing.T, l ledger.Ledger, x index.Index) {
	t.Helper()
	head, err := l.Head(t.Context())
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		mark, err := x.Watermark(t.Context())
		return err == nil && !mark.Next.Before(head)
	}, time.Minute, time.Millisecond)
}

func projectFollows(t *testing.T, x index.Index, h *history) {
	t.Helper()
	defer Projected(t, h.Ledger, x)()
	h.snapshot(t, x)
	out := h.Must(h.PutStore(6, 9, "Live"))
	awaitHead(t, h.Ledger, x)
	_, err := x.Outcome(t.Context(), out.ID)
	require.NoError(t, err)
}

func projectResumes(t *testing.T, x index.Index, h *history) {
	t.Helper()
	mark, err := x.Watermark(t.Context())
	require.NoError(t, err)
	half := mark
	half.Next = h.entries[len(h.entries)/2].Outcome.Position
	require.NoError(t, x.Advance(t.Context(), mark, half))
	Projected(t, h.Ledger, x)()
	_, err = x.Outcome(t.Context(), h.entries[0].Outcome.ID)
	require.ErrorIs(t, err, index.ErrNotFound, "what is before the watermark was somebody else's to add")
	_, err = x.Outcome(t.Context(), h.entries[len(h.entries)/2].Outcome.ID)
	require.NoError(t, err)
}
