package cli

import (
	"context"
	"reflect"
	"strings"

	"github.com/alecthomas/kong"

	"tally/internal/voucher"
)

// What a completion script asks for.
const (
	wordsKeys      = "keys"
	wordsCampaigns = "campaigns"
	wordsServers   = "servers"
)

// words are the names of keys, the servers that were used, or the newest campaigns.
func (a *App) words(ctx context.Context, kind string) (words []string, err error) {
	switch kind {
	case wordsKeys:
		dir, err := a.keys()
		if err != nil {
			return nil, err
		}
		keys, _, err := dir.List()
		for _, key := range keys {
			words = append(words, key.Name)
		}
		return words, KeyError("", err)
	case wordsServers:
		known, err := a.known()
		if err != nil {
			return nil, err
		}
		for _, server := range known.lines {
			words = append(words, server.address)
		}
		return words, nil
	default:
		page, err := a.Client().Campaigns(ctx, "")
		for _, c := range page.Data {
			words = append(words, c.ID)
		}
		return words, err
	}
}

// kindOfFlag is what a flag's value is one of; "" where nobody knows.
func kindOfFlag(flag *kong.Flag) string {
	switch {
	case flag.Name == "server":
		return wordsServers
	case flag.PlaceHolder == "KEY" || strings.HasSuffix(flag.PlaceHolder, "|KEY"):
		return wordsKeys
	default:
		return ""
	}
}

// kindOfArgument is what the arguments of a command are of; "" where nobody knows.
func kindOfArgument(n *kong.Node) string {
	for _, argument := range n.Positional {
		if argument.Target.Type() == reflect.TypeFor[voucher.CampaignID]() {
			return wordsCampaigns
		}
	}
	return ""
}
