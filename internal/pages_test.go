package internal_test

import (
	"net/url"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// longestLine is how many characters a line of a page may have: a reader of a
// change can find what changed in it.
const longestLine = 600

// pages are the pages that git keeps, by their paths from the repository's root.
func pages(t *testing.T) map[string]string {
	t.Helper()
	list := exec.CommandContext(t.Context(), "git", "ls-files", "-z", "*.md")
	list.Dir = ".."
	out, err := list.Output()
	require.NoError(t, err)
	texts := map[string]string{}
	for name := range strings.SplitSeq(strings.Trim(string(out), "\x00"), "\x00") {
		text, err := os.ReadFile(filepath.Join("..", filepath.FromSlash(name)))
		require.NoError(t, err)
		texts[name] = string(text)
	}
	require.Contains(t, texts, "README.md")
	return texts
}

// TestPages_LinksLeadSomewhere follows every link of every page to a file
// of the repository, and to a heading where the link names one. It follows no link
// to another host.
func TestPages_LinksLeadSomewhere(t *testing.T) {
	texts := pages(t)
	for name, text := range texts {
		for _, target := range links(text) {
			link, err := url.Parse(target)
			require.NoError(t, err, "%s: %s", name, target)
			if link.Host != "" {
				continue
			}
			to := name
			if link.Path != "" {
				to = path.Join(path.Dir(name), link.Path)
				require.FileExists(t, filepath.Join("..", to), "%s links to %s", name, target)
			}
			if link.Fragment != "" {
				require.Contains(t, anchors(texts[to]), link.Fragment, "%s links to %s", name, target)
			}
		}
	}
}

func TestPages_LinesAreShort(t *testing.T) {
	for name, text := range pages(t) {
		for i, line := range strings.Split(text, "\n") {
			require.LessOrEqual(t, utf8.RuneCountInString(line), longestLine, "%s:%d", name, i+1)
		}
	}
}

// links are the targets of a page's links and pictures, also where a line breaks
// within a link's text.
func links(text string) []string {
	var targets []string
	for _, found := range regexp.MustCompile(`\]\(([^)\s]+)\)`).FindAllStringSubmatch(withoutCode(text), -1) {
		targets = append(targets, found[1])
	}
	return targets
}

// anchors are the fragments by which a page's headings are reached, made as GitHub
// makes them: lower case, spaces are hyphens, punctuation is dropped.
func anchors(text string) []string {
	var all []string
	for _, heading := range regexp.MustCompile(`(?m)^#+ (.*)$`).FindAllStringSubmatch(withoutCode(text), -1) {
		all = append(all, strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
				return unicode.ToLower(r)
			default:
				return -1
			}
		}, heading[1]))
	}
	return all
}

// withoutCode is a page without its fenced blocks.
func withoutCode(text string) string {
	return regexp.MustCompile("(?ms)^```.*?^```").ReplaceAllString(text, "")
}
