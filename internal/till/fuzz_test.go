package till

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/api"
	"tally/internal/client"
	"tally/internal/intent"
	"tally/internal/voucher"
)

// FuzzDecodeRecord wants every text refused, or read as a record that is
// written and read as the same again.
func FuzzDecodeRecord(f *testing.F) {
	for _, r := range []record{
		{Version: unsummed, Reference: "A-1", Loose: true, Request: &api.RedemptionRequest{Code: "TALLY1-A"}},
		{Version: unsummed, Reference: "A-1", State: StateRefused, Final: true, Problem: &api.Problem{Code: "spent"}},
		{Version: unsummed, Reference: "A-1", State: StateRedeemed, Final: true, Outcome: &voucher.Outcome{Events: voucher.Events{voucher.Redeemed{}}}},
		{Version: unpriced, Reference: "A-1", State: StateRedeemed, Final: true, Salt: &voucher.Hash{1}, Outcome: &voucher.Outcome{Events: voucher.Events{}}},
	} {
		text, err := json.Marshal(r)
		require.NoError(f, err)
		f.Add(text)
		summed, err := encodeRecord(r)
		require.NoError(f, err)
		f.Add(summed)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := decodeRecord(text)
		if err != nil {
			require.ErrorIs(t, err, errRecord)
			return
		}
		again, err := encodeRecord(r)
		require.NoError(t, err)
		same, err := decodeRecord(again)
		require.NoError(t, err)
		r.Version = recordVersion
		require.Equal(t, r, same)
	})
}

// FuzzOrder wants every body refused with a problem, or read as an order within
// its limits.
func FuzzOrder(f *testing.F) {
	f.Add(`{"reference":"A-1","code":"TALLY1-A","amount":6400,"currency":"HKD","discounts":[3200],"units":[1],"details":"tea"}`)
	f.Add(`{"reference":"A-1"}{}`)
	s := signer{Signer: client.Signer{Domain: intent.NewDomain(voucher.Hash{1})}}
	f.Fuzz(func(t *testing.T, body string) {
		var o Order
		err := decode(strings.NewReader(body), &o)
		var code intent.Code
		if err == nil {
			code, err = s.parse(o.Reference, o.Code)
		}
		if err == nil {
			err = o.check(code.Offer)
		}
		var p *api.Problem
		if err != nil {
			require.ErrorAs(t, err, &p)
			return
		}
		require.True(t, ValidReference(o.Reference))
	})
}

// FuzzCartOrder is FuzzOrder for orders with a cart.
func FuzzCartOrder(f *testing.F) {
	f.Add(`{"reference":"A-1","code":"TALLY1-A","cart":{"currency":"HKD","lines":[{"id":"1","unit":2850,"quantity":1,"amount":2850}]}}`)
	f.Add(`{"reference":"A-1","code":"TALLY1-A","cart":{"currency":"HKD","lines":[]},"record":"{}","salt":"0x51"}`)
	s := signer{Signer: client.Signer{Domain: intent.NewDomain(voucher.Hash{1})}}
	f.Fuzz(func(t *testing.T, body string) {
		var o CartOrder
		err := decode(strings.NewReader(body), &o)
		if err == nil {
			_, err = o.read(s, voucher.Redeem{})
		}
		var p *api.Problem
		if err != nil {
			require.ErrorAs(t, err, &p)
		}
	})
}
