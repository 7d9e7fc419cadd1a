package cond_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/pricing"
	"tally/internal/pricing/cond"
)

// document is terms with expressions as their conditions.
func document(expressions ...string) []byte {
	var when []string
	for _, e := range expressions {
		when = append(when, fmt.Sprintf(`{"cel":%q,"reason":{"en":"No."}}`, e))
	}
	return fmt.Appendf(nil, `{"name":"x","offer":{"kind":"amount_off","amount":500},"when":[%s]}`, strings.Join(when, ","))
}

// TestReadTerms_NamesTheCondition: an expression is refused at its place in the terms.
func TestReadTerms_NamesTheCondition(t *testing.T) {
	_, err := cond.New().ReadTerms(document("true", "now() == 1"))
	require.EqualError(t, err, "when[1].cel: column 4: there is no now: an expression calls exists, exists_one, all, size, contains, "+
		"startsWith, endsWith, quantity, amount")
	_, err = cond.New().ReadTerms([]byte(`{"name":"x"}`))
	require.ErrorIs(t, err, pricing.ErrRefused)
}

// TestReadTerms_TooDear: the steps of all expressions of a document are bounded together.
func TestReadTerms_TooDear(t *testing.T) {
	dear := strings.TrimSuffix(strings.Repeat("cart.lines.exists(l, 'x' in l.tags) || ", 7), " || ") // seven times 2,203 steps
	p, err := cond.New().Compile(dear)
	require.NoError(t, err)
	require.Equal(t, uint64(15_421), p.Steps())
	_, err = cond.New().ReadTerms(document(dear))
	require.NoError(t, err)
	_, err = cond.New().ReadTerms(document(dear, dear))
	require.EqualError(t, err, "when[1].cel: it may take 15421 steps on the largest cart, and all expressions together at most 20000")
	var refused *pricing.RefusalError
	require.ErrorAs(t, err, &refused)
	require.Equal(t, pricing.FaultTooDear, refused.Fault)
	_, err = cond.New().ReadTerms(document(nested))
	require.ErrorAs(t, err, &refused)
	require.Equal(t, pricing.FaultTooDear, refused.Fault)
}

// TestReadTerms_WithoutExpressions: terms without expressions are as package pricing reads them.
func TestReadTerms_WithoutExpressions(t *testing.T) {
	doc := []byte(`{"name":"x","offer":{"kind":"amount_off","amount":500},"when":[{"min_spend":{"amount":1}}]}`)
	want, err := pricing.ReadTerms(doc)
	require.NoError(t, err)
	got, err := cond.New().ReadTerms(doc)
	require.NoError(t, err)
	require.Equal(t, want, got)
}
