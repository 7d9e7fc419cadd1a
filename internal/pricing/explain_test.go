package pricing_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/pricing"
	"tally/internal/pricing/pricingtest"
	"tally/internal/voucher"
)

// shop is an input of one line, A, 3 times 10.00, at noon of a Monday in Hong Kong.
func shop() pricing.Input {
	return pricing.Input{
		Mode: pricing.ModeBest, At: pricingtest.Monday - 8*3600, Offset: 480, Store: 3, Areas: []string{"north"}, Channel: "counter",
		Cart: pricing.Cart{Currency: pricingtest.HKD(), Lines: []pricing.Line{{ID: "1", SKU: "A", Unit: 1000, Quantity: 3, Amount: 3000}}},
	}
}

// add gives the input a voucher of one more campaign.
func add(t *testing.T, in *pricing.Input, doc string) *pricing.Voucher {
	t.Helper()
	terms, err := pricing.ReadTerms([]byte(`{"name":"x",` + doc + `}`))
	require.NoError(t, err, doc)
	_, stored := terms.Offer.(pricing.StoredValue)
	in.Vouchers = append(in.Vouchers, pricing.Voucher{
		Ref: voucher.Ref{Campaign: voucher.CampaignID{byte(len(in.Vouchers))}}, Terms: &terms, Units: 5, ValidFrom: in.At, Expiry: in.At + 1,
		MaxDiscount: 5000, Currency: in.Cart.Currency, StoredValue: stored,
	})
	return &in.Vouchers[len(in.Vouchers)-1]
}

const (
	five   = `"offer":{"kind":"amount_off","amount":500}`
	ten    = `"offer":{"kind":"amount_off","amount":1000}`
	beside = `,"combine":{"with":["voucher"]}`
)

