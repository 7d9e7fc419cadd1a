package voucher

import (
	"cmp"
	"fmt"
	"slices"
)

// Redeem is the owner's half: it offers vouchers to whichever store accepts
// before the deadline. The code shown at the till is this intent, signed; the
// phone may be offline. With holdUntil it offers to reserve, not to spend.
type Redeem struct {
	Owner     Address `json:"owner"`
	Lines     []Line  `json:"lines"`     // 1 to 30, ascending, no voucher twice
	SignedAt  uint64  `json:"signedAt"`  // later than each voucher's last accepted one
	Deadline  uint64  `json:"deadline"`  // at most 10 minutes after signedAt
	HoldUntil uint64  `json:"holdUntil"` // 0 to spend; else at most 7 days after signedAt
	Order     Hash    `json:"order"`     // 0, or the details hash that the acceptance must carry
}

// Line offers units of one voucher, and the store may take fewer.
type Line struct {
	Campaign CampaignID `json:"campaign"`
	Serial   uint32     `json:"serial"`
	Units    uint64     `json:"units"`
}

// Ref is the voucher of a line.
func (l Line) Ref() Ref { return Ref{Campaign: l.Campaign, Serial: l.Serial} }

// Accept is the store's half of a redemption: it fixes store, units and
// amounts. Author: a till.
type Accept struct {
	Offer     Hash     `json:"offer"` // the digest of the Redeem, which is the command's id
	Merchant  Address  `json:"merchant"`
	Till      Address  `json:"till"`
	Store     uint32   `json:"store"`
	Parts     []Part   `json:"parts"` // one for each line
	Currency  Currency `json:"currency"`
	Amount    uint64   `json:"amount"`    // of the order before discounts
	Details   Hash     `json:"details"`   // SHA-256(32 random bytes ‖ order details), or 0
	Reference Hash     `json:"reference"` // SHA-256 of the client's reference, or 0
}

// Part is what the store takes of the line at the same place.
type Part struct {
	Units    uint64 `json:"units"`
	Discount uint64 `json:"discount"` // minor units of money taken off the order
}

// RedeemCommand joins the owner's half and the store's half. Places is empty,
// or has one for each line.
type RedeemCommand struct {
	Offer           Redeem    `json:"offer"`
	OfferSignature  Signature `json:"offerSignature"`
	Accept          Accept    `json:"accept"`
	AcceptSignature Signature `json:"acceptSignature"`
	Places          []Place   `json:"places"`
}

// Verb implements Command.
func (RedeemCommand) Verb() Verb { return VerbRedeem }

// Intents implements Command.
func (c RedeemCommand) Intents() []any { return []any{c.Offer, c.Accept} }

// Signatures implements Command.
func (c RedeemCommand) Signatures() []Signature {
	return []Signature{c.OfferSignature, c.AcceptSignature}
}

func (c RedeemCommand) signers() []Address { return []Address{c.Offer.Owner, c.Accept.Till} }

func (c RedeemCommand) touches(Hash) []string {
	return touched(refs(c.Offer.Lines, Line.Ref), c.Places...)
}

func (c RedeemCommand) reads() []string {
	return append(readByKey(c.Accept.Merchant, c.Accept.Till), readOf(refs(c.Offer.Lines, Line.Ref), voucherKey, holdKey)...)
}

func (c RedeemCommand) flaw() string {
	return cmp.Or(c.Offer.flaw(), c.Accept.flaw(c.Offer.Lines), misplaced(c.Places, len(c.Offer.Lines)))
}

func (c RedeemCommand) examine(a Authors) Kind {
	offer, accept := c.Offer, c.Accept
	switch {
	case c.flaw() != "":
		return KindMalformed
	case accept.Offer != a.ID || !offer.Order.IsZero() && offer.Order != accept.Details:
		return KindWrongOffer
	case !a.signedBy(0, offer.Owner) || !a.signedBy(1, accept.Till):
		return KindBadSignature
	default:
		return KindAccepted
	}
}

