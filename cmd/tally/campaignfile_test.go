package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/cli"
	"tally/internal/demo"
	"tally/internal/ledger/ledgertest"
	"tally/internal/terms"
	"tally/internal/voucher"
)

// check runs tally campaign check on a file.
func check(s *stage, text string) (in voucher.CreateCampaign, r result) {
	s.t.Helper()
	r = s.run("campaign", "check", "--json", s.file("campaign", text))
	if r.code == cli.ExitOK {
		require.NoError(s.t, json.Unmarshal([]byte(r.out), &in))
	}
	return in, r
}

func mustCheck(s *stage, text string) voucher.CreateCampaign {
	s.t.Helper()
	in, r := check(s, text)
	require.Equal(s.t, cli.ExitOK, r.code, r.errors)
	return in
}

func TestCampaignFile_EveryMember(t *testing.T) {
	s := offstage(t)
	in := mustCheck(s, `
name: Half sugar
terms: {title: {zh-Hant: 半糖}, cups: 10}
currency: KWD
units: 10
max_discount: 1.500
supply: 100
open: 60
cap: 200
per_holder: 3
per_day: 2
claim: {from: 2026-12-01T00:00:00+03:00, until: 2026-12-31T23:59:59+03:00}
valid: {from: 2026-12-01T08:00:00+03:00, until: 2027-02-01T00:00:00+03:00, days: 14}
time_zone: Asia/Kuwait
stores: [7, 1]
rollback: forfeit
grace: 2h
transferable: true
voidable: true
attestors: ["0x2222222222222222222222222222222222222222", "0x1111111111111111111111111111111111111111"]
`)
	at := func(text string) uint64 {
		instant, err := time.Parse(time.RFC3339, text)
		require.NoError(t, err)
		return voucher.Unix(instant)
	}
	require.Equal(t, voucher.CreateCampaign{
		Terms:    `{"cups":10,"name":"Half sugar","time_zone":"Asia/Kuwait","title":{"zh-Hant":"半糖"}}`,
		Currency: voucher.Currency{'K', 'W', 'D'}, Units: 10, MaxDiscount: 1500, Supply: 100, Open: 60, Cap: 200,
		PerHolder: 3, PerDay: 2, Attestors: []voucher.Address{
			voucher.Address([]byte(strings.Repeat("\x11", 20))), voucher.Address([]byte(strings.Repeat("\x22", 20))),
		},
		ClaimFrom: at("2026-11-30T21:00:00Z"), ClaimUntil: at("2026-12-31T20:59:59Z"),
		ValidFrom: at("2026-12-01T05:00:00Z"), ValidUntil: at("2027-01-31T21:00:00Z"), ValidDays: 14,
		Offsets:  []voucher.Offset{{From: at("2026-11-30T21:00:00Z"), Minutes: 180}},
		Transfer: true, Void: true, Rollback: voucher.RollbackForfeit, Grace: 7200, Stores: []uint32{1, 7},
	}, in)
}

func TestCampaignFile_Defaults(t *testing.T) {
	s := offstage(t)
	now := voucher.Unix(ledgertest.Start())
	in := mustCheck(s, "name: Tea\ncurrency: JPY\nmax_discount: 500\nsupply: 3\nclaim: {until: +1d}\nvalid: {until: +36h}")
	require.Equal(t, voucher.CreateCampaign{
		Terms: `{"name":"Tea"}`, Currency: voucher.Currency{'J', 'P', 'Y'}, Units: 1, MaxDiscount: 500,
		Supply: 3, Open: 3, Cap: 3, ClaimFrom: now, ClaimUntil: now + 86400, ValidFrom: now, ValidUntil: now + 129600,
		Attestors: []voucher.Address{}, Offsets: []voucher.Offset{}, Stores: []uint32{},
	}, in)
}

func TestCampaignFile_JSONAsYAML(t *testing.T) {
	s := offstage(t)
	require.Equal(t, mustCheck(s, tenCups), mustCheck(s, `{
	"name": "Ten cups", "currency": "HKD", "units": 10, "max_discount": 32.00, "supply": 5, "cap": 8,
	"per_holder": 2, "claim": {"until": "+10d"}, "valid": {"until": "+30d"}
}`))
	require.Contains(t, mustCheck(s, `{"name": "\ud83e\uddcb", "currency": "HKD", "max_discount": "1.00", "supply": 1,
		"claim": {"until": "+1d"}, "valid": {"until": "+1d"}}`).Terms, "🧋")
}

func TestCampaignFile_StoredValue(t *testing.T) {
	in := mustCheck(offstage(t), "name: Gift card\ncurrency: HKD\nunits: 10000\nstored_value: true\nsupply: 1\nclaim: {until: +1d}\nvalid: {until: +1d}")
	require.True(t, in.StoredValue)
	require.Equal(t, uint64(1), in.MaxDiscount)
}