// TestExplain_OneVoucher: the reason why a single voucher is not used.
func TestExplain_OneVoucher(t *testing.T) {
	when := func(test string) string { return five + `,"when":[` + test + `]` }
	for _, c := range []struct {
		name   string
		terms  string
		spoil  func(*pricing.Voucher)
		want   pricing.Reason
		almost bool
	}{
		{"currency", five, func(v *pricing.Voucher) { v.Currency = voucher.Currency([]byte("USD")) }, pricing.Reason{Code: "wrong_currency"}, false},
		{"early", five, func(v *pricing.Voucher) { v.ValidFrom++ }, pricing.Reason{Code: "not_yet_valid"}, false},
		{"late", five, func(v *pricing.Voucher) { v.Expiry-- }, pricing.Reason{Code: "expired"}, false},
		{"held", five, func(v *pricing.Voucher) { v.Held = true }, pricing.Reason{Code: "held"}, false},
		{"spent", five, func(v *pricing.Voucher) { v.Units = 0 }, pricing.Reason{Code: "spent"}, false},
		{"campaign's stores", five, func(v *pricing.Voucher) { v.Stores = []uint32{1, 2} }, pricing.Reason{Code: "wrong_store"}, false},
		{"no terms", five, func(v *pricing.Voucher) { v.Terms = nil }, pricing.Reason{Code: pricing.CodeUnsupported}, false},
		{"stored value that is none", five, func(v *pricing.Voucher) { v.StoredValue = true }, pricing.Reason{Code: pricing.CodeUnsupported}, false},
		{"cel without predicates", when(`{"cel":"true","reason":{"en":"x"}}`), nil, pricing.Reason{Code: pricing.CodeUnsupported}, false},
		{"min spend", when(`{"min_spend":{"amount":3001}}`), nil, pricing.Reason{Code: pricing.CodeMinSpend, Need: 3001, Has: 3000}, true},
		{"min spend left", when(`{"min_spend":{"amount":3001,"basis":"left"}}`), nil, pricing.Reason{Code: pricing.CodeMinSpend, Need: 3001, Has: 3000}, true},
		{"min spend of others", when(`{"min_spend":{"amount":1,"on":{"skus":["B"]}}}`), nil, pricing.Reason{Code: pricing.CodeMinSpend, Need: 1}, true},
		{"every", `"offer":{"kind":"amount_off","amount":5,"every":3001}`, nil, pricing.Reason{Code: pricing.CodeMinSpend, Need: 3001, Has: 3000}, true},
		{"few pieces", when(`{"quantity":{"min":4}}`), nil, pricing.Reason{Code: pricing.CodeQuantity, Need: 4, Has: 3}, true},
		{"many pieces", when(`{"quantity":{"max":2}}`), nil, pricing.Reason{Code: pricing.CodeQuantity, Need: 2, Has: 3}, false},
		{"hours", when(`{"hours":[{"from":"12:01","until":"13:00"},{"days":[2],"from":"00:00","until":"24:00"}]}`), nil, pricing.Reason{Code: pricing.CodeHours, Opens: pricingtest.Monday - 8*3600 + 60}, true},
		{"hours of another day", when(`{"hours":[{"days":[1],"from":"11:00","until":"12:00"}]}`), nil, pricing.Reason{Code: pricing.CodeHours, Opens: pricingtest.Monday - 9*3600 + 7*86400}, true},
		{"date", when(`{"not_dates":["2027-01-04"]}`), nil, pricing.Reason{Code: pricing.CodeDates}, false},
		{"stores", when(`{"stores":[2,4]}`), nil, pricing.Reason{Code: pricing.CodeStore}, false},
		{"not stores", when(`{"not_stores":[3]}`), nil, pricing.Reason{Code: pricing.CodeStore}, false},
		{"areas", when(`{"areas":["south"]}`), nil, pricing.Reason{Code: pricing.CodeStore}, false},
		{"channel", when(`{"channels":["delivery"]}`), nil, pricing.Reason{Code: pricing.CodeChannel}, false},
		{"payment", when(`{"payments":["tng"]}`), nil, pricing.Reason{Code: pricing.CodePayment}, false},
		{"first", when(`{"first_purchase":true}`), nil, pricing.Reason{Code: pricing.CodeFirstPurchase}, false},
		{"no item", `"offer":{"kind":"percent_off","bp":1,"on":{"skus":["B"]}}`, nil, pricing.Reason{Code: pricing.CodeNoItem}, false},
		{"no item to exchange", `"offer":{"kind":"exchange","on":{"skus":["A"]},"pay":1000}`, nil, pricing.Reason{Code: pricing.CodeNoItem}, false},
		{"a piece short of a set", `"offer":{"kind":"buy_get","buy":{"count":3},"get":{"count":1}}`, nil, pricing.Reason{Code: pricing.CodeQuantity, Need: 4, Has: 3}, true},
		{"too few are bought", `"offer":{"kind":"buy_get","buy":{"count":4,"on":{"skus":["A"]}},"get":{"count":1,"on":{"skus":["B"]}}}`, nil, pricing.Reason{Code: pricing.CodeQuantity, Need: 4, Has: 3}, true},
		{"nothing to get", `"offer":{"kind":"buy_get","buy":{"count":3,"on":{"skus":["A"]}},"get":{"count":2,"on":{"skus":["B"]}}}`, nil, pricing.Reason{Code: pricing.CodeQuantity, Need: 2}, true},
		{"got and bought at once", `"offer":{"kind":"buy_get","buy":{"count":2},"get":{"count":2,"on":{"skus":["A"]}}}`, nil, pricing.Reason{Code: pricing.CodeQuantity, Need: 4, Has: 3}, true},
		{"nothing of a set", `"offer":{"kind":"buy_get","buy":{"count":3,"on":{"skus":["B"]}},"get":{"count":1,"on":{"skus":["B"]}}}`, nil, pricing.Reason{Code: pricing.CodeNoItem}, false},
		{"a set for nothing", `"offer":{"kind":"buy_get","buy":{"count":1},"get":{"count":1}}`, func(v *pricing.Voucher) { v.MaxDiscount = 0 }, pricing.Reason{Code: pricing.CodeNothingLeft}, false},
		{"no item to pay", `"offer":{"kind":"stored_value","on":{"skus":["B"]}}`, nil, pricing.Reason{Code: pricing.CodeNoItem}, false},
		{"no discount", five, func(v *pricing.Voucher) { v.MaxDiscount = 0 }, pricing.Reason{Code: pricing.CodeNothingLeft}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := shop()
			v := add(t, &in, c.terms)
			if c.spoil != nil {
				c.spoil(v)
			}
			r, err := pricing.Evaluate(in)
			require.NoError(t, err)
			require.Empty(t, r.Taken)
			require.Equal(t, []pricing.NotTaken{{Ref: v.Ref, Reasons: []pricing.Reason{c.want}, Almost: c.almost}}, r.NotTaken)
		})
	}
}

