package main

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/api"
	"tally/internal/cli"
	salecli "tally/internal/cli/till"
	"tally/internal/till"
	"tally/internal/voucher"
)

// fromHundred is a campaign that takes nothing off a small cart.
const fromHundred = `name: From 100
terms:
  offer: {kind: amount_off, amount: 1500}
  when: [{min_spend: {amount: 10000}}]
currency: HKD
max_discount: "15.00"
supply: 10
claim: {until: +30d}
valid: {until: +90d}
`

// priced is an order that somebody sold: what was kept of it.
type priced struct {
	id           voucher.Hash
	record, salt string // the file of the record, and its salt
}

// soldByCart is what redeem and capture keep.
func soldByCart(a salecli.SaleAnswer) priced { return priced{a.ID, a.Record, a.Salt.String()} }

// TestPocket_TheTillTakesTheBestPart: a customer shows a code that reserves all vouchers and does not
// know which is good for the cart. The till takes the best lawful part and frees the rest.
func TestPocket_TheTillTakesTheBestPart(t *testing.T) {
	s := onstage(t)
	good := s.offered(secondCup)
	bad := s.claim("alice", s.campaign(fromHundred))
	cart, record := s.file("cart.json", teaCart), filepath.Join(t.TempDir(), "order.json")
	sold := s.pocket("alice", cart, record, good, bad)
	require.Equal(t, uint64(1425), sold.Discount)
	require.Equal(t, "redeemed", lineOf(t, sold, good).Did)
	require.Equal(t, "freed", lineOf(t, sold, bad).Did)
	require.Equal(t, "claimed", mustJSON[api.VoucherInfo](s, "show", "--as", "alice", bad.String()).State)

	code := s.code("alice", "--hold", "10m", bad.String())
	hold := mustJSON[salecli.SaleAnswer](s, append([]string{"hold", "place", "--as", "till-1", "--cart", cart, "--code", code}, atCentral...)...)
	capture := append([]string{"hold", "capture", "--as", "till-1", hold.ID.String()}, atCentral...)
	other := filepath.Join(t.TempDir(), "other.json")
	f := s.refuses(cli.ExitRefused, "min_spend", append(capture, "--cart", cart, "--record", other)...)
	require.Contains(t, f.Detail, "Release the hold.")
	require.NoFileExists(t, other)
	f = s.refuses(cli.ExitMisused, cli.CodeMisused, append(capture, "--record", record)...)
	require.Contains(t, f.Title, "of other vouchers than the hold has")
	s.misuses("leave those flags out", append(capture, "--cart", cart, "--record", other, "--amount", "60.00")...)
	s.misuses("--record", append(capture, "--cart", cart)...)
	s.misuses("--amount and --currency are wanted, or --cart", capture...)
	s.misuses("leave those flags out", append([]string{"hold", "place", "--as", "till-1", "--cart", cart, "--amount", "1.00", "--code", code}, atCentral...)...)
}

// pocket reserves all that a wallet's code offers, and captures the best part of it.
func (s *stage) pocket(wallet, cart, record string, refs ...voucher.Ref) salecli.SaleAnswer {
	s.t.Helper()
	args := []string{"--hold", "10m"}
	for _, ref := range refs {
		args = append(args, ref.String())
	}
	code := s.code(wallet, args...)
	hold := mustJSON[salecli.SaleAnswer](s, append([]string{"hold", "place", "--as", "till-1", "--cart", cart, "--code", code}, atCentral...)...)
	require.Equal(s.t, uint64(6000), hold.Amount)
	return mustJSON[salecli.SaleAnswer](s,
		append([]string{"hold", "capture", "--as", "till-1", "--cart", cart, "--record", record, hold.ID.String()}, atCentral...)...)
}

func lineOf(t *testing.T, sold salecli.SaleAnswer, ref voucher.Ref) salecli.SaleLine {
	t.Helper()
	for _, l := range sold.Lines {
		if l.Voucher == ref.String() {
			return l
		}
	}
	require.Fail(t, "no such voucher in the sale")
	return salecli.SaleLine{}
}

// TestOrder_ProvenOffline sells carts by a code, by a hold and by the agent, each over a real server,
// and takes the receipts away. Without any server the auditor's program says that the prices
// hold, and names the first number of a record that was changed.
func TestOrder_ProvenOffline(t *testing.T) {
	o := openOffice(t)
	pinned := o.file("pins.json", o.must("pins"))
	o.found()
	o.key("carol")
	created := mustJSON[voucher.Outcome](o.stage, "campaign", "create", "--as", "root", o.file("offer.yaml", secondCup))
	campaign, idle := voucher.CampaignOf(created.ID), o.campaign(fromHundred)
	cart := o.file("cart.json", teaCart)
	sales := map[string]priced{}

	code := o.code("alice", o.claim("alice", campaign).String())
	sales["redeemed"] = soldByCart(mustJSON[salecli.SaleAnswer](o.stage, append([]string{
		"redeem", "--as", "till-1", "--cart", cart, "--record", o.path("redeemed.json"), "--code", code}, atCentral...)...))
	sales["captured"] = soldByCart(o.pocket("bob", cart, o.path("captured.json"), o.claim("bob", campaign), o.claim("bob", idle)))
	sales["by the agent"] = o.byAgent(o.code("carol", o.claim("carol", campaign).String()))

	receipts := map[string]string{}
	for name, sale := range sales {
		receipts[name] = o.path(name + ".receipt")
		o.must("receipt", "--as", "till-1", "--pins", pinned, "--out", receipts[name], sale.id.String())
	}
	terms := o.path("campaign.receipt")
	o.must("receipt", "--as", "root", "--pins", pinned, "--out", terms, created.ID.String())
	require.NoError(t, o.server.Stop(t.Context()))
	require.NoError(t, os.RemoveAll(filepath.Join(o.dir, "data")))

	for name, sale := range sales {
		check := func(record string) (bool, string) {
			return o.holds(pinned, "order", "--receipt", receipts[name], "--campaign", terms, "--record", record, "--salt", sale.salt)
		}
		holds, text := check(sale.record)
		require.True(t, holds, "%s: %s", name, text)
		require.Contains(t, text, "takes off 14.25 HKD", name)
		require.Contains(t, text, "due        45.75 HKD", name)
		raw, err := os.ReadFile(sale.record)
		require.NoError(t, err)
		changed := strings.Replace(string(raw), `"due":4575`, `"due":4574`, 1)
		require.NotEqual(t, string(raw), changed)
		holds, text = check(o.file("changed.json", changed))
		require.False(t, holds, name)
		require.Contains(t, text, "totals.due is 4574, and has to be 4575", name)
	}
}

// byAgent has a till agent sell a cart, and keeps what it answers.
func (o *office) byAgent(code string) priced {
	o.t.Helper()
	p := o.till()
	p.ledger = mustJSON[api.LedgerInfo](o.stage, "ledger").ID.String()
	p.start(o.server.URL())
	status, sale := p.post(o.t.Context(), till.CartOrder{Reference: "A-1042", Code: code, Cart: json.RawMessage(teaCart)})
	require.Equal(o.t, http.StatusCreated, status, sale)
	require.Equal(o.t, uint64(4575), sale.Totals.Due)
	file := o.path("agent.json")
	require.NoError(o.t, os.WriteFile(file, []byte(sale.Record), 0o600))
	p.kill()
	return priced{sale.ID, file, sale.Salt.String()}
}
