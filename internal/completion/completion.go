// Package completion makes the completion scripts of our programs, for bash, zsh and
// fish. A script is made from the grammar, so it never lags behind it.
package completion

import (
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"
)

// Shells are those that a script can be made for, as a list of kong's enum.
const Shells = "bash,zsh,fish"

// Asked says for which words a script asks the program while it is used: the word that
// the program's completion command takes, or "" where there is nothing to ask.
type Asked struct {
	Flag     func(*kong.Flag) string // of a flag's value
	Argument func(*kong.Node) string // of the arguments of a command
}

// Nothing is asked by the scripts of a program that has no words to offer.
func Nothing() Asked {
	return Asked{Flag: func(*kong.Flag) string { return "" }, Argument: func(*kong.Node) string { return "" }}
}

// Script is the script of a shell of Shells.
func Script(shell string, root *kong.Node, asked Asked) string {
	switch shell {
	case "zsh":
		return "autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n" + bash(root, asked)
	case "fish":
		return fish(root, asked)
	default:
		return bash(root, asked)
	}
}

// Command gives a program the command completion.
func Command() kong.Option {
	return kong.DynamicCommand("completion", "Print a completion script for bash, zsh or fish.", "", &command{})
}

type command struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"bash, zsh or fish."`
}

// Help shows an example.
func (*command) Help() string {
	return "Example, where PROGRAM is this program:\n\n    source <(PROGRAM completion bash)\n    PROGRAM completion fish | source"
}

// Run prints a script.
func (c *command) Run(k *kong.Context) error {
	_, err := io.WriteString(k.Stdout, Script(c.Shell, k.Model.Node, Nothing()))
	return err
}

// ask is a command line of a script that prints words. Campaigns come from a server, which
// a person at a prompt does not wait for.
func ask(program, words string) string {
	if words == "campaigns" {
		words += " --timeout 2s"
	}
	return program + " completion " + words + " 2>/dev/null"
}

// bash walks the words of the line down the commands and offers what may follow.
func bash(root *kong.Node, asked Asked) string {
	var paths, cases, flags, arguments strings.Builder
	Walk(root, root.Name, func(n *kong.Node, path string) {
		if n != root {
			fmt.Fprintf(&paths, "|%q", path)
		}
		fmt.Fprintf(&cases, "    %q) words=%q ;;\n", path, strings.Join(wordsOf(n), " "))
		for _, flag := range n.Flags {
			if kind := asked.Flag(flag); kind != "" {
				fmt.Fprintf(&flags, "    %q*\" --%s\") words=$(%s) ;;\n", path, flag.Name, ask(root.Name, kind))
			}
		}
		if kind := asked.Argument(n); kind != "" {
			fmt.Fprintf(&arguments, "    %q) words=\"$words $(%s)\" ;;\n", path, ask(root.Name, kind))
		}
	})
	function := "_" + strings.ReplaceAll(root.Name, "-", "_")
	return fmt.Sprintf(`%s() {
  local at=%s word words
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$at $word" in %s) at="$at $word" ;; esac
  done
  case "$at" in
%s  esac
  case "$at" in
%s  esac
  case "$at ${COMP_WORDS[COMP_CWORD-1]}" in
%s  esac
  COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F %s %s
`, function, root.Name, strings.TrimPrefix(paths.String(), "|"), cases.String(), arguments.String(), flags.String(), function, root.Name)
}

func fish(root *kong.Node, asked Asked) string {
	var b strings.Builder
	Walk(root, "", func(n *kong.Node, _ string) {
		when := "__fish_use_subcommand"
		if n != root {
			when = "__fish_seen_subcommand_from " + n.Name
		}
		if n.Parent != nil && n.Parent != root {
			when = "__fish_seen_subcommand_from " + n.Parent.Name + "; and " + when
		}
		for _, child := range n.Children {
			fmt.Fprintf(&b, "complete -c %s -n %q -a %s -d %q\n", root.Name, when, child.Name, child.Help)
		}
		for _, flag := range n.Flags {
			words := ""
			if kind := asked.Flag(flag); kind != "" {
				words = fmt.Sprintf(" -x -a '(%s)'", ask(root.Name, kind))
			}
			fmt.Fprintf(&b, "complete -c %s -n %q -l %s -d %q%s\n", root.Name, when, flag.Name, flag.Help, words)
		}
		if kind := asked.Argument(n); kind != "" {
			fmt.Fprintf(&b, "complete -c %s -n %q -a '(%s)'\n", root.Name, when, ask(root.Name, kind))
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
