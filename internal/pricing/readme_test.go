package pricing_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/pricing"
	"tally/internal/pricing/cond"
)

// TestREADME_Examples runs the examples of the page.
func TestREADME_Examples(t *testing.T) {
	page, err := os.ReadFile("README.md")
	require.NoError(t, err)
	blocks := strings.Split(string(page), "```json example\n")[1:]
	require.Len(t, blocks, 5)
	for _, block := range blocks {
		text, _, ok := strings.Cut(block, "```")
		require.True(t, ok)
		var example struct {
			Terms, Lines json.RawMessage
			Had, Units   uint64
			Off, Due     uint64
			Shares       map[string]uint64
			Why          string
			Almost       bool
		}
		require.NoError(t, json.Unmarshal([]byte(text), &example))
		in := shop()
		in.Cart, err = pricing.ReadCart([]byte(`{"currency":"HKD","lines":` + string(example.Lines) + `}`))
		require.NoError(t, err)
		v := add(t, &in, five)
		terms, err := cond.New().ReadTerms(example.Terms)
		require.NoError(t, err)
		v.Terms, v.Units = &terms, max(example.Had, 1)
		r, err := pricing.Evaluate(in)
		require.NoError(t, err)
		require.Equal(t, example.Off, r.Totals.Discount, terms.Name)
		require.Equal(t, example.Due, r.Totals.Due, terms.Name)
		if example.Shares != nil {
			require.Equal(t, example.Shares, sharesByLine(r), terms.Name)
		}
		if example.Units > 0 {
			require.Equal(t, example.Units, r.Taken[0].Units)
		}
		if example.Why != "" {
			require.Equal(t, example.Why, r.NotTaken[0].Reasons[0].Sentence("en", in.Cart.Currency, in.Offset))
			require.Equal(t, example.Almost, r.NotTaken[0].Almost)
		}
	}
}