// TestExplain_TwoConditions: with two things missing nothing is almost there. The
// merchant's own words come along.
func TestExplain_TwoConditions(t *testing.T) {
	in := shop()
	add(t, &in, five+`,"when":[{"min_spend":{"amount":4000},"reason":{"en":"From 40."}},{"stores":[3]},{"quantity":{"min":4}}]`)
	r, err := pricing.Evaluate(in)
	require.NoError(t, err)
	require.Equal(t, []pricing.Reason{
		{Code: pricing.CodeMinSpend, Need: 4000, Has: 3000, Said: []pricing.Localised{{Locale: "en", Text: "From 40."}}},
		{Code: pricing.CodeQuantity, Need: 4, Has: 3},
	}, r.NotTaken[0].Reasons)
	require.False(t, r.NotTaken[0].Almost)
}

// TestExplain_Among: the reason why a voucher is not used beside others.
func TestExplain_Among(t *testing.T) {
	for _, c := range []struct {
		name  string
		mode  pricing.Mode
		terms []string
		twice bool // the first campaign has a second voucher
		want  []pricing.Reason
	}{
		{"alone", pricing.ModeBest, []string{ten, five}, false, []pricing.Reason{
			{Code: pricing.CodeCannotCombine, With: voucher.Ref{}, Alone: 500, Chosen: 1000},
		}},
		{"one side does not agree", pricing.ModeBest, []string{ten + beside, five}, false, []pricing.Reason{
			{Code: pricing.CodeCannotCombine, With: voucher.Ref{}, Alone: 500, Chosen: 1000},
		}},
		{"a campaign's limit", pricing.ModeBest, []string{ten + beside}, true, []pricing.Reason{{Code: pricing.CodeLimit, Need: 1}}},
		{"nothing left", pricing.ModeBest, []string{`"offer":{"kind":"percent_off","bp":10000}` + beside, five + beside}, false, []pricing.Reason{
			{Code: pricing.CodeNothingLeft},
		}},
		{"too little left for its condition", pricing.ModeBest, []string{
			`"offer":{"kind":"percent_off","bp":5000}` + beside, five + beside + `,"when":[{"min_spend":{"amount":2000,"basis":"left"}}]`,
		}, false, []pricing.Reason{{Code: pricing.CodeNothingLeft}}},
		{"better without", pricing.ModeBest, []string{
			`"offer":{"kind":"percent_off","bp":10}` + beside, `"offer":{"kind":"amount_off","amount":2000}` + beside + `,"when":[{"min_spend":{"amount":3000,"basis":"left"}}]`,
		}, false, []pricing.Reason{{Code: pricing.CodeBetterWithout, Alone: 3, Chosen: 2000}}},
		{"tender is not wanted", pricing.ModeBest, []string{ten + `,"combine":{"tender":false}`, `"offer":{"kind":"stored_value"}`}, false, []pricing.Reason{
			{Code: pricing.CodeCannotCombine, With: voucher.Ref{}, Alone: 5, Chosen: 1000},
		}},
		{"two cards and nothing left for one", pricing.ModeBest, []string{`"offer":{"kind":"percent_off","bp":9999}`, `"offer":{"kind":"stored_value"}`, `"offer":{"kind":"stored_value"}`}, false, []pricing.Reason{
			{Code: pricing.CodeNothingLeft},
		}},
		{"all, but two exclude each other", pricing.ModeAll, []string{ten, five}, false, []pricing.Reason{
			{Code: pricing.CodeCannotCombine, With: voucher.Ref{Campaign: voucher.CampaignID{1}}}, {Code: pricing.CodeCannotCombine},
		}},
		{"all, but one has nothing left", pricing.ModeAll, []string{`"offer":{"kind":"percent_off","bp":10000}` + beside, five + beside}, false, []pricing.Reason{
			{Code: pricing.CodeNotAll}, {Code: pricing.CodeNothingLeft},
		}},
		{"all, but one has no item", pricing.ModeAll, []string{`"offer":{"kind":"percent_off","bp":1,"on":{"skus":["B"]}}` + beside, five + beside}, false, []pricing.Reason{
			{Code: pricing.CodeNoItem}, {Code: pricing.CodeNotAll},
		}},
		{"all, but one is for others", pricing.ModeAll, []string{five + beside + `,"when":[{"stores":[9]}]`, five + beside}, false, []pricing.Reason{
			{Code: pricing.CodeStore}, {Code: pricing.CodeNotAll},
		}},
		{"all, but there are too many", pricing.ModeAll, []string{ten + beside}, true, []pricing.Reason{
			{Code: pricing.CodeLimit, Need: 1}, {Code: pricing.CodeLimit, Need: 1},
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := shop()
			in.Mode = c.mode
			for _, terms := range c.terms {
				add(t, &in, terms)
			}
			if c.twice {
				second := in.Vouchers[0]
				second.Ref.Serial++
				in.Vouchers = append(in.Vouchers, second)
			}
			r, err := pricing.Evaluate(in)
			require.NoError(t, err)
			var reasons []pricing.Reason
			for _, n := range r.NotTaken {
				require.Len(t, n.Reasons, 1)
				reasons = append(reasons, n.Reasons[0])
			}
			require.Equal(t, c.want, reasons)
		})
	}
}

