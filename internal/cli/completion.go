package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/alecthomas/kong"
)

// CompletionCmd prints a completion script.
type CompletionCmd struct {
	Shell string `arg:"" enum:"bash,zsh,fish,keys,campaigns,servers" help:"bash, zsh or fish: a script. keys, campaigns or servers: the words that a script asks for, one a line."`
}

// Help shows an example.
func (CompletionCmd) Help() string {
	return `Examples:

    source <(tally completion bash)
    source <(tally completion zsh)
    tally completion fish | source

The scripts know the commands and flags, the names of this machine's keys, the servers that were used, and the newest
campaigns of the server.`
}

// Answers implements Answerer.
func (*CompletionCmd) Answers() Answer { return PrintedText{} }

// Run prints a script made from the grammar, so that it never lags behind it.
func (c *CompletionCmd) Run(ctx context.Context, a *App) error {
	script := bashScript(a.parser.Model.Node)
	switch c.Shell {
	case wordsKeys, wordsCampaigns, wordsServers:
		words, err := a.words(ctx, c.Shell)
		if err != nil {
			return err
		}
		script = strings.Join(append(words, ""), "\n")
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
	var paths, cases, asked, named strings.Builder
	Walk(root, "tally", func(n *kong.Node, path string) {
		if n != root {
			fmt.Fprintf(&paths, "|%q", path)
		}
		fmt.Fprintf(&cases, "    %q) words=%q ;;\n", path, strings.Join(wordsOf(n), " "))
		for _, flag := range n.Flags {
			if kind := kindOfFlag(flag); kind != "" {
				fmt.Fprintf(&asked, "    %q*\" --%s\") words=$(tally completion %s 2>/dev/null) ;;\n", path, flag.Name, kind)
			}
		}
		if namesCampaign(n) {
			fmt.Fprintf(&named, "|%q", path)
		}
	})
	return fmt.Sprintf(`_tally() {
  local at=tally word words
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$at $word" in %s) at="$at $word" ;; esac
  done
  case "$at" in
%s  esac
  case "$at" in
    %s) words="$words $(tally completion campaigns --timeout 2s 2>/dev/null)" ;;
  esac
  case "$at ${COMP_WORDS[COMP_CWORD-1]}" in
%s  esac
  COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _tally tally
`, strings.TrimPrefix(paths.String(), "|"), cases.String(), strings.TrimPrefix(named.String(), "|"), asked.String())
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
			words := ""
			if kind := kindOfFlag(flag); kind != "" {
				words = fmt.Sprintf(" -x -a '(tally completion %s 2>/dev/null)'", kind)
			}
			fmt.Fprintf(&b, "complete -c tally -n %q -l %s -d %q%s\n", when, flag.Name, flag.Help, words)
		}
		if namesCampaign(n) {
			fmt.Fprintf(&b, "complete -c tally -n %q -a '(tally completion campaigns --timeout 2s 2>/dev/null)'\n", when)
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
