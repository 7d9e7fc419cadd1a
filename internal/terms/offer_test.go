package terms_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/terms"
)

// TestExamples_AreComputed: every example in the folder is in order, and those with an offer
// have worked examples.
func TestExamples_AreComputed(t *testing.T) {
	for _, name := range terms.ExampleNames() {
		text, err := terms.Example(name)
		require.NoError(t, err)
		file, err := terms.Parse(text)
		require.NoError(t, err, name)
		_, err = file.Campaign(time.Unix(1_795_420_800, 0))
		require.NoError(t, err, name)
		require.Contains(t, file.Terms, "offer", name)
		require.NotEmpty(t, file.Examples, name)
	}
}

// TestCampaign_OfferIsChecked: an offer that the ledger would not let through, or that does
// not make what the examples say, is refused, and the place named.
func TestCampaign_OfferIsChecked(t *testing.T) {
	const file = `name: Tea
terms: {offer: {kind: amount_off, amount: 500}, when: [{min_spend: {amount: 1000}}]}
currency: HKD
max_discount: "5.00"
supply: 5
claim: {until: +1d}
valid: {until: +2d}
stores: [3, 4]
examples:
  - name: tea
    cart: {currency: HKD, lines: [{id: "1", unit: 1500, quantity: 1, amount: 1500}]}
    expect: {discount: 500, due: 1000}
`
	for _, c := range []struct{ from, to, says string }{
		{"", "", ""},
		{`max_discount: "5.00"`, `max_discount: "4.99"`, "terms.offer.amount: 500 is more than the greatest discount of a unit, 499"},
		{"discount: 500", "discount: 499", "examples[0] (tea): expect.discount is 499, and the terms make 500"},
		{"due: 1000", "due: 999", "examples[0] (tea): expect.due is 999, and the terms make 1000"},
		{"{discount: 500, due: 1000}", "{reason: hours}", "expect.reason is hours, and every voucher is used"},
		{"{discount: 500, due: 1000}", "{}", "expect: a discount, what is due, or a reason is wanted"},
		{"{discount: 500, due: 1000}", "{due: 1000}\n    vouchers: 31", "vouchers: at most 30"},
		{"amount: 1000", "amount: 2000", "expect.discount is 500, and the terms make 0"},
		{"amount: 1500}", "amount: 1501}", "examples[0] (tea): cart: lines[0].amount: it is 1501"},
		{"kind: amount_off", "kind: lottery", "terms.offer.kind: lottery is none of"},
		{"kind: amount_off, amount", "kind: amount_off, colour: red, amount", "terms.offer.colour: no such member"},
		{"min_spend: {amount: 1000}", "stores: [9]", "terms.when[0].stores: the campaign is accepted at none of them"},
		{"when:", `zones: {Mars/Base: [3]}, when:`, "terms.zones: "},
		{"offer: {kind: amount_off, amount: 500}, when: [{min_spend: {amount: 1000}}]", "title: Tea", "examples: the terms have no offer"},
		{"min_spend: {amount: 1000}", `cel: "quantity(cart) >= 1 || channel == 'delivery'", reason: {en: Tea.}`, ""},
		{"min_spend: {amount: 1000}", `cel: "quantity(cart) >= 2", reason: {en: Tea.}`, "expect.discount is 500, and the terms make 0"},
		{"min_spend: {amount: 1000}", `cel: "quantity(cart) >= 1"`, "terms.when[0].reason: the member must be there"},
		{"min_spend: {amount: 1000}", `cel: "quantity(cart) >= ", reason: {en: Tea.}`, "terms.when[0].cel: column 19: the expression cannot be read from here on"},
		{"min_spend: {amount: 1000}", `cel: "quantity(cart)", reason: {en: Tea.}`, "terms.when[0].cel: column 9: the expression is a whole number, and has to be true or false"},
		{"min_spend: {amount: 1000}", `cel: "true && hour() == 5", reason: {en: Tea.}`, "terms.when[0].cel: column 13: there is no hour"},
		{
			"min_spend: {amount: 1000}", `cel: "cart.lines.all(a, cart.lines.all(b, a.unit > b.unit))", reason: {en: Tea.}`,
			"terms.when[0].cel: column 33: exists, exists_one and all stand in one another, and one level is allowed",
		},
		{
			"min_spend: {amount: 1000}", `cel: "` + strings.Repeat("cart.lines.exists(l, 'x' in l.tags) || ", 12) + `true", reason: {en: Tea.}`,
			"terms.when[0].cel: it may take 26436 steps on the largest cart, and all expressions together at most 20000",
		},
		{"    cart:", "    store: 5\n    cart:", "expect.discount is 500, and the terms make 0"},
		{"    cart:", "    at: yesterday\n    cart:", "examples[0] (tea): at: "},
	} {
		text := strings.Replace(file, c.from, c.to, 1)
		parsed, err := terms.Parse([]byte(text))
		require.NoError(t, err, text)
		in, err := parsed.Campaign(time.Unix(1_795_420_800, 0))
		if c.says == "" {
			require.NoError(t, err)
			require.NotContains(t, in.Terms, "examples", "they do not go to the ledger")
			by := map[string]terms.Enforcer{}
			for _, condition := range terms.Conditions(in) {
				by[condition.Member] = condition.By
			}
			require.Equal(t, terms.Till, by["terms.offer"])
			require.Equal(t, terms.Till, by["terms.when"])
			require.NotContains(t, by, "examples")
			continue
		}
		require.ErrorIs(t, err, terms.ErrRefused, text)
		require.ErrorContains(t, err, c.says)
	}
}
