package terms_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/terms"
)

// TestEnforcement_HasARowForEveryMember: a member of the schema that nobody thought of
// has no row, and a row of a member that is gone has none either.
func TestEnforcement_HasARowForEveryMember(t *testing.T) {
	type property struct {
		Properties map[string]json.RawMessage `json:"properties"`
	}
	var schema property
	require.NoError(t, json.Unmarshal([]byte(terms.Schema()), &schema))
	var members []string
	for name, raw := range schema.Properties {
		var inner property
		require.NoError(t, json.Unmarshal(raw, &inner))
		if inner.Properties == nil {
			members = append(members, name)
		}
		for part := range inner.Properties {
			members = append(members, name+"."+part)
		}
	}
	var rows []string
	for _, rule := range terms.Enforcement() {
		require.NotEmpty(t, rule.How, rule.What)
		rows = append(rows, rule.Members...)
	}
	slices.Sort(members)
	slices.Sort(rows)
	require.Equal(t, members, rows)
}

// TestEnforcement_StandsInTheREADME: its table is this one.
func TestEnforcement_StandsInTheREADME(t *testing.T) {
	var table strings.Builder
	table.WriteString("| condition | in a campaign file | enforced by | how |\n|---|---|---|---|\n")
	for _, rule := range terms.Enforcement() {
		members := ""
		for _, member := range rule.Members {
			members += " `" + member + "`"
		}
		fmt.Fprintf(&table, "| %s |%s | %s | %s |\n", rule.What, members, rule.By, rule.How)
	}
	page, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	require.Contains(t, string(page), "\n"+table.String()+"\n", "README.md lacks this table, as it stands here:\n%s", table.String())
}

// TestConditions_AreThoseThatACampaignSets: what is left out is no condition, and each
// member of the terms is one that nobody enforces.
func TestConditions_AreThoseThatACampaignSets(t *testing.T) {
	file, err := terms.Parse([]byte("name: Tea\ncurrency: HKD\nmax_discount: 32.00\nsupply: 5\nper_holder: 1\n" +
		"terms: {one_per_order: true, title: {en: Tea}}\nclaim: {until: +1d}\nvalid: {until: +2d}\nstores: [1]\n"))
	require.NoError(t, err)
	in, err := file.Campaign(time.Unix(1_795_420_800, 0))
	require.NoError(t, err)
	by := map[string]terms.Enforcer{}
	for _, c := range terms.Conditions(in) {
		by[c.Member] = c.By
	}
	require.Equal(t, map[string]terms.Enforcer{
		"supply": terms.Ledger, "open": terms.Ledger, "cap": terms.Ledger, "claim.from": terms.Ledger, "claim.until": terms.Ledger,
		"valid.from": terms.Ledger, "valid.until": terms.Ledger, "per_holder": terms.Ledger, "units": terms.Ledger,
		"currency": terms.Ledger, "max_discount": terms.Ledger, "stores": terms.Ledger, "transferable": terms.Ledger,
		"rollback": terms.Ledger, "voidable": terms.Ledger,
		"name": terms.Nobody, "terms.one_per_order": terms.Nobody, "terms.title": terms.Nobody,
	}, by)
}
