package order_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/audit/audittest"
	"tally/internal/audit/order"
	"tally/internal/ledger"
	"tally/internal/pricing"
	"tally/internal/pricing/clock"
	"tally/internal/voucher"
	"tally/internal/zone"
)

// counted is the history of an order's campaigns, and the order.
func counted(t *testing.T) (*audittest.Audited, audittest.Order) {
	t.Helper()
	a := audittest.Open(t)
	return a, audittest.PlayOrder(a.World, nil)
}

// history has the campaigns of an order; change changes the sale first.
func history(t *testing.T, a *audittest.Audited, o audittest.Order, change func(*order.Sale)) *order.History {
	t.Helper()
	sale, err := order.SaleOf(a.Entry(o.Sale))
	require.NoError(t, err)
	if change != nil {
		change(&sale)
	}
	h := order.NewHistory(sale)
	for _, out := range o.Campaigns {
		require.NoError(t, h.Count(a.Entry(out)))
	}
	return h
}

func check(h *order.History, o audittest.Order) (order.Report, error) {
	return order.Check(h, o.Record.Ledger, o.Record, o.Salt, zone.BuiltIn())
}

func TestCheck_Holds(t *testing.T) {
	a, o := counted(t)
	found, err := check(history(t, a, o, nil), o)
	require.NoError(t, err)
	require.False(t, found.FirstPurchase, "that takes the whole history")
	h := history(t, a, o, nil)
	h.Whole()
	found, err = check(h, o)
	require.NoError(t, err)
	require.True(t, found.FirstPurchase)
}

// TestCheck_AnyNumberChanged: a till signs a record with one wrong number. Each is found,
// and named.
func TestCheck_AnyNumberChanged(t *testing.T) {
	a, o := counted(t)
	text := o.Record.Canonical()
	numbers := regexp.MustCompile(`[:,]-?[0-9]+`).FindAllStringIndex(text, -1)
	require.Greater(t, len(numbers), 25)
	for _, at := range numbers {
		for _, by := range []int64{1, -1, 5, 1000} {
			changed := fmt.Sprint(text[:at[0]+1], number(t, text[at[0]+1:at[1]])+by, text[at[1]:])
			record, err := pricing.ReadRecord([]byte(changed))
			if err != nil {
				var refused *pricing.RefusalError
				require.ErrorAs(t, err, &refused)
				require.NotEmpty(t, refused.Path, changed)
				continue
			}
			o.Record = record
			_, err = check(history(t, a, o, func(s *order.Sale) { s.Details = record.Details(o.Salt) }), o)
			if input := text[:at[0]]; err == nil && (strings.HasSuffix(input, `"at"`) || strings.HasSuffix(input, `"rate"`)) {
				continue // time and tax are the store's word, and another word may have the same price
			}
			var d *pricing.DifferenceError
			require.ErrorAs(t, err, &d, changed)
			require.NotEqual(t, "details", d.Path, "the till signed it")
		}
	}
}

func number(t *testing.T, text string) (n int64) {
	t.Helper()
	_, err := fmt.Sscan(text, &n)
	require.NoError(t, err)
	return n
}