// flaw is that of the offer alone.
func (o Redeem) flaw() string {
	flaw := cmp.Or(
		each("offer.lines", o.Lines, func(_ int, line Line) (name, want string) {
			if line.Units == 0 || line.Units > MaxUnits {
				return ".units", fmt.Sprintf("a whole number from 1 to %d is wanted", uint64(MaxUnits))
			}
			return "", ""
		}),
		miscounted("offer.lines", len(o.Lines), 1, MaxLines),
		disordered("offer.lines", o.Lines, func(a, b Line) int { return compareRef(a.Ref(), b.Ref()) }),
		outside("offer.signedAt", o.SignedAt, 0, MaxSignedAt),
	)
	if flaw == "" && o.Deadline < o.SignedAt {
		return "offer.deadline: an instant that is not before signedAt is wanted"
	}
	return flaw
}

// flaw is that of an acceptance, beside the lines of the offer that it accepts.
func (a Accept) flaw(lines []Line) string {
	if len(a.Parts) != len(lines) {
		return fmt.Sprintf("accept.parts: one for each of the offer's %d lines is wanted, not %d", len(lines), len(a.Parts))
	}
	return cmp.Or(
		outside("accept.amount", a.Amount, 0, MaxAmount),
		each("accept.parts", a.Parts, func(i int, part Part) (name, want string) {
			switch offered := lines[i].Units; {
			case part.Units == 0 || part.Units > offered:
				return ".units", fmt.Sprintf("a whole number from 1 to the %d that the offer allows is wanted, not %d", offered, part.Units)
			case part.Discount > MaxAmount:
				return ".discount", atMost(MaxAmount)
			default:
				return "", ""
			}
		}),
	)
}

// order is the two halves of a redemption or hold, and its merchant.
type order struct {
	offer    Redeem
	accept   Accept
	merchant Merchant
}

