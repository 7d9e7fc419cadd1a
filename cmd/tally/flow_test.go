package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/api"
	"tally/internal/books"
	"tally/internal/cli"
	"tally/internal/terminal"
	"tally/internal/voucher"
)

func TestFlow_FromTheFirstKeyToTheLastUnit(t *testing.T) {
	s := onstage(t)
	campaign := s.found()
	ref := s.claim("alice", campaign)

	shown := mustJSON[api.VoucherInfo](s, "show", "--as", "alice", ref.String())
	require.Equal(t, "claimed", shown.State)
	require.Equal(t, uint64(10), shown.Units)
	require.Contains(t, s.must("wallet", "--as", "alice"), ref.String())

	s.stdin = strings.NewReader(s.code("alice", "--units", "3", ref.String()) + "\n")
	text := s.must(redeem("-", "--discount", "32.00", "--units", "2", "--details", "2 jasmine teas")...)
	require.Contains(t, text, "2 units, 32.00 HKD off, 8 units left")
	require.Contains(t, text, "salt")

	code := s.file("code", s.code("alice", "--units", "8", ref.String()))
	s.must(redeem(code, "--discount", "32.00", "--units", "8")...)
	shown = mustJSON[api.VoucherInfo](s, "show", "--as", "alice", ref.String())
	require.Equal(t, "spent", shown.State)

	report := mustJSON[books.Report](s, "campaign", "audit", "--as", "root", campaign.String())
	require.True(t, report.Holds)
	require.Equal(t, uint64(10), report.Units.Redeemed)
	require.Equal(t, uint64(1), report.Vouchers.Spent)
}

func TestRedeem_RepeatedHasTheSameOutcome(t *testing.T) {
	s := onstage(t)
	ref := s.claim("alice", s.found())
	code := s.code("alice", ref.String())
	sale := redeem(code, "--discount", "30.00", "--key", "sale-1", "--details", "tea", "--json",
		"--salt", "0x0101010101010101010101010101010101010101010101010101010101010101")
	first := s.must(sale...)
	require.Equal(t, first, s.must(sale...))

	out := mustJSON[voucher.Outcome](s, redeem(code, "--discount", "30.00", "--key", "sale-1", "--details", "tea",
		"--salt", "0x0101010101010101010101010101010101010101010101010101010101010101")...)
	require.Equal(t, "accepted", mustJSON[cli.CommandStatus](s, "status", "--as", "alice", out.ID.String()).Status.String())

	s.refuses(cli.ExitRefused, "already_used", redeem(code, "--discount", "31.00", "--key", "sale-2")...)
	s.refuses(cli.ExitRefused, "idempotency_key_reused", redeem(s.code("alice", ref.String()), "--discount", "1.00", "--key", "sale-1")...)
}

func TestRedeem_CodeIsGoodAtOneTill(t *testing.T) {
	s := onstage(t)
	ref := s.claim("alice", s.found())
	code := s.code("alice", ref.String())
	s.must(redeem(code, "--discount", "32.00")...)
	r := s.run("redeem", "--as", "till-2", "--merchant", "root", "--store", "2",
		"--amount", "64.00", "--currency", "HKD", "--code", code, "--discount", "32.00")
	require.Equal(t, cli.ExitRefused, r.code)
	require.Contains(t, r.errors, "refused: already_used")
	require.Contains(t, r.errors, "Ask the customer for a new code.")
}

func TestRedeem_OneCodeOfTwoVouchers(t *testing.T) {
	s := onstage(t)
	campaign := s.found()
	first, second := s.claim("alice", campaign), s.claim("alice", campaign)
	code := s.code("alice", first.String(), second.String(), first.String())

	f := s.refuses(cli.ExitMisused, cli.CodeMisused, redeem(code, "--discount", "64.00")...)
	require.Contains(t, f.Title, "the code offers 2 vouchers")
	require.Contains(t, f.Title, first.String())
	s.refuses(cli.ExitMisused, cli.CodeMisused, redeem(code, "--discount", "1.00", "--discount", "1.00", "--units", "1")...)

	out := mustJSON[voucher.Outcome](s, redeem(code, "--discount", "32.00", "--discount", "16.00")...)
	require.Len(t, out.Events, 3)
}

func TestCancel_BeforeAndAfterTheSale(t *testing.T) {
	s := onstage(t)
	ref := s.claim("alice", s.found())
	code := s.code("alice", ref.String())
	s.must("cancel", "--as", "alice", "--code", code)
	s.refuses(cli.ExitRefused, "already_used", redeem(code, "--discount", "32.00")...)

	code = s.code("alice", ref.String())
	s.refuses(cli.ExitMisused, cli.CodeMisused, "cancel", "--as", "till-1", "--code", code)
	s.must("cancel", "--as", "till-1", "--merchant", "root", "--code", code)
	s.refuses(cli.ExitRefused, "already_used", redeem(code, "--discount", "32.00")...)
	s.must(redeem(s.code("alice", ref.String()), "--discount", "32.00")...)
}

