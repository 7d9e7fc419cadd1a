package httpapi_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/api"
	"tally/internal/httpapi/apitest"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// manyRollbacks sells 300 units of one voucher and 3 of another, and gives units back in
// 130 commands, among other sales of the vouchers. It returns the rollbacks, newest first.
func (s *shop) manyRollbacks() (sold voucher.Outcome, back []voucher.Hash) {
	s.t.Helper()
	id := s.create(0, func(c *voucher.CreateCampaign) { anything(c); c.Units = 600 })
	refs := []voucher.Ref{s.claim(s.Alice, id, 0), s.claim(s.Alice, id, 1)}
	slices.SortFunc(refs, func(a, b voucher.Ref) int { return cmp.Compare(a.Serial, b.Serial) })
	offer := s.Offer(s.Alice, refs...)
	offer.Lines[0].Units, offer.Lines[1].Units = 300, 3
	sold, err := s.client.Send(s.ctx(), apitest.Keyed(s.Domain, s.sale(s.Alice, offer, s.Till, 1, "sale"), "sale"))
	require.NoError(s.t, err)
	for i := range uint64(130) {
		returns := []voucher.Return{ledgertest.Return(refs[0], 1, 300, i)}
		if i%50 == 0 {
			returns = append(returns, ledgertest.Return(refs[1], 1, 3, i/50))
		}
		out, err := s.client.Send(s.ctx(), apitest.Command(s.Domain, apitest.Request[voucher.Rollback](s.t, s.World.Rollback(s.Merchant, sold.ID, returns...))))
		require.NoError(s.t, err)
		back = append([]voucher.Hash{out.ID}, back...)
		s.advance(2 * time.Second)
		other, key := s.Offer(s.Alice, refs[i%2]), fmt.Sprint("other ", i)
		_, err = s.client.Send(s.ctx(), apitest.Keyed(s.Domain, s.sale(s.Alice, other, s.Till, 1, key), key))
		require.NoError(s.t, err)
	}
	return sold, back
}

// TestReturned_Pages: the rollbacks of a sale come in pages like every list, newest first,
// each once and with its own part of the discount. All pages say what a rollback has to name.
func TestReturned_Pages(t *testing.T) {
	s := newShop(t)
	sold, back := s.manyRollbacks()
	path := "/v1/redemptions/" + sold.ID.String() + "/rollbacks"
	token := map[string]string{"Authorization": "Bearer " + s.token(s.Merchant)}
	page := func(query string) (info api.ReturnedInfo) {
		status, _, body := s.raw(http.MethodGet, path+query, "", token)
		require.Equal(t, http.StatusOK, status, body)
		require.NoError(t, json.Unmarshal([]byte(body), &info))
		return info
	}
	require.Len(t, page("").Rollbacks, api.DefaultPage)
	for _, limit := range []int{7, 50, 65, 100} {
		var all []voucher.Hash
		given, pages := map[string]uint64{}, 0
		for cursor, more := "", true; more; pages++ {
			info := page(fmt.Sprintf("?limit=%d&cursor=%s", limit, cursor))
			require.LessOrEqual(t, len(info.Rollbacks), limit)
			require.Equal(t, []uint64{130, 3}, []uint64{info.Lines[0].Returned, info.Lines[1].Returned}, "on each page")
			for _, one := range info.Rollbacks {
				all = append(all, one.Command)
				for _, line := range one.Lines {
					given[line.Voucher] += line.GivenBack
				}
			}
			require.Equal(t, info.HasMore, info.NextCursor != "")
			require.NotEqual(t, cursor, info.NextCursor)
			cursor, more = info.NextCursor, info.HasMore
			if !more {
				for _, line := range info.Lines {
					require.Equal(t, line.GivenBack, given[line.Voucher], "the parts add up")
				}
			}
		}
		require.Equal(t, back, all)
		require.Equal(t, (len(back)+limit-1)/limit, pages, "no page is short that need not be")
	}
	status, code, _ := s.raw(http.MethodGet, path+"?cursor=00", "", token)
	require.Equal(t, http.StatusBadRequest, status)
	require.Equal(t, "invalid_request", code)

	var given uint64
	for cursor, more := "", true; more; {
		report, err := s.as(s.Merchant).Report(s.ctx(), s.World.Merchant.Address, 0, voucher.MaxInstant, 0, cursor)
		require.NoError(t, err)
		for _, sum := range report.Totals {
			given += sum.Discount.Returned
		}
		cursor, more = report.NextCursor, report.HasMore
	}
	require.Equal(t, page("").Lines[0].GivenBack+page("").Lines[1].GivenBack, given, "the day-book says the same")
}
