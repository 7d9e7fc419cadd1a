package voucher

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

// Event is one thing that an accepted command changed, with the state after
// the change. An EVM logs it under the same name, its fields in this order and
// none of them indexed; JSON has them by their tags. Vouchers are logged as
// their slot.
//
//	{"event":"VoucherCancelled","fields":{"campaign":"0x000102030405060708090a0b0c0d0e0f","serial":42,
//	 "voucher":{"expiry":1798761600,"owner":"0x00112233445566778899aabbccddeeff00112233","signedAt":1790000000,"state":1,"units":10}}}
type Event interface{ isEvent() }

// The events of operators and merchants.
type (
	// OperatorsSet is the set of operators from now on.
	OperatorsSet struct {
		Version   uint32    `json:"version"`
		Operators []Address `json:"operators"`
		Threshold uint32    `json:"threshold"`
	}
	// MerchantAdmitted starts a merchant at version 1.
	MerchantAdmitted struct {
		Merchant Address `json:"merchant"`
		Operator Address `json:"operator"`
		Name     string  `json:"name"`
	}
	// MerchantSuspended stops a merchant.
	MerchantSuspended struct {
		Merchant Address `json:"merchant"`
		Version  uint32  `json:"version"` // Standing.OperatorsVersion of the merchant, after the change
		Operator Address `json:"operator"`
		Reason   string  `json:"reason"`
	}
	// MerchantReinstated ends a suspension.
	MerchantReinstated struct {
		Merchant Address `json:"merchant"`
		Version  uint32  `json:"version"` // Standing.OperatorsVersion of the merchant, after the change
		Operator Address `json:"operator"`
		Lost     uint64  `json:"lost"` // seconds of suspension so far, by which validity is extended
	}
	// StorePut names a store.
	StorePut struct {
		Merchant Address `json:"merchant"`
		Version  uint32  `json:"version"`
		Store    uint32  `json:"store"`
		Name     string  `json:"name"`
	}
	// KeyPut gives a key its scopes.
	KeyPut struct {
		Merchant Address `json:"merchant"`
		Version  uint32  `json:"version"`
		Key      Address `json:"key"`
		Scopes   uint32  `json:"scopes"`
		Store    uint32  `json:"store"`
	}
	// RootSet replaces a merchant's root from an instant on. Its version is the
	// merchant's where the root named its successor, and the operators' own where
	// the operators did.
	RootSet struct {
		Merchant  Address `json:"merchant"`
		Version   uint32  `json:"version"`
		Root      Address `json:"root"`
		Effective uint64  `json:"effective"`
	}
	// AuditorSet says until when an auditor may read.
	AuditorSet struct {
		Auditor Address `json:"auditor"`
		Version uint32  `json:"version"` // of this auditor, after the change
		Until   uint64  `json:"until"`   // the first instant too late; 0: no more
	}
)

// The events of campaigns.
type (
	// CampaignCreated starts a campaign at version 1, active.
	CampaignCreated struct {
		Campaign CampaignID     `json:"campaign"`
		Create   CreateCampaign `json:"create"`
	}
	// CampaignChanged is what may change of a campaign, after the change; offsets are those added.
	CampaignChanged struct {
		Campaign CampaignID `json:"campaign"`
		Version  uint32     `json:"version"`
		Status   uint8      `json:"status"`
		Supply   uint32     `json:"supply"`
		Open     uint32     `json:"open"`
		Offsets  []Offset   `json:"offsets"`
	}
	// CampaignIssued promises vouchers to the owners of a list.
	CampaignIssued struct {
		Campaign CampaignID `json:"campaign"`
		Issue    Hash       `json:"issue"`
		Author   Address    `json:"author"`
		Root     Hash       `json:"root"`
		First    uint32     `json:"first"`
		Count    uint32     `json:"count"`
	}
	// AttestorPut says whether an attestor's tickets are good for a campaign from now on.
	AttestorPut struct {
		Campaign CampaignID `json:"campaign"`
		Attestor Address    `json:"attestor"`
		Version  uint32     `json:"version"` // of this attestor in this campaign, after the change
		Allowed  bool       `json:"allowed"`
	}
)

