package httpapi_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/api"
	"tally/internal/books/daybook"
	"tally/internal/httpapi/apitest"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// trade is a day's business: a sale at each of two stores, a captured hold, a hold that
// is open, and a rollback of a part of the first sale, on the day after.
func (s *shop) trade() (first, other voucher.CampaignID, sold, back voucher.Hash) {
	s.t.Helper()
	first = s.create(0, func(in *voucher.CreateCampaign) {
		anything(in)
		in.Units = 3
		in.Terms = `{"name":"Three cups","offer":{"amount":3200,"kind":"amount_off"},"zones":{"Pacific/Auckland":[2]}}`
	})
	other = s.create(0, anything)
	a, b, c := s.claim(s.Alice, first, 0), s.claim(s.Bob, other, 0), s.claim(s.Alice, other, 0)
	sell := func(by ledgertest.Actor, ref voucher.Ref, till ledgertest.Actor, store uint32) voucher.Hash {
		key := "sale of " + ref.String()
		out, err := s.client.Send(s.ctx(), apitest.Keyed(s.Domain, s.sale(by, s.Offer(by, ref), till, store, key), key))
		require.NoError(s.t, err)
		return out.ID
	}
	sold = sell(s.Alice, a, s.Till, 1)
	sell(s.Bob, b, s.Other, 2)
	hold, err := s.client.Send(s.ctx(), apitest.Keyed(s.Domain, api.HoldRequest(s.holdRequest(s.Alice, c, 1, time.Hour, "hold")), "hold"))
	require.NoError(s.t, err)
	_, err = s.client.Send(s.ctx(), apitest.Keyed(s.Domain, s.captureRequest(hold.ID, "capture", ledgertest.Take(c, 1, 100)), "capture"))
	require.NoError(s.t, err)
	s.advance(24 * time.Hour)
	out, err := s.client.Send(s.ctx(), apitest.Command(s.Domain, apitest.Request[voucher.Rollback](s.t, s.World.Rollback(
		s.Merchant, sold, ledgertest.Return(a, 1, 1, 0)))))
	require.NoError(s.t, err)
	return first, other, sold, out.ID
}

// TestReport_SalesAndReturns: what came back is a line with the store of the sale and
// the day of its return, and the sums are those of the campaigns' own books.
func TestReport_SalesAndReturns(t *testing.T) {
	s := newShop(t)
	first, other, sold, back := s.trade()
	merchant := s.as(s.Merchant)
	all, err := merchant.Report(s.ctx(), s.Merchant.Address, 0, voucher.MaxInstant, 0, "")
	require.NoError(t, err)
	require.False(t, all.HasMore)
	require.Len(t, all.Lines, 4, "a hold is no sale")

	returned := all.Lines[0]
	require.Equal(t, daybook.Return, returned.Did)
	require.Equal(t, back, returned.Command)
	require.Equal(t, sold, *returned.Redemption)
	require.Equal(t, uint32(1), returned.Store)
	require.Equal(t, s.Till.Address, returned.Till)
	require.Zero(t, returned.Orders+returned.Amount)
	for _, line := range all.Lines {
		if line.Command == sold {
			require.Equal(t, line.Discount, returned.Discount, "one unit was taken, and it came back")
			require.Less(t, line.Day, returned.Day)
			require.Positive(t, line.Amount)
		}
	}

	gross, given := uint64(0), uint64(0)
	for _, id := range []voucher.CampaignID{first, other} {
		books, err := merchant.Audit(s.ctx(), id)
		require.NoError(t, err)
		gross, given = gross+books.Sales.Discount.Gross, given+books.Sales.Discount.Returned
	}
	require.Len(t, all.Totals, 1)
	require.Equal(t, uint64(3), all.Totals[0].Orders)
	require.Equal(t, gross, all.Totals[0].Discount.Gross)
	require.Equal(t, given, all.Totals[0].Discount.Returned)
	require.Equal(t, int64(gross)-int64(given), all.Totals[0].Discount.Net)
}

// TestReport_EachReturnByItself: of several returns of one sale, each has its own part.
func TestReport_EachReturnByItself(t *testing.T) {
	s := newShop(t)
	id := s.create(0, func(in *voucher.CreateCampaign) { anything(in); in.Units = 3 })
	ref := s.claim(s.Alice, id, 0)
	offer := s.Offer(s.Alice, ref)
	offer.Lines[0].Units = 3
	sold, err := s.client.Send(s.ctx(), apitest.Keyed(s.Domain, s.sale(s.Alice, offer, s.Till, 1, "three cups"), "three cups"))
	require.NoError(t, err)
	for i, units := range []uint64{2, 1} {
		s.advance(time.Hour)
		back := ledgertest.Return(ref, units, 3, uint64(i)*2)
		_, err := s.client.Send(s.ctx(), apitest.Command(s.Domain, apitest.Request[voucher.Rollback](t, s.World.Rollback(s.Merchant, sold.ID, back))))
		require.NoError(t, err)
	}
	page, err := s.as(s.Merchant).Report(s.ctx(), s.Merchant.Address, 0, voucher.MaxInstant, 0, "")
	require.NoError(t, err)
	require.Len(t, page.Lines, 3)
	second, first, sale := page.Lines[0], page.Lines[1], page.Lines[2]
	require.Equal(t, []uint64{1, 2, 3}, []uint64{second.Units, first.Units, sale.Units})
	require.Equal(t, []uint64{sale.Discount * 2 / 3, sale.Discount}, []uint64{first.Discount, first.Discount + second.Discount},
		"rounded down, and all of it in the end")
}

