package httpapi_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/api"
	"tally/internal/voucher"
)

// TestCampaigns_PagesEndByBytes lists campaigns of long terms.
func TestCampaigns_PagesEndByBytes(t *testing.T) {
	s := newShop(t)
	terms := `{"text":"` + strings.Repeat("x", voucher.MaxTerms-20) + `"}`
	const campaigns = 60
	for i := range campaigns {
		s.create(uint32(10+i), func(in *voucher.CreateCampaign) { in.Terms = terms })
	}
	listed, pages := map[string]bool{}, 0
	for cursor, more := "", true; more; pages++ {
		answer, err := s.http.Get(s.url + "/v1/campaigns?limit=100&cursor=" + cursor)
		require.NoError(t, err)
		raw := new(bytes.Buffer)
		_, err = raw.ReadFrom(answer.Body)
		require.NoError(t, err)
		require.NoError(t, answer.Body.Close())
		require.Less(t, raw.Len(), api.MaxPageBytes+10*(2*voucher.MaxTerms))
		var page api.Page[api.CampaignInfo]
		require.NoError(t, json.Unmarshal(raw.Bytes(), &page))
		for _, c := range page.Data {
			require.False(t, listed[c.ID], "once")
			listed[c.ID] = true
		}
		cursor, more = page.NextCursor, page.HasMore
	}
	require.Len(t, listed, campaigns)
	require.Greater(t, pages, 1)
}
