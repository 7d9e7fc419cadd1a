package pricing_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// literal is a document of FORMATS.md: the block after its mark. The page breaks its lines;
// the document has no break.
func literal(t *testing.T, mark string) string {
	t.Helper()
	page, err := os.ReadFile("FORMATS.md")
	require.NoError(t, err)
	_, rest, ok := strings.Cut(string(page), "<!-- "+mark+" -->\n```json\n")
	require.True(t, ok, mark)
	text, _, ok := strings.Cut(rest, "\n```")
	require.True(t, ok, mark)
	return strings.ReplaceAll(text, "\n", "")
}
