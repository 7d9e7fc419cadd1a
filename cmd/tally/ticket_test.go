package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/api"
	"tally/internal/cli"
	"tally/internal/client"
	"tally/internal/terminal"
	"tally/internal/voucher"
)

// vouched is a stage with a campaign that wants tickets of two attestors, one a person.
func vouched(t *testing.T) (s *stage, campaign string) {
	t.Helper()
	s = onstage(t)
	s.found()
	s.key("harbour-pay")
	s.key("lotus-pay")
	text := strings.Replace(tenCups, "per_holder: 2", "per_holder: 1", 1)
	out := mustJSON[voucher.Outcome](s, "campaign", "create", "--as", "root",
		"--attestor", "harbour-pay", "--attestor", s.address("lotus-pay").String(), s.file("campaign.yaml", text))
	return s, voucher.CampaignOf(out.ID).String()
}

// ticket has an attestor vouch that a wallet is a person's.
func (s *stage) ticket(attestor, wallet, person, campaign string, more ...string) string {
	s.t.Helper()
	path := filepath.Join(s.t.TempDir(), "ticket")
	s.must(append([]string{"ticket", "sign", "--as", attestor, "--wallet", wallet, "--person", person, "--out", path, campaign}, more...)...)
	return path
}

func TestTicket_NeededForAClaim(t *testing.T) {
	s, campaign := vouched(t)
	s.refuses(cli.ExitRefused, "ticket_invalid", "claim", "--as", "alice", campaign)
	ticket := s.ticket("harbour-pay", "alice", "4711", campaign)
	require.Contains(t, s.must("claim", "--as", "alice", "--ticket", ticket, campaign), "vch_")

	s.stdin = strings.NewReader(s.must("ticket", "sign", "--as", "lotus-pay", "--wallet", "bob", "--person", "4711", campaign))
	require.Contains(t, s.must("claim", "--as", "bob", "--ticket", "-", campaign), "vch_", "another attestor's person")

	info := mustJSON[api.CampaignInfo](s, "campaign", "show", "--as", "root", campaign)
	require.Equal(t, uint32(2), info.Figures.Claimed)
	shown := s.must("campaign", "show", campaign)
	require.Contains(t, shown, "wanted, by one of")
	require.Contains(t, shown, "1 a person")
}

func TestTicket_LimitCountsThePersonNotTheWallet(t *testing.T) {
	s, campaign := vouched(t)
	s.must("claim", "--as", "alice", "--ticket", s.ticket("harbour-pay", "alice", "4711", campaign), campaign)
	again := s.ticket("harbour-pay", "bob", "4711", campaign)
	s.refuses(cli.ExitRefused, "limit_reached", "claim", "--as", "bob", "--ticket", again, campaign)
	other := s.ticket("harbour-pay", "bob", "4712", campaign)
	s.must("claim", "--as", "bob", "--ticket", other, campaign)
}

// The ledger sees a pseudonym that another campaign, and another attestor, do not have.
func TestTicket_PseudonymIsOfOneCampaignAndAttestor(t *testing.T) {
	s := offstage(t)
	s.key("harbour-pay")
	s.key("lotus-pay")
	s.env["TALLY_LEDGER_ID"] = "0x" + strings.Repeat("07", 32)
	wallet := "0x" + strings.Repeat("11", 20)
	subject := func(attestor, campaign, person string) voucher.Hash {
		return mustJSON[client.Ticket](s, "ticket", "sign", "--as", attestor, "--wallet", wallet, "--person", person, campaign).Ticket.Subject
	}
	one, two := "cmp_"+strings.Repeat("01", 16), "cmp_"+strings.Repeat("02", 16)
	first := subject("harbour-pay", one, "4711")
	require.Equal(t, first, subject("harbour-pay", one, "4711"))
	for _, other := range []voucher.Hash{subject("harbour-pay", two, "4711"), subject("lotus-pay", one, "4711"), subject("harbour-pay", one, "4712")} {
		require.NotEqual(t, first, other)
	}
	own := "0x" + strings.Repeat("ab", 32)
	ticket := mustJSON[client.Ticket](s, "ticket", "sign", "--as", "lotus-pay", "--wallet", wallet, "--subject", own, one)
	require.Equal(t, own, ticket.Ticket.Subject.String())
}

