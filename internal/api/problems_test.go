package api_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/api"
)

// TestOpenAPI_ListsTheProblemsOfEachOperation reads the document as it is served: each
// code stands at its status, and no answer is left to the reader's guess.
func TestOpenAPI_ListsTheProblemsOfEachOperation(t *testing.T) {
	type tree = map[string]any
	text := string(api.OpenAPI().YAML)
	require.NotContains(t, text, "x-problem")
	for path, methods := range api.OpenAPI().Tree["paths"].(tree) {
		for method, operation := range methods.(tree) {
			responses := operation.(tree)["responses"].(tree)
			require.NotContains(t, responses, "default", path)
			require.Contains(t, responses, "500", path)
			for status, response := range responses {
				problem, ok := response.(tree)["content"].(tree)["application/problem+json"].(tree)
				if !ok {
					require.Less(t, status, "202", "%s %s", method, path)
					continue
				}
				narrowed := problem["schema"].(tree)["allOf"].([]any)[1]
				codes := narrowed.(tree)["properties"].(tree)["code"].(tree)["enum"].([]any)
				require.NotEmpty(t, codes)
				waits := false
				for _, code := range codes {
					of, ok := api.Look(code.(string))
					require.True(t, ok, "%s %s: %s", method, path, code)
					require.Equal(t, status, fmt.Sprint(of.Status), "%s %s: %s", method, path, code)
					require.Contains(t, response.(tree)["description"], "`"+of.Code+"`: "+of.Sentence)
					waits = waits || of.Problem().RetryAfter() != ""
				}
				_, promised := response.(tree)["headers"].(tree)["Retry-After"]
				require.Equal(t, waits, promised, "%s %s: %s", method, path, codes)
			}
		}
	}
}

// TestOpenAPI_RefusesALineThatIsWrong: who adds a route and forgets its problems, or
// misspells one, is told which.
func TestOpenAPI_RefusesALineThatIsWrong(t *testing.T) {
	text := string(api.RawOpenAPI())
	for name, c := range map[string]struct{ from, to, says string }{
		"no line":      {"x-problems: [read, unknown_campaign]\n", "deprecated: false\n", "getCampaign has no x-problems"},
		"no such code": {"x-problems: [read, unknown_campaign]\n", "x-problems: [read, unknown_campaigns]\n", `getCampaign: x-problems has "unknown_campaigns"`},
		"no problem":   {"x-problems: [read, unknown_campaign]\n", "x-problems: [read, none]\n", `x-problems has "none"`},
	} {
		t.Run(name, func(t *testing.T) {
			require.Contains(t, text, c.from)
			_, err := api.ReadOpenAPI([]byte(strings.Replace(text, c.from, c.to, 1)), api.RawExamples())
			require.ErrorContains(t, err, c.says)
		})
	}
}
