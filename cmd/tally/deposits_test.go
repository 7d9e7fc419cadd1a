package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/api"
	"tally/internal/cli"
	"tally/internal/cli/merchant"
	"tally/internal/cli/till"
	agent "tally/internal/till"
	"tally/internal/voucher"
)

// crashed kills the office's server as a power cut would, and waits until it was started again.
func (o *office) crashed() {
	o.t.Helper()
	require.NoError(o.t, o.server.Crash())
	require.Eventually(o.t, func() bool { return o.run("ledger").code == cli.ExitOK }, time.Minute, 50*time.Millisecond)
}

// TestDeposits_ALostTillLosesNoBooks: an agent sells a cart and deposits the record; its machine is lost, and the server
// is killed. The merchant fetches the record, and the auditor's program computes its price anew. Once the record is erased, the
// receipt proves the sale as before.
func TestDeposits_ALostTillLosesNoBooks(t *testing.T) {
	o := openOffice(t)
	pinned := o.file("pins.json", o.must("pins"))
	o.found()
	created := mustJSON[voucher.Outcome](o.stage, "campaign", "create", "--as", "root", o.file("offer.yaml", secondCup))
	code := o.code("alice", o.claim("alice", voucher.CampaignOf(created.ID)).String())
	p := o.till()
	p.ledger, p.flags = mustJSON[api.LedgerInfo](o.stage, "ledger").ID.String(), []string{"--deposit"}
	p.start(o.server.URL())
	status, sale := p.post(t.Context(), agent.CartOrder{Reference: "A-1042", Code: code, Cart: json.RawMessage(teaCart)})
	require.Equal(t, http.StatusCreated, status, sale)
	o.crashed() // whether or not the record was deposited before
	show := []string{"order", "show", "--as", "root", "--json", sale.ID.String()}
	require.Eventually(t, func() bool { return o.run(show...).code == cli.ExitOK }, time.Minute, 50*time.Millisecond)
	p.kill()
	require.NoError(t, os.RemoveAll(p.dir))
	o.crashed()

	record := o.path("fetched.json")
	shown := decode[merchant.OrderShown](t, o.must(append(show, "--record", record)...))
	require.Equal(t, sale.Record, shown.Record)
	require.Equal(t, *sale.Salt, shown.Salt)
	terms, receipt := o.path("campaign.receipt"), o.path("sale.receipt")
	o.must("receipt", "--as", "root", "--pins", pinned, "--out", terms, created.ID.String())
	o.must("receipt", "--as", "root", "--pins", pinned, "--out", receipt, sale.ID.String())
	holds, text := o.holds(pinned, "order", "--receipt", receipt, "--campaign", terms, "--record", record, "--salt", shown.Salt.String())
	require.True(t, holds, text)
	require.Contains(t, text, "due        45.75 HKD")

	o.must("order", "erase", "--as", "root", sale.ID.String())
	o.crashed()
	o.refuses(cli.ExitRefused, "record_erased", "order", "show", "--as", "root", sale.ID.String())
	again := o.path("again.receipt")
	o.must("receipt", "--as", "root", "--pins", pinned, "--out", again, sale.ID.String())
	for _, file := range []string{receipt, again} {
		holds, text = o.holds(pinned, "receipt", file)
		require.True(t, holds, text)
	}
	require.Contains(t, o.must("merchant", "report", "--as", "root", "--lines", "--json"), sale.ID.String(), "the books have the sale as before")
}

// soldAndReturned is what the command line sold by a code and by a hold, and took back, each with --deposit.
type soldAndReturned struct {
	code, hold till.SaleAnswer
	back       merchant.ReturnAnswer
}

