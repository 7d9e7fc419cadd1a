package pricing_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/require"

	"tally/internal/pricing"
	"tally/internal/voucher"
)

// acceptance is a case of testdata: a cart, vouchers, and what must come of them. Those
// of cases.json are from public reports about other systems; beside.json has one more of
// the kind of each.
type acceptance struct {
	ID       string
	Beside   string
	Currency string
	Tax      string
	At       time.Time
	Zone     string
	Mode     pricing.Mode
	Lines    []caseLine
	Many     struct{ Lines, Quantity uint64 }
	Vouchers []caseVoucher

	Off, Due  *uint64
	Tender    *uint64
	TaxAmount *uint64 `json:"tax_amount"`
	Used      int
	Shares    map[string]uint64
	Why       []pricing.Code
	Need, Has uint64
	GiveBack  *struct {
		Items  map[string]uint64
		Refund uint64
		Units  []uint64
	} `json:"give_back"`
}

// caseLine is [sku, unit, quantity, {rate in basis points, fee}].
type caseLine struct {
	sku            string
	unit, quantity uint64
	more           struct {
		Rate uint64
		Fee  bool
	}
}

func (l *caseLine) UnmarshalJSON(text []byte) error {
	return json.Unmarshal(text, &[]any{&l.sku, &l.unit, &l.quantity, &l.more})
}

type caseVoucher struct {
	Kind       pricing.OfferKind
	Amount, BP uint64
	Round      pricing.Rounding
	Buy, Get   uint64
	Repeat     uint64
	SKUs       []string
	BuySKUs    []string `json:"buy_skus"`
	GetSKUs    []string `json:"get_skus"`
	Min        uint64
	Balance    uint64
	Fees       bool
	Days       []int
	Currency   string
	With       *[]string
}

// terms are the terms of the case's voucher as a document. Where it says nothing else,
// it may stand beside the others.
func (v caseVoucher) terms(t *testing.T) pricing.Terms {
	t.Helper()
	on := func(skus []string) map[string]any {
		m := map[string]any{"add_ons": false}
		if skus != nil {
			m["skus"] = skus
		}
		if v.Fees {
			m["fees"] = true
		}
		return m
	}
	offer := map[string]any{"kind": v.Kind}
	switch v.Kind {
	case pricing.KindBuyGet:
		offer["buy"] = map[string]any{"count": v.Buy, "on": on(v.BuySKUs)}
		offer["get"] = map[string]any{"count": v.Get, "on": on(v.GetSKUs)}
		offer["repeat"] = max(v.Repeat, 1)
	case pricing.KindPercentOff:
		offer["bp"] = v.BP
		offer["on"] = on(v.SKUs)
		if v.Round != "" {
			offer["round"] = v.Round
		}
	case pricing.KindAmountOff:
		offer["amount"] = v.Amount
		offer["on"] = on(v.SKUs)
	default:
		offer["on"] = on(v.SKUs)
	}
	combine := map[string]any{"group": "case", "with": []string{"case"}, "most": 30}
	if v.With != nil {
		combine = map[string]any{}
	}
	doc := map[string]any{"name": "case", "offer": offer, "combine": combine}
	var when []any
	if v.Min > 0 {
		when = append(when, map[string]any{"min_spend": map[string]any{"amount": v.Min}})
	}
	if v.Days != nil {
		when = append(when, map[string]any{"hours": []any{map[string]any{"days": v.Days, "from": "00:00", "until": "24:00"}}})
	}
	if when != nil {
		doc["when"] = when
	}
	text, err := json.Marshal(doc)
	require.NoError(t, err)
	terms, err := pricing.ReadTerms(text)
	require.NoError(t, err)
	return terms
}

func (c acceptance) input(t *testing.T) pricing.Input {
	t.Helper()
	at := c.At
	if at.IsZero() {
		at = time.Date(2027, 1, 4, 12, 0, 0, 0, time.UTC)
	}
	if c.Zone != "" {
		zone, err := time.LoadLocation(c.Zone)
		require.NoError(t, err)
		at = at.In(zone)
	}
	_, offset := at.Zone()
	in := pricing.Input{
		Mode: pricing.ModeBest, At: uint64(at.Unix()), Offset: int16(offset / 60), Store: 1,
		Cart: c.cart(),
	}
	if c.Mode != "" {
		in.Mode = c.Mode
	}
	for i, v := range c.Vouchers {
		terms := v.terms(t)
		one := pricing.Voucher{
			Ref: voucher.Ref{Campaign: voucher.CampaignID{byte(i + 1)}, Serial: 7}, TermsHash: voucher.TermsHash(terms.Canonical()), Terms: &terms,
			Units: 1, Expiry: in.At + 86400, MaxDiscount: pricing.MaxAmount, Currency: in.Cart.Currency,
		}
		if v.Currency != "" {
			one.Currency = voucher.Currency([]byte(v.Currency))
		}
		if v.Kind == pricing.KindStoredValue {
			one.StoredValue, one.Units, one.MaxDiscount = true, v.Balance, 1
		}
		in.Vouchers = append(in.Vouchers, one)
	}
	return in
}

