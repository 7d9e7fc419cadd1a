package pricing_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tally/internal/pricing"
	"tally/internal/pricing/pricingtest"
	"tally/internal/voucher"
)

// sale is the order of FORMATS.md.
func sale(t *testing.T) (pricing.Input, pricing.Record) {
	t.Helper()
	read := func(doc string) *pricing.Terms {
		terms, err := pricing.ReadTerms([]byte(doc))
		require.NoError(t, err)
		return &terms
	}
	ten := read(`{"name":"HK$10 off","offer":{"kind":"amount_off","amount":1000}}`)
	card := read(`{"name":"Card","offer":{"kind":"stored_value","on":{"add_ons":true,"fees":true},"tax_point":"issue"},"combine":{"most":30}}`)
	hkd := voucher.Currency([]byte("HKD"))
	in := pricing.Input{
		Mode: pricing.ModeBest, At: 1799064000, Offset: 480, Store: 7, Areas: []string{"north"}, Channel: "counter", Payment: "octopus", FirstPurchase: true,
		Cart: pricing.Cart{
			Currency: hkd, Prices: pricing.PricesAdded, TaxRound: pricing.RoundDown, Taxes: []pricing.TaxClass{{Class: "std", Rate: 90000}},
			Lines: []pricing.Line{
				{ID: "2", Of: "1", SKU: "PEARL", Unit: 300, Quantity: 1, Amount: 300, Tax: "std"},
				{ID: "1", SKU: "OOLONG-M", Tags: []string{"size:m", "drink"}, Unit: 2850, Quantity: 2, Amount: 5700, Reduced: 100, Tax: "std"},
				{ID: "3", Unit: 100, Quantity: 1, Amount: 100, Fee: true},
				{ID: "4", SKU: "LEAF", Unit: 999, Quantity: 1, Amount: 999, Measure: "0.345 kg"},
			},
		},
		Vouchers: []pricing.Voucher{
			{
				Ref: voucher.Ref{Campaign: voucher.CampaignID{2}, Serial: 5}, TermsHash: voucher.TermsHash(card.Canonical()), Terms: card,
				Units: 5000, Expiry: 1830297600, MaxDiscount: 1, Currency: hkd, StoredValue: true,
			},
			{
				Ref: voucher.Ref{Campaign: voucher.CampaignID{1}, Serial: 42}, TermsHash: voucher.TermsHash(ten.Canonical()), Terms: ten,
				Units: 1, Expiry: 1830297600, MaxDiscount: 1000, Currency: hkd,
			},
		},
	}
	r, err := pricing.Evaluate(in)
	require.NoError(t, err)
	return in, in.Record(r, voucher.Hash{0xaa}, voucher.Address{0xbb}, voucher.Position{Block: 12, Item: 3})
}

func TestRecord_GoldenLiteral(t *testing.T) {
	in, record := sale(t)
	golden := literal(t, "record")
	require.Equal(t, golden, record.Canonical())
	again, err := pricing.ReadRecord([]byte(golden))
	require.NoError(t, err)
	require.Equal(t, golden, again.Canonical())
	require.NoError(t, pricing.Check(in, again))
	require.NoError(t, pricing.Check(again.Input(in.Vouchers), again))
	require.Equal(t, "0x"+literal(t, "details"), again.Details(voucher.Hash{1}).String())
	refs, parts := again.Parts()
	require.Equal(t, []voucher.Ref{in.Vouchers[1].Ref, in.Vouchers[0].Ref}, refs)
	require.Equal(t, []voucher.Part{{Units: 1, Discount: 1000}, {Units: 5000, Discount: 5000}}, parts)
}