// keptHere sells a cart twice and takes one back. All files of it are in a directory.
func (o *office) keptHere(dir string, campaign voucher.CampaignID) (made soldAndReturned) {
	o.t.Helper()
	cart, file := o.file("cart.json", teaCart), func(name string) string { return filepath.Join(dir, name) }
	code := o.code("alice", o.claim("alice", campaign).String())
	made.code = mustJSON[till.SaleAnswer](o.stage, append([]string{
		"redeem", "--as", "till-1", "--cart", cart, "--record", file("redeemed.json"), "--code", code, "--deposit"}, atCentral...)...)
	code = o.code("bob", "--hold", "10m", o.claim("bob", campaign).String())
	held := mustJSON[till.SaleAnswer](o.stage, append([]string{"hold", "place", "--as", "till-1", "--cart", cart, "--code", code}, atCentral...)...)
	made.hold = mustJSON[till.SaleAnswer](o.stage, append([]string{
		"hold", "capture", "--as", "till-1", "--cart", cart, "--record", file("captured.json"), "--deposit", held.ID.String()}, atCentral...)...)
	made.back = mustJSON[merchant.ReturnAnswer](o.stage, "return", "--as", "root", "--merchant", "root", "--order", file("redeemed.json"),
		"--order-salt", made.code.Salt.String(), "--item", "1:2", "--item", "2:1", "--out", file("return.json"), "--deposit", made.code.ID.String())
	return made
}

// TestDeposits_WhicheverProgramSold: the command line deposits what it sells by a code and by a hold, and what it takes
// back. Its machine is lost, and the server is killed: the merchant fetches all three, and the prices hold.
func TestDeposits_WhicheverProgramSold(t *testing.T) {
	o := openOffice(t)
	pinned := o.file("pins.json", o.must("pins"))
	o.found()
	created := mustJSON[voucher.Outcome](o.stage, "campaign", "create", "--as", "root", o.file("offer.yaml", secondCup))
	lost := t.TempDir()
	made := o.keptHere(lost, voucher.CampaignOf(created.ID))
	for _, d := range []cli.Deposit{made.code.Deposit, made.hold.Deposit, made.back.Deposit} {
		require.Equal(t, cli.Deposit{Deposited: new(true)}, d)
	}
	require.NoError(t, os.RemoveAll(lost))
	o.crashed()

	terms := o.path("campaign.receipt")
	o.must("receipt", "--as", "root", "--pins", pinned, "--out", terms, created.ID.String())
	for name, sold := range map[string]till.SaleAnswer{"code": made.code, "hold": made.hold} {
		record, receipt := o.path(name+".json"), o.path(name+".receipt")
		shown := mustJSON[merchant.OrderShown](o.stage, "order", "show", "--as", "root", "--record", record, sold.ID.String())
		require.Equal(t, *sold.Salt, shown.Salt, name)
		o.must("receipt", "--as", "root", "--pins", pinned, "--out", receipt, sold.ID.String())
		holds, text := o.holds(pinned, "order", "--receipt", receipt, "--campaign", terms, "--record", record, "--salt", shown.Salt.String())
		require.True(t, holds, "%s: %s", name, text)
	}
	report := []string{"merchant", "report", "--as", "root", "--lines"}
	require.Contains(t, o.must(report...), "3 of 3 commands have theirs with the server")
	for _, line := range mustJSON[merchant.ReportAnswer](o.stage, report...).Lines {
		require.True(t, *line.Deposited, line.Command)
	}
	shown := mustJSON[merchant.OrderShown](o.stage, "order", "show", "--as", "root", made.back.Outcome.ID.String())
	require.Equal(t, "return", shown.Kind)
	require.Equal(t, made.back.Record, shown.Record)
	require.Equal(t, uint64(4575), *shown.Refund)
}

