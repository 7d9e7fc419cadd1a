package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/cli"
	"tally/internal/cli/till"
	"tally/internal/cli/wallet"
	"tally/internal/pricing"
	"tally/internal/voucher"
)

// teaCart is two milk teas and a topping: 60.00.
const teaCart = `{"currency":"HKD","lines":[
	{"id":"1","sku":"MILK-TEA","tags":["drink"],"unit":2850,"quantity":2,"amount":5700},
	{"id":"2","of":"1","sku":"PEARL","unit":300,"quantity":1,"amount":300}]}`

// secondCup is a campaign whose terms say what it takes off, under a condition that is an
// expression.
const secondCup = `name: Second cup at half price
terms:
  offer: {kind: buy_get, buy: {count: 1, "on": {tags: [drink]}}, get: {count: 1, bp: 5000, "on": {tags: [drink]}}}
  when: [{cel: "quantity(cart, 'drink') >= 1 && channel != 'delivery'", reason: {en: Not for deliveries.}}]
currency: HKD
max_discount: "32.00"
supply: 10
claim: {until: +30d}
valid: {until: +90d}
rollback: restore
`

// offered founds a merchant whose campaign has an offer, and claims a voucher of it.
func (s *stage) offered(file string) voucher.Ref {
	s.t.Helper()
	s.found()
	campaign := voucher.CampaignOf(mustJSON[voucher.Outcome](s, "campaign", "create", "--as", "root", s.file("offer.yaml", file)).ID)
	return s.claim("alice", campaign)
}

var atCentral = []string{"--merchant", "root", "--store", "1"}

// TestQuote_TableOfLinesAndReasons: what is used, what it takes off each line, and why the
// rest is not.
func TestQuote_TableOfLinesAndReasons(t *testing.T) {
	s := onstage(t)
	ref := s.offered(secondCup)
	cart := s.file("cart.json", teaCart)
	text := s.must(append([]string{"quote", "--as", "alice", cart}, atCentral...)...)
	for _, says := range []string{"used", ref.String() + ": 14.25 HKD off, for 1 of 1 units", "due", "45.75 HKD", "MILK-TEA", "57.00 HKD"} {
		require.Contains(t, text, says)
	}
	q := mustJSON[wallet.QuoteAnswer](s, append([]string{"quote", "--as", "alice", cart}, atCentral...)...)
	require.Equal(t, uint64(4575), q.Totals.Due)
	require.Equal(t, uint64(1425), q.Lines[0].Off)

	one := s.file("one.json", `{"currency":"HKD","lines":[{"id":"1","tags":["drink"],"unit":2850,"quantity":1,"amount":2850}]}`)
	text = s.must(append([]string{"quote", "--as", "alice", "--locale", "ja", one}, atCentral...)...)
	require.Contains(t, text, "2点以上で使えます。現在は1点です。")
	text = s.must(append([]string{"quote", "--as", "alice", "--channel", "delivery", cart}, atCentral...)...)
	require.Contains(t, text, "Not for deliveries.")
	s.misuses("cart: lines[0].amount", append([]string{"quote", "--as", "alice",
		s.file("wrong.json", `{"currency":"HKD","lines":[{"id":"1","unit":2850,"quantity":2,"amount":2850}]}`)}, atCentral...)...)
	s.refuses(cli.ExitRefused, "not_found", append([]string{"quote", "--as", "till-1", cart, "--code",
		s.file("code", s.code("alice", ref.String()))}, "--merchant", "root", "--store", "2")...)
}

// TestRedeem_CartByItsTerms: a till sells a cart at the price that the terms make, and keeps
// the record that proves it.
func TestRedeem_CartByItsTerms(t *testing.T) {
	s := onstage(t)
	ref := s.offered(secondCup)
	cart, record := s.file("cart.json", teaCart), filepath.Join(t.TempDir(), "order.json")
	sell := append([]string{"redeem", "--as", "till-1", "--cart", cart, "--record", record, "--key", "sale-1", "--code", s.code("alice", ref.String())}, atCentral...)
	sold := mustJSON[till.SaleAnswer](s, sell...)
	require.Equal(t, uint64(1425), sold.Discount)
	require.Equal(t, uint64(6000), sold.Amount)
	require.Equal(t, record, sold.Record)

	raw, err := os.ReadFile(record)
	require.NoError(t, err)
	kept, err := pricing.ReadRecord(raw)
	require.NoError(t, err)
	require.Equal(t, uint64(4575), kept.Totals.Due)
	require.Equal(t, kept.Details(*sold.Salt), redeemedOf(t, voucher.Outcome(sold.Accepted)).Details)

	again := mustJSON[till.SaleAnswer](s, append(sell, "--salt", sold.Salt.String())...)
	require.Equal(t, sold.ID, again.ID, "the same sale, from its record")
	s.refuses(cli.ExitFailed, cli.CodeFailed, append([]string{"redeem", "--as", "till-1", "--record", record, "--salt", sold.Salt.String(), "--cart",
		s.file("other.json", `{"currency":"HKD","lines":[{"id":"1","unit":1,"quantity":1,"amount":1}]}`), "--code", s.code("alice", ref.String())}, atCentral...)...)
	s.misuses("--record", append([]string{"redeem", "--as", "till-1", "--cart", cart, "--code", s.code("alice", ref.String())}, atCentral...)...)
	s.misuses("leave those flags out", append(sell, "--amount", "60.00")...)
}

// TestCode_ForOneOrder: a wallet signs a quoted order. The till sells this order, and the
// ledger no other.
func TestCode_ForOneOrder(t *testing.T) {
	s := onstage(t)
	ref := s.offered(secondCup)
	cart, record := s.file("cart.json", teaCart), filepath.Join(t.TempDir(), "order.json")
	signed := mustJSON[wallet.SignedCode](s, append([]string{"code", "--as", "alice", "--cart", cart, "--record", record}, atCentral...)...)
	require.Equal(t, []wallet.OfferedLine{{Voucher: ref.String(), Units: 1}}, signed.Lines)
	s.refuses(cli.ExitRefused, "wrong_offer", redeem(signed.Code, "--discount", "14.25")...)
	sold := mustJSON[till.SaleAnswer](s, append([]string{"redeem", "--as", "till-1", "--record", record, "--salt", signed.Salt.String(), "--code", signed.Code}, atCentral...)...)
	require.Equal(t, signed.ID, sold.ID)
	require.Equal(t, *signed.Salt, *sold.Salt)
	s.misuses("--merchant and --store", "code", "--as", "alice", "--cart", cart, "--record", record)
	s.misuses("name the vouchers", "code", "--as", "alice")
}

// misuses carries out a command line that has to be refused as misused, with these words.
func (s *stage) misuses(words string, args ...string) {
	s.t.Helper()
	require.Contains(s.t, s.refuses(cli.ExitMisused, cli.CodeMisused, args...).Title, words)
}

func redeemedOf(t *testing.T, out voucher.Outcome) voucher.Redeemed {
	t.Helper()
	for _, e := range out.Events {
		if e, ok := e.(voucher.Redeemed); ok {
			return e
		}
	}
	require.Fail(t, "no redemption")
	return voucher.Redeemed{}
}