func (c acceptance) cart() pricing.Cart {
	cart := pricing.Cart{Currency: voucher.Currency([]byte("HKD")), Prices: pricing.PricesIncluded}
	if c.Currency != "" {
		cart.Currency = voucher.Currency([]byte(c.Currency))
	}
	if c.Tax != "" {
		cart.Prices = pricing.Prices(c.Tax)
	}
	for _, l := range c.Lines {
		line := pricing.Line{ID: l.sku, SKU: l.sku, Unit: l.unit, Quantity: l.quantity, Amount: l.unit * l.quantity, Fee: l.more.Fee}
		if rate := l.more.Rate; rate > 0 {
			line.Tax = fmt.Sprintf("bp%d", rate)
			class := pricing.TaxClass{Class: line.Tax, Rate: rate * 100}
			if !slices.Contains(cart.Taxes, class) {
				cart.Taxes = append(cart.Taxes, class)
			}
		}
		cart.Lines = append(cart.Lines, line)
	}
	for i := range c.Many.Lines {
		unit := 333 + i
		cart.Lines = append(cart.Lines, pricing.Line{
			ID: fmt.Sprintf("%02d", i), Unit: unit, Quantity: c.Many.Quantity, Amount: unit * c.Many.Quantity,
		})
	}
	return cart
}

func cases(t *testing.T, name string, n int) (list []acceptance) {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &list))
	require.Len(t, list, n)
	return list
}

func TestEvaluate_Cases(t *testing.T) {
	const reports = 29
	var ids, beside []string
	for _, c := range cases(t, "cases.json", reports) {
		ids = append(ids, c.ID)
		t.Run(c.ID, func(t *testing.T) { c.check(t) })
	}
	for _, c := range cases(t, "beside.json", reports) {
		beside = append(beside, c.Beside)
		t.Run("beside "+c.Beside, func(t *testing.T) { c.check(t) })
	}
	require.Equal(t, ids, beside)
}

func (c acceptance) check(t *testing.T) {
	t.Helper()
	in := c.input(t)
	r, err := pricing.Evaluate(in)
	require.NoError(t, err)
	require.True(t, r.Exact)
	for name, pair := range map[string]struct {
		want *uint64
		got  uint64
	}{
		"off": {c.Off, r.Totals.Discount}, "due": {c.Due, r.Totals.Due}, "tender": {c.Tender, r.Totals.Tender},
		"tax": {c.TaxAmount, r.Totals.Tax},
	} {
		if pair.want != nil {
			require.Equal(t, *pair.want, pair.got, name)
		}
	}
	if c.Used > 0 {
		require.Len(t, r.Taken, c.Used)
	}
	if c.Shares != nil {
		require.Equal(t, c.Shares, sharesByLine(r))
	}
	var why []pricing.Code
	for _, n := range r.NotTaken {
		for _, reason := range n.Reasons {
			why = append(why, reason.Code)
			if c.Need > 0 {
				require.Equal(t, [2]uint64{c.Need, c.Has}, [2]uint64{reason.Need, reason.Has})
				require.True(t, n.Almost)
			}
		}
	}
	if c.Why != nil {
		require.Equal(t, c.Why, why)
	}
	if c.Many.Lines > 0 {
		c.checkMany(t, r)
	}
}

// checkMany: many pieces in lines are worth as much as single lines of the same amounts.
func (c acceptance) checkMany(t *testing.T, r pricing.Result) {
	t.Helper()
	in := c.input(t)
	for i := range in.Cart.Lines {
		l := &in.Cart.Lines[i]
		l.Unit, l.Quantity = l.Amount, 1
	}
	single, err := pricing.Evaluate(in)
	require.NoError(t, err)
	require.Equal(t, single.Totals, r.Totals)
	require.Equal(t, single.Taken, r.Taken)
	require.Positive(t, r.Totals.Discount)
}

// sharesByLine are the discounts of each line.
func sharesByLine(r pricing.Result) map[string]uint64 {
	shares := map[string]uint64{}
	for _, taken := range r.Taken {
		for _, s := range taken.Shares {
			if !taken.Tender {
				shares[s.Line] += s.Amount
			}
		}
	}
	return shares
}
