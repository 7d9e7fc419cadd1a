package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/pb33f/jsonschema/v6"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"tally/internal/cli"
	"tally/internal/cli/merchant"
	"tally/internal/terms"
)

// schema is what `tally campaign schema` prints, compiled.
func schema(s *stage) *jsonschema.Schema {
	s.t.Helper()
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(s.must("campaign", "schema")))
	require.NoError(s.t, err)
	compiler := jsonschema.NewCompiler()
	require.NoError(s.t, compiler.AddResource("campaign", document))
	compiled, err := compiler.Compile("campaign")
	require.NoError(s.t, err)
	return compiled
}

// instance is a campaign file as a schema sees it: instants are texts.
func instance(t *testing.T, text string) any {
	t.Helper()
	var node yaml.Node
	require.NoError(t, yaml.Unmarshal([]byte(text), &node))
	var texts func(*yaml.Node)
	texts = func(n *yaml.Node) {
		if n.Tag == "!!timestamp" {
			n.Tag = "!!str"
		}
		for _, child := range n.Content {
			texts(child)
		}
	}
	texts(&node)
	var value any
	require.NoError(t, node.Decode(&value))
	raw, err := json.Marshal(value)
	require.NoError(t, err)
	in, err := jsonschema.UnmarshalJSON(strings.NewReader(string(raw)))
	require.NoError(t, err)
	return in
}

func TestCampaignSchema_EveryExampleIsValid(t *testing.T) {
	s := offstage(t)
	compiled := schema(s)
	examples := mustJSON[[]merchant.ExampleInfo](s, "campaign", "example")
	require.Len(t, examples, len(terms.ExampleNames()))
	for _, example := range examples {
		require.Regexp(t, `^A .*\.$`, example.About)
		text := s.must("campaign", "example", example.Name)
		require.NoError(t, compiled.Validate(instance(t, text)), example.Name)
		asJSON := s.must("campaign", "example", "--json", example.Name)
		require.Equal(t, mustCheck(s, text), mustCheck(s, asJSON), example.Name)
		require.Contains(t, s.must("campaign", "example"), example.Name)
	}
	require.NoError(t, compiled.Validate(instance(t, tenCups)))
	s.refuses(cli.ExitMisused, cli.CodeMisused, "campaign", "example", "../secret")
}

// What the schema refuses, check refuses as well.
func TestCampaignSchema_RefusesAsCheckDoes(t *testing.T) {
	s := offstage(t)
	compiled := schema(s)
	for _, c := range []struct{ was, is string }{
		{"name: Ten cups", ""},
		{"name: Ten cups", "name: ''"},
		{"currency: HKD", "currency: hkd"},
		{"max_discount: 32.00", ""},
		{"max_discount: 32.00", "max_discount: -1"},
		{"max_discount: 32.00", "max_discount: [1]"},
		{"max_discount: 32.00", "max_discount: 1.00\nstored_value: true"},
		{"max_discount: 32.00", "stored_value: false"},
		{"units: 10", "units: 0"},
		{"units: 10", "units: ten"},
		{"supply: 5", ""},
		{"supply: 5", "supply: -5"},
		{"cap: 8", "cap: 3000000000"},
		{"per_holder: 2", "per_hodler: 2"},
		{"per_holder: 2", "per_holder: -2"},
		{"per_holder: 2", "stores: [0]"},
		{"per_holder: 2", "stores: [1, 1]"},
		{"per_holder: 2", "rollback: maybe"},
		{"per_holder: 2", "grace: a week"},
		{"per_holder: 2", "attestors: [alice]"},
		{"per_holder: 2", "terms: yes"},
		{"claim: {until: +10d}", ""},
		{"claim: {until: +10d}", "claim: {til: +10d}"},
		{"claim: {until: +10d}", "claim: {until: tomorrow}"},
		{"claim: {until: +10d}", "claim: {until: 2026-12-01}"},
		{"valid: {until: +30d}", "valid: {until: +30x}"},
		{"valid: {until: +30d}", "valid: {until: +30d, days: 5000}"},
	} {
		text := strings.Replace(tenCups, c.was, c.is, 1)
		require.Error(t, compiled.Validate(instance(t, text)), c.is)
		_, r := check(s, text)
		require.Equal(t, cli.ExitMisused, r.code, c.is)
	}
}
