package cli

import (
	"fmt"
	"strings"

	"github.com/alecthomas/kong"
)

// CompletionCmd prints a completion script.
type CompletionCmd struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"bash, zsh or fish."`
}

// Help shows an example.
func (CompletionCmd) Help() string {
	return `Examples:

    source <(tally completion bash)
    source <(tally completion zsh)
    tally completion fish | source`
}

// Answers implements Answerer.
func (*CompletionCmd) Answers() Answer { return PrintedText{} }

// Run prints a script made from the grammar, so that it never lags behind it.
func (c *CompletionCmd) Run(a *App) error {
	script := bashScript(a.parser.Model.Node)
	switch c.Shell {
	case "zsh":
		script = "autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n" + script
	case "fish":
		script = fishScript(a.parser.Model.Node)
	}
	return a.SayText(script)
}

// bashScript walks the words of the line down the commands and offers what
// may follow.
func bashScript(root *kong.Node) string {
	var paths, cases strings.Builder
	Walk(root, "tally", func(n *kong.Node, path string) {
		if n != root {
			fmt.Fprintf(&paths, "|%q", path)
		}
		fmt.Fprintf(&cases, "    %q) words=%q ;;\n", path, strings.Join(wordsOf(n), " "))
	})
	return fmt.Sprintf(`_tally() {
  local at=tally word words
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$at $word" in %s) at="$at $word" ;; esac
  done
  case "$at" in
%s  esac
  COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _tally tally
`, strings.TrimPrefix(paths.String(), "|"), cases.String())
}

func fishScript(root *kong.Node) string {
	var b strings.Builder
	Walk(root, "", func(n *kong.Node, path string) {
		when := "__fish_use_subcommand"
		if n != root {
			when = "__fish_seen_subcommand_from " + n.Name
		}
		if n.Parent != nil && n.Parent != root {
			when = "__fish_seen_subcommand_from " + n.Parent.Name + "; and " + when
		}
		for _, child := range n.Children {
			fmt.Fprintf(&b, "complete -c tally -n %q -a %s -d %q\n", when, child.Name, child.Help)
		}
		for _, flag := range n.Flags {
			fmt.Fprintf(&b, "complete -c tally -n %q -l %s -d %q\n", when, flag.Name, flag.Help)
		}
	})
	return b.String()
}

// Walk visits a command and all below it, each with its words.
func Walk(n *kong.Node, path string, visit func(*kong.Node, string)) {
	visit(n, path)
	for _, child := range n.Children {
		Walk(child, strings.TrimSpace(path+" "+child.Name), visit)
	}
}

// wordsOf are the commands and flags that may follow a command.
func wordsOf(n *kong.Node) []string {
	var words []string
	for _, child := range n.Children {
		words = append(words, child.Name)
	}
	for _, group := range n.AllFlags(true) {
		for _, flag := range group {
			words = append(words, "--"+flag.Name)
		}
	}
	return words
}
