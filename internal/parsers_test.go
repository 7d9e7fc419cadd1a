package internal_test

import (
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestParsers_ReadExactly: the command line of every program is read by flags.Exact,
// which takes no number for another one and no flag twice.
func TestParsers_ReadExactly(t *testing.T) {
	root := os.DirFS("..")
	found := 0
	for _, path := range texts(t, root) {
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			continue
		}
		text, err := fs.ReadFile(root, path)
		require.NoError(t, err)
		for _, maker := range []string{"kong.New(", "kong.Must(", "kong.Parse("} {
			parsers := strings.Count(string(text), maker)
			found += parsers
			require.LessOrEqual(t, parsers, strings.Count(string(text), "flags.Exact()"), "%s: a parser without flags.Exact()", path)
		}
	}
	require.NotZero(t, found)
}

// TestParsers_TermsWithExpressions: all that evaluates reads terms by package cond. Those of
// pricing.ReadTerms have no expressions, and a voucher with one would cost another price
// there.
func TestParsers_TermsWithExpressions(t *testing.T) {
	root := os.DirFS("..")
	var plain []string
	for _, path := range texts(t, root) {
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			continue
		}
		text, err := fs.ReadFile(root, path)
		require.NoError(t, err)
		if strings.Contains(string(text), "pricing.ReadTerms(") {
			plain = append(plain, path)
		}
	}
	require.ElementsMatch(t, []string{
		"internal/pricing/cond/read.go",
		"internal/httpapi/report.go",        // reads the zones only
		"internal/audit/audittest/order.go", // writes terms
	}, plain)
}
