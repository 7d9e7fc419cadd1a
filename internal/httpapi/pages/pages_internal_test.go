package pages

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestDocs_DescriptionsAreFormatted looks at the page for marks that were meant for
// a reader of CommonMark.
func TestDocs_DescriptionsAreFormatted(t *testing.T) {
	page, err := Docs()
	require.NoError(t, err)
	for _, part := range []string{
		"<em>intent</em>", "<strong>Bearer tokens.</strong>", "<code>GET /v1/ledger</code>", "<li>A <em>delegation</em> is a JWT",
		"<code>domain</code> and <code>types</code> are what eth_signTypedData_v4 takes",
	} {
		require.Contains(t, string(page), part)
	}
	prose := regexp.MustCompile(`(?s)<style>.*?</style>|<script>.*?</script>|<pre>.*?</pre>|<code>.*?</code>`).ReplaceAll(page, nil)
	require.NotContains(t, string(prose), "`")
	require.NotContains(t, string(prose), "*")
}

// TestDocs_ShowTheProblemsOfARoute: each with its sentence and a link to what to do.
func TestDocs_ShowTheProblemsOfARoute(t *testing.T) {
	page, err := Docs()
	require.NoError(t, err)
	_, entry, _ := strings.Cut(string(page), `id="setAuditor"`)
	entry, _, _ = strings.Cut(entry, `class="entry"`)
	require.Contains(t, entry, `<b>422</b> <code>application/problem&#43;json</code>`)
	require.Contains(t, entry, `<td><a href="/problems/list_full"><code>list_full</code></a></td><td>The list has as many entries as it may ever have.</td>`)
	require.NotContains(t, entry, "already_used")
}

// TestDocs_DescriptionsBringNoHTML: what is not CommonMark is text, or nothing.
func TestDocs_DescriptionsBringNoHTML(t *testing.T) {
	for _, bad := range []string{
		"<script>alert(1)</script>", "a <img src=x onerror=alert(1)> b", "<style>a{}</style>", "[a](javascript:alert(1))", "[a](data:text/html,x)",
	} {
		text, err := formatted(bad)
		require.NoError(t, err)
		require.NotRegexp(t, `<script|<img|<style|javascript:|data:`, string(text))
		line, err := formattedLine(bad)
		require.NoError(t, err)
		require.NotRegexp(t, `<script|<img|<style|javascript:|data:`, string(line))
	}
	line, err := formattedLine("one `<b>` & two")
	require.NoError(t, err)
	require.Equal(t, "one <code>&lt;b&gt;</code> &amp; two", string(line))
}
