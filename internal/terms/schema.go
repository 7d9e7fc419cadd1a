package terms

import (
	_ "embed"
)

//go:embed campaign.schema.json
var schema string

// Schema is the JSON Schema (2020-12) of campaign files.
func Schema() string { return schema }
