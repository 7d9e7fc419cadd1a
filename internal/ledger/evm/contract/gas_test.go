package contract

import (
	"crypto/sha256"
	"encoding/binary"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// update has TestGas_OfEveryCommand write testdata/gas.txt.
var update = flag.Bool("update", false, "write the golden files of tests again")

const gasFile = "testdata/gas.txt"

// TestGas_OfEveryCommand holds what commands cost as transactions, intrinsic gas included, and
// the sizes of the contracts, to what testdata/gas.txt says. After a change that
// is meant:
//
//	go test ./internal/ledger/evm/contract -run TestGas_OfEveryCommand -update
func TestGas_OfEveryCommand(t *testing.T) {
	g := &gasMeter{bare: newBare(t)}
	fmt.Fprintf(&g.report, "%-44s %9s\n", "contract", "bytes")
	fmt.Fprintf(&g.report, "%-44s %9d\n%-44s %9d\n\n", "Tally", g.c.sizes[0], "Administration", g.c.sizes[1])
	fmt.Fprintf(&g.report, "%-44s %9s %9s %6s\n", "transaction", "gas", "each", "bytes")
	fmt.Fprintf(&g.report, "%-44s %9d\n", "found", g.c.foundGas)
	g.administration()
	g.campaigns()
	g.claims()
	g.redemptions()
	g.holds()
	g.issues()
	g.returns()
	g.roots()
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o750))
		require.NoError(t, os.WriteFile(gasFile, []byte(g.report.String()), 0o600))
	}
	want, err := os.ReadFile(gasFile)
	require.NoError(t, err)
	require.Equal(t, string(want), g.report.String(), "run with -update if the change is meant")
}

// gasMeter plays one fixed story on the bare contract and notes what it costs.
type gasMeter struct {
	*bare
	report  strings.Builder
	main    voucher.CampaignID // ten-cup passes, all open
	lists   voucher.CampaignID // the same, all for issues
	wallets int
	serials uint32
}

// must sends commands in one transaction, and requires that all are accepted.
func (g *gasMeter) must(what string, commands ...voucher.Command) {
	g.t.Helper()
	size, gas := 0, uint64(0)
	items := make([][]byte, len(commands))
	for i, c := range commands {
		items[i] = voucher.EncodeCommand(c)
		size += len(items[i])
	}
	logs, gas, err := g.c.send("submit", items)
	require.NoError(g.t, err, what)
	got := outcomes(g.t, logs)
	require.Len(g.t, got, len(commands), what)
	for i, c := range commands {
		want := g.judge(c)
		require.Equal(g.t, "none", want.Kind.String(), what)
		require.Equal(g.t, string(want.Canonical()), string(got[i].Canonical()), what)
	}
	if what != "" {
		n := len(commands)
		fmt.Fprintf(&g.report, "%-44s %9d %9d %6d\n", what, gas, gas/uint64(n), size/n)
	}
}

func (g *gasMeter) version() uint32 {
	m, _, err := voucher.ReadMerchant(g.state, g.cast.Merchant.Address)
	require.NoError(g.t, err)
	return m.Version
}

func (g *gasMeter) administration() {
	w := g.cast
	in := voucher.SetOperators{
		Approvers: ledgertest.Operators(), Version: 1, Operators: ledgertest.Operators(), Threshold: 1, Deadline: w.Unix() + 60,
	}
	g.must("set operators, 1 approver", voucher.JointlyProven[voucher.SetOperators]{
		Intent: in, Approvals: []voucher.Signature{w.Sign(w.Operator, in)},
	})
	g.must("admit merchant", w.Admit(w.Merchant, "Jasmine"))
	g.must("put store", w.PutStore(1, 1, "Harbour"))
	g.must("put key", w.PutKey(2, w.Till.Address, voucher.ScopeRedeem, 1))
}

// terms are those of a ten-cup pass with every limit that costs something.
func (g *gasMeter) terms() voucher.CreateCampaign {
	return g.cast.Terms(1_000_000, func(in *voucher.CreateCampaign) {
		in.Terms = strings.Repeat("terms ", 100)
		in.Units, in.MaxDiscount, in.PerHolder, in.PerDay, in.ValidDays = 10, 3200, 3, 3, 30
		in.Offsets, in.Stores = []voucher.Offset{{Minutes: 480}}, []uint32{1, 2, 3, 7, 9}
		in.Transfer, in.Void, in.Grace = true, true, voucher.Quarter
	})
}