// TestExplain_EachByItself: what one voucher would have used up is there for the next.
func TestExplain_EachByItself(t *testing.T) {
	in := shop()
	in.Cart.Lines[0] = pricing.Line{ID: "1", Unit: 30000, Quantity: 1, Amount: 30000}
	first := *add(t, &in, `"offer":{"kind":"amount_off","amount":2500,"every":10000}`+beside)
	for range 2 {
		first.Ref.Serial++
		in.Vouchers = append(in.Vouchers, first)
	}
	for i := range in.Vouchers {
		in.Vouchers[i].MaxDiscount = 9000
	}
	r, err := pricing.Evaluate(in)
	require.NoError(t, err)
	require.Equal(t, uint64(7500), r.Totals.Discount)
	for _, n := range r.NotTaken {
		require.Equal(t, []pricing.Reason{{Code: pricing.CodeLimit, Need: 1}}, n.Reasons)
	}
}

// TestExplain_LocalTime: days and hours are those of the store's clock, over the ends of
// days, months and summers.
func TestExplain_LocalTime(t *testing.T) {
	evening := `"hours":[{"days":[5],"from":"18:00","until":"03:00"}]`
	for _, c := range []struct {
		name, test, zone, at string
		open                 bool
	}{
		{"the day begins", evening, "Asia/Hong_Kong", "2027-01-08T18:00:00", true},
		{"a minute before", evening, "Asia/Hong_Kong", "2027-01-08T17:59:59", false},
		{"past midnight it is Friday's", evening, "Asia/Hong_Kong", "2027-01-09T02:59:59", true},
		{"at its end", evening, "Asia/Hong_Kong", "2027-01-09T03:00:00", false},
		{"Thursday's night is not Friday's", evening, "Asia/Hong_Kong", "2027-01-08T02:00:00", false},
		{"Sunday's night is on Monday", `"hours":[{"days":[7],"from":"22:00","until":"01:00"}]`, "Asia/Tokyo", "2027-01-11T00:30:00", true},
		{"Monday's is not", `"hours":[{"days":[1],"from":"22:00","until":"01:00"}]`, "Asia/Tokyo", "2027-01-11T00:30:00", false},
		{"until midnight", `"hours":[{"from":"20:00","until":"00:00"}]`, "Asia/Tokyo", "2027-01-11T23:59:00", true},
		{"and not after it", `"hours":[{"from":"20:00","until":"00:00"}]`, "Asia/Tokyo", "2027-01-11T00:00:00", false},
		{"summer time begins", `"hours":[{"from":"03:00","until":"04:00"}]`, "Europe/Berlin", "2027-03-28T03:00:00", true},
		{"a quarter of an hour's zone", `"hours":[{"from":"12:00","until":"12:01"}]`, "Asia/Kathmandu", "2027-01-11T12:00:30", true},
		{"west of Greenwich", `"not_dates":["2027-01-10"]`, "America/New_York", "2027-01-10T23:30:00", false},
		{"the next day there", `"not_dates":["2027-01-10"]`, "America/New_York", "2027-01-11T00:00:00", true},
		{"29 February", `"not_dates":["2028-02-29"]`, "Asia/Singapore", "2028-02-29T00:00:00", false},
		{"1 March", `"not_dates":["2028-02-29"]`, "Asia/Singapore", "2028-03-01T00:00:00", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			zone, err := time.LoadLocation(c.zone)
			require.NoError(t, err)
			at, err := time.ParseInLocation("2006-01-02T15:04:05", c.at, zone)
			require.NoError(t, err)
			in := shop()
			_, offset := at.Zone()
			in.At, in.Offset = uint64(at.Unix()), int16(offset/60)
			add(t, &in, five+`,"when":[{`+c.test+`}]`)
			r, err := pricing.Evaluate(in)
			require.NoError(t, err)
			require.Equal(t, c.open, len(r.Taken) == 1)
			if !c.open && r.NotTaken[0].Reasons[0].Opens > 0 {
				in.At = r.NotTaken[0].Reasons[0].Opens
				in.Vouchers[0].Expiry = in.At + 1
				r, err = pricing.Evaluate(in)
				require.NoError(t, err)
				require.Len(t, r.Taken, 1, "it opens when it says")
			}
		})
	}
}

