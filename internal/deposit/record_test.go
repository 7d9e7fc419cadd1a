package deposit_test

import (
	"crypto/sha256"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/deposit"
	"tally/internal/pricing"
	"tally/internal/voucher"
)

// TestCheck_HostileRecords: nothing is kept but the text that was signed, in its one form.
func TestCheck_HostileRecords(t *testing.T) {
	of, good := order(t, 1, 2)
	require.NoError(t, of.Check(good))
	other, another := order(t, 1, 3)
	unsigned := of
	unsigned.Details = voucher.Hash{}
	back := of
	back.Kind = deposit.Return
	long := strings.Replace(good.Text, `"id":"1"`, `"id":"1","sku":"`+strings.Repeat("x", pricing.MaxRecord)+`"`, 1)
	for name, c := range map[string]struct {
		of   deposit.Subject
		text string
		salt voucher.Hash
		err  error // nil is a refusal of the text
	}{
		"of another sale":          {of, another.Text, another.Salt, deposit.ErrOther},
		"under another sale":       {other, good.Text, good.Salt, deposit.ErrOther},
		"another salt":             {of, good.Text, voucher.Hash{1}, deposit.ErrOther},
		"no salt":                  {of, good.Text, voucher.Hash{}, deposit.ErrOther},
		"nothing was signed":       {unsigned, good.Text, good.Salt, deposit.ErrOther},
		"of another ledger":        {of, strings.Replace(good.Text, "0x01", "0x02", 1), good.Salt, deposit.ErrOther},
		"a space at its end":       {of, good.Text + " ", good.Salt, deposit.ErrForm},
		"a line end":               {of, good.Text + "\n", good.Salt, deposit.ErrForm},
		"members in another order": {of, `{"v":"tally-order/1",` + strings.Replace(good.Text[1:], `,"v":"tally-order/1"`, "", 1), good.Salt, deposit.ErrForm},
		"hex in capitals":          {of, strings.Replace(good.Text, "0x01", "0X01", 1), good.Salt, nil},
		"capitals in hex":          {of, strings.Replace(good.Text, `"merchant":"0x01000000`, `"merchant":"0x0A000000`, 1), good.Salt, deposit.ErrForm},
		"an escape":                {of, strings.Replace(good.Text, `"id":"1"`, `"id":"\u0031"`, 1), good.Salt, deposit.ErrForm},
		"nothing":                  {of, "", good.Salt, nil},
		"an array":                 {of, "[]", good.Salt, nil},
		"a return":                 {of, `{"engine":"tally-pricing/1","items":[["1",1]],"order":"0x` + strings.Repeat("00", 32) + `","refund":0,"v":"tally-return/1"}`, good.Salt, nil},
		"an order as a return":     {back, good.Text, good.Salt, nil},
		"a member twice":           {of, strings.Replace(good.Text, `"at":`, `"at":1,"at":`, 1), good.Salt, nil},
		"an unknown member":        {of, strings.Replace(good.Text, `"at":`, `"as":1,"at":`, 1), good.Salt, nil},
		"deep":                     {of, strings.Repeat(`{"cart":`, 100_000), good.Salt, nil},
		"deep and whole":           {of, strings.Repeat(`{"cart":`, 5000) + "1" + strings.Repeat("}", 5000), good.Salt, nil},
		"long":                     {of, long, good.Salt, nil},
		"NUL":                      {of, strings.Replace(good.Text, `"id":"1"`, `"id":"1`+"\x00"+`"`, 1), good.Salt, nil},
		"an escaped NUL":           {of, strings.Replace(good.Text, `"id":"1"`, `"id":"1\u0000"`, 1), good.Salt, nil},
		"a control character":      {of, strings.Replace(good.Text, `"id":"1"`, `"id":"\u001b[2J"`, 1), good.Salt, nil},
		"no UTF-8":                 {of, strings.Replace(good.Text, `"id":"1"`, `"id":"`+"\xff"+`"`, 1), good.Salt, nil},
		"half a surrogate":         {of, strings.Replace(good.Text, `"id":"1"`, `"id":"\ud800"`, 1), good.Salt, nil},
	} {
		t.Run(name, func(t *testing.T) {
			err := c.of.Check(deposit.Record{Text: c.text, Salt: c.salt})
			if c.err != nil {
				require.ErrorIs(t, err, c.err)
				return
			}
			require.ErrorIs(t, err, pricing.ErrRefused)
			require.Less(t, len(err.Error()), 400)
		})
	}
}

// TestCheck_SignedInAnotherForm: a till that signs a text in another form than the canonical one
// has it refused, although the hash is right.
func TestCheck_SignedInAnotherForm(t *testing.T) {
	of, r := order(t, 1, 2)
	r.Text += "\n"
	of.Details = sha256.Sum256(append(r.Salt[:], r.Text...))
	require.ErrorIs(t, of.Check(r), deposit.ErrForm)
	r.Text = "two jasmine teas"
	of.Details = sha256.Sum256(append(r.Salt[:], r.Text...))
	require.ErrorIs(t, of.Check(r), pricing.ErrRefused)
}

// TestSubjectOf_WhatHasARecord: sales and what gives them back, and nothing else.
func TestSubjectOf_WhatHasARecord(t *testing.T) {
	id, sale, m, details := voucher.Hash{1}, voucher.Hash{2}, voucher.Address{3}, voucher.Hash{4}
	for _, c := range []struct {
		event voucher.Event
		want  deposit.Subject
		ok    bool
	}{
		{voucher.Redeemed{Merchant: m, Details: details}, deposit.Subject{Command: id, Sale: id, Merchant: m, Kind: deposit.Order, Details: details}, true},
		{voucher.HoldCaptured{Merchant: m, Details: details}, deposit.Subject{Command: id, Sale: id, Merchant: m, Kind: deposit.Order, Details: details}, true},
		{voucher.RolledBack{Redemption: sale, Details: details}, deposit.Subject{Command: id, Sale: sale, Kind: deposit.Return, Details: details}, true},
		{voucher.OrderHeld{Merchant: m}, deposit.Subject{}, false},
	} {
		got, ok := deposit.SubjectOf(voucher.Outcome{ID: id, Events: voucher.Events{c.event}})
		require.Equal(t, c.ok, ok)
		require.Equal(t, c.want, got)
	}
	_, ok := deposit.SubjectOf(voucher.Outcome{})
	require.False(t, ok)
}