// The events of vouchers.
type (
	// VoucherDelivered is an issued voucher that appears.
	VoucherDelivered struct {
		Campaign CampaignID `json:"campaign"`
		Serial   uint32     `json:"serial"`
		Voucher  Slot       `json:"voucher"`
		Issue    Hash       `json:"issue"`
		Index    uint32     `json:"index"`
	}
	// VoucherClaimed is a voucher that a wallet took.
	VoucherClaimed struct {
		Campaign CampaignID `json:"campaign"`
		Serial   uint32     `json:"serial"`
		Voucher  Slot       `json:"voucher"`
		Ordinal  uint32     `json:"ordinal"`
		Attestor Address    `json:"attestor"`
		Subject  Hash       `json:"subject"`
	}
	// VoucherTransferred is a voucher that was given away.
	VoucherTransferred struct {
		Campaign CampaignID `json:"campaign"`
		Serial   uint32     `json:"serial"`
		Voucher  Slot       `json:"voucher"`
		From     Address    `json:"from"`
	}
	// VoucherRedeemed is what a redemption or capture took of one voucher.
	VoucherRedeemed struct {
		Campaign CampaignID `json:"campaign"`
		Serial   uint32     `json:"serial"`
		Voucher  Slot       `json:"voucher"`
		Units    uint64     `json:"units"`
		Discount uint64     `json:"discount"`
	}
	// VoucherHeld is what a hold reserved of one voucher; its units still count as the voucher's.
	VoucherHeld struct {
		Campaign CampaignID `json:"campaign"`
		Serial   uint32     `json:"serial"`
		Voucher  Slot       `json:"voucher"`
		Units    uint64     `json:"units"`
		Discount uint64     `json:"discount"`
		Until    uint64     `json:"until"`
	}
	// VoucherReleased is a voucher whose hold ended and left units unspent.
	VoucherReleased struct {
		Campaign CampaignID `json:"campaign"`
		Serial   uint32     `json:"serial"`
		Voucher  Slot       `json:"voucher"`
		Units    uint64     `json:"units"`
	}
	// VoucherCancelled is a voucher whose older codes are dead.
	VoucherCancelled struct {
		Campaign CampaignID `json:"campaign"`
		Serial   uint32     `json:"serial"`
		Voucher  Slot       `json:"voucher"`
	}
	// VoucherReturned is what a rollback gave back to one voucher.
	VoucherReturned struct {
		Campaign CampaignID `json:"campaign"`
		Serial   uint32     `json:"serial"`
		Voucher  Slot       `json:"voucher"`
		Units    uint64     `json:"units"`
		Forfeit  bool       `json:"forfeit"`
	}
	// VoucherVoided is a voucher that the merchant ended.
	VoucherVoided struct {
		Campaign CampaignID `json:"campaign"`
		Serial   uint32     `json:"serial"`
		Voucher  Slot       `json:"voucher"`
		Author   Address    `json:"author"`
		Reason   string     `json:"reason"`
	}
)

// The events that head the vouchers' ones of an order.
type (
	// Redeemed is an accepted redemption; a VoucherRedeemed for each line follows.
	Redeemed struct {
		Owner      Address  `json:"owner"`
		Merchant   Address  `json:"merchant"`
		Store      uint32   `json:"store"`
		Till       Address  `json:"till"`
		Acceptance Hash     `json:"acceptance"` // the digest of the Accept
		Currency   Currency `json:"currency"`
		Amount     uint64   `json:"amount"`
		Details    Hash     `json:"details"`
		Reference  Hash     `json:"reference"`
	}
	// OrderHeld is an accepted hold; a VoucherHeld for each line follows.
	OrderHeld struct {
		Owner      Address  `json:"owner"`
		Merchant   Address  `json:"merchant"`
		Store      uint32   `json:"store"`
		Till       Address  `json:"till"`
		Acceptance Hash     `json:"acceptance"`
		Currency   Currency `json:"currency"`
		Amount     uint64   `json:"amount"`
		Details    Hash     `json:"details"`
		Reference  Hash     `json:"reference"`
		Until      uint64   `json:"until"`
	}
	// HoldCaptured closes a hold; VoucherRedeemed and VoucherReleased follow.
	HoldCaptured struct {
		Hold      Hash     `json:"hold"`
		Merchant  Address  `json:"merchant"`
		Store     uint32   `json:"store"`
		Till      Address  `json:"till"`
		Currency  Currency `json:"currency"`
		Amount    uint64   `json:"amount"`
		Details   Hash     `json:"details"`
		Reference Hash     `json:"reference"`
	}
	// HoldReleased closes a hold; VoucherReleased follows.
	HoldReleased struct {
		Hold     Hash    `json:"hold"`
		Merchant Address `json:"merchant"`
		Store    uint32  `json:"store"`
		Till     Address `json:"till"`
	}
	// OfferCancelled kills an offer; VoucherCancelled follows.
	OfferCancelled struct {
		Offer  Hash    `json:"offer"`
		Author Address `json:"author"`
	}
	// RolledBack gives units of a redemption back; VoucherReturned follows.
	RolledBack struct {
		Redemption Hash    `json:"redemption"`
		Author     Address `json:"author"`
		Details    Hash    `json:"details"`
	}
)

