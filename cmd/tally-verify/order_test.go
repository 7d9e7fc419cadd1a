package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/audit"
	"tally/internal/audit/audittest"
	"tally/internal/audit/pins"
	"tally/internal/audit/receipt"
	"tally/internal/ledger/ledgertest"
	"tally/internal/pricing"
	"tally/internal/voucher"
)

// orderOffice is a desk with an order: its receipt, those of its campaigns, its record.
func orderOffice(t testing.TB, edit func(*pricing.Record)) (o *office, args []string, played audittest.Order) {
	t.Helper()
	return orderOfficeWhen(t, "", edit)
}

// orderOfficeWhen is orderOffice with one more condition of the order's coupon, or none.
func orderOfficeWhen(t testing.TB, condition string, edit func(*pricing.Record)) (o *office, args []string, played audittest.Order) {
	t.Helper()
	return officeOf(t, func(w *ledgertest.World) audittest.Order { return audittest.PlayOrderWhen(w, condition, edit) })
}

// officeOf is a desk with an order that was played in one of the ways to pay it.
func officeOf(t testing.TB, play func(*ledgertest.World) audittest.Order) (o *office, args []string, played audittest.Order) {
	t.Helper()
	o = &office{audittest.Open(t), t.TempDir()}
	played = play(o.World)
	p := o.Pins()
	o.json(t, "pins.json", pins.Pins{Ledger: p.Ledger, Log: p.Log, Operators: ledgertest.Operators(), Threshold: 1, EVM: p.EVM})
	args = []string{
		"order", "--receipt", o.receiptOf(t, "sale.receipt", played.Sale), "--record", o.file(t, "order.json", []byte(played.Record.Canonical())),
		"--salt", played.Salt.String(),
	}
	for i, out := range played.Campaigns {
		args = append(args, "--campaign", o.receiptOf(t, strconv.Itoa(i)+".receipt", out))
	}
	return o, args, played
}

// receiptOf writes the receipt of an outcome.
func (o *office) receiptOf(t testing.TB, name string, out voucher.Outcome) string {
	t.Helper()
	o.Checkpoint(t)
	leaf, err := audit.Leaf(o.Entry(out))
	require.NoError(t, err)
	index, err := o.Log.Find(t.Context(), out.Position)
	require.NoError(t, err)
	path, signed, err := o.Log.Inclusion(index)
	require.NoError(t, err)
	proof, err := o.Ledger.Prove(t.Context(), out.Position)
	require.NoError(t, err)
	raw, err := receipt.Receipt{Leaf: leaf, Index: index, Path: path, Checkpoint: signed, Proof: proof}.Encode()
	require.NoError(t, err)
	return o.file(t, name, raw)
}

func TestOrder_Holds(t *testing.T) {
	o, args, played := orderOffice(t, nil)
	code, out, errs := o.verify(args...)
	require.Equal(t, exitHolds, code, errs)
	for _, says := range []string{"HOLDS", "takes off 10.00 HKD, for 1 of 1 units", "pays 20.00 HKD, for 2000 of 5000 units", "was not checked"} {
		require.Contains(t, out, says)
	}
	code, out, errs = o.verify(append(args, "--json")...)
	require.Equal(t, exitHolds, code, errs)
	var report orderReport
	require.NoError(t, json.Unmarshal([]byte(out), &report))
	require.True(t, report.Holds)
	require.Equal(t, played.Record.Totals.Due, report.Due)
	require.Equal(t, "not_checked", report.FirstPurchase)

	code, out, errs = o.verify(append(args[:7:7], "--pack", o.pack(t))...)
	require.Equal(t, exitHolds, code, errs)
	require.Contains(t, out, "first purchase, by the whole history")
}

// TestOrder_AnyNumberChanged: a record does not hold once any of its numbers is another.
// Where the number follows from others, it is named.
func TestOrder_AnyNumberChanged(t *testing.T) {
	o, args, played := orderOffice(t, nil)
	file, text := filepath.Join(o.dir, "order.json"), played.Record.Canonical()
	numbers := regexp.MustCompile(`[:,][0-9]+`).FindAllStringIndex(text, -1)
	for _, at := range numbers {
		n, err := strconv.Atoi(text[at[0]+1 : at[1]])
		require.NoError(t, err)
		changed := text[:at[0]+1] + strconv.Itoa(n+1) + text[at[1]:]
		require.NoError(t, os.WriteFile(file, []byte(changed), 0o600))
		code, out, errs := o.verify(append(args, "--json")...)
		require.Equal(t, exitNot, code, changed)
		var report struct{ Path, Is, Want string }
		require.NoError(t, json.Unmarshal([]byte(out), &report))
		require.True(t, report.Path != "" && report.Is != report.Want || strings.Contains(errs, "the record: cart."), errs)
		if report.Path != "details" && report.Path != "" {
			require.Contains(t, errs, "did not sign this record")
		}
	}
}