// TestRecord_AnyNumberChanged: the record of the best set is accepted, and refused once
// any of its numbers is another.
func TestRecord_AnyNumberChanged(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := pricingtest.Input(t, 6)
		in.Mode = pricing.ModeBest
		r, err := pricing.Evaluate(in)
		require.NoError(t, err)
		text := in.Record(r, voucher.Hash{1}, voucher.Address{2}, voucher.Position{}).Canonical()
		canonical, err := voucher.CanonicalDocument([]byte(text))
		require.NoError(t, err)
		require.Equal(t, canonical, text)
		record, err := pricing.ReadRecord([]byte(text))
		require.NoError(t, err)
		require.NoError(t, pricing.Check(in, record))
		require.NoError(t, pricing.Check(record.Input(in.Vouchers), record))

		numbers := regexp.MustCompile(`[:,]-?[0-9]+`).FindAllStringIndex(text, -1)
		at := numbers[rapid.IntRange(0, len(numbers)-1).Draw(t, "number")]
		var was int64
		_, err = fmt.Sscan(text[at[0]+1:at[1]], &was)
		require.NoError(t, err)
		is := was + rapid.SampledFrom([]int64{1, -1, 2, 1000, -was}).Draw(t, "more")
		if is == was {
			is++
		}
		changed, err := pricing.ReadRecord([]byte(fmt.Sprint(text[:at[0]+1], is, text[at[1]:])))
		if err != nil {
			require.ErrorIs(t, err, pricing.ErrRefused)
			return
		}
		var difference *pricing.DifferenceError
		require.ErrorAs(t, pricing.Check(in, changed), &difference)
		require.NotEmpty(t, difference.Path)
	})
}

func TestCheck_NamesTheFirstFigureThatDiffers(t *testing.T) {
	in, record := sale(t)
	for _, c := range []struct {
		path, says string
		spoil      func(*pricing.Record)
	}{
		{"at", "is 1799064001, and has to be 1799064000", func(r *pricing.Record) { r.At++ }},
		{"areas", "is left out, and has to be a list of 1", func(r *pricing.Record) { r.Areas = nil }},
		{"store", "is 8, and has to be 7", func(r *pricing.Record) { r.Store = 8 }},
		{"cart.lines[0].reduced", "is 101, and has to be 100", func(r *pricing.Record) { r.Cart.Lines[0].Reduced++ }},
		{"cart.lines[3].tags", "is a list of 1, and has to be left out", func(r *pricing.Record) { r.Cart.Lines[3].Tags = []string{"x"} }},
		{"totals.due", "is 1454, and has to be 1453", func(r *pricing.Record) { r.Totals.Due++ }},
		{"vouchers[0].discount", "is 999, and has to be 1000", func(r *pricing.Record) { r.Vouchers[0].Discount-- }},
		{"vouchers[0].had", "is 2, and has to be 1", func(r *pricing.Record) { r.Vouchers[0].Had++ }},
		{"vouchers[0].shares[0][1]", "", func(r *pricing.Record) { r.Vouchers[0].Shares[0].Amount++ }},
		{"vouchers[0].shares", "a list of 1", func(r *pricing.Record) { r.Vouchers[0].Shares = r.Vouchers[0].Shares[:1] }},
		{"vouchers[0].terms", "", func(r *pricing.Record) { r.Vouchers[0].TermsHash = voucher.Hash{} }},
		{"vouchers[0].tender", "is true, and has to be false", func(r *pricing.Record) { r.Vouchers[0].Tender = true }},
		{"vouchers[0].units", "is 2, and has to be 1 to 1", func(r *pricing.Record) { r.Vouchers[0].Units = 2 }},
		{"vouchers[0].units", "is 0, and has to be 1 to 1", func(r *pricing.Record) { r.Vouchers[0].Units = 0 }},
		{"vouchers[0].voucher", "a voucher that is known", func(r *pricing.Record) { r.Vouchers[0].Ref.Serial++ }},
		{"totals.due", "", func(r *pricing.Record) { r.Vouchers = r.Vouchers[:1] }},
	} {
		again, err := pricing.ReadRecord([]byte(record.Canonical()))
		require.NoError(t, err)
		c.spoil(&again)
		var difference *pricing.DifferenceError
		require.ErrorAs(t, pricing.Check(in, again), &difference, c.path)
		require.Equal(t, c.path, difference.Path, difference.Error())
		require.Contains(t, difference.Error(), c.says)
	}
}

