package voucher_test

import (
	"encoding/hex"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/voucher"
)

// filledEvents is one filled event of every type.
func filledEvents() voucher.Events {
	var events voucher.Events
	for _, like := range voucher.EventTypes() {
		events = append(events, filled(reflect.TypeOf(like)).Interface().(voucher.Event))
	}
	return events
}

// eventData is what an EVM logs: abi.encode of the members, so without the
// offset word that the encoding of a dynamic struct begins with.
func eventData(e voucher.Event) []byte {
	data := voucher.EncodeABI(e)
	if signature := voucher.EventSignature(e); strings.Contains(signature, "[]") || strings.Contains(signature, "string") {
		return data[32:]
	}
	return data
}

// requireBytes compares canonical JSON, of which the bytes are promised and not the meaning alone.
func requireBytes(t *testing.T, want string, got []byte) {
	t.Helper()
	require.Equal(t, []byte(want), got, "%s", got)
}

func TestTheDocumentedEventIsALiteral(t *testing.T) {
	owner, err := voucher.ParseAddress("0x00112233445566778899aabbccddeeff00112233")
	require.NoError(t, err)
	campaign, err := voucher.ParseCampaignID("cmp_000102030405060708090a0b0c0d0e0f")
	require.NoError(t, err)
	e := voucher.VoucherCancelled{Campaign: campaign, Serial: 42, Voucher: voucher.Voucher{
		Owner: owner, Units: 10, Expiry: validUntil, SignedAt: start, State: voucher.StateClaimed,
	}.Pack()}
	text, err := voucher.Events{e}.MarshalJSON()
	require.NoError(t, err)
	const want = `[{"event":"VoucherCancelled","fields":{"campaign":"0x000102030405060708090a0b0c0d0e0f","serial":42,` +
		`"voucher":{"expiry":1798761600,"owner":"0x00112233445566778899aabbccddeeff00112233","signedAt":1790000000,"state":1,"units":10}}}]`
	requireBytes(t, want, text)
	require.Equal(t, "VoucherCancelled(bytes16,uint32,bytes32)", voucher.EventSignature(e))
	require.Equal(t, "000102030405060708090a0b0c0d0e0f00000000000000000000000000000000"+
		"000000000000000000000000000000000000000000000000000000000000002a"+
		"00112233445566778899aabbccddeeff0011223300000000a1e7f206ab13b801", hex.EncodeToString(voucher.EncodeABI(e)))
}

// Every event's EVM signature, EVM data and JSON are literals in testdata/events.json.
func TestEventEncodingsAreFrozen(t *testing.T) {
	type vector struct {
		Signature string `json:"signature"`
		JSON      string `json:"json"` // canonical
		Data      string `json:"data"`
	}
	var got []vector
	for _, e := range filledEvents() {
		text, err := voucher.Events{e}.MarshalJSON()
		require.NoError(t, err)
		data := eventData(e)
		require.Equal(t, data, voucher.EncodeEvent(e))
		decoded, err := voucher.DecodeEvent(data, e)
		require.NoError(t, err)
		require.Equal(t, e, decoded)
		got = append(got, vector{
			voucher.EventSignature(e), string(text[1 : len(text)-1]), "0x" + hex.EncodeToString(data),
		})
	}
	golden(t, "events.json", got)
}

func TestEventsComeBackFromTheirJSON(t *testing.T) {
	events := filledEvents()
	require.Len(t, events, 25)
	text, err := json.Marshal(events)
	require.NoError(t, err)
	var again voucher.Events
	require.NoError(t, json.Unmarshal(text, &again))
	require.Equal(t, events, again)
}

func TestOutcomesComeBackFromTheirJSON(t *testing.T) {
	for name, out := range map[string]voucher.Outcome{
		"accepted": {
			ID: voucher.Hash{1}, Status: voucher.StatusAccepted, CommandHash: voucher.Hash{2},
			Position: voucher.Position{Block: 12, Item: 3}, Time: start, Events: filledEvents(),
		},
		"refused": {
			ID: voucher.Hash{1}, Status: voucher.StatusRefused, Kind: voucher.KindHeld,
			Position: voucher.Position{Block: 12, Item: 3}, Time: start, Events: voucher.Events{},
		},
		"unknown": {ID: voucher.Hash{1}, Events: voucher.Events{}},
	} {
		t.Run(name, func(t *testing.T) {
			text, err := json.Marshal(out)
			require.NoError(t, err)
			require.Equal(t, string(out.Canonical()), string(text))
			require.Equal(t, generic(t, text), string(text), "not canonical")
			var again voucher.Outcome
			require.NoError(t, json.Unmarshal(text, &again))
			require.Equal(t, out, again)
		})
	}
}

func TestARefusalsJSONIsALiteral(t *testing.T) {
	out := voucher.Outcome{
		ID: voucher.Hash{31: 1}, Status: voucher.StatusRefused, Kind: voucher.KindAlreadyUsed,
		Position: voucher.Position{Block: 12, Tx: 1, Item: 3}, Time: start,
	}
	const want = `{"commandHash":"0x0000000000000000000000000000000000000000000000000000000000000000","events":[],` +
		`"id":"0x0000000000000000000000000000000000000000000000000000000000000001","kind":"already_used",` +
		`"position":"12.1.3","status":"refused","time":1790000000}`
	requireBytes(t, want, out.Canonical())
}

func TestUnknownEventsAreRefused(t *testing.T) {
	for _, text := range []string{
		`{}`, `[{}]`, `[{"event":"Nothing","fields":{}}]`, `[{"event":"Redeemed","fields":[]}]`,
		`[{"event":"VoucherCancelled","fields":{"campaign":"cmp_"}}]`, `[{"event":"Redeemed","fields":{"currency":"twd"}}]`,
	} {
		var es voucher.Events
		require.Error(t, json.Unmarshal([]byte(text), &es), text)
	}
}
