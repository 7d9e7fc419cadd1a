package voucher

import "cmp"

// Void ends a voucher, if the terms allow it. Author: a key with ScopeVoid, or the root.
type Void struct {
	Author   Address    `json:"author"`
	Merchant Address    `json:"merchant"`
	Campaign CampaignID `json:"campaign"`
	Serial   uint32     `json:"serial"`
	Reason   string     `json:"reason"`
	Deadline uint64     `json:"deadline"`
}

// VoidCommand carries a Void and, for an issued voucher that nobody used yet, its place.
type VoidCommand struct {
	Void      Void      `json:"void"`
	Signature Signature `json:"signature"`
	Place     Place     `json:"place"`
}

// Verb implements Command.
func (VoidCommand) Verb() Verb { return VerbVoid }

// Intents implements Command.
func (c VoidCommand) Intents() []any { return []any{c.Void} }

// Signatures implements Command.
func (c VoidCommand) Signatures() []Signature { return []Signature{c.Signature} }

func (c VoidCommand) signers() []Address { return []Address{c.Void.Author} }

func (c VoidCommand) touches(Hash) []string { return touched(c.vouchers(), c.Place) }

func (c VoidCommand) reads() []string {
	return append([]string{merchantKey(c.Void.Merchant)}, readOf(c.vouchers(), voucherKey)...)
}

func (c VoidCommand) vouchers() []Ref { return []Ref{{c.Void.Campaign, c.Void.Serial}} }

func (c VoidCommand) flaw() string {
	return cmp.Or(unnamed("reason", c.Void.Reason, MaxReason), overlong("place", c.Place))
}

func (c VoidCommand) examine(a Authors) Kind {
	switch {
	case c.flaw() != "":
		return KindMalformed
	case !a.signedBy(0, c.Void.Author):
		return KindBadSignature
	default:
		return KindAccepted
	}
}

// VoucherVoided is a voucher that the merchant ended.
type VoucherVoided struct {
	Campaign CampaignID `json:"campaign"`
	Serial   uint32     `json:"serial"`
	Voucher  Slot       `json:"voucher"`
	Author   Address    `json:"author"`
	Reason   string     `json:"reason"`
}

func (VoucherVoided) isEvent() {}

func (e VoucherVoided) after() (Ref, Slot) { return Ref{e.Campaign, e.Serial}, e.Voucher }

// judge ends a voucher, or takes a serial that nobody has out of the supply. A
// place is not read: it does not say who the owner is.
func (c VoidCommand) judge(r *ruling) Kind {
	in := c.Void
	if kind := r.checkDeadline(in.Deadline, IntentLife); kind != KindAccepted {
		return kind
	}
	m, kind := r.actsFor(in.Merchant, in.Author, ScopeVoid)
	if kind != KindAccepted {
		return kind
	}
	campaign, ok := r.campaign(in.Campaign)
	switch {
	case !ok || campaign.Merchant != in.Merchant:
		return KindUnknownCampaign
	case !campaign.Void:
		return KindNotVoidable
	}
	ref := Ref{Campaign: in.Campaign, Serial: in.Serial}
	v, claimed := r.voucher(ref)
	switch {
	case claimed:
		kind = r.voidable(ref, v, campaign, r.extension(m, in.Campaign))
	case !minted(campaign, in.Serial):
		kind = KindUnknownVoucher
	case campaign.StoredValue && in.Serial >= campaign.Cap-campaign.Issued: // promised to somebody
		kind = KindNotVoidable
	}
	if kind != KindAccepted {
		return kind
	}
	v.State = StateVoid
	r.closeHold(ref)
	r.emit(VoucherVoided{
		Campaign: in.Campaign, Serial: in.Serial, Voucher: r.putVoucher(ref, v), Author: in.Author, Reason: in.Reason,
	})
	return KindAccepted
}

// voidable judges whether a voucher that somebody has may be ended.
func (r *ruling) voidable(ref Ref, v Voucher, c Campaign, extension uint64) Kind {
	switch {
	case c.StoredValue:
		return KindNotVoidable
	case v.State == StateVoid:
		return KindVoided
	case r.hold(ref).Open(r.now):
		return KindHeld
	case v.State == StateSpent:
		return KindSpent
	case r.expired(v, extension):
		return KindExpired
	default:
		return KindAccepted
	}
}

// minted reports whether a serial is of the supply: open to claims, or for issues.
func minted(c Campaign, serial uint32) bool {
	return serial < c.Open || serial < c.Cap && serial >= c.Cap-(c.Supply-c.Open)
}
