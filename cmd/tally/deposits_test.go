package main

import (
	"encoding/json"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/api"
	"tally/internal/cli"
	"tally/internal/cli/merchant"
	"tally/internal/till"
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
	status, sale := p.post(t.Context(), till.CartOrder{Reference: "A-1042", Code: code, Cart: json.RawMessage(teaCart)})
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