// TestCheck_NamesWhatDiffers: what ledger, terms and record do not agree on has its name.
func TestCheck_NamesWhatDiffers(t *testing.T) {
	a, good := counted(t)
	for _, c := range []struct {
		path, want string
		record     func(*pricing.Record)
		sale       func(*order.Sale)
	}{
		{path: "ledger", record: func(r *pricing.Record) { r.Ledger[0]++ }},
		{path: "merchant", record: func(r *pricing.Record) { r.Merchant[0]++ }},
		{path: "store", want: "1", record: func(r *pricing.Record) { r.Store = 2 }},
		{path: "cart.currency", want: "HKD", record: func(r *pricing.Record) { r.Cart.Currency = voucher.Currency{'S', 'G', 'D'} }},
		{path: "at", record: func(r *pricing.Record) { r.At += clock.MaxApart + 1 }},
		{path: "at", record: func(r *pricing.Record) { r.At -= clock.MaxApart + 1 }},
		{path: "offset", want: "480", record: func(r *pricing.Record) { r.Offset = 540 }},
		{path: "facts.as_of", record: func(r *pricing.Record) { r.AsOf.Block = 1 << 30 }},
		{path: "vouchers", want: "a list of 2", record: func(r *pricing.Record) { r.Vouchers = r.Vouchers[:1] }},
		{path: "vouchers[1].voucher", record: func(r *pricing.Record) { r.Vouchers[1].Ref.Serial++ }},
		{path: "vouchers[0].terms", record: func(r *pricing.Record) { r.Vouchers[0].TermsHash[0]++ }},
		{path: "vouchers[1].had", want: "5000", record: func(r *pricing.Record) { r.Vouchers[1].Had = 4000 }},
		{path: "vouchers[1].units", want: "2000", record: func(r *pricing.Record) { r.Vouchers[1].Units = 1999 }},
		{path: "vouchers[0].discount", want: "1500", sale: func(s *order.Sale) { s.Vouchers[at(s, 1)].Discount = 1500 }},
		{path: "vouchers[0].shares[0][1]", record: func(r *pricing.Record) { r.Vouchers[0].Shares[0].Amount++ }},
		{path: "totals.due", record: func(r *pricing.Record) { r.Totals.Due-- }},
		{path: "totals.amount", want: "9999", sale: func(s *order.Sale) { s.Amount = 9999 }},
		{path: "cart.lines[0].id", want: "", record: func(r *pricing.Record) { r.Cart.Lines[0].ID = "9" }},
		{path: "details", record: func(r *pricing.Record) { r.Cart.Lines[0].SKU = "COFFEE" }},
		{path: "details", sale: func(s *order.Sale) { s.Details[0]++ }},
	} {
		o := good
		record, err := pricing.ReadRecord([]byte(good.Record.Canonical()))
		require.NoError(t, err)
		o.Record = record
		if c.record != nil {
			c.record(&o.Record)
		}
		_, err = order.Check(history(t, a, o, c.sale), a.Ledger.ID(), o.Record, o.Salt, zone.BuiltIn())
		if c.path == "cart.lines[0].id" { // an add-on has lost its line
			require.ErrorIs(t, err, pricing.ErrRefused)
			continue
		}
		var d *pricing.DifferenceError
		require.ErrorAs(t, err, &d, c.path)
		require.Equal(t, c.path, d.Path)
		if c.want != "" {
			require.Equal(t, c.want, d.Want, c.path)
		}
	}
}

// at is the place of the voucher that held a number of units.
func at(s *order.Sale, had uint64) int {
	for i, sold := range s.Vouchers {
		if sold.Had == had {
			return i
		}
	}
	return -1
}

// TestCheck_TillThatTakesTooMuch: the ledger accepts what the terms do not give, because
// it knows no prices. The auditor finds it.
func TestCheck_TillThatTakesTooMuch(t *testing.T) {
	a := audittest.Open(t)
	o := audittest.PlayOrder(a.World, func(r *pricing.Record) { r.At, r.Offset = r.At+600, 480 })
	_, err := check(history(t, a, o, nil), o)
	require.NoError(t, err, "ten minutes later it is still afternoon")

	a = audittest.Open(t)
	o = audittest.PlayOrder(a.World, func(r *pricing.Record) { r.Cart.Lines[0].Reduced = 3500; r.Totals.Reduced = 3500 })
	_, err = check(history(t, a, o, nil), o)
	var d *pricing.DifferenceError
	require.ErrorAs(t, err, &d)
	require.Equal(t, "vouchers[0]", d.Path)
	require.Equal(t, "left out: min_spend", d.Want)
}

