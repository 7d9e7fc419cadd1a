package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"
	"github.com/stretchr/testify/require"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"

	"tally/internal/cli"
	"tally/internal/completion"
)

// parserOf is that of the program.
func parserOf(t *testing.T) *kong.Kong {
	t.Helper()
	m := cli.Main{Stdin: strings.NewReader(""), Stdout: &bytes.Buffer{}, Stderr: &bytes.Buffer{}, Env: os.LookupEnv, Now: time.Now}
	var g grammar
	parser, err := m.Parse(context.Background(), &g, &cli.App{Main: m, Globals: &g.Globals})
	require.NoError(t, err)
	return parser
}

// verbs are the commands that do something, by their words: campaign create.
func verbs(t *testing.T) map[string]*kong.Node {
	t.Helper()
	all := map[string]*kong.Node{}
	completion.Walk(parserOf(t).Model.Node, "", func(n *kong.Node, path string) {
		if n.Leaf() {
			all[path] = n
		}
	})
	return all
}

func TestHelp_EveryVerbHasAnExample(t *testing.T) {
	for path, verb := range verbs(t) {
		examples := []string{}
		for line := range strings.Lines(verb.Detail) {
			if strings.HasPrefix(line, "    ") && strings.Contains(line, "tally "+path) {
				examples = append(examples, line)
			}
		}
		require.NotEmpty(t, examples, "tally %s --help", path)
		require.Contains(t, offstage(t).must(strings.Fields(path+" --help")...), strings.TrimSpace(examples[0]))
	}
}

func TestManual_HasEveryVerbAndFlag(t *testing.T) {
	s := offstage(t)
	for format, escape := range map[string]func(string) string{"man": cli.Roff, "markdown": func(s string) string { return s }} {
		manual := s.must("manual", "--format", format)
		for path, verb := range verbs(t) {
			_, part, found := strings.Cut(manual, escape(cli.Usage(verb, "tally "+path)))
			require.True(t, found, path)
			part, _, _ = strings.Cut(part, "\n.SS ")
			part, _, _ = strings.Cut(part, "\n### ")
			for _, flag := range verb.Flags {
				require.Contains(t, part, escape(flag.Summary()), path)
			}
		}
		require.Contains(t, manual, escape("--passphrase-file=FILE"))
	}
}

// man shows the examples as they have to be typed, and has nothing to complain of.
func TestManual_ShownByMan(t *testing.T) {
	groff, err := exec.LookPath("groff")
	require.NoError(t, err, "Debian's groff-base")
	page := offstage(t).must("manual")
	require.NotRegexp(t, `[^\\]-`, page, "a hyphen that cannot be copied as a minus")
	show := exec.Command(groff, "-man", "-Tutf8", "-P-c", "-ww", "-rLL=200n")
	show.Stdin = strings.NewReader(page)
	var shown, complaints bytes.Buffer
	show.Stdout, show.Stderr = &shown, &complaints
	require.NoError(t, show.Run(), complaints.String())
	require.Empty(t, complaints.String())
	for path, verb := range verbs(t) {
		for line := range strings.Lines(verb.Detail) {
			if strings.HasPrefix(line, "    ") {
				require.Contains(t, shown.String(), strings.TrimSpace(line), path)
			}
		}
	}
}

// A reader of Markdown finds each verb under a heading of its own.
func TestManual_IsMarkdown(t *testing.T) {
	source := []byte(offstage(t).must("manual", "--format", "markdown"))
	headings := []string{}
	err := ast.Walk(goldmark.DefaultParser().Parse(text.NewReader(source)), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if heading, ok := n.(*ast.Heading); ok && entering && heading.Level == 3 {
			headings = append(headings, string(heading.Lines().Value(source)))
		}
		return ast.WalkContinue, nil
	})
	require.NoError(t, err)
	for path := range verbs(t) {
		require.True(t, slices.Contains(headings, "tally "+path), path)
	}
	require.Len(t, headings, len(verbs(t)))
}
