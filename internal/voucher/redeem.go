package voucher

import "slices"

// order is the two halves of a redemption or hold, and its merchant.
type order struct {
	offer    Redeem
	accept   Accept
	merchant Merchant
}

func (c RedeemCommand) examine(a Authors) Kind {
	offer, accept := c.Offer, c.Accept
	switch {
	case !validOffer(offer) || !validParts(offer.Lines, accept) || !validPlaces(c.Places, len(offer.Lines)):
		return KindMalformed
	case accept.Offer != a.ID || !offer.Order.IsZero() && offer.Order != accept.Details:
		return KindWrongOffer
	case !a.signedBy(0, offer.Owner) || !a.signedBy(1, accept.Till):
		return KindBadSignature
	default:
		return KindAccepted
	}
}

func (r *ruling) redeem(c RedeemCommand) Kind {
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

func validOffer(o Redeem) bool {
	for _, line := range o.Lines {
		if line.Units == 0 || line.Units > MaxUnits {
			return false
		}
	}
	return len(o.Lines) >= 1 && len(o.Lines) <= MaxLines &&
		ascending(o.Lines, func(a, b Line) int { return compareRef(a.Ref(), b.Ref()) }) && o.SignedAt <= MaxSignedAt &&
		o.Deadline >= o.SignedAt
}

func validParts(lines []Line, a Accept) bool {
	if len(a.Parts) != len(lines) || a.Amount > MaxAmount {
		return false
	}
	for i, part := range a.Parts {
		if part.Units == 0 || part.Units > lines[i].Units || part.Discount > MaxAmount {
			return false
		}
	}
	return true
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

// newest tells whether no later code of the voucher was accepted, nor this one.
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

func (c CancelCommand) examine(a Authors) Kind {
	in, offer := c.Cancel, c.Offer
	switch {
	case !validOffer(offer) || !validPlaces(c.Places, len(offer.Lines)):
		return KindMalformed
	case in.Offer != a.Second || in.Merchant.IsZero() && in.Author != offer.Owner:
		return KindWrongOffer
	case !a.signedBy(0, in.Author) || !a.signedBy(1, offer.Owner):
		return KindBadSignature
	default:
		return KindAccepted
	}
}

// cancel moves the vouchers of an offer to its signedAt, as its acceptance
// would: of the two only one can come first.
func (r *ruling) cancel(c CancelCommand) Kind {
	in, offer := c.Cancel, c.Offer
	if kind := r.checkDeadline(in.Deadline, IntentLife); kind != KindAccepted {
		return kind
	}
	if kind := r.checkCancelled(offer, in.Merchant.IsZero()); kind != KindAccepted {
		return kind
	}
	if kind := r.checkCanceller(in); kind != KindAccepted {
		return kind
	}
	r.emit(OfferCancelled{Offer: in.Offer, Author: in.Author})
	for i, line := range offer.Lines {
		if kind := r.cancelLine(in, offer, line, placeOf(c.Places, i)); kind != KindAccepted {
			return kind
		}
	}
	return KindAccepted
}

// checkCancelled judges the times of an offer that is cancelled. What no redeem
// can accept any more needs no cancel, and must not have one: a key is free, and
// could cancel an offer for every second since 1970. So an owner's offers of one
// voucher are cancelled once a second at most, as their signedAt must grow.
//
// An acceptance may still be under way after the deadline: on Fabric its time is
// the client's, and an orderer may keep it back. So there is a while for the
// owner, who can always cancel a newer code instead, and a longer one for a till,
// whose key is not free.
func (r *ruling) checkCancelled(o Redeem, byOwner bool) Kind {
	life := uint64(TillCancel)
	if byOwner {
		life = CancelLife
	}
	switch {
	case o.Deadline > o.SignedAt+RedeemLife:
		return KindDeadlineTooFar
	case o.SignedAt > r.now+ClockSkew:
		return KindSignedAhead
	case r.now > o.Deadline+life:
		return KindOfferOver
	default:
		return KindAccepted
	}
}

// checkCanceller lets a till cancel for its merchant, suspended or not.
func (r *ruling) checkCanceller(in Cancel) Kind {
	if in.Merchant.IsZero() {
		return KindAccepted
	}
	if _, ok := r.merchant(in.Merchant); !ok {
		return KindUnknownMerchant
	}
	key, err := ReadKey(r.state, in.Merchant, in.Author)
	r.keep(err)
	if key.Scopes&ScopeRedeem == 0 {
		return KindNotAuthorised
	}
	return KindAccepted
}

func (r *ruling) cancelLine(in Cancel, offer Redeem, line Line, place Place) Kind {
	c, ok := r.campaign(line.Campaign)
	if !ok || !in.Merchant.IsZero() && c.Merchant != in.Merchant {
		return KindUnknownCampaign
	}
	v, kind := r.find(line.Ref(), c, offer.Owner, place)
	if kind != KindAccepted {
		return kind
	}
	if kind := ownedBy(v, offer.Owner); kind != KindAccepted {
		return kind
	}
	if kind := newest(v, offer.SignedAt); kind != KindAccepted {
		return kind
	}
	v.SignedAt = offer.SignedAt
	r.emit(VoucherCancelled{Campaign: line.Campaign, Serial: line.Serial, Voucher: r.putVoucher(line.Ref(), v)})
	return KindAccepted
}
