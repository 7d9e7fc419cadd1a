package merchant

import (
	"encoding/json"
	"fmt"
	"strings"

	"tally/internal/cli"
	"tally/internal/terminal"
	"tally/internal/terms"
)

type campaignExampleCmd struct {
	Name string `arg:"" optional:"" help:"The example's name; without one, all are listed."`
}

// Help shows an example.
func (campaignExampleCmd) Help() string {
	return `Some have an offer that is computed, with carts and what they cost; the others are those that "tally demo" plays. With --json an example is a campaign file in JSON.

Examples:

    tally campaign example
    tally campaign example ten-cup-pass > my-campaign.yaml`
}

// ExampleInfo is one example of a campaign file.
type ExampleInfo struct {
	Name  string `json:"name" help:"The example's name."`
	About string `json:"about" help:"What it is, in one line."`
}

// ExampleInfos lists the examples.
type ExampleInfos []ExampleInfo

// Text lists the examples.
func (list ExampleInfos) Text() terminal.Text {
	t := terminal.Text{Titles: []any{"NAME", "ABOUT"}}
	for _, e := range list {
		t.Rows = append(t.Rows, []any{e.Name, e.About})
	}
	return t
}

// Answers implements cli.Answerer: without a name. With one, it is the campaign file.
func (*campaignExampleCmd) Answers() cli.Answer { return ExampleInfos{} }

// Run prints an example, or lists all.
func (c *campaignExampleCmd) Run(a *cli.App) error {
	if c.Name == "" {
		return listExamples(a)
	}
	text, err := terms.Example(c.Name)
	if err != nil {
		return cli.Misused("there is no example %q: `tally campaign example` lists them", c.Name)
	}
	if a.JSON {
		raw, err := terms.JSON(text)
		if err != nil {
			return fmt.Errorf("example %s: %w", c.Name, err)
		}
		return a.PrintJSON(json.RawMessage(raw))
	}
	_, err = a.Stdout.Write(text)
	return err
}

func listExamples(a *cli.App) error {
	names := terms.ExampleNames()
	list := make(ExampleInfos, len(names))
	for i, name := range names {
		text, err := terms.Example(name)
		if err != nil {
			return fmt.Errorf("list examples: %w", err)
		}
		first, _, _ := strings.Cut(string(text), "\n")
		list[i] = ExampleInfo{name, strings.TrimPrefix(first, "# ")}
	}
	return a.Say(list)
}
