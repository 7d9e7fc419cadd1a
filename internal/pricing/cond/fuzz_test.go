package cond_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/pricing"
	"tally/internal/pricing/cond"
)

// FuzzCompile: whatever is written, an expression is refused in words, or has the same
// answer twice, within its steps and the limit.
func FuzzCompile(f *testing.F) {
	for _, expression := range append(expressions(), nested, "1 +", "'\\u00e9' in areas", "cart.lines.filter(l, true).size() > 0", "((true))") {
		f.Add(expression)
	}
	language := cond.New()
	orders := []*pricing.Order{tea(), largest(), {}}
	f.Fuzz(func(t *testing.T, expression string) {
		p, err := language.Compile(expression)
		if err != nil {
			var refused *pricing.RefusalError
			require.ErrorAs(t, err, &refused)
			require.NotEmpty(t, refused.Detail)
			return
		}
		for _, o := range orders {
			is, err := p.Holds(o)
			again, errAgain := p.Holds(o)
			require.Equal(t, is, again)
			require.Equal(t, err == nil, errAgain == nil)
			took, err := cond.Took(p, o)
			if p.Steps() > pricing.MaxSteps { // terms with it are refused: it ends all the same
				require.True(t, err != nil || took <= pricing.MaxSteps)
				continue
			}
			require.LessOrEqual(t, took, p.Steps())
		}
	})
}
