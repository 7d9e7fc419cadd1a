package voucher

// A hold reserves units that stay on their voucher. It is open until it is
// captured or released, and lapses by itself. While it is open it blocks every
// other use of the voucher, except a cancel, which takes nothing.

// OrderHeld is an accepted hold; a VoucherHeld for each line follows.
type OrderHeld struct {
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

func (OrderHeld) isEvent() {}

// VoucherHeld is what a hold reserved of one voucher; its units still count as the voucher's.
type VoucherHeld struct {
	Campaign CampaignID `json:"campaign"`
	Serial   uint32     `json:"serial"`
	Voucher  Slot       `json:"voucher"`
	Units    uint64     `json:"units"`
	Discount uint64     `json:"discount"`
	Until    uint64     `json:"until"`
}

func (VoucherHeld) isEvent() {}

func (e VoucherHeld) after() (Ref, Slot) { return Ref{e.Campaign, e.Serial}, e.Voucher }

func (r *ruling) hold(ref Ref) Hold {
	h, err := ReadHold(r.state, ref)
	r.keep(err)
	return h
}

// closeHold forgets a hold, also one that lapsed: if the clock goes back it
// must not be open again on a voucher that moved on.
func (r *ruling) closeHold(ref Ref) {
	if !r.hold(ref).ID.IsZero() {
		r.put(holdKey(ref), Hold{})
	}
}

// openHold reserves what a store accepted of a line.
func (r *ruling) openHold(o order, line Line, part Part, v Voucher) {
	v.SignedAt = o.offer.SignedAt
	r.put(holdKey(line.Ref()), Hold{
		ID: r.authors.ID, Merchant: o.accept.Merchant, Store: o.accept.Store, Units: part.Units,
		Until: o.offer.HoldUntil, Lines: uint32(len(o.offer.Lines)), //nolint:gosec // at most MaxLines
	})
	r.emit(VoucherHeld{
		Campaign: line.Campaign, Serial: line.Serial, Voucher: r.putVoucher(line.Ref(), v),
		Units: part.Units, Discount: part.Discount, Until: o.offer.HoldUntil,
	})
}

// ender is who ends a hold: a till of the merchant and store that opened it.
type ender struct {
	hold     Hash
	merchant Address
	till     Address
	store    uint32
}

// checkEnder judges who ends a hold, whose merchant may be suspended.
func (r *ruling) checkEnder(e ender, deadline uint64) Kind {
	if kind := r.checkDeadline(deadline, IntentLife); kind != KindAccepted {
		return kind
	}
	if _, ok := r.merchant(e.merchant); !ok {
		return KindUnknownMerchant
	}
	if !r.isTill(e.merchant, e.till, e.store) {
		return KindNotAuthorised
	}
	return KindAccepted
}

// held reads the open hold of a voucher. It must be the hold that is ended, and have
// as many vouchers as the list names.
func (r *ruling) held(ref Ref, e ender, lines int) (Hold, Kind) {
	h := r.hold(ref)
	if !h.Open(r.now) || h.ID != e.hold || h.Merchant != e.merchant || h.Store != e.store || int(h.Lines) != lines {
		return h, KindNotHeld
	}
	return h, KindAccepted
}
