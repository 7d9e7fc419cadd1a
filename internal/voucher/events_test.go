package voucher_test

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

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

// requireBytes compares canonical JSON. Its bytes are promised, not its meaning alone.
func requireBytes(t *testing.T, want string, got []byte) {
	t.Helper()
	require.Equal(t, []byte(want), got, "%s", got)
}

// TestEvent_DocumentedLiteral: the documented event is a literal.
func TestEvent_DocumentedLiteral(t *testing.T) {
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
func TestEvent_EncodingsFrozen(t *testing.T) {
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

// TestEvent_JSONReadsBack: events come back from their JSON.
func TestEvent_JSONReadsBack(t *testing.T) {
	events := filledEvents()
	require.Len(t, events, 27)
	text, err := json.Marshal(events)
	require.NoError(t, err)
	var again voucher.Events
	require.NoError(t, json.Unmarshal(text, &again))
	require.Equal(t, events, again)
}

// TestOutcome_JSONReadsBack: outcomes come back from their JSON.
func TestOutcome_JSONReadsBack(t *testing.T) {
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

// TestOutcome_RefusalsJSON: a refusal's JSON is a literal.
func TestOutcome_RefusalsJSON(t *testing.T) {
	out := voucher.Outcome{
		ID: voucher.Hash{31: 1}, Status: voucher.StatusRefused, Kind: voucher.KindAlreadyUsed,
		Position: voucher.Position{Block: 12, Tx: 1, Item: 3}, Time: start,
	}
	const want = `{"commandHash":"0x0000000000000000000000000000000000000000000000000000000000000000","events":[],` +
		`"id":"0x0000000000000000000000000000000000000000000000000000000000000001","kind":"already_used",` +
		`"position":"12.1.3","status":"refused","time":1790000000}`
	requireBytes(t, want, out.Canonical())
}

// TestEvent_Unknown: unknown events are refused.
func TestEvent_Unknown(t *testing.T) {
	for _, text := range []string{
		`{}`, `[{}]`, `[{"event":"Nothing","fields":{}}]`, `[{"event":"Redeemed","fields":[]}]`,
		`[{"event":"VoucherCancelled","fields":{"campaign":"cmp_"}}]`, `[{"event":"VoucherCancelled","fields":{"voucher":{"units":"1"}}}]`, `[{"event":"Redeemed","fields":{"currency":"twd"}}]`,
	} {
		var es voucher.Events
		require.Error(t, json.Unmarshal([]byte(text), &es), text)
	}
}

// TestEvent_VoucherBeyondItsSlot: vouchers beyond their slot are refused.
func TestEvent_VoucherBeyondItsSlot(t *testing.T) {
	for name, text := range map[string]string{
		"2^36 units":                    `{"units":68719476736}`,
		"an expiry beyond 24 bits":      `{"expiry":15099494400}`,
		"an expiry between quarters":    `{"expiry":901}`,
		"signed at 2^32":                `{"signedAt":4294967296}`,
		"a state of 16":                 `{"state":16}`,
		"an event with a voucher of it": `[{"event":"VoucherCancelled","fields":{"voucher":{"state":16}}}]`,
	} {
		t.Run(name, func(t *testing.T) {
			slot, events := voucher.Slot{1}, voucher.Events{}
			var into any = &slot
			if text[0] == '[' {
				into = &events
			}
			require.ErrorIs(t, json.Unmarshal([]byte(text), into), voucher.ErrText)
			require.Equal(t, voucher.Slot{1}, slot)
		})
	}
}

// TestEvent_DataOfAnother: data of another event is refused.
func TestEvent_DataOfAnother(t *testing.T) {
	data := eventData(voucher.OfferCancelled{Offer: voucher.Hash{1}, Author: till(1)})
	for name, b := range map[string][]byte{
		"nothing": nil, "a word less": data[:32], "a word more": append(slices.Clone(data), word(0)...), "dirt": append(word(1 << 63)[:32:32], data[:32]...),
	} {
		t.Run(name, func(t *testing.T) {
			e, err := voucher.DecodeEvent(b, voucher.OfferCancelled{})
			require.ErrorIs(t, err, voucher.ErrEncoding)
			require.Nil(t, e)
		})
	}
}

// FuzzDecodeEvent: the data of a log decodes to the one event that is logged
// so, and the event's JSON reads back as the event.
func FuzzDecodeEvent(f *testing.F) {
	like := voucher.EventTypes()
	for i, e := range filledEvents() {
		f.Add(byte(i), eventData(e))
	}
	f.Fuzz(func(t *testing.T, which byte, data []byte) {
		var e voucher.Event
		var err error
		take := func() { e, err = voucher.DecodeEvent(data, like[int(which)%len(like)]) }
		require.Less(t, allocated(take), room(len(data)))
		if err != nil {
			require.ErrorIs(t, err, voucher.ErrEncoding)
			require.Nil(t, e)
			return
		}
		require.Equal(t, data, eventData(e))
		text, err := voucher.Events{e}.MarshalJSON()
		require.NoError(t, err)
		require.Equal(t, generic(t, text), string(text))
		if !utf8.ValidString(fmt.Sprint(e)) { // JSON has no text for it
			return
		}
		var again voucher.Events
		require.NoError(t, json.Unmarshal(text, &again))
		require.Equal(t, data, eventData(again[0]))
	})
}

// FuzzEventsJSON: a text is refused, or means events whose canonical text
// means the same events.
func FuzzEventsJSON(f *testing.F) {
	for _, e := range filledEvents() {
		text, err := voucher.Events{e}.MarshalJSON()
		require.NoError(f, err)
		f.Add(text)
	}
	f.Add([]byte(`[{"event":"VoucherReleased","fields":{"voucher":{"units":68719476736,"state":16}}}]`))
	f.Add([]byte(`[{"event":"OperatorsSet","fields":{}}]`))
	f.Add([]byte("[{\"event\":\"VoucherVoided\",\"fields\":{\"reason\":\"<\xaf&>\"}}]"))
	f.Add([]byte(`[{"event":"Redeemed","fields":{"currency":"0x000000"}}]`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var events voucher.Events
		if err := json.Unmarshal(text, &events); err != nil {
			return
		}
		requireRereads(t, events)
	})
}

// requireRereads wants the canonical text of a value to mean the value. It asks
// the value itself: json.Marshal would escape <, > and & in its answer.
func requireRereads[T json.Marshaler](t *testing.T, v T) {
	t.Helper()
	text, err := v.MarshalJSON()
	require.NoError(t, err)
	require.Equal(t, generic(t, text), string(text))
	var again T
	require.NoError(t, json.Unmarshal(text, &again), "%s", text)
	rewritten, err := again.MarshalJSON() // nil and empty lists are one, so the texts are compared
	require.NoError(t, err)
	require.Equal(t, string(text), string(rewritten))
}

// FuzzOutcomeJSON: the same for the outcome that an API answers with.
func FuzzOutcomeJSON(f *testing.F) {
	f.Add(voucher.Outcome{Status: voucher.StatusAccepted, Events: filledEvents(), Position: voucher.Position{Block: 1}}.Canonical())
	f.Add(voucher.Outcome{Status: voucher.StatusRefused, Kind: voucher.KindHeld, Time: start}.Canonical())
	f.Fuzz(func(t *testing.T, text []byte) {
		var out voucher.Outcome
		if err := json.Unmarshal(text, &out); err != nil {
			return
		}
		requireRereads(t, out)
	})
}