func (g *gasMeter) campaigns() {
	w := g.cast
	attestors := []voucher.Address{{1}, w.Bob.Address, {0xff}}
	main := g.terms()
	g.must("create campaign, 600 bytes of terms", w.Create(main))
	g.main = voucher.CampaignOf(g.domain.Digest(main))
	everywhere := main
	everywhere.Stores = nil
	g.must("create campaign, the same in every store", w.Create(everywhere))
	small := main
	small.Attestors, small.Terms = attestors[1:2], "{}"
	g.must("create campaign, 2 bytes, 1 attestor", w.Create(small))
	full := main
	full.Attestors, full.Terms = attestors, strings.Repeat("t", 2048)
	for i := range uint64(12) {
		full.Offsets = append(full.Offsets, voucher.Offset{From: (g.c.now/voucher.Quarter + i*15_000) * voucher.Quarter, Minutes: 60})
	}
	g.must("create campaign, 2048 bytes, 13 offsets", w.Create(full))
	full.Terms = strings.Repeat("t", voucher.MaxTerms)
	g.must("create campaign, 8192 bytes, 13 offsets", w.Create(full))
	g.must("change campaign", w.Change(voucher.ChangeCampaign{
		Campaign: g.main, Version: 1, Status: voucher.CampaignActive, Supply: 1_000_000, Open: 1_000_000,
		Offsets: []voucher.Offset{{From: (g.c.now/voucher.Quarter + 15_000) * voucher.Quarter, Minutes: 540}},
	}))
	id := voucher.CampaignOf(g.domain.Digest(small))
	g.must("claim with a ticket", w.WithTicket(w.Claim(w.Alice, id, 0, 7), w.Bob, "alice"))
}

// wallet is the actor of a number.
func (g *gasMeter) wallet(n int) ledgertest.Actor {
	return ledgertest.NewActor(fmt.Sprintf("wallet %d", n))
}

func (g *gasMeter) claims() {
	for _, n := range []int{1, 10, 100} {
		commands := make([]voucher.Command, n)
		for i := range commands {
			commands[i] = g.cast.Claim(g.wallet(g.wallets), g.main, 0, g.serials, g.serials+500, g.serials+1000, g.serials+2000)
			g.wallets, g.serials = g.wallets+1, g.serials+1
		}
		g.must(fmt.Sprintf("claim, %d at once", n), commands...)
	}
	g.must("claim, fourth serial free", g.cast.Claim(g.wallet(0), g.main, 1, 0, 1, 2, g.serials))
	g.serials++
}

// owned is the n-th voucher of the main campaign, and whose it is.
func (g *gasMeter) owned(n int) (ledgertest.Actor, voucher.Ref) {
	return g.wallet(n), voucher.Ref{Campaign: g.main, Serial: uint32(n)}
}

func (g *gasMeter) redemptions() {
	w := g.cast
	for _, batch := range []struct {
		what     string
		from, to int
	}{
		{"redeem, 1 at once", 0, 1},
		{"redeem, 10 at once", 1, 11},
		{"redeem, 100 at once", 11, 111},
		{"redeem again, 10 at once", 0, 10},
	} {
		g.c.now += 2
		var commands []voucher.Command
		for n := batch.from; n < batch.to; n++ {
			owner, ref := g.owned(n)
			commands = append(commands, w.Redeem(owner, ref))
		}
		g.must(batch.what, commands...)
	}
	g.c.now += 2
	var order []voucher.Ref
	for i := range uint32(3) {
		g.must("", w.Claim(w.Alice, g.main, i, g.serials))
		order = append(order, voucher.Ref{Campaign: g.main, Serial: g.serials})
		g.serials++
	}
	g.must("redeem, an order of 3 lines", w.Redeem(w.Alice, order...))
	owner, ref := g.owned(20)
	g.must("cancel by the owner", w.Cancel(owner, w.Offer(owner, ref)))
	owner, ref = g.owned(21)
	g.must("cancel by the till", w.TillCancel(w.Till, owner, w.Offer(owner, ref)))
}

func (g *gasMeter) holds() {
	w := g.cast
	g.c.now += 2
	until := g.c.now + 3600
	hold := func(n int) voucher.RedeemCommand {
		owner, ref := g.owned(n)
		return w.Hold(owner, until, ref)
	}
	one := hold(30)
	g.must("hold, 1 at once", one)
	var ten []voucher.Command
	for n := range 10 {
		ten = append(ten, hold(31+n))
	}
	g.must("hold, 10 at once", ten...)
	_, ref := g.owned(30)
	g.must("capture", w.Capture(g.domain.ID(one), 6400, ledgertest.Take(ref, 1, 3200)))
	_, ref = g.owned(31)
	g.must("release", w.Release(g.domain.ID(ten[0]), ref))
	owner, ref := g.owned(41)
	g.must("transfer", w.Transfer(owner, w.Bob.Address, ref))
}

// placed is the root of a list of a million whose first entry is the owner, and
// the path to it: 20 hashes. What is below them does not matter.
func placed(owner voucher.Address) (root voucher.Hash, path []voucher.Hash) {
	leaf := make([]byte, 5, 25) // 0x00, and the index in 4 bytes
	root = sha256.Sum256(append(leaf, owner[:]...))
	for i := range uint32(20) {
		sibling := voucher.Hash(sha256.Sum256(binary.BigEndian.AppendUint32(nil, i)))
		path = append(path, sibling)
		root = sha256.Sum256(append(append([]byte{1}, root[:]...), sibling[:]...))
	}
	return root, path
}