// TestInput_Refused: inputs that no evaluation can have.
func TestInput_Refused(t *testing.T) {
	for path, spoil := range map[string]func(*pricing.Input){
		"cart.lines[0].amount":     func(in *pricing.Input) { in.Cart.Lines[0].Amount++ },
		"mode":                     func(in *pricing.Input) { in.Mode = "some" },
		"at":                       func(in *pricing.Input) { in.At = 1 << 53 },
		"offset":                   func(in *pricing.Input) { in.Offset = 841 },
		"store":                    func(in *pricing.Input) { in.Store = 0 },
		"channel":                  func(in *pricing.Input) { in.Channel = "Counter" },
		"payment":                  func(in *pricing.Input) { in.Payment = " " },
		"areas":                    func(in *pricing.Input) { in.Areas = make([]string, 17) },
		"areas[1]":                 func(in *pricing.Input) { in.Areas = []string{"a", "a"} },
		"vouchers":                 func(in *pricing.Input) { in.Vouchers = make([]pricing.Voucher, 31) },
		"vouchers[0].units":        func(in *pricing.Input) { in.Vouchers[0].Units = voucher.MaxUnits + 1 },
		"vouchers[0].most":         func(in *pricing.Input) { in.Vouchers[0].Most = 6 },
		"vouchers[0].max_discount": func(in *pricing.Input) { in.Vouchers[0].MaxDiscount = 1 << 53 },
		"vouchers[1].voucher":      func(in *pricing.Input) { in.Vouchers[1] = in.Vouchers[0] },
		"vouchers[1].terms":        func(in *pricing.Input) { in.Vouchers[1].Ref = voucher.Ref{Serial: 1}; in.Vouchers[1].MaxDiscount++ },
	} {
		in := shop()
		add(t, &in, five)
		add(t, &in, ten)
		_, err := pricing.Evaluate(in)
		require.NoError(t, err)
		spoil(&in)
		_, err = pricing.Evaluate(in)
		var refusal *pricing.RefusalError
		require.ErrorAs(t, err, &refusal, path)
		require.Equal(t, path, refusal.Path)
	}
	for _, offset := range []int16{-840, 840} {
		in := shop()
		in.Offset = offset
		_, err := pricing.Evaluate(in)
		require.NoError(t, err, fmt.Sprint(offset))
		in.Offset += offset / 840
		_, err = pricing.Evaluate(in)
		require.ErrorIs(t, err, pricing.ErrRefused)
	}
}
