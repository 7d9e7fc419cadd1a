package voucher_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/voucher"
)

// What is good for some days is good for these days, whatever was lost before.
func TestExpiry_DaysCountFromTheClaim(t *testing.T) {
	w := newWorld(t)
	days := func(in *voucher.CreateCampaign) { in.ValidDays, in.PerDay = 2, 0 }
	campaign := w.campaign(days)
	w.suspend(merchant())
	w.now += 1800
	w.reinstate(merchant())
	ref := w.claim(campaign, wallet(1), 0)
	other := w.claim(w.campaign(days), wallet(1), 0)
	require.Equal(t, w.voucher(other).Expiry, w.voucher(ref).Expiry+1800)
	w.now = w.voucher(other).Expiry - 1
	w.accept(w.accepts(w.offers(wallet(1), line(ref, 1))), wallet(1), till(1))
	w.now++
	w.refuse(voucher.KindExpired, w.accepts(w.offers(wallet(1), line(ref, 1))), wallet(1), till(1))
}