func (OperatorsSet) isEvent()       {}
func (MerchantAdmitted) isEvent()   {}
func (MerchantSuspended) isEvent()  {}
func (MerchantReinstated) isEvent() {}
func (StorePut) isEvent()           {}
func (KeyPut) isEvent()             {}
func (RootSet) isEvent()            {}
func (CampaignCreated) isEvent()    {}
func (CampaignChanged) isEvent()    {}
func (CampaignIssued) isEvent()     {}
func (VoucherDelivered) isEvent()   {}
func (VoucherClaimed) isEvent()     {}
func (VoucherTransferred) isEvent() {}
func (VoucherRedeemed) isEvent()    {}
func (VoucherHeld) isEvent()        {}
func (VoucherReleased) isEvent()    {}
func (VoucherCancelled) isEvent()   {}
func (VoucherReturned) isEvent()    {}
func (VoucherVoided) isEvent()      {}
func (Redeemed) isEvent()           {}
func (OrderHeld) isEvent()          {}
func (HoldCaptured) isEvent()       {}
func (HoldReleased) isEvent()       {}
func (OfferCancelled) isEvent()     {}
func (RolledBack) isEvent()         {}
func (AuditorSet) isEvent()         {}
func (AttestorPut) isEvent()        {}

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

// EventName is the name of an event, as an EVM logs it.
func EventName(e Event) string { return reflect.TypeOf(e).Name() }

// VoucherOf is the voucher that an event is about, and the state in which it
// left it; ok is false where it is about none, or about several.
func VoucherOf(e Event) (ref Ref, slot Slot, ok bool) {
	switch e := e.(type) {
	case VoucherDelivered:
		return Ref{e.Campaign, e.Serial}, e.Voucher, true
	case VoucherClaimed:
		return Ref{e.Campaign, e.Serial}, e.Voucher, true
	case VoucherTransferred:
		return Ref{e.Campaign, e.Serial}, e.Voucher, true
	case VoucherRedeemed:
		return Ref{e.Campaign, e.Serial}, e.Voucher, true
	case VoucherHeld:
		return Ref{e.Campaign, e.Serial}, e.Voucher, true
	case VoucherReleased:
		return Ref{e.Campaign, e.Serial}, e.Voucher, true
	case VoucherCancelled:
		return Ref{e.Campaign, e.Serial}, e.Voucher, true
	case VoucherReturned:
		return Ref{e.Campaign, e.Serial}, e.Voucher, true
	case VoucherVoided:
		return Ref{e.Campaign, e.Serial}, e.Voucher, true
	default:
		return Ref{}, Slot{}, false
	}
}

// EventSignature is what an EVM hashes to the first topic.
//
//	VoucherCancelled(bytes16,uint32,bytes32)
func EventSignature(e Event) string {
	return EventName(e) + SolidityType(reflect.TypeOf(e))
}

// EncodeEvent is the data of the log of an event: abi.encode of its members.
func EncodeEvent(e Event) []byte { return encodeTuple(reflect.ValueOf(e)) }

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

// ParseEvent reads an event of which the signature and the data are known, as
// EventSignature and EncodeEvent write them. The error is ErrEncoding.
func ParseEvent(signature string, data []byte) (Event, error) {
	name, _, _ := strings.Cut(signature, "(")
	for _, like := range EventTypes() {
		if EventName(like) == name && EventSignature(like) == signature {
			return DecodeEvent(data, like)
		}
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
	for _, like := range EventTypes() {
		if EventName(like) != name {
			continue
		}
		into := reflect.New(reflect.TypeOf(like))
		if err := json.Unmarshal(fields, into.Interface()); err != nil {
			return nil, fmt.Errorf("event %s: %w", name, err)
		}
		event, _ := into.Elem().Interface().(Event)
		return event, nil
	}
	return nil, fmt.Errorf("event %q is unknown: %w", clip([]byte(name)), ErrText)
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
