package voucher

import (
	"cmp"
	"slices"
)

// Capture spends what a hold reserved and frees the rest. Author: a till of the holding store.
type Capture struct {
	Hold      Hash     `json:"hold"` // the id of the held Redeem
	Merchant  Address  `json:"merchant"`
	Till      Address  `json:"till"`
	Store     uint32   `json:"store"`
	Takes     []Take   `json:"takes"` // every voucher of the hold, ascending
	Currency  Currency `json:"currency"`
	Amount    uint64   `json:"amount"`
	Details   Hash     `json:"details"`
	Reference Hash     `json:"reference"`
	Deadline  uint64   `json:"deadline"`
}

// Take is what a capture takes of one held voucher; no units frees it.
type Take struct {
	Campaign CampaignID `json:"campaign"`
	Serial   uint32     `json:"serial"`
	Units    uint64     `json:"units"`
	Discount uint64     `json:"discount"`
}

func (t Take) ref() Ref { return Ref{Campaign: t.Campaign, Serial: t.Serial} }

func (Capture) verb() Verb { return VerbCapture }

func (in Capture) flaw() string {
	return cmp.Or(
		miscounted("takes", len(in.Takes), 1, MaxLines),
		each("takes", in.Takes, func(_ int, t Take) (name, want string) {
			switch {
			case t.Units > MaxUnits:
				return ".units", atMost(MaxUnits)
			case t.Discount > MaxAmount:
				return ".discount", atMost(MaxAmount)
			case t.Units == 0 && t.Discount != 0:
				return ".discount", "0 is wanted where no units are taken"
			default:
				return "", ""
			}
		}),
		untaken(in.Takes),
		disordered("takes", in.Takes, func(a, b Take) int { return compareRef(a.ref(), b.ref()) }),
		outside("amount", in.Amount, 0, MaxAmount),
	)
}

// untaken is the flaw of takes that take nothing.
func untaken(takes []Take) string {
	if slices.ContainsFunc(takes, func(t Take) bool { return t.Units > 0 }) {
		return ""
	}
	return "takes: at least one unit is wanted: release the hold where nothing is taken"
}

func (in Capture) author() Address { return in.Till }

func (in Capture) touches(Hash) []string { return touched(refs(in.Takes, Take.ref)) }

func (in Capture) reads() []string {
	return append(readByKey(in.Merchant, in.Till), readOf(refs(in.Takes, Take.ref), voucherKey, holdKey)...)
}

// HoldCaptured closes a hold; VoucherRedeemed and VoucherReleased follow.
type HoldCaptured struct {
	Hold      Hash     `json:"hold"`
	Merchant  Address  `json:"merchant"`
	Store     uint32   `json:"store"`
	Till      Address  `json:"till"`
	Currency  Currency `json:"currency"`
	Amount    uint64   `json:"amount"`
	Details   Hash     `json:"details"`
	Reference Hash     `json:"reference"`
}

func (HoldCaptured) isEvent() {}

// judge spends what a hold reserved, or a part of it, and frees the rest.
func (in Capture) judge(r *ruling) Kind {
	e := ender{in.Hold, in.Merchant, in.Till, in.Store}
	if kind := r.checkEnder(e, in.Deadline); kind != KindAccepted {
		return kind
	}
	r.emit(HoldCaptured{
		Hold: in.Hold, Merchant: in.Merchant, Store: in.Store, Till: in.Till, Currency: in.Currency,
		Amount: in.Amount, Details: in.Details, Reference: in.Reference,
	})
	var discounts uint64
	for _, take := range in.Takes {
		if kind := r.captureLine(in, e, take); kind != KindAccepted {
			return kind
		}
		discounts += take.Discount // at most 30 · 2^53
	}
	if discounts > in.Amount {
		return KindDiscountTooHigh
	}
	return KindAccepted
}

// captureLine takes units of one voucher, whose own expiry does not matter
// while the hold is open.
func (r *ruling) captureLine(in Capture, e ender, take Take) Kind {
	ref := take.ref()
	c, ok := r.campaign(take.Campaign)
	switch {
	case !ok || c.Merchant != in.Merchant:
		return KindUnknownCampaign
	case c.Currency != in.Currency:
		return KindWrongCurrency
	}
	v, ok := r.voucher(ref)
	if !ok {
		return KindUnknownVoucher
	}
	h, kind := r.held(ref, e, len(in.Takes))
	switch {
	case kind != KindAccepted:
		return kind
	case take.Units > h.Units:
		return KindInsufficientUnits
	}
	if kind := affordable(v, c, Part{Units: take.Units, Discount: take.Discount}); kind != KindAccepted {
		return kind
	}
	r.closeHold(ref)
	if take.Units > 0 {
		v = spent(v, take.Units)
		r.emit(VoucherRedeemed{
			Campaign: ref.Campaign, Serial: ref.Serial, Voucher: r.putVoucher(ref, v),
			Units: take.Units, Discount: take.Discount,
		})
	}
	if freed := h.Units - take.Units; freed > 0 {
		r.emit(VoucherReleased{Campaign: ref.Campaign, Serial: ref.Serial, Voucher: v.Pack(), Units: freed})
	}
	return KindAccepted
}
