package voucher

import "slices"

func (r *ruling) redeem(c RedeemCommand) Kind {
	offer, accept := c.Offer, c.Accept
	if !validOffer(offer) || !validParts(offer.Lines, accept) {
		return KindMalformed
	}
	if offer.HoldUntil != 0 || len(c.Places) != 0 {
		return KindUnsupported
	}
	if accept.Offer != r.authors.ID || !offer.Order.IsZero() && offer.Order != accept.Details {
		return KindWrongOffer
	}
	if !r.signedBy(0, offer.Owner) || !r.signedBy(1, accept.Till) {
		return KindBadSignature
	}
	if kind := r.checkOfferTime(offer); kind != KindAccepted {
		return kind
	}
	if kind := r.checkTill(accept); kind != KindAccepted {
		return kind
	}
	r.emit(Redeemed{
		Owner: offer.Owner, Merchant: accept.Merchant, Store: accept.Store, Till: accept.Till,
		Acceptance: r.authors.Second, Currency: accept.Currency, Amount: accept.Amount,
		Details: accept.Details, Reference: accept.Reference,
	})
	var discounts uint64
	for i, line := range offer.Lines {
		if kind := r.redeemLine(offer, accept, line, accept.Parts[i]); kind != KindAccepted {
			return kind
		}
		discounts += accept.Parts[i].Discount // at most 30 · 2^53
	}
	if discounts > accept.Amount {
		return KindDiscountTooHigh
	}
	return KindAccepted
}

func validOffer(o Redeem) bool {
	for _, line := range o.Lines {
		if line.Units == 0 || line.Units > MaxUnits {
			return false
		}
	}
	return len(o.Lines) >= 1 && len(o.Lines) <= MaxLines &&
		ascending(o.Lines, func(a, b Line) int {
			if a.Ref().Less(b.Ref()) {
				return -1
			}
			return 1 // equal counts as out of order too
		}) && o.SignedAt <= MaxSignedAt
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

// checkOfferTime judges the times that an owner signed, maybe offline.
func (r *ruling) checkOfferTime(o Redeem) Kind {
	switch {
	case r.now > o.Deadline:
		return KindDeadlinePassed
	case o.Deadline > o.SignedAt+RedeemLife:
		return KindDeadlineTooFar
	case o.SignedAt > r.now+ClockSkew:
		return KindSignedAhead
	default:
		return KindAccepted
	}
}

// checkTill judges the store's half apart from the vouchers.
func (r *ruling) checkTill(a Accept) Kind {
	if _, kind := r.activeMerchant(a.Merchant); kind != KindAccepted {
		return kind
	}
	key, err := ReadKey(r.state, a.Merchant, a.Till)
	r.keep(err)
	if key.Scopes&ScopeRedeem == 0 || key.Store != a.Store {
		return KindNotAuthorised
	}
	return KindAccepted
}

func (r *ruling) redeemLine(offer Redeem, accept Accept, line Line, part Part) Kind {
	c, ok := r.campaign(line.Campaign)
	switch {
	case !ok || c.Merchant != accept.Merchant:
		return KindUnknownCampaign
	case len(c.Stores) > 0 && !slices.Contains(c.Stores, accept.Store):
		return KindWrongStore
	case c.Currency != accept.Currency:
		return KindWrongCurrency
	}
	v, ok := r.voucher(line.Ref())
	if !ok {
		return KindUnknownVoucher
	}
	if kind := r.spendable(v, c, offer); kind != KindAccepted {
		return kind
	}
	if kind := affordable(v, c, part); kind != KindAccepted {
		return kind
	}
	v.Units -= part.Units
	v.SignedAt = offer.SignedAt
	if v.Units == 0 {
		v.State = StateSpent
	}
	r.emit(VoucherRedeemed{
		Campaign: line.Campaign, Serial: line.Serial, Voucher: r.putVoucher(line.Ref(), v),
		Units: part.Units, Discount: part.Discount,
	})
	return KindAccepted
}

// spendable judges whether the owner may spend this voucher with this offer.
func (r *ruling) spendable(v Voucher, c Campaign, offer Redeem) Kind {
	switch {
	case v.Owner != offer.Owner:
		return KindNotOwner
	case v.State == StateVoid:
		return KindVoided
	case offer.SignedAt == v.SignedAt:
		return KindAlreadyUsed
	case offer.SignedAt < v.SignedAt:
		return KindSuperseded
	case v.State == StateSpent:
		return KindSpent
	case r.now < c.ValidFrom:
		return KindNotYetValid
	case r.now >= v.Expiry:
		return KindExpired
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

// cancel moves the vouchers of an offer to its signedAt, as its acceptance
// would: of the two only one can come first.
func (r *ruling) cancel(c CancelCommand) Kind {
	in, offer := c.Cancel, c.Offer
	if !validOffer(offer) {
		return KindMalformed
	}
	if len(c.Places) != 0 {
		return KindUnsupported
	}
	if in.Offer != r.authors.Second || in.Merchant.IsZero() && in.Author != offer.Owner {
		return KindWrongOffer
	}
	if !r.signedBy(0, in.Author) || !r.signedBy(1, offer.Owner) {
		return KindBadSignature
	}
	if kind := r.checkDeadline(in.Deadline, IntentLife); kind != KindAccepted {
		return kind
	}
	if offer.SignedAt > r.now+ClockSkew {
		return KindSignedAhead
	}
	if kind := r.checkCanceller(in); kind != KindAccepted {
		return kind
	}
	r.emit(OfferCancelled{Offer: in.Offer, Author: in.Author})
	for _, line := range offer.Lines {
		if kind := r.cancelLine(in, offer, line); kind != KindAccepted {
			return kind
		}
	}
	return KindAccepted
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

func (r *ruling) cancelLine(in Cancel, offer Redeem, line Line) Kind {
	c, ok := r.campaign(line.Campaign)
	if !ok || !in.Merchant.IsZero() && c.Merchant != in.Merchant {
		return KindUnknownCampaign
	}
	v, ok := r.voucher(line.Ref())
	switch {
	case !ok:
		return KindUnknownVoucher
	case v.Owner != offer.Owner:
		return KindNotOwner
	case offer.SignedAt == v.SignedAt:
		return KindAlreadyUsed
	case offer.SignedAt < v.SignedAt:
		return KindSuperseded
	}
	v.SignedAt = offer.SignedAt
	r.emit(VoucherCancelled{Campaign: line.Campaign, Serial: line.Serial, Voucher: r.putVoucher(line.Ref(), v)})
	return KindAccepted
}
