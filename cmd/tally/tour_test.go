package main

import (
	"crypto/sha256"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/audit/pins"
	"tally/internal/books"
	"tally/internal/books/daybook"
	"tally/internal/cli"
	"tally/internal/cli/auditor"
	"tally/internal/cli/merchant"
	"tally/internal/cli/operator"
	"tally/internal/cli/till"
	"tally/internal/cli/wallet"
	"tally/internal/voucher"
)

// TestTour_JSONAlone goes the way of the README's five minutes, and reads nothing but
// what --json prints: every id and every secret part that a later step needs is in the
// answer of the step before.
func TestTour_JSONAlone(t *testing.T) {
	s := onstage(t)
	address := map[string]string{}
	for _, name := range []string{"tea-chain", "till-central", "alice"} {
		key := mustJSON[cli.KeyInfo](s, "key", "new", "--light-kdf", name)
		require.FileExists(t, key.File)
		address[name] = key.Address.String()
	}
	admitted := mustJSON[operator.MerchantChange](s, "operator", "admit", "--as", "operator", "--merchant", "tea-chain", "--name", "Jasmine & Co")
	shopKey, shop := admitted.Merchant, admitted.Merchant.String()
	require.Equal(t, address["tea-chain"], shop)
	mustJSON[merchant.StoreChange](s, "merchant", "store", "--as", "tea-chain", "--store", "1", "--name", "Central")
	mustJSON[merchant.KeyChange](s, "merchant", "till", "--as", "tea-chain", "--store", "1", "--till", address["till-central"])

	example := s.file("campaign.json", s.must("campaign", "example", "buy-one-get-one", "--json"))
	created := mustJSON[merchant.CampaignCreated](s, "campaign", "create", "--as", "tea-chain", example)
	require.Equal(t, "Buy one, get one", created.CampaignName)
	require.Equal(t, "Jasmine & Co", created.MerchantName)

	claimed := mustJSON[wallet.ClaimAnswer](s, "claim", "--as", "alice", created.Campaign.String())
	require.Equal(t, created.Campaign, claimed.Campaign)
	require.True(t, strings.HasSuffix(claimed.Expires, "+08:00"), "in the campaign's zone: %s", claimed.Expires)

	code := mustJSON[wallet.SignedCode](s, "code", "--as", "alice", claimed.Voucher)
	sold := mustJSON[till.SaleAnswer](s, "redeem", "--as", "till-central", "--merchant", shop, "--store", "1", "--amount", "64.00",
		"--currency", "HKD", "--discount", "32.00", "--details", "two jasmine teas", "--code", s.file("code", code.Code))
	require.Equal(t, code.ID, sold.ID)
	require.Equal(t, uint64(3200), sold.Discount)
	require.NotNil(t, sold.Salt, "without the salt nobody can prove the details")
	require.NotEmpty(t, sold.Key)

	back := mustJSON[merchant.RollbackAnswer](s, "rollback", "--as", "tea-chain", "--merchant", shop, "--details", "spilt", sold.ID.String())
	require.Equal(t, claimed.Voucher, back.Lines[0].Voucher)
	require.NotNil(t, back.Salt)
	require.Contains(t, back.Events, voucher.RolledBack{
		Redemption: sold.ID, Author: shopKey, Details: sha256.Sum256(append(back.Salt[:], "spilt"...)),
	}, "the ledger has the salted hash of the details")

	require.Equal(t, "claimed", mustJSON[wallet.VoucherAnswer](s, "show", "--as", "alice", claimed.Voucher).State)
	shown := mustJSON[merchant.CampaignAnswer](s, "campaign", "show", "--as", "tea-chain", created.Campaign.String())
	require.Equal(t, books.Flow{Gross: 1, Returned: 1}, shown.Figures.Units)
	require.Equal(t, books.Flow{Gross: 3200, Returned: 3200}, shown.Sales.Discount)
	list := mustJSON[merchant.SaleItems](s, "merchant", "sales", "--as", "tea-chain")
	require.Equal(t, []string{"rolled back", "redeemed"}, []string{list[0].Did, list[1].Did})
	require.Equal(t, []uint64{3200, 3200}, []uint64{list[0].Discount, list[1].Discount})
	require.Contains(t, s.must("merchant", "sales", "--as", "tea-chain"), "-32.00 HKD")
	s.report(created.Campaign)
	require.True(t, mustJSON[merchant.AuditAnswer](s, "campaign", "audit", "--as", "tea-chain", created.Campaign.String()).Holds)
	mustJSON[pins.Pins](s, "pins")
	require.NotEmpty(t, mustJSON[auditor.Receipted](s, "receipt", "--as", "alice", sold.ID.String()).Receipt)
}

// report asks for the day-book of the tour: one sale, and its return.
func (s *stage) report(campaign voucher.CampaignID) {
	s.t.Helper()
	r := mustJSON[merchant.ReportAnswer](s, "merchant", "report", "--as", "tea-chain", "--by", "campaign", "--outstanding")
	require.Len(s.t, r.Lines, 2)
	require.Len(s.t, r.Sums, 1)
	require.Equal(s.t, "Buy one, get one", r.Sums[0].CampaignName)
	require.Equal(s.t, campaign.String(), r.Sums[0].Campaign)
	require.Equal(s.t, daybook.Flow{Gross: 3200, Returned: 3200}, r.Sums[0].Discount)
	require.Equal(s.t, uint64(6400), r.Totals[0].Amount)
	require.Equal(s.t, uint64(3200), r.Outstanding[0].Most, "the voucher that came back can be spent")
	day := r.Lines[0].Day
	require.Contains(s.t, s.must("merchant", "report", "--as", "tea-chain", "--from", day, "--to", day), "64.00 HKD in 1 orders")
	require.Contains(s.t, s.must("merchant", "report", "--as", "tea-chain", "--to", "2026-01-01"), "none")
	require.Contains(s.t, s.must("merchant", "report", "--as", "tea-chain", "--lines"), "-32.00 HKD")
	sheet := s.must("merchant", "report", "--as", "tea-chain", "--lines", "--csv", "-", "--separator", "semicolon")
	require.Len(s.t, strings.Split(strings.TrimSpace(sheet), "\n"), 3)
	require.Contains(s.t, sheet, ";HKD;1;6400;1;3200;")
	require.Contains(s.t, sheet, ";HKD;0;0;-1;-3200;")
	for _, wrong := range [][]string{{"--by", "hour"}, {"--from", "1.12.2026"}, {"--to", "2026-02-30"}, {"--from", "2026-12-02", "--to", "2026-12-01"}} {
		require.Equal(s.t, cli.ExitMisused, s.run(append([]string{"merchant", "report", "--as", "tea-chain"}, wrong...)...).code, wrong)
	}
}
