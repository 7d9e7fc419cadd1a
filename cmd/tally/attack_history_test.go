package main

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"tally/internal/cli"
	"tally/internal/intent"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// The names of a client that does not ask the server: the ledger's rules refuse the
// control characters of ASCII in a name, and no more. In terms those are escaped.
const (
	evilName  = "=HYPERLINK(\"http://x\")\u009b31m\u202egnp.\u2066\u2028\u200b\ufeffevil\u0085root  0x0000000000000000000000000000000000000001"
	evilTerms = `{"name":"@SUM(1)\u001b]0;t\u0007\u001b[2J\n\r\troot  0x0000000000000000000000000000000000000001` +
		"\u009b31m\u202egnp.\u2066\u2028\u200b\ufeff;\",\"title\":{\"en\":\"evil\\u001b[2J\u202e\"}}"
)

// sign has a key of the stage sign typed data of the ledger.
func (s *stage) sign(name string, in any) voucher.Signature {
	s.t.Helper()
	key, err := s.keys.Open(name, testPassphrase)
	require.NoError(s.t, err)
	signature, err := intent.NewDomain(ledgertest.LedgerID(7)).Sign(key, in)
	require.NoError(s.t, err)
	return signature
}

// signedBy has a key of the stage sign an intent, and submits it to the ledger itself.
func signedBy[T voucher.SingleIntent](s *stage, name string, in T) voucher.Outcome {
	s.t.Helper()
	return s.submit(voucher.Signed[T]{Intent: in, Signature: s.sign(name, in)})
}

// submit gives a command to the ledger itself, which must accept it.
func (s *stage) submit(c voucher.Command) voucher.Outcome {
	s.t.Helper()
	outs, err := s.ledger.Submit(s.t.Context(), intent.NewDomain(ledgertest.LedgerID(7)).AuthorAll(c))
	require.NoError(s.t, err)
	require.Equal(s.t, voucher.StatusAccepted, outs[0].Status, outs[0].Kind)
	return outs[0]
}

// evilHistory founds a merchant whose names are hostile: of itself, of its stores, and of a
// campaign whose name has some 8,000 bytes. Alice holds two of its vouchers, one sold and
// given back and one void.
func (s *stage) evilHistory() (campaign string, refs []string) {
	s.t.Helper()
	for _, name := range []string{"root", "till-1", "alice"} {
		s.key(name)
	}
	now := voucher.Unix(s.now())
	root, until := s.address("root"), now+600
	admit := voucher.AdmitMerchant{Operator: s.address("operator"), Merchant: root, Name: evilName, Deadline: until}
	s.submit(voucher.Proven[voucher.AdmitMerchant]{Intent: admit, Signature: s.sign("operator", admit), Possession: s.sign("root", admit)})
	signedBy(s, "root", voucher.PutStore{Author: root, Merchant: root, Version: 1, Store: 1, Name: "-1+" + evilName[:60], Deadline: until})
	s.must("merchant", "till", "--as", "root", "--store", "1", "--till", "till-1")
	terms := strings.Replace(evilTerms, "@SUM", "@SUM"+strings.Repeat("M", voucher.MaxTerms-len(evilTerms)), 1)
	campaigns := make([]voucher.CampaignID, 2)
	for i, text := range []string{terms, evilTerms} {
		campaigns[i] = voucher.CampaignOf(signedBy(s, "root", voucher.CreateCampaign{
			Author: root, Merchant: root, Terms: text, Currency: voucher.Currency{'H', 'K', 'D'}, Units: 1, MaxDiscount: 3200,
			Supply: 5, Open: 5, Cap: 5, ClaimFrom: now - 60, ClaimUntil: now + 86400, ValidFrom: now - 60,
			ValidUntil: (now/voucher.Quarter + 96) * voucher.Quarter, Rollback: voucher.RollbackRestore, Void: true, Deadline: until,
		}).ID)
	}
	for range 2 {
		refs = append(refs, s.claim("alice", campaigns[1]).String())
	}
	sold := mustJSON[struct{ ID string }](s, redeem(s.file("code", s.code("alice", refs[0])), "--discount", "32.00")...)
	s.must("rollback", "--as", "root", "--merchant", "root", sold.ID)
	ref, err := voucher.ParseRef(refs[1])
	require.NoError(s.t, err)
	in := voucher.Void{Author: root, Merchant: root, Campaign: ref.Campaign, Serial: ref.Serial, Reason: evilName, Deadline: until}
	s.submit(voucher.VoidCommand{Void: in, Signature: s.sign("root", in)})
	return campaigns[1].String(), refs
}

