package edge

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/api"
)

// TestProblem_AsTheAPIs: problems of this package are those of the API's catalogue.
func TestProblem_AsTheAPIs(t *testing.T) {
	catalogue := map[string]api.ProblemType{}
	for _, row := range api.Catalogue() {
		catalogue[row.Code] = row
	}
	for _, p := range []problem{rateLimited(nil), overloaded(), notReady(false), notReady(true)} {
		require.Contains(t, catalogue, p.Code)
		require.Equal(t, catalogue[p.Code].Status, p.Status)
		require.Equal(t, "/problems/"+p.Code, p.Type)
	}
	limited := rateLimited([]string{policyToken})
	require.Equal(t, catalogue["rate_limited"].Sentence, limited.Title)
	require.Equal(t, catalogue["rate_limited"].Remedy, limited.Detail)
}