// TestDeposits_AFailureStopsNothing: the sale is accepted, whatever becomes of its record, and the till
// is told why, and how to send the record later. What is told does that.
func TestDeposits_AFailureStopsNothing(t *testing.T) {
	f := newFront(t)
	ref := f.offered(secondCup)
	f.forward = withoutPuts(f.forward, wrongProblem(http.StatusNotImplemented, "records_off", http.StatusNotImplemented))
	cart, record := f.file("cart.json", teaCart), filepath.Join(t.TempDir(), "order.json")
	sell := append([]string{"redeem", "--as", "till-1", "--cart", cart, "--record", record, "--key", "sale-1", "--deposit", "--code", f.shown(ref.String())}, atCentral...)
	r := f.run(append(sell, "--json")...)
	require.Equal(t, cli.ExitOK, r.code, r.errors)
	sold := decode[till.SaleAnswer](t, r.out)
	require.False(t, *sold.Deposited)
	require.Equal(t, "records_off", sold.NotDeposited.Code)
	later, is := strings.CutPrefix(sold.NotDeposited.Detail, "Send it later: tally ")
	require.True(t, is, sold.NotDeposited.Detail)
	require.Contains(t, r.errors, later)
	r = f.run(append(sell, "--salt", sold.Salt.String())...)
	require.Equal(t, cli.ExitOK, r.code, r.errors)
	require.Contains(t, r.out, "no: records_off")
	require.Contains(t, r.errors, "its record is not deposited")

	f.forward = f.forward.(*putless).next
	require.True(t, mustJSON[merchant.OrderDeposited](f.stage, strings.Fields(later)...).Deposited)
	require.Contains(t, f.must(append(sell, "--salt", sold.Salt.String())...), "the server keeps the record")
	f.must("order", "erase", "--as", "root", sold.ID.String())
	gone := mustJSON[till.SaleAnswer](f.stage, append(sell, "--salt", sold.Salt.String())...)
	require.Equal(t, "record_erased", gone.NotDeposited.Code)
	require.NotContains(t, gone.NotDeposited.Detail, "later", "it is erased for good")
	f.misuses("--deposit", redeem(f.shown(ref.String()), "--discount", "1.00", "--deposit")...)
}

// putless is a front that answers every PUT in its own way.
type putless struct {
	next http.Handler
	way  func(w http.ResponseWriter, r *http.Request)
}

func withoutPuts(next http.Handler, way wrongWay) http.Handler {
	return &putless{next, func(w http.ResponseWriter, r *http.Request) { way(nil, w, r, nil) }}
}

// ServeHTTP implements http.Handler.
func (p *putless) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPut {
		p.way(w, r)
		return
	}
	p.next.ServeHTTP(w, r)
}

// TestDeposits_OfWhatIsSentAgain: the answer to a sale, and to a return, was lost. Given again, what was signed is
// sent again, and its record deposited.
func TestDeposits_OfWhatIsSentAgain(t *testing.T) {
	f := newFront(t)
	ref := f.offered(secondCup)
	dir := t.TempDir()
	record, back := filepath.Join(dir, "order.json"), filepath.Join(dir, "return.json")
	honest, loses := f.forward, new(atomic.Bool)
	f.forward = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && r.URL.Path != "/v1/quotes" && loses.Swap(false) {
			honest.ServeHTTP(httptest.NewRecorder(), r)
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		honest.ServeHTTP(w, r)
	})
	lostAndGivenAgain := func(args ...string) cli.SentAgain {
		loses.Store(true)
		r := f.run(args...)
		require.Equal(t, cli.ExitUnknown, r.code, r.errors)
		f.clock.Add(1)
		return mustJSON[cli.SentAgain](f.stage, args...)
	}
	f.clock.Add(1)
	sale := append([]string{"redeem", "--as", "till-1", "--cart", f.file("cart.json", teaCart), "--record", record, "--deposit", "--code", f.shown(ref.String())}, atCentral...)
	sold := lostAndGivenAgain(sale...)
	require.NotEmpty(t, sold.Signed)
	require.True(t, *sold.Deposited)
	require.Equal(t, "order", mustJSON[merchant.OrderShown](f.stage, "order", "show", "--as", "root", sold.ID.String()).Kind)

	returned := lostAndGivenAgain("return", "--as", "root", "--merchant", "root", "--order", record, "--order-salt", sold.Salt,
		"--item", "1:2", "--item", "2:1", "--out", back, "--deposit", sold.ID.String())
	require.True(t, *returned.Deposited)
	require.Equal(t, "return", mustJSON[merchant.OrderShown](f.stage, "order", "show", "--as", "root", returned.ID.String()).Kind)
}

// TestDeposits_AReturnWithoutARollback says that there is nothing that its record could be kept with.
func TestDeposits_AReturnWithoutARollback(t *testing.T) {
	s := onstage(t)
	sold, order := s.order()
	back := mustJSON[merchant.ReturnAnswer](s, "return", "--as", "root", "--merchant", "root", "--order", order, "--order-salt", sold.Salt.String(),
		"--item", "a:1", "--out", filepath.Join(t.TempDir(), "return.json"), "--deposit", sold.ID.String())
	require.Nil(t, back.Outcome)
	require.False(t, *back.Deposited)
	require.Equal(t, "no_rollback", back.NotDeposited.Code)
}
