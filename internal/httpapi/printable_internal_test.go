package httpapi

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/api"
	"tally/internal/voucher"
)

// What people are shown is refused at the door, with the member, the limit and the
// character that is wrong; the ledger's rules refuse a part of it.
func TestPrintable_NamesAndReasons(t *testing.T) {
	name, reason := strings.Repeat("茶", 42), strings.Repeat("x", voucher.MaxReason)
	for _, in := range []any{
		voucher.AdmitMerchant{Name: "Jasmine & Co"}, voucher.PutStore{Name: name}, voucher.SuspendMerchant{Reason: reason}, voucher.Void{Reason: "broken ☕"}, voucher.Claim{},
	} {
		require.NoError(t, printable(in), "%v", in)
	}
	for _, c := range []struct {
		in   any
		says []string
	}{
		{voucher.AdmitMerchant{}, []string{"intent.name", "1 to 128 bytes", "nothing to see"}},
		{voucher.AdmitMerchant{Name: " \u200b "}, []string{"intent.name", "nothing to see"}},
		{voucher.AdmitMerchant{Name: "a\x1b[2Jb"}, []string{"intent.name", "U+001B at byte 1"}},
		{voucher.PutStore{Name: name + "茶"}, []string{"intent.name", "this has 129 bytes (43 characters)"}},
		{voucher.PutStore{Name: "a\u202eb"}, []string{"intent.name", "U+202E"}},
		{voucher.PutStore{Name: "a\ufffdb"}, []string{"intent.name", "U+FFFD"}},
		{voucher.SuspendMerchant{Reason: reason + "x"}, []string{"intent.reason", "1 to 256 bytes", "257 bytes"}},
		{voucher.Void{Reason: "stolen\n"}, []string{"intent.reason", "blanks at its ends"}},
	} {
		var p *api.Problem
		require.ErrorAs(t, printable(c.in), &p, "%v", c.in)
		require.Equal(t, "invalid_request", p.Code)
		for _, says := range c.says {
			require.Contains(t, p.Detail, says)
		}
	}
}

// TestPrintable_Terms: no text of the terms is shown otherwise than it is written.
func TestPrintable_Terms(t *testing.T) {
	require.NoError(t, printableTerms(`{"issuer":"Jasmine & Co","note":"one line\nand another","title":"=1+1"}`))
	for terms, says := range map[string]string{
		`{"issuer":"Tea\u202e House"}`:              "intent.terms.issuer",
		`{"offer":{"on":{"tags":["a\u001b[2Jb"]}}}`: "intent.terms.offer.on.tags[0]",
	} {
		var p *api.Problem
		require.ErrorAs(t, printableTerms(terms), &p, terms)
		require.Equal(t, "invalid_request", p.Code)
		require.Contains(t, p.Detail, says)
	}
}
