package merchant

import (
	"io"

	"tally/internal/cli"
	"tally/internal/terms"
)

type campaignSchemaCmd struct{}

// Help shows an example.
func (campaignSchemaCmd) Help() string {
	return `JSON Schema 2020-12. An editor that knows the schema completes and checks a campaign file while it is written: the YAML
language server takes it from a first line "# yaml-language-server: $schema=campaign.schema.json".

Example:

    tally campaign schema > campaign.schema.json`
}

// Answers implements cli.Answerer: it is the schema, with and without --json.
func (*campaignSchemaCmd) Answers() cli.Answer { return nil }

// Run prints the schema.
func (campaignSchemaCmd) Run(a *cli.App) error {
	_, err := io.WriteString(a.Stdout, terms.Schema())
	return err
}
