package merchant

import (
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"

	"tally/internal/cli"
	"tally/internal/terms"
)

type campaignExampleCmd struct {
	Name string `arg:"" optional:"" help:"The example's name; without one, all are listed."`
}

// Help shows an example.
func (campaignExampleCmd) Help() string {
	return `They are the campaigns that "tally demo" plays. With --json an example is a campaign file in JSON.

Examples:

    tally campaign example
    tally campaign example ten-cup-pass > my-campaign.yaml`
}

// ExampleInfo is one example of a campaign file.
type ExampleInfo struct {
	Name  string `json:"name"`
	About string `json:"about"` // the first line of its head
}

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
		var value map[string]any
		if err := yaml.Unmarshal(text, &value); err != nil {
			return fmt.Errorf("example %s: %w", c.Name, err)
		}
		return a.PrintJSON(value)
	}
	_, err = a.Stdout.Write(text)
	return err
}

func listExamples(a *cli.App) error {
	names := terms.ExampleNames()
	list := make([]ExampleInfo, len(names))
	rows := make([][]any, len(names))
	for i, name := range names {
		text, err := terms.Example(name)
		if err != nil {
			return fmt.Errorf("list examples: %w", err)
		}
		first, _, _ := strings.Cut(string(text), "\n")
		list[i] = ExampleInfo{name, strings.TrimPrefix(first, "# ")}
		rows[i] = []any{list[i].Name, list[i].About}
	}
	return a.Table(list, []any{"NAME", "ABOUT"}, rows)
}
