package pricing

import _ "embed"

//go:embed terms.schema.json
var schema string

// Schema is the JSON Schema (2020-12) of terms documents. It accepts all that
// ReadTerms accepts. ReadTerms refuses some more: members that contradict each other,
// a store in two zones, texts that cannot be printed, and more bytes than MaxTerms.
func Schema() string { return schema }