func (g *gasMeter) issues() {
	w := g.cast
	const count = 1_000_000
	terms := g.terms()
	terms.Terms, terms.Open, terms.Supply, terms.Cap = `{"for":"lists"}`, 0, 4*count, 4*count
	g.must("", w.Create(terms))
	g.lists = voucher.CampaignOf(g.domain.Digest(terms))
	issue := func(what string, first uint32, owner voucher.Address) (voucher.Ref, voucher.Place) {
		root, path := placed(owner)
		in := voucher.Issue{
			Author: w.Merchant.Address, Merchant: w.Merchant.Address, Campaign: g.lists, Root: root, First: first, Count: count,
			Deadline: g.c.now + 60,
		}
		g.must(what, voucher.Signed[voucher.Issue]{Intent: in, Signature: w.Sign(w.Merchant, in)})
		ref := voucher.Ref{Campaign: g.lists, Serial: terms.Cap - 1 - first}
		return ref, voucher.Place{Issue: g.domain.Digest(in), Path: path}
	}
	_, place := issue("issue of 1,000,000", 0, w.Alice.Address)
	g.must("deliver", voucher.DeliverCommand{
		Deliver: voucher.Deliver{Issue: place.Issue, Owner: w.Alice.Address}, Path: place.Path,
	})
	ref, place := issue("issue of another 1,000,000", count, w.Alice.Address)
	redeem := w.Redeem(w.Alice, ref)
	redeem.Places = []voucher.Place{place}
	g.must("redeem, with its place in a list", redeem)
	ref, place = issue("", 2*count, w.Alice.Address)
	transfer := w.Transfer(w.Alice, w.Bob.Address, ref)
	transfer.Place = place
	g.must("transfer, with its place in a list", transfer)
	ref, place = issue("", 3*count, w.Alice.Address)
	cancel := w.Cancel(w.Alice, w.Offer(w.Alice, ref))
	cancel.Places = []voucher.Place{place}
	g.must("cancel, with its place in a list", cancel)
}

func (g *gasMeter) returns() {
	w := g.cast
	g.c.now += 2
	owner, ref := g.owned(50)
	sale := w.Redeem(owner, ref)
	g.must("", sale)
	g.must("rollback, first of a redemption", w.Rollback(w.Merchant, g.domain.ID(sale), ledgertest.Return(ref, 1, 1, 0)))
	g.c.now += 2
	again := w.Redeem(owner, ref)
	again.Offer.Lines[0].Units, again.Accept.Parts[0].Units = 4, 4
	again.Accept.Offer = g.domain.Digest(again.Offer)
	again = w.Join(owner, again.Offer, w.Till, again.Accept)
	g.must("", again)
	g.must("", w.Rollback(w.Merchant, g.domain.ID(again), ledgertest.Return(ref, 1, 4, 0)))
	g.must("rollback, second of a redemption", w.Rollback(w.Merchant, g.domain.ID(again), ledgertest.Return(ref, 1, 4, 1)))
	g.must("void", w.Void(w.Merchant, ref))
	g.must("void of a free serial", w.Void(w.Merchant, voucher.Ref{Campaign: g.main, Serial: 500_000}))
}

func (g *gasMeter) roots() {
	w := g.cast
	operator, merchant := w.Operator.Address, w.Merchant.Address
	suspend := voucher.SuspendMerchant{Operator: operator, Merchant: merchant, Version: 1, Reason: "Unpaid fees", Deadline: g.c.now + 60}
	g.must("suspend merchant", voucher.Signed[voucher.SuspendMerchant]{Intent: suspend, Signature: w.Sign(w.Operator, suspend)})
	g.c.now += 2
	reinstate := voucher.ReinstateMerchant{Operator: operator, Merchant: merchant, Version: 2, Deadline: g.c.now + 60}
	g.must("reinstate merchant", voucher.Signed[voucher.ReinstateMerchant]{Intent: reinstate, Signature: w.Sign(w.Operator, reinstate)})
	owner, ref := g.owned(51)
	g.must("redeem after a suspension", w.Redeem(owner, ref))
	recovery := voucher.RecoverRoot{
		Approvers: ledgertest.Operators(), Merchant: merchant, Version: 3, Root: w.Bob.Address, Deadline: g.c.now + 60,
	}
	g.must("recover root, 1 approver", voucher.JointlyProven[voucher.RecoverRoot]{
		Intent: recovery, Approvals: []voucher.Signature{w.Sign(w.Operator, recovery)},
		Possessions: []voucher.Possession{{Holder: w.Bob.Address, Signature: w.Sign(w.Bob, recovery)}},
	})
	g.must("set auditor, 1 approver", w.SetAuditor(w.Bob.Address, 0, g.c.now+60))
	rotate := voucher.RotateRoot{Author: merchant, Merchant: merchant, Version: g.version(), Root: w.Bob.Address, Deadline: g.c.now + 60}
	g.must("rotate root", voucher.Proven[voucher.RotateRoot]{
		Intent: rotate, Signature: w.Sign(w.Merchant, rotate), Possession: w.Sign(w.Bob, rotate),
	})
}