func TestTicket_OfAnotherClaimIsNotSent(t *testing.T) {
	s, campaign := vouched(t)
	mine := s.ticket("harbour-pay", "alice", "4711", campaign)
	says := func(what string, args ...string) {
		t.Helper()
		require.Contains(t, s.refuses(cli.ExitMisused, cli.CodeMisused, args...).Title, what)
	}
	says("another wallet", "claim", "--as", "bob", "--ticket", mine, campaign)
	says("another campaign", "claim", "--as", "alice", "--ticket", mine, s.campaign(tenCups).String())
	says("another ledger", "claim", "--as", "alice", campaign, "--ticket",
		s.ticket("harbour-pay", "alice", "4711", campaign, "--ledger-id", "0x"+strings.Repeat("11", 32)))
	says("no ticket", "claim", "--as", "alice", "--ticket", s.secret, campaign)
	says("no such file", "claim", "--as", "alice", "--ticket", "nowhere", campaign)
	was := s.now()
	s.now = func() time.Time { return was.Add(2 * time.Hour) }
	says("good until", "claim", "--as", "alice", "--ticket", mine, campaign)
}

func TestTicket_ShownIfItHolds(t *testing.T) {
	s, campaign := vouched(t)
	path := s.ticket("harbour-pay", "alice", "4711", campaign)
	require.Contains(t, s.must("ticket", "show", path), terminal.Address(s.address("harbour-pay")))
	s.refuses(cli.ExitFailed, cli.CodeWrongLedger, "ticket", "show", "--ledger-id", "0x"+strings.Repeat("11", 32), path)

	text, err := os.ReadFile(path)
	require.NoError(t, err)
	forged := strings.Replace(string(text), s.address("alice").String(), s.address("bob").String(), 1)
	require.NotEqual(t, string(text), forged)
	s.refuses(cli.ExitFailed, cli.CodeFailed, "ticket", "show", s.file("forged", forged))
	s.refuses(cli.ExitRefused, "ticket_invalid", "claim", "--as", "bob", "--ticket", s.file("forged", forged), campaign)
}

func TestTicket_NotSigned(t *testing.T) {
	s := offstage(t)
	s.key("harbour-pay")
	s.env["TALLY_LEDGER_ID"] = "0x" + strings.Repeat("07", 32)
	sign := []string{"ticket", "sign", "--as", "harbour-pay", "--wallet", "harbour-pay", "cmp_" + strings.Repeat("01", 16)}
	for name, more := range map[string][]string{
		"nobody":          {},
		"an empty name":   {"--person", ""},
		"two people":      {"--person", "1", "--subject", "0x" + strings.Repeat("ab", 32)},
		"for ever":        {"--person", "1", "--life", "721h"},
		"not for an hour": {"--person", "1", "--life", "0s"},
	} {
		t.Run(name, func(t *testing.T) {
			s.t = t
			s.refuses(cli.ExitMisused, cli.CodeMisused, append(sign, more...)...)
		})
	}
}

func TestAttestor_PutAndRevoked(t *testing.T) {
	s := offstage(t)
	address := s.key("harbour-pay")
	check := func(more ...string) voucher.CreateCampaign {
		return mustJSON[voucher.CreateCampaign](s, append([]string{"campaign", "check", s.file("c.yaml", tenCups)}, more...)...)
	}
	require.Empty(t, check().Attestors)
	require.Equal(t, []voucher.Address{address}, check("--attestor", "harbour-pay").Attestors)
	s.refuses(cli.ExitMisused, cli.CodeMisused, "campaign", "check", s.file("c.yaml", tenCups), "--attestor", "harbour-pay", "--attestor", "harbour-pay")
	s.refuses(cli.ExitMisused, cli.CodeMisused, "campaign", "check", s.file("c.yaml", tenCups), "--attestor", "nobody")
	many := []string{"campaign", "check", s.file("c.yaml", tenCups)}
	for i := range voucher.MaxAttestors + 1 {
		many = append(many, "--attestor", voucher.Address{byte(i + 1)}.String())
	}
	require.Contains(t, s.refuses(cli.ExitMisused, cli.CodeMisused, many...).Title, "at most 8")
}

// Units that are held or forfeited are part of the books, too.
func TestBooks_BalanceWhileUnitsAreHeldOrForfeited(t *testing.T) {
	s := onstage(t)
	s.found()
	campaign := s.campaign(tenCups + "rollback: forfeit\n")
	ref := s.claim("alice", campaign)
	sold := mustJSON[voucher.Outcome](s, redeem(s.code("alice", "--units", "2", ref.String()), "--units", "2", "--discount", "32.00")...)
	s.must("rollback", "--as", "root", "--merchant", "root", sold.ID.String())
	code := s.code("alice", "--hold", "2h", "--units", "4", ref.String())
	s.must(append([]string{"hold", "place"}, redeem(code, "--units", "4", "--discount", "64.00")[1:]...)...)
	require.Contains(t, s.must("campaign", "audit", "--as", "root", campaign.String()),
		"10 issued = 4 available + 4 held + 0 redeemed + 2 forfeited")
}
