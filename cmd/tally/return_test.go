package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/api"
	"tally/internal/cli"
	"tally/internal/cli/merchant"
	"tally/internal/cli/till"
	"tally/internal/pricing"
	"tally/internal/voucher"
)

// tenOff takes 10.00 off an order; its unit returns with the last item.
const tenOff = `
name: Ten off
currency: HKD
max_discount: 10.00
supply: 5
rollback: restore
claim: {until: +10d}
valid: {until: +30d}
terms: {offer: {kind: amount_off, amount: 1000}}
`

// record is that of an order of 54.00 and 10.00 that a voucher of tenOff took 10.00 off.
func (s *stage) record(ledger voucher.Hash, create voucher.CreateCampaign, ref voucher.Ref) string {
	s.t.Helper()
	terms, err := pricing.ReadTerms([]byte(create.Terms))
	require.NoError(s.t, err)
	in := pricing.Input{
		Mode: pricing.ModeAll, At: voucher.Unix(s.now()), Store: 1, Vouchers: []pricing.Voucher{pricing.Sold(ref, 1, create, &terms)},
		Cart: pricing.Cart{Currency: voucher.Currency{'H', 'K', 'D'}, Lines: []pricing.Line{
			{ID: "a", Unit: 2700, Quantity: 2, Amount: 5400}, {ID: "b:large", Unit: 1000, Quantity: 1, Amount: 1000},
		}},
	}
	result, err := pricing.Evaluate(in)
	require.NoError(s.t, err)
	return in.Record(result, ledger, s.address("root"), voucher.Position{}).Canonical()
}

// order sells an order, and tells the sale and the file of the order's record.
func (s *stage) order() (sold till.SaleAnswer, file string) {
	s.t.Helper()
	s.found()
	id := s.campaign(tenOff)
	ref := s.claim("alice", id)
	create := mustJSON[merchant.CampaignAnswer](s, "campaign", "show", id.String()).Create
	text := s.record(mustJSON[api.LedgerInfo](s, "ledger").ID, create, ref)
	sold = mustJSON[till.SaleAnswer](s, redeem(s.code("alice", ref.String()), "--discount", "10.00", "--details", text)...)
	return sold, s.file("order.json", text)
}

// TestReturn_ItemByItem: the refunds add up to what was paid, the unit returns with the
// last item, and no item comes back twice.
func TestReturn_ItemByItem(t *testing.T) {
	s := onstage(t)
	sold, order := s.order()
	dir := t.TempDir()
	back := func(out string, more ...string) []string {
		return append([]string{
			"return", "--as", "root", "--merchant", "root", "--order", order, "--order-salt", sold.Salt.String(),
			"--out", filepath.Join(dir, out), sold.ID.String(),
		}, more...)
	}
	paid := uint64(6400 - 1000)
	first := mustJSON[merchant.ReturnAnswer](s, back("1.json", "--item", "b:large:1")...)
	require.Nil(t, first.Outcome, "no unit returns yet")
	require.Less(t, first.Refund, uint64(1000), "less its share of the discount")
	second := mustJSON[merchant.ReturnAnswer](s, back("2.json", "--item", "a:1", "--earlier", first.File)...)
	require.Nil(t, second.Outcome)
	last := back("3.json", "--item", "a:1", "--earlier", second.File)
	third := mustJSON[merchant.ReturnAnswer](s, last...)
	require.Equal(t, paid, first.Refund+second.Refund+third.Refund)
	require.Equal(t, uint64(1), third.Units[0].Units)
	record, err := pricing.ReadReturn([]byte(third.Record))
	require.NoError(t, err)
	require.Contains(t, third.Outcome.Events, voucher.RolledBack{
		Redemption: sold.ID, Author: s.address("root"), Details: record.Details(third.Salt),
	}, "the ledger has the hash of the record")
	require.Equal(t, "claimed", mustJSON[api.VoucherInfo](s, "show", "--as", "alice", third.Units[0].Voucher).State)

	kept, err := os.ReadFile(third.File)
	require.NoError(t, err)
	s.refuses(cli.ExitFailed, cli.CodeFailed, last...) // the same again
	again, err := os.ReadFile(third.File)
	require.NoError(t, err)
	require.Equal(t, kept, again, "the record of the return that was made stays")
	s.refuses(cli.ExitFailed, cli.CodeFailed, back("4.json", "--item", "a:2", "--item", "b:large:1")...) // all, without an earlier one
	for name, more := range map[string][]string{
		"a piece too many":     {"--item", "a:1", "--earlier", third.File},
		"no such line":         {"--item", "c:1"},
		"no number":            {"--item", "a"},
		"nothing":              {"--item", "a:0"},
		"a half":               {"--item", "a:0.5"},
		"a line twice":         {"--item", "a:1", "--item", "a:1"},
		"an order as a return": {"--item", "a:1", "--earlier", order},
	} {
		r := s.run(append(back("5.json", more...), "--json")...)
		require.Equal(t, cli.ExitMisused, r.code, "%s: %s", name, r.errors)
		require.NoFileExists(t, filepath.Join(dir, "5.json"), name)
	}
}

