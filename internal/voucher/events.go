package voucher

import (
	"encoding/json"
	"fmt"
	"reflect"
	"sync"
)

// Event is one thing that an accepted command changed, with the state after
// the change. An EVM logs it under the same name, its fields in this order and
// none of them indexed; JSON has them by their tags. Vouchers are logged as
// their slot.
//
//	{"event":"VoucherCancelled","fields":{"campaign":"0x000102030405060708090a0b0c0d0e0f","serial":42,
//	 "voucher":{"expiry":1798761600,"owner":"0x00112233445566778899aabbccddeeff00112233","signedAt":1790000000,"state":1,"units":10}}}
type Event interface{ isEvent() }

// EventTypes lists an empty event of each type.
func EventTypes() []Event {
	return []Event{
		OperatorsSet{}, MerchantAdmitted{}, MerchantSuspended{}, MerchantReinstated{}, StorePut{}, KeyPut{}, RootSet{},
		CampaignCreated{}, CampaignChanged{}, CampaignIssued{},
		VoucherDelivered{}, VoucherClaimed{}, VoucherTransferred{}, VoucherRedeemed{}, VoucherHeld{}, VoucherReleased{},
		VoucherCancelled{}, VoucherReturned{}, VoucherVoided{},
		Redeemed{}, OrderHeld{}, HoldCaptured{}, HoldReleased{}, OfferCancelled{}, RolledBack{},
		AuditorSet{}, AttestorPut{},
	}
}

// eventKinds is what is known of events by their types. It is made once and never changed.
type eventKinds struct {
	signatures  map[reflect.Type]string
	named       map[string]Event // an empty one, by its name
	bySignature map[string]Event // an empty one
}

var kindsOfEvents = sync.OnceValue(func() eventKinds {
	k := eventKinds{map[reflect.Type]string{}, map[string]Event{}, map[string]Event{}}
	for _, like := range EventTypes() {
		t := reflect.TypeOf(like)
		signature := t.Name() + SolidityType(t)
		k.signatures[t], k.named[t.Name()], k.bySignature[signature] = signature, like, like
	}
	return k
})

// EventName is the name of an event, as an EVM logs it.
func EventName(e Event) string { return reflect.TypeOf(e).Name() }

// eventNamed is an empty event of the type with this name.
func eventNamed(name string) (like Event, ok bool) {
	like, ok = kindsOfEvents().named[name]
	return like, ok
}

// eventOfVoucher is an event of one voucher.
type eventOfVoucher interface {
	// after is the voucher, and the state in which the event left it.
	after() (Ref, Slot)
}

// VoucherOf is the voucher that an event is about, and the state in which it
// left it; ok is false where it is about none, or about several.
func VoucherOf(e Event) (ref Ref, slot Slot, ok bool) {
	one, ok := e.(eventOfVoucher)
	if !ok {
		return Ref{}, Slot{}, false
	}
	ref, slot = one.after()
	return ref, slot, true
}

// EventSignature is what an EVM hashes to the first topic.
//
//	VoucherCancelled(bytes16,uint32,bytes32)
func EventSignature(e Event) string { return kindsOfEvents().signatures[reflect.TypeOf(e)] }

// EncodeEvent is the data of the log of an event: abi.encode of its members.
func EncodeEvent(e Event) []byte { return appendTuple(nil, addressable(e)) }

// DecodeEvent reads what EncodeEvent writes for an event of the same type as
// like, and nothing else.
func DecodeEvent(data []byte, like Event) (Event, error) {
	into := reflect.New(reflect.TypeOf(like))
	if err := DecodeValues(data, into.Interface()); err != nil {
		return nil, fmt.Errorf("event %s: %w", EventName(like), err)
	}
	event, _ := into.Elem().Interface().(Event)
	return event, nil
}

// ParseEvent reads an event by its signature and its data, as
// EventSignature and EncodeEvent write them. The error is ErrEncoding.
func ParseEvent(signature string, data []byte) (Event, error) {
	if like, ok := kindsOfEvents().bySignature[signature]; ok {
		return DecodeEvent(data, like)
	}
	return nil, fmt.Errorf("event %q is unknown: %w", clip([]byte(signature)), ErrEncoding)
}

// taggedEvent is the JSON form of an event.
type taggedEvent struct {
	Event  string `json:"event"`
	Fields Event  `json:"fields"`
}

// Events is a list of events with a JSON form.
type Events []Event

// MarshalJSON writes the canonical form.
func (es Events) MarshalJSON() ([]byte, error) { return CanonicalJSON(es.tagged()), nil }

func (es Events) tagged() []taggedEvent {
	out := make([]taggedEvent, len(es))
	for i, e := range es {
		out[i] = taggedEvent{EventName(e), e}
	}
	return out
}

// UnmarshalJSON reads what MarshalJSON writes.
func (es *Events) UnmarshalJSON(b []byte) error {
	var raw []struct {
		Event  string          `json:"event"`
		Fields json.RawMessage `json:"fields"`
	}
	if err := json.Unmarshal(b, &raw); err != nil {
		return fmt.Errorf("events: %w", err)
	}
	*es = make(Events, len(raw))
	for i, r := range raw {
		event, err := unmarshalEvent(r.Event, r.Fields)
		if err != nil {
			return err
		}
		(*es)[i] = event
	}
	return nil
}

func unmarshalEvent(name string, fields []byte) (Event, error) {
	like, ok := eventNamed(name)
	if !ok {
		return nil, fmt.Errorf("event %q is unknown: %w", clip([]byte(name)), ErrText)
	}
	into := reflect.New(reflect.TypeOf(like))
	if err := json.Unmarshal(fields, into.Interface()); err != nil {
		return nil, fmt.Errorf("event %s: %w", name, err)
	}
	event, _ := into.Elem().Interface().(Event)
	return event, nil
}

// MarshalJSON writes the voucher that the slot holds.
func (s Slot) MarshalJSON() ([]byte, error) { return CanonicalJSON(s.Unpack()), nil }

// UnmarshalJSON reads what MarshalJSON writes. A member beyond its limit is
// refused with ErrText: packed, it would spill into another.
func (s *Slot) UnmarshalJSON(b []byte) error {
	var v Voucher
	if err := json.Unmarshal(b, &v); err != nil {
		return fmt.Errorf("voucher: %w", err)
	}
	packed := v.Pack()
	if packed.Unpack() != v {
		return fmt.Errorf("voucher: a member is out of range: %w", ErrText)
	}
	*s = packed
	return nil
}