// TestCheck_VoucherThatCannotBeUsed: a record whose voucher the rules do not let be used
// is refused with the reason.
func TestCheck_VoucherThatCannotBeUsed(t *testing.T) {
	in, record := sale(t)
	in.Vouchers[0].Expiry = in.At
	err := pricing.Check(in, record)
	require.EqualError(t, err, "vouchers[1] is "+in.Vouchers[0].Ref.String()+", and has to be left out: expired")
}

func TestReadRecord_Refused(t *testing.T) {
	_, record := sale(t)
	text := record.Canonical()
	for _, c := range []struct {
		old, new string
		fault    pricing.Fault
		path     string
	}{
		{`"tally-order/1"`, `"tally-order/2"`, pricing.FaultVersion, "v"},
		{`"tally-pricing/1"`, `"tally-pricing/2"`, pricing.FaultVersion, "engine"},
		{`"at":1799064000,`, ``, pricing.FaultMissing, "at"},
		{`"exact":true`, `"exact":1`, pricing.FaultType, "exact"},
		{`"offset":480`, `"offset":841`, pricing.FaultRange, "offset"},
		{`"offset":480`, `"offset":-841`, pricing.FaultRange, "offset"},
		{`"offset":480`, `"offset":"480"`, pricing.FaultType, "offset"},
		{`"store":7`, `"store":0`, pricing.FaultRange, "store"},
		{`"ledger":"0xaa`, `"ledger":"0xa`, pricing.FaultForm, "ledger"},
		{`"as_of":"12.0.3"`, `"as_of":"12.0"`, pricing.FaultForm, "facts.as_of"},
		{`"tender":false`, `"tender":false,"tip":1`, pricing.FaultUnknown, "vouchers[0].tip"},
		{`"tax_point":"use"`, `"tax_point":"issue"`, pricing.FaultContradiction, "vouchers[0].tax_point"},
		{`"vch_01`, `"vch_x1`, pricing.FaultForm, "vouchers[0].voucher"},
		{`"units":1,`, `"units":0,`, pricing.FaultRange, "vouchers[0].units"},
		{`"amount":5700`, `"amount":5701`, pricing.FaultSums, "cart.lines[0].amount"},
		{`"shares":[["1",`, `"shares":[["1",1,`, pricing.FaultType, "vouchers[0].shares[0]"},
	} {
		spoilt := strings.Replace(text, c.old, c.new, 1)
		require.NotEqual(t, text, spoilt, c.old)
		_, err := pricing.ReadRecord([]byte(spoilt))
		var refusal *pricing.RefusalError
		require.ErrorAs(t, err, &refusal, c.new)
		require.Equal(t, c.fault, refusal.Fault, "%s: %v", c.new, err)
		require.Equal(t, c.path, refusal.Path)
	}
	west := strings.Replace(text, `"offset":480`, `"offset":-480`, 1)
	again, err := pricing.ReadRecord([]byte(west))
	require.NoError(t, err)
	require.Equal(t, int16(-480), again.Offset)
	require.Equal(t, west, again.Canonical())
}

func FuzzReadRecord(f *testing.F) {
	f.Add([]byte(`{"v":"tally-order/1","engine":"tally-pricing/1","ledger":"0x","merchant":"0x","store":1,"at":1,"offset":0,"cart":{},"facts":{},"exact":true,"totals":{}}`))
	f.Fuzz(func(t *testing.T, doc []byte) {
		record, err := pricing.ReadRecord(doc)
		if err != nil {
			require.ErrorIs(t, err, pricing.ErrRefused)
			return
		}
		again, err := pricing.ReadRecord([]byte(record.Canonical()))
		require.NoError(t, err)
		require.Equal(t, record.Canonical(), again.Canonical())
		require.True(t, json.Valid(doc))
	})
}
