package voucher

import "cmp"

// Release frees what a hold reserved. Author: a till of the holding store.
type Release struct {
	Hold     Hash    `json:"hold"`
	Merchant Address `json:"merchant"`
	Till     Address `json:"till"`
	Store    uint32  `json:"store"`
	Vouchers []Ref   `json:"vouchers"` // every voucher of the hold, ascending
	Deadline uint64  `json:"deadline"`
}

func (Release) verb() Verb { return VerbRelease }

func (in Release) flaw() string {
	return cmp.Or(miscounted("vouchers", len(in.Vouchers), 1, MaxLines), disordered("vouchers", in.Vouchers, compareRef))
}

func (in Release) author() Address { return in.Till }

func (in Release) touches(Hash) []string { return touched(in.Vouchers) }

func (in Release) reads() []string {
	return append(readByKey(in.Merchant, in.Till), recordsOf(in.Vouchers, voucherKey, holdKey)...)
}

// HoldReleased closes a hold; VoucherReleased follows.
type HoldReleased struct {
	Hold     Hash    `json:"hold"`
	Merchant Address `json:"merchant"`
	Store    uint32  `json:"store"`
	Till     Address `json:"till"`
}

func (HoldReleased) isEvent() {}

// VoucherReleased is a voucher whose hold ended and left units unspent.
type VoucherReleased struct {
	Campaign CampaignID `json:"campaign"`
	Serial   uint32     `json:"serial"`
	Voucher  Slot       `json:"voucher"`
	Units    uint64     `json:"units"`
}

func (VoucherReleased) isEvent() {}

func (e VoucherReleased) after() (Ref, Slot) { return Ref{e.Campaign, e.Serial}, e.Voucher }

// judge frees what a hold reserved.
func (in Release) judge(r *ruling) Kind {
	e := ender{in.Hold, in.Merchant, in.Till, in.Store}
	if kind := r.checkEnder(e, in.Deadline); kind != KindAccepted {
		return kind
	}
	r.emit(HoldReleased{Hold: in.Hold, Merchant: in.Merchant, Store: in.Store, Till: in.Till})
	for _, ref := range in.Vouchers {
		h, kind := r.held(ref, e, len(in.Vouchers))
		if kind != KindAccepted {
			return kind
		}
		v, ok := r.voucher(ref)
		if !ok {
			return KindUnknownVoucher
		}
		r.closeHold(ref)
		r.emit(VoucherReleased{Campaign: ref.Campaign, Serial: ref.Serial, Voucher: v.Pack(), Units: h.Units})
	}
	return KindAccepted
}