func TestShow_StrangersLearnNothing(t *testing.T) {
	s := onstage(t)
	ref := s.claim("alice", s.found())
	nothing := voucher.Ref{Campaign: ref.Campaign, Serial: 4_000_000}
	mine := s.refuses(cli.ExitRefused, "not_found", "show", "--as", "bob", ref.String())
	require.Equal(t, mine, s.refuses(cli.ExitRefused, "not_found", "show", "--as", "bob", nothing.String()))
	require.JSONEq(t, "[]", s.must("wallet", "--as", "bob", "--json"))
}

func TestCampaign_Changes(t *testing.T) {
	s := onstage(t)
	campaign := s.found()
	id := campaign.String()
	s.must("campaign", "pause", "--as", "root", id)
	s.refuses(cli.ExitRefused, "campaign_inactive", "claim", "--as", "alice", id)
	s.must("campaign", "resume", "--as", "root", id)
	s.claim("alice", campaign)
	s.must("campaign", "supply", "--as", "root", "--supply", "8", id)
	s.refuses(cli.ExitRefused, "supply_exceeded", "campaign", "supply", "--as", "root", "--supply", "9", id)
	s.refuses(cli.ExitRefused, "not_authorised", "campaign", "close", "--as", "alice", id)
	s.must("campaign", "close", "--as", "root", id)

	info := mustJSON[api.CampaignInfo](s, "campaign", "show", id)
	require.Equal(t, "closed", info.Status)
	require.Equal(t, [2]uint32{8, 8}, [2]uint32{info.Supply, info.Open})
	require.Len(t, mustJSON[[]api.CampaignInfo](s, "campaign", "list"), 1)
	require.Contains(t, s.must("campaign", "show", id), "up to 32.00 HKD a unit")
	require.Contains(t, s.must("campaign", "list", "--as", "root"), id)
}

func TestMerchant_LetsTillsInAndOut(t *testing.T) {
	s := onstage(t)
	ref := s.claim("alice", s.found())
	require.Contains(t, s.must("merchant", "show", "root"), "till of store 2")
	s.must("merchant", "revoke", "--as", "root", "--key", "till-1")
	require.Len(t, mustJSON[api.MerchantInfo](s, "merchant", "show", "root").Keys, 1)
	s.refuses(cli.ExitRefused, "not_authorised", redeem(s.code("alice", ref.String()), "--discount", "32.00")...)
	s.refuses(cli.ExitRefused, "wrong_store", "merchant", "till", "--as", "root", "--store", "9", "--till", "till-1")
}

func TestOperator_SetChangesItself(t *testing.T) {
	s := onstage(t)
	second, third := s.key("second"), s.key("third")
	proofs := filepath.Join(t.TempDir(), "operators.json")
	set := []string{
		"operator", "set", "--as", "operator", "--operator", "operator", "--operator", second.String(), "--operator", "third", "--threshold", "2",
	}
	s.refuses(cli.ExitMisused, cli.CodeMisused, set...) // nobody has shown that the second key is held
	set = append(set, "--proofs", proofs)
	require.Contains(t, s.must(set...), "nothing yet")
	s.refuses(cli.ExitMisused, cli.CodeMisused, set...)
	s.refuses(cli.ExitMisused, cli.CodeMisused, "key", "prove", "--as", "alice", proofs) // whom the change does not name
	s.must("key", "prove", "--as", "second", proofs)
	s.refuses(cli.ExitMisused, cli.CodeMisused, append(set, "--threshold", "1")...) // not what was signed
	s.must(set...)
	info := mustJSON[api.OperatorsInfo](s, "operator", "show")
	require.Contains(t, info.Operators, third)
	require.Equal(t, uint32(2), info.Threshold)
	s.refuses(cli.ExitRefused, "not_authorised", "operator", "set", "--as", "second", "--operator", "second", "--threshold", "1")
	s.must("operator", "set", "--as", "third", "--as", "second", "--operator", "second", "--threshold", "1")
	require.Contains(t, s.must("operator", "show"), terminal.Address(second))
}

func TestPins_SameLedger(t *testing.T) {
	s := onstage(t)
	ref := s.claim("alice", s.found())
	info := mustJSON[api.LedgerInfo](s, "ledger")
	s.env["TALLY_LEDGER_ID"] = info.ID.String()
	s.must("ledger")

	s.server, s.env["TALLY_LEDGER_ID"] = "http://127.0.0.1:1", info.ID.String()
	require.Contains(t, s.code("alice", ref.String()), "TALLY1-", "a pinned wallet needs no server")
}

func TestPins_OtherLedger(t *testing.T) {
	s := onstage(t)
	campaign := s.found()
	ref := s.claim("alice", campaign)
	other := "0x" + strings.Repeat("11", 32)
	code := s.code("alice", "--ledger-id", other, ref.String())
	s.refuses(cli.ExitMisused, cli.CodeMisused, redeem(code, "--discount", "32.00")...)
	for _, args := range [][]string{
		{"ledger"}, {"claim", "--as", "alice", campaign.String()}, redeem(code, "--discount", "32.00"),
	} {
		f := s.refuses(cli.ExitFailed, cli.CodeWrongLedger, append(args, "--ledger-id", other)...)
		require.Contains(t, f.Title, "wrong ledger")
	}
}