// TestReturn_OverwritesNothing: a file that is there is another return's.
func TestReturn_OverwritesNothing(t *testing.T) {
	s := onstage(t)
	sold, order := s.order()
	taken := s.file("taken.json", "something else")
	back := []string{
		"return", "--as", "root", "--merchant", "root", "--order", order, "--order-salt", sold.Salt.String(), "--item", "a:2",
		"--item", "b:large:1", "--out", taken, sold.ID.String(),
	}
	s.refuses(cli.ExitMisused, cli.CodeMisused, back...)
	kept, err := os.ReadFile(taken)
	require.NoError(t, err)
	require.Equal(t, "something else", string(kept))
}

// TestReturn_IntoWhatIsNoFile: a device may have no end to read, and a pipe no writer. Both
// are refused at once, and nothing is given back.
func TestReturn_IntoWhatIsNoFile(t *testing.T) {
	s := onstage(t)
	sold, order := s.order()
	dir := t.TempDir()
	pipe, link := filepath.Join(dir, "pipe"), filepath.Join(dir, "link")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	require.NoError(t, os.Symlink("/dev/zero", link))
	before := s.accepted()
	for _, out := range []string{"/dev/full", "/dev/zero", pipe, link, dir} {
		f := s.refuses(cli.ExitMisused, cli.CodeMisused, "return", "--as", "root", "--merchant", "root", "--order", order,
			"--order-salt", sold.Salt.String(), "--item", "a:2", "--item", "b:large:1", "--out", out, sold.ID.String())
		require.Contains(t, f.Title, "is no regular file")
	}
	require.Equal(t, before, s.accepted())
}

// TestReturn_OfAnotherOrder: a record that the till did not sign gives nothing back.
func TestReturn_OfAnotherOrder(t *testing.T) {
	s := onstage(t)
	sold, order := s.order()
	text, err := os.ReadFile(order)
	require.NoError(t, err)
	wrong := voucher.Hash{1}
	for name, c := range map[string][2]string{
		"another salt":   {order, wrong.String()},
		"another amount": {s.file("forged.json", strings.Replace(string(text), `"unit":1000`, `"unit":1100`, 1)), sold.Salt.String()},
	} {
		out := filepath.Join(t.TempDir(), "out.json")
		s.refuses(cli.ExitMisused, cli.CodeMisused, "return", "--as", "root", "--merchant", "root", "--order", c[0],
			"--order-salt", c[1], "--item", "a:1", "--out", out, sold.ID.String())
		require.NoFileExists(t, out, name)
	}
	// Somebody who may not give back learns so, and keeps no record of a return.
	out := filepath.Join(t.TempDir(), "out.json")
	s.refuses(cli.ExitRefused, "not_authorised", "return", "--as", "till-1", "--merchant", "root", "--order", order,
		"--order-salt", sold.Salt.String(), "--item", "a:2", "--item", "b:large:1", "--out", out, sold.ID.String())
	require.NoFileExists(t, out)
}