// TestReport_DayOfTheStore: a store in a zone of its own has its own days.
func TestReport_DayOfTheStore(t *testing.T) {
	s := newShop(t)
	id := s.create(0, func(in *voucher.CreateCampaign) {
		anything(in)
		in.Offsets = nil // UTC
		in.Terms = `{"name":"Cups","offer":{"amount":3200,"kind":"amount_off"},"zones":{"Pacific/Kiritimati":[2]}}`
	})
	noon := s.now().UTC().Truncate(24 * time.Hour).Add(36 * time.Hour)
	s.advance(noon.Sub(s.now()))
	for i, store := range []uint32{1, 2} {
		by := []ledgertest.Actor{s.Alice, s.Bob}[i]
		ref := s.claim(by, id, 0)
		key := ref.String()
		till := []ledgertest.Actor{s.Till, s.Other}[i]
		_, err := s.client.Send(s.ctx(), apitest.Keyed(s.Domain, s.sale(by, s.Offer(by, ref), till, store, key), key))
		require.NoError(t, err)
	}
	page, err := s.as(s.Merchant).Report(s.ctx(), s.Merchant.Address, 0, voucher.MaxInstant, 0, "")
	require.NoError(t, err)
	require.Equal(t, noon.AddDate(0, 0, 1).Format(time.DateOnly), page.Lines[0].Day, "it is 02:00 there, 14 hours ahead")
	require.Equal(t, noon.Format(time.DateOnly), page.Lines[1].Day)
}

// TestReport_PagesAddUp: whatever the pages, times and stores, no line is lost or twice.
func TestReport_PagesAddUp(t *testing.T) {
	s := newShop(t)
	_, _, sold, back := s.trade()
	bearer := map[string]string{"Authorization": "Bearer " + s.token(s.Merchant)}
	path := "/v1/merchants/" + s.Merchant.Address.String() + "/report"
	whole := s.report(path, bearer)
	require.Len(t, whole, 4)
	require.Equal(t, whole, s.report(path+"?limit=1", bearer))
	day := s.Unix() - 3600
	require.Equal(t, whole[:1], s.report(path+"?limit=1&from="+fmt.Sprint(day), bearer))
	require.Equal(t, whole[1:], s.report(path+"?limit=2&until="+fmt.Sprint(day), bearer))
	at1, at2 := s.report(path+"?store=1&limit=1", bearer), s.report(path+"?store=2", bearer)
	require.Len(t, append(at1, at2...), len(whole))
	require.Equal(t, back, at1[0].Command, "a rollback names no store: its sale does")
	require.Equal(t, sold, at1[len(at1)-1].Command)

	till := map[string]string{"Authorization": "Bearer " + s.token(s.Till)}
	require.Equal(t, at1, s.report(path+"?store=1", till))
	for _, query := range []string{"", "?store=2"} { // a till has its own store's book
		status, code, _ := s.raw(http.MethodGet, path+query, "", till)
		require.Equal(t, http.StatusNotFound, status)
		require.Equal(t, "not_found", code)
	}
	for _, query := range []string{"?from=5&until=5", "?from=6&until=5", "?from=-1", "?until=1e9", "?store=65536", "?by=day"} {
		status, code, _ := s.raw(http.MethodGet, path+query, "", bearer)
		require.Equal(t, http.StatusBadRequest, status, query)
		require.Equal(t, "invalid_request", code, query)
	}
}

// report reads all pages of a report, and holds the sums of each against its lines.
func (s *shop) report(path string, header map[string]string) (lines []daybook.Line) {
	s.t.Helper()
	cursor := ""
	for {
		to := path
		if strings.Contains(path, "?") {
			to += "&cursor=" + cursor
		} else if cursor != "" {
			to += "?cursor=" + cursor
		}
		var page api.ReportPage
		s.getJSON(to, header, &page)
		sums, err := daybook.Sums(page.Lines, daybook.By{Day: true, Store: true, Till: true, Campaign: true})
		require.NoError(s.t, err)
		require.Equal(s.t, sums, page.Sums)
		lines = append(lines, page.Lines...)
		if cursor = page.NextCursor; cursor == "" {
			return lines
		}
	}
}
