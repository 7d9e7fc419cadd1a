package voucher

import "cmp"

// Cancel makes sure that an offer that may still be under way can never be
// accepted. Author: the offer's owner, or a till that was shown it (then
// merchant is the till's, else 0).
type Cancel struct {
	Offer    Hash    `json:"offer"` // the digest of the Redeem
	Author   Address `json:"author"`
	Merchant Address `json:"merchant"`
	Deadline uint64  `json:"deadline"`
}

// CancelCommand carries a Cancel and the offer that it cancels, signed by its
// owner: nobody can cancel what they were not shown.
type CancelCommand struct {
	Cancel         Cancel    `json:"cancel"`
	Signature      Signature `json:"signature"`
	Offer          Redeem    `json:"offer"`
	OfferSignature Signature `json:"offerSignature"`
	Places         []Place   `json:"places"`
}

// Verb implements Command.
func (CancelCommand) Verb() Verb { return VerbCancel }

// Intents implements Command.
func (c CancelCommand) Intents() []any { return []any{c.Cancel, c.Offer} }

// Signatures implements Command.
func (c CancelCommand) Signatures() []Signature {
	return []Signature{c.Signature, c.OfferSignature}
}

func (c CancelCommand) signers() []Address { return []Address{c.Cancel.Author, c.Offer.Owner} }

func (c CancelCommand) touches(Hash) []string {
	return touched(refs(c.Offer.Lines, Line.Ref), c.Places...)
}

func (c CancelCommand) reads() []string { return readOf(refs(c.Offer.Lines, Line.Ref), voucherKey) }

func (c CancelCommand) flaw() string {
	return cmp.Or(c.Offer.flaw(), misplaced(c.Places, len(c.Offer.Lines)))
}

func (c CancelCommand) examine(a Authors) Kind {
	in, offer := c.Cancel, c.Offer
	switch {
	case c.flaw() != "":
		return KindMalformed
	case in.Offer != a.Second || in.Merchant.IsZero() && in.Author != offer.Owner:
		return KindWrongOffer
	case !a.signedBy(0, in.Author) || !a.signedBy(1, offer.Owner):
		return KindBadSignature
	default:
		return KindAccepted
	}
}

// OfferCancelled kills an offer; VoucherCancelled follows.
type OfferCancelled struct {
	Offer  Hash    `json:"offer"`
	Author Address `json:"author"`
}

func (OfferCancelled) isEvent() {}

// VoucherCancelled is a voucher whose older codes are dead.
type VoucherCancelled struct {
	Campaign CampaignID `json:"campaign"`
	Serial   uint32     `json:"serial"`
	Voucher  Slot       `json:"voucher"`
}

func (VoucherCancelled) isEvent() {}

func (e VoucherCancelled) after() (Ref, Slot) { return Ref{e.Campaign, e.Serial}, e.Voucher }

// judge moves the vouchers of an offer to its signedAt, as its acceptance would:
// only the first of the two can take effect.
func (c CancelCommand) judge(r *ruling) Kind {
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