// TestCheck_Expression: a condition that is an expression is evaluated by the auditor, too. A
// till that takes a voucher although its expression is false is found, and terms whose
// expression is not in the language are refused by their place.
func TestCheck_Expression(t *testing.T) {
	const cups = `{"cel":"quantity(cart, 'drink') >= 2 && channel != 'delivery'","reason":{"en":"Two drinks."}}`
	a := audittest.Open(t)
	o := audittest.PlayOrderWhen(a.World, cups, nil)
	_, err := check(history(t, a, o, nil), o)
	require.NoError(t, err)

	a = audittest.Open(t)
	o = audittest.PlayOrderWhen(a.World, cups, func(r *pricing.Record) { r.Channel = "delivery" })
	_, err = check(history(t, a, o, nil), o)
	var d *pricing.DifferenceError
	require.ErrorAs(t, err, &d)
	require.Equal(t, "vouchers[0]", d.Path)
	require.Equal(t, "left out: cel", d.Want)

	sale, err := order.SaleOf(a.Entry(o.Sale))
	require.NoError(t, err)
	coupon := a.Entry(o.Campaigns[0])
	created, ok := coupon.Outcome.Events[0].(voucher.CampaignCreated)
	require.True(t, ok)
	created.Create.Terms = strings.Replace(created.Create.Terms, "quantity(cart, 'drink')", "now()", 1)
	coupon.Outcome.Events = voucher.Events{created}
	err = order.NewHistory(sale).Count(coupon)
	require.ErrorIs(t, err, pricing.ErrRefused)
	require.ErrorContains(t, err, "when[3].cel: column 4: there is no now")
}

// TestCheck_FirstPurchase: a history of everything shows that the customer bought before.
func TestCheck_FirstPurchase(t *testing.T) {
	a, o := counted(t)
	before := a.Entry(o.Sale)
	for _, c := range []struct {
		name  string
		sale  func(*voucher.Outcome)
		found bool
	}{
		{"an earlier sale", func(out *voucher.Outcome) { out.Position = voucher.Position{Block: 1} }, true},
		{"long before the order, after its facts", func(out *voucher.Outcome) {
			out.Position, out.Time = voucher.Position{Block: 1 << 20}, out.Time-clock.MaxApart
		}, true},
		{"a moment before, after its facts", func(out *voucher.Outcome) { out.Position = voucher.Position{Block: 1 << 20} }, false},
		{"of somebody else", func(out *voucher.Outcome) {
			out.Position, out.Events = voucher.Position{Block: 1}, owned(out.Events, voucher.Address{9})
		}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := history(t, a, o, nil)
			h.Whole()
			other := ledger.Entry{Outcome: before.Outcome}
			c.sale(&other.Outcome)
			require.NoError(t, h.Count(other))
			_, err := check(h, o)
			if !c.found {
				require.NoError(t, err)
				return
			}
			var d *pricing.DifferenceError
			require.ErrorAs(t, err, &d)
			require.Equal(t, "facts.first_purchase", d.Path)
		})
	}
}

// owned are the events of a sale, by another owner.
func owned(events voucher.Events, owner voucher.Address) (changed voucher.Events) {
	for _, e := range events {
		if redeemed, ok := e.(voucher.VoucherRedeemed); ok {
			v := redeemed.Voucher.Unpack()
			v.Owner = owner
			redeemed.Voucher = v.Pack()
			e = redeemed
		}
		changed = append(changed, e)
	}
	return changed
}

func TestCheck_MissingTerms(t *testing.T) {
	a, o := counted(t)
	o.Campaigns = o.Campaigns[:1]
	_, err := check(history(t, a, o, nil), o)
	require.ErrorIs(t, err, order.ErrNoTerms)
}

func TestSaleOf_OtherCommands(t *testing.T) {
	a, o := counted(t)
	_, err := order.SaleOf(a.Entry(o.Campaigns[0]))
	require.ErrorIs(t, err, order.ErrNoSale)
}