// The campaign is refused, and the words say which member is wrong.
func TestCampaignFile_RefusedByMember(t *testing.T) {
	s := offstage(t)
	for _, c := range []struct{ was, is, says string }{
		{"name: Ten cups", "", "name"},
		{"currency: HKD", "currency: hkd", "currency"},
		{"currency: HKD", "currency: ABC", "ISO 4217"},
		{"max_discount: 32.00", "max_discount: 32.005", "32.005"},
		{"max_discount: 32.00", "max_discount: [1]", "line"},
		{"max_discount: 32.00", "", "max_discount"},
		{"max_discount: 32.00", "max_discount: 1.00\nstored_value: true", "leave it out"},
		{"units: 10", "units: 0", "units"},
		{"units: 10", "units: ten", "line 4"},
		{"supply: 5", "supply: -5", "line 6"},
		{"supply: 5", "", "supply"},
		{"supply: 5", "supply: 9", "cap"},
		{"supply: 5", "supply: 5\nopen: 6", "open"},
		{"cap: 8", "cap: 3000000000", "cap"},
		{"per_holder: 2", "per_hodler: 2", "per_hodler"},
		{"claim: {until: +10d}", "claim: {til: +10d}", "til"},
		{"claim: {until: +10d}", "claim: {until: 2026-12-01}", "claim.until"},
		{"claim: {until: +10d}", "claim: {until: 2026-02-30T00:00:00Z}", "claim.until"},
		{"claim: {until: +10d}", "claim: {until: 2026-12-01T00:00:00}", "claim.until"},
		{"claim: {until: +10d}", "claim: {until: tomorrow}", "claim.until"},
		{"claim: {until: +10d}", "claim: {from: +2d, until: +1d}", "claim.until"},
		{"claim: {until: +10d}", "claim: {until: +31d}", "nothing is left to spend"},
		{"claim: {until: +10d}", "claim: {from: 2020-01-01T00:00:00Z, until: 2020-02-01T00:00:00Z}", "passed"},
		{"claim: {until: +10d}", "", "claim.until"},
		{"valid: {until: +30d}", "valid: {until: +30x}", "valid.until"},
		{"valid: {until: +30d}", "valid: {until: 2026-12-31T23:59:59+08:00}", "quarters"},
		{"valid: {until: +30d}", "valid: {until: 2020-01-01T00:00:00Z}", "valid.until"},
		{"valid: {until: +30d}", "valid: {from: +40d, until: +30d}", "valid.until"},
		{"valid: {until: +30d}", "valid: {until: +9999d}", "invalid_terms"},
		{"valid: {until: +30d}", "valid: {until: +30d, days: 5000}", "invalid_terms"},
		{"per_holder: 2", "time_zone: Mars/Olympus", "time zone"},
		{"per_holder: 2", "time_zone: Local", "time zone"},
		{"per_holder: 2", "stores: [0]", "malformed"},
		{"per_holder: 2", "stores: [1, 1]", "malformed"},
		{"per_holder: 2", "rollback: maybe", "rollback"},
		{"per_holder: 2", "grace: 10m", "grace"},
		{"per_holder: 2", "grace: 400d", "grace"},
		{"per_holder: 2", "attestors: [alice]", "attestors"},
		{"per_holder: 2", "terms: {name: other}", "terms.name"},
		{"per_holder: 2", "terms: {price: 1.5}", "quotes"},
		{"per_holder: 2", "per_holder: 2\nper_holder: 3", "per_holder: this member comes twice"},
		{"per_holder: 2", "terms: {text: " + strings.Repeat("x", voucher.MaxTerms) + "}", "bytes"},
		{"per_holder: 2", "---\nname: second", "second YAML document"},
	} {
		_, r := check(s, strings.Replace(tenCups, c.was, c.is, 1))
		require.Equal(t, cli.ExitMisused, r.code, "%s: %s", c.is, r.out)
		require.Contains(t, r.errors, c.says, c.is)
	}
	for _, text := range []string{"", "[]", "just words", `{"name": "Tea", "colour": 1}`, `{"name": "Tea"} {}`, "{"} {
		_, r := check(s, text)
		require.Equal(t, cli.ExitMisused, r.code, text)
	}
}

func TestCampaignFile_OfTheDemo(t *testing.T) {
	text, err := terms.Example("buy-one-get-one")
	require.NoError(t, err)
	in := mustCheck(offstage(t), string(text))
	require.Equal(t, uint64(demo.DrinkDiscount), in.MaxDiscount)
	require.Equal(t, []uint32{1, 2}, in.Stores)
	require.Greater(t, in.Supply, uint32(demo.MostCrowd))
	require.Equal(t, int16(480), in.Offsets[0].Minutes)
}
