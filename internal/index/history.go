package index

import (
	"tally/internal/ledger"
	"tally/internal/voucher"
)

// Touch is what one command did to one voucher.
type Touch struct {
	Ref      voucher.Ref       `json:"ref"`
	ID       voucher.Hash      `json:"id"` // of the command
	Verb     voucher.Verb      `json:"verb"`
	Signers  []voucher.Address `json:"signers"` // in the order of the command's signatures
	Position voucher.Position  `json:"position"`
	Time     uint64            `json:"time"`   // the ledger's clock
	Events   voucher.Events    `json:"events"` // those of this voucher
}

// Touches lists what an entry did, one touch for each voucher that it has
// events of, in their order. An entry without its command has no verb and no
// signers to tell.
func Touches(entry ledger.Entry) []Touch {
	var list []Touch
	at := map[voucher.Ref]int{}
	for _, e := range entry.Outcome.Events {
		ref, _, ok := voucher.VoucherOf(e)
		if !ok {
			continue
		}
		i, known := at[ref]
		if !known {
			i = len(list)
			at[ref] = i
			list = append(list, Touch{
				Ref: ref, ID: entry.Outcome.ID, Position: entry.Outcome.Position, Time: entry.Outcome.Time,
			})
		}
		list[i].Events = append(list[i].Events, e)
	}
	if command, err := voucher.DecodeCommand(entry.Command); err == nil {
		for i := range list {
			list[i].Verb, list[i].Signers = command.Verb(), voucher.Signers(command)
		}
	}
	return list
}

// Cursor is the cursor of a history behind a touch.
func (t Touch) Cursor() string { return EncodeCursor(EncodePosition(t.Position)) }

// verbOf is the verb of an accepted command, 0 where an entry has none to tell. Its
// first byte says it: reading all of each command was most of a rebuild.
func verbOf(command []byte) voucher.Verb {
	if len(command) == 0 {
		return 0
	}
	return voucher.Verb(command[0])
}

// rolledBackFor reports whether an entry is a rollback, and for which merchant.
func rolledBackFor(entry ledger.Entry) (merchant voucher.Address, ok bool) {
	for _, e := range entry.Outcome.Events {
		if _, ok = e.(voucher.RolledBack); ok {
			break
		}
	}
	if !ok {
		return merchant, false
	}
	command, err := voucher.DecodeCommand(entry.Command)
	if err != nil {
		return merchant, false // an entry without its command has no merchant to tell
	}
	back, ok := command.(voucher.Signed[voucher.Rollback])
	return back.Intent.Merchant, ok
}

// BuyerOf reports whether an outcome is a purchase, and whose at which merchant. It is
// a redemption, or a capture that took something. All vouchers of one are one wallet's.
func BuyerOf(o voucher.Outcome) (of MerchantBuyer, ok bool) {
	if of.Merchant, _, ok = Order(o); !ok {
		return of, false
	}
	for _, e := range o.Events {
		if e, ok := e.(voucher.VoucherRedeemed); ok {
			of.Wallet = e.Voucher.Unpack().Owner
			return of, true
		}
	}
	return MerchantBuyer{}, false
}

// Order reports whether an outcome is a redemption, a hold or a capture, and at
// whose store.
func Order(o voucher.Outcome) (merchant voucher.Address, store uint32, ok bool) {
	for _, e := range o.Events {
		switch e := e.(type) {
		case voucher.Redeemed:
			return e.Merchant, e.Store, true
		case voucher.OrderHeld:
			return e.Merchant, e.Store, true
		case voucher.HoldCaptured:
			return e.Merchant, e.Store, true
		}
	}
	return merchant, 0, false
}