// Redeemed is an accepted redemption; a VoucherRedeemed for each line follows.
type Redeemed struct {
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

func (Redeemed) isEvent() {}

// VoucherRedeemed is what a redemption or capture took of one voucher.
type VoucherRedeemed struct {
	Campaign CampaignID `json:"campaign"`
	Serial   uint32     `json:"serial"`
	Voucher  Slot       `json:"voucher"`
	Units    uint64     `json:"units"`
	Discount uint64     `json:"discount"`
}

func (VoucherRedeemed) isEvent() {}

func (e VoucherRedeemed) after() (Ref, Slot) { return Ref{e.Campaign, e.Serial}, e.Voucher }

func (c RedeemCommand) judge(r *ruling) Kind {
	offer, accept := c.Offer, c.Accept
	if kind := r.checkOfferTime(offer); kind != KindAccepted {
		return kind
	}
	m, kind := r.checkTill(accept)
	if kind != KindAccepted {
		return kind
	}
	r.emitOrder(offer, accept)
	var discounts uint64
	for i, line := range offer.Lines {
		kind := r.redeemLine(order{offer, accept, m}, line, accept.Parts[i], placeOf(c.Places, i))
		if kind != KindAccepted {
			return kind
		}
		discounts += accept.Parts[i].Discount // at most 30 · 2^53
	}
	if discounts > accept.Amount {
		return KindDiscountTooHigh
	}
	return KindAccepted
}

// emitOrder tells of the order; what becomes of each voucher follows.
func (r *ruling) emitOrder(offer Redeem, a Accept) {
	if offer.HoldUntil != 0 {
		r.emit(OrderHeld{
			Owner: offer.Owner, Merchant: a.Merchant, Store: a.Store, Till: a.Till,
			Acceptance: r.authors.Second, Currency: a.Currency, Amount: a.Amount,
			Details: a.Details, Reference: a.Reference, Until: offer.HoldUntil,
		})
		return
	}
	r.emit(Redeemed{
		Owner: offer.Owner, Merchant: a.Merchant, Store: a.Store, Till: a.Till,
		Acceptance: r.authors.Second, Currency: a.Currency, Amount: a.Amount,
		Details: a.Details, Reference: a.Reference,
	})
}

// checkOfferTime judges the times of an offer.
func (r *ruling) checkOfferTime(o Redeem) Kind {
	if kind := r.checkSigned(o.SignedAt, o.Deadline); kind != KindAccepted || o.HoldUntil == 0 {
		return kind
	}
	switch {
	case o.HoldUntil <= r.now:
		return KindDeadlinePassed
	case o.HoldUntil > o.SignedAt+HoldLife:
		return KindHoldTooLong
	default:
		return KindAccepted
	}
}

// checkSigned judges the times that an owner signed, maybe offline.
func (r *ruling) checkSigned(signedAt, deadline uint64) Kind {
	switch {
	case r.now > deadline:
		return KindDeadlinePassed
	case deadline > signedAt+RedeemLife:
		return KindDeadlineTooFar
	case signedAt > r.now+ClockSkew:
		return KindSignedAhead
	default:
		return KindAccepted
	}
}

// checkTill judges the store's half apart from the vouchers.
func (r *ruling) checkTill(a Accept) (Merchant, Kind) {
	m, kind := r.activeMerchant(a.Merchant)
	if kind == KindAccepted && !r.isTill(a.Merchant, a.Till, a.Store) {
		kind = KindNotAuthorised
	}
	return m, kind
}

func (r *ruling) redeemLine(o order, line Line, part Part, place Place) Kind {
	ref := line.Ref()
	c, ok := r.campaign(line.Campaign)
	switch {
	case !ok || c.Merchant != o.accept.Merchant:
		return KindUnknownCampaign
	case len(c.Stores) > 0 && !slices.Contains(c.Stores, o.accept.Store):
		return KindWrongStore
	case c.Currency != o.accept.Currency:
		return KindWrongCurrency
	}
	v, kind := r.find(ref, c, o.offer.Owner, place)
	if kind != KindAccepted {
		return kind
	}
	if kind := r.spendable(ref, v, c, o); kind != KindAccepted {
		return kind
	}
	if kind := affordable(v, c, part); kind != KindAccepted {
		return kind
	}
	if o.offer.HoldUntil != 0 {
		r.openHold(o, line, part, v)
		return KindAccepted
	}
	v = spent(v, part.Units)
	v.SignedAt = o.offer.SignedAt
	r.closeHold(ref)
	r.emit(VoucherRedeemed{
		Campaign: line.Campaign, Serial: line.Serial, Voucher: r.putVoucher(ref, v),
		Units: part.Units, Discount: part.Discount,
	})
	return KindAccepted
}

// spendable judges whether the owner may spend this voucher with this offer.
func (r *ruling) spendable(ref Ref, v Voucher, c Campaign, o order) Kind {
	if kind := r.usable(ref, v, o.offer.Owner, o.offer.SignedAt); kind != KindAccepted {
		return kind
	}
	switch {
	case r.now < c.ValidFrom:
		return KindNotYetValid
	case r.expired(v, r.extension(o.merchant, ref.Campaign)):
		return KindExpired
	default:
		return KindAccepted
	}
}

// usable judges whether what an owner signed then may change this voucher,
// apart from its time.
func (r *ruling) usable(ref Ref, v Voucher, owner Address, signedAt uint64) Kind {
	if kind := ownedBy(v, owner); kind != KindAccepted {
		return kind
	}
	if v.State == StateVoid {
		return KindVoided
	}
	if kind := newest(v, signedAt); kind != KindAccepted {
		return kind
	}
	switch {
	case r.hold(ref).Open(r.now):
		return KindHeld
	case v.State == StateSpent:
		return KindSpent
	default:
		return KindAccepted
	}
}

// ownedBy tells whose a voucher is; a serial that was voided before anybody had
// it is void to everybody.
func ownedBy(v Voucher, owner Address) Kind {
	switch {
	case v.Owner.IsZero():
		return KindVoided
	case v.Owner != owner:
		return KindNotOwner
	default:
		return KindAccepted
	}
}

// newest reports whether no later code of the voucher was accepted, nor this one.
func newest(v Voucher, signedAt uint64) Kind {
	switch {
	case signedAt == v.SignedAt:
		return KindAlreadyUsed
	case signedAt < v.SignedAt:
		return KindSuperseded
	default:
		return KindAccepted
	}
}

// affordable judges what the store takes of a voucher.
func affordable(v Voucher, c Campaign, part Part) Kind {
	switch {
	case part.Units > v.Units:
		return KindInsufficientUnits
	case c.StoredValue && part.Discount != part.Units:
		return KindDiscountTooHigh
	// The division keeps the product, up to 2^89, out of the comparison.
	case part.Discount > 0 && (c.MaxDiscount == 0 || (part.Discount-1)/c.MaxDiscount >= part.Units):
		return KindDiscountTooHigh
	default:
		return KindAccepted
	}
}

// spent is a voucher without some of its units.
func spent(v Voucher, units uint64) Voucher {
	v.Units -= units
	if v.Units == 0 {
		v.State = StateSpent
	}
	return v
}
