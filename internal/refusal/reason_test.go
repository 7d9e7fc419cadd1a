package refusal_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/ledger/ledgertest"
	"tally/internal/ledger/memory"
	"tally/internal/refusal"
	"tally/internal/voucher"
)

func newWorld(t *testing.T) *ledgertest.World {
	t.Helper()
	l, err := memory.New(ledgertest.LedgerID(1), ledgertest.Operators(), 1, ledgertest.Start)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, l.Close()) })
	w := ledgertest.NewWorld(t, l, ledgertest.Start)
	w.Found()
	return w
}

// reason has a command refused, and asks why.
func reason(w *ledgertest.World, kind voucher.Kind, c voucher.Command) string {
	w.T.Helper()
	out := w.Submit(c)
	require.Equal(w.T, kind, out.Kind)
	return refusal.Reason(w.T.Context(), w.Ledger, c, out)
}

// TestReason_HoldTooLong: no code has room for such a hold, so only a ledger meets it.
func TestReason_HoldTooLong(t *testing.T) {
	w := newWorld(t)
	ref := w.Claimed(w.Alice, w.Campaign(3, nil), 0, 0)
	says := reason(w, voucher.KindHoldTooLong, w.Hold(w.Alice, w.Unix()+8*86400, ref))
	require.Equal(t, "holdUntil: at most 7 days after signedAt, which is 2026-11-23T08:00:00Z, is wanted, not 2026-12-01T08:00:00Z", says)
	offer := w.Offer(w.Alice, ref)
	offer.Deadline++
	says = reason(w, voucher.KindDeadlineTooFar, w.Join(w.Alice, offer, w.Till, w.Accept(offer)))
	require.Equal(t, "deadline: at most 10 minutes after signedAt, which is 2026-11-23T08:00:00Z, is wanted, not 2026-11-23T08:10:01Z", says)
	says = reason(w, voucher.KindDeadlineTooFar, w.Cancel(w.Alice, offer))
	require.Equal(t, "deadline: at most 10 minutes after signedAt, which is 2026-11-23T08:00:00Z, is wanted, not 2026-11-23T08:10:01Z", says)
}

// TestReason_ListFull names the list's length.
func TestReason_ListFull(t *testing.T) {
	w := newWorld(t)
	full := voucher.Outcome{Status: voucher.StatusRefused, Kind: voucher.KindListFull}
	says := refusal.Reason(t.Context(), w.Ledger, w.SetAuditor(w.Bob.Address, 0, w.Unix()+60), full)
	require.Regexp(t, `^auditor: 0x[0-9a-fA-F]{40} would be one more than the 256 that a ledger ever has$`, says)
	says = refusal.Reason(t.Context(), w.Ledger, w.PutAttestor(voucher.CampaignID{1}, w.Bob.Address, 0, true), full)
	require.Regexp(t, `^attestor: 0x[0-9a-fA-F]{40} would be one more than the 256 that a campaign ever has$`, says)
}

// TestReason_NothingOfOthers: an owner learns nothing of a voucher that is somebody
// else's, whatever kind a ledger gives, and nobody learns what a merchant sold who may
// not roll it back.
func TestReason_NothingOfOthers(t *testing.T) {
	w := newWorld(t)
	of := w.Campaign(3, func(c *voucher.CreateCampaign) { c.Units = 10 })
	ref := w.Claimed(w.Bob, of, 0, 0)
	offer := w.Offer(w.Alice, ref)
	offer.Lines[0].Units = 11
	stolen := w.Join(w.Alice, offer, w.Till, w.Accept(offer))
	for _, kind := range []voucher.Kind{
		voucher.KindNotOwner, voucher.KindUnknownVoucher, voucher.KindInsufficientUnits, voucher.KindHeld, voucher.KindExpired, voucher.KindSpent,
		voucher.KindVoided, voucher.KindAlreadyUsed, voucher.KindSuperseded,
	} {
		require.Empty(t, refusal.Reason(t.Context(), w.Ledger, stolen, voucher.Outcome{Kind: kind, Time: w.Unix() + 400*86400}), kind)
	}
	sold := w.Must(w.Redeem(w.Bob, ref))
	for _, kind := range []voucher.Kind{voucher.KindRollbackExceeds, voucher.KindWrongReturned} {
		foreign := w.Rollback(w.Alice, sold.ID, ledgertest.Return(ref, 1, 5, 1))
		require.Empty(t, refusal.Reason(t.Context(), w.Ledger, foreign, voucher.Outcome{Kind: kind, Time: w.Unix()}), kind)
		own := w.Rollback(w.Merchant, sold.ID, ledgertest.Return(ref, 1, 5, 1))
		require.NotEmpty(t, refusal.Reason(t.Context(), w.Ledger, own, voucher.Outcome{Kind: kind, Time: w.Unix()}), kind)
	}
}

// TestReason_TooLongForALedger: what is well shaped and malformed is too long.
func TestReason_TooLongForALedger(t *testing.T) {
	w := newWorld(t)
	ref := w.Claimed(w.Alice, w.Campaign(3, nil), 0, 0)
	c := w.Redeem(w.Alice, ref)
	c.Places = []voucher.Place{{Path: make([]voucher.Hash, 2000)}}
	says := refusal.Reason(t.Context(), w.Ledger, c, voucher.Outcome{Kind: voucher.KindMalformed})
	require.Regexp(t, `^the command: at most 49152 bytes in the ledger's encoding are wanted, not [0-9]{5}: send fewer lines, or a shorter text$`, says)
}
