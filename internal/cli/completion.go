package cli

import (
	"context"
	"strings"

	"tally/internal/completion"
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

// Run prints a script made from the grammar, or the words that a script asks for.
func (c *CompletionCmd) Run(ctx context.Context, a *App) error {
	switch c.Shell {
	case wordsKeys, wordsCampaigns, wordsServers:
		words, err := a.words(ctx, c.Shell)
		if err != nil {
			return err
		}
		return a.SayText(strings.Join(append(words, ""), "\n"))
	default:
		return a.SayText(completion.Script(c.Shell, a.parser.Model.Node, completion.Asked{Flag: kindOfFlag, Argument: kindOfArgument}))
	}
}