// TestAttack_Terminal_NothingInHistoryIsObeyed: the names that somebody put on the ledger
// past the server reach no terminal, no program and no spreadsheet as more than a text.
func TestAttack_Terminal_NothingInHistoryIsObeyed(t *testing.T) {
	s := onstage(t)
	campaign, refs := s.evilHistory()
	shown := 0
	for _, command := range [][]string{
		{"merchant", "show", "root"}, {"campaign", "list"}, {"campaign", "list", "--as", "root"}, {"campaign", "show", campaign},
		{"campaign", "audit", "--as", "root", campaign}, {"wallet", "--as", "alice"}, {"wallet", "--as", "alice", "--usable"},
		{"show", "--as", "alice", refs[0]}, {"show", "--as", "alice", refs[1]}, {"history", "--as", "alice", refs[0]},
		{"history", "--as", "root", refs[1]}, {"merchant", "sales", "--as", "root"}, {"merchant", "report", "--as", "root", "--outstanding"},
		{"merchant", "report", "--as", "root", "--lines"}, {"completion", "campaigns"}, {"doctor"},
		{"merchant", "report", "--as", "root", "--lines", "--csv", "-"}, {"merchant", "report", "--as", "root", "--csv", "-", "--separator", "semicolon"},
	} {
		for _, form := range [][]string{command, append([]string{"--json"}, command...)} {
			r := s.run(form...)
			require.Equal(t, cli.ExitOK, r.code, "%v: %s", form, r.errors)
			plain(t, form, strings.TrimPrefix(r.out, "\ufeff")+r.errors) // a sheet has a mark in front, for spreadsheets
			shown += strings.Count(r.out, "gnp")
			if form[0] == "--json" && command[len(command)-1] != "semicolon" && command[len(command)-1] != "-" {
				require.True(t, json.Valid([]byte(r.out)), "%v: %q", form, r.out)
			}
		}
	}
	require.Greater(t, shown, 20, "the names were shown")

	for separator, comma := range map[string]rune{"comma": ',', "semicolon": ';', "tab": '\t'} {
		for _, what := range [][]string{{"--lines"}, {"--by", "day,store,till,campaign"}} {
			path := filepath.Join(t.TempDir(), "sheet.csv")
			s.must(append([]string{"merchant", "report", "--as", "root", "--csv", path, "--separator", separator}, what...)...)
			raw, err := os.ReadFile(path)
			require.NoError(t, err)
			sheet(t, string(raw), comma)
		}
	}
}

// plain wants a text without anything that a terminal obeys or shows elsewhere.
func plain(t *testing.T, of []string, text string) {
	t.Helper()
	require.True(t, utf8.ValidString(text), "%v", of)
	for _, c := range text {
		require.True(t, unicode.IsPrint(c) || c == '\n' || c == '\t', "%v: %q", of, text)
	}
	require.NotRegexp(t, `(?m)^root\s+0x0{39}1`, text)
}

// sheet wants rows of one length, whose texts no spreadsheet takes for a formula.
func sheet(t *testing.T, text string, comma rune) {
	t.Helper()
	text = strings.TrimPrefix(text, "\ufeff")
	plain(t, []string{"sheet"}, text)
	rows := csv.NewReader(strings.NewReader(text))
	rows.Comma = comma
	all, err := rows.ReadAll() // which wants the same number of fields in each
	require.NoError(t, err)
	require.Greater(t, len(all), 1)
	require.Len(t, strings.Split(strings.TrimSpace(text), "\n"), len(all), "a line a row")
	require.Contains(t, text, "SUM(1)")
	for _, row := range all[1:] {
		for _, cell := range row {
			if strings.Trim(cell, "-0123456789.") != "" {
				require.NotRegexp(t, `^[\s]*[=+\-@＝＋－＠]`, cell)
			}
		}
	}
}