// TestOrder_SignedByTheTill: a till that signs what the terms do not give is found out.
func TestOrder_SignedByTheTill(t *testing.T) {
	o, args, _ := orderOffice(t, func(r *pricing.Record) { r.Totals.Due -= 100 })
	code, out, errs := o.verify(args...)
	require.Equal(t, exitNot, code)
	require.Empty(t, out)
	require.Contains(t, errs, "totals.due is ")
	require.Contains(t, errs, "The till signed this record")
}

// TestOrder_Expression: a condition that is an expression is evaluated offline. A till that
// took the coupon although its expression is false is found.
func TestOrder_Expression(t *testing.T) {
	const cups = `{"cel":"quantity(cart, 'drink') >= 2 && channel != 'delivery'","reason":{"en":"Two drinks."}}`
	o, args, _ := orderOfficeWhen(t, cups, nil)
	code, _, errs := o.verify(args...)
	require.Equal(t, exitHolds, code, errs)

	o, args, _ = orderOfficeWhen(t, cups, func(r *pricing.Record) { r.Channel = "delivery" })
	code, out, errs := o.verify(args...)
	require.Equal(t, exitNot, code)
	require.Empty(t, out)
	require.Contains(t, errs, "vouchers[0] is vch_")
	require.Contains(t, errs, "left out: cel")
}

// TestOrder_OfACapture: the price of what was captured of a hold is replayed as that of a
// redemption; what was freed counts for nothing.
func TestOrder_OfACapture(t *testing.T) {
	o, args, played := officeOf(t, func(w *ledgertest.World) audittest.Order { return audittest.PlayCapture(w, nil) })
	require.True(t, slices.ContainsFunc(played.Sale.Events, func(e voucher.Event) bool { _, freed := e.(voucher.VoucherReleased); return freed }))
	code, out, errs := o.verify(args...)
	require.Equal(t, exitHolds, code, errs)
	for _, says := range []string{"HOLDS", "takes off 10.00 HKD, for 1 of 1 units", "pays 20.00 HKD, for 2000 of 5000 units"} {
		require.Contains(t, out, says)
	}
	text := played.Record.Canonical()
	changed := strings.Replace(text, `"discount":1000,"had"`, `"discount":900,"had"`, 1)
	require.NotEqual(t, text, changed)
	args[4] = o.file(t, "changed.json", []byte(changed))
	code, _, errs = o.verify(args...)
	require.Equal(t, exitNot, code, errs)
	require.Contains(t, errs, "vouchers[0].discount is 900, and has to be 1000")
	require.Contains(t, errs, "did not sign this record")

	o, args, _ = officeOf(t, func(w *ledgertest.World) audittest.Order {
		return audittest.PlayCapture(w, func(r *pricing.Record) { r.Totals.Due -= 100 })
	})
	code, _, errs = o.verify(args...)
	require.Equal(t, exitNot, code)
	require.Contains(t, errs, "The till signed this record")
}

func TestOrder_Refuses(t *testing.T) {
	o, args, _ := orderOffice(t, nil)
	with := func(flag, value string) []string {
		changed := append([]string{}, args...)
		for i := range changed {
			if changed[i] == flag {
				changed[i+1] = value
			}
		}
		return changed
	}
	sale, record := args[2], args[4]
	for _, c := range []struct {
		name, says string
		code       int
		args       []string
	}{
		{"another salt", "details is ", exitNot, with("--salt", voucher.Hash{1}.String())},
		{"no salt", "--salt: 0x and 64 hex digits", exitMisused, with("--salt", "51c7")},
		{"no terms", "--campaign or --pack is missing", exitMisused, args[:7]},
		{"terms of one campaign", "the terms of a campaign are missing: cmp_", exitNot, args[:9]},
		{"a campaign for the sale", "no redemption", exitNot, with("--receipt", args[8])},
		{"a record for the receipt", "is for tally-verify order --record", exitMisused, with("--receipt", record)},
		{"a receipt for the record", "is for tally-verify receipt", exitMisused, with("--record", sale)},
		{"a record of nothing", "not one JSON value", exitNot, with("--record", o.file(t, "text", []byte("hello")))},
		{"pins for the record", "has pins", exitMisused, with("--record", filepath.Join(o.dir, "pins.json"))},
		{"no file", "no such file", exitMisused, with("--record", filepath.Join(o.dir, "none"))},
		{"a receipt for the pack", "is for tally-verify receipt", exitMisused, append(args[:7:7], "--pack", sale)},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, out, errs := o.verify(c.args...)
			require.Equal(t, c.code, code, "%s%s", out, errs)
			require.Contains(t, errs, c.says)
			require.Empty(t, out)
		})
	}
}
