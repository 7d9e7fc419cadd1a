package voucher

import "cmp"

// Transfer gives a voucher away. Author: its owner.
type Transfer struct {
	Owner    Address    `json:"owner"`
	Campaign CampaignID `json:"campaign"`
	Serial   uint32     `json:"serial"`
	To       Address    `json:"to"`
	SignedAt uint64     `json:"signedAt"`
	Deadline uint64     `json:"deadline"`
}

// TransferCommand carries a Transfer and, for an issued voucher that nobody
// used yet, its place.
type TransferCommand struct {
	Transfer  Transfer  `json:"transfer"`
	Signature Signature `json:"signature"`
	Place     Place     `json:"place"`
}

// Verb implements Command.
func (TransferCommand) Verb() Verb { return VerbTransfer }

// Intents implements Command.
func (c TransferCommand) Intents() []any { return []any{c.Transfer} }

// Signatures implements Command.
func (c TransferCommand) Signatures() []Signature { return []Signature{c.Signature} }

func (c TransferCommand) signers() []Address { return []Address{c.Transfer.Owner} }

func (c TransferCommand) touches(Hash) []string { return touched(c.vouchers(), c.Place) }

func (c TransferCommand) reads() []string { return readOf(c.vouchers(), voucherKey, holdKey) }

func (c TransferCommand) vouchers() []Ref { return []Ref{{c.Transfer.Campaign, c.Transfer.Serial}} }

func (c TransferCommand) flaw() string {
	in := c.Transfer
	if in.To == in.Owner {
		return "to: another address than the owner's is wanted"
	}
	return cmp.Or(missing("to", in.To), outside("signedAt", in.SignedAt, 0, MaxSignedAt), overlong("place", c.Place))
}

func (c TransferCommand) examine(a Authors) Kind {
	in := c.Transfer
	switch {
	case c.flaw() != "":
		return KindMalformed
	case !a.signedBy(0, in.Owner):
		return KindBadSignature
	default:
		return KindAccepted
	}
}

// VoucherTransferred is a voucher that was given away.
type VoucherTransferred struct {
	Campaign CampaignID `json:"campaign"`
	Serial   uint32     `json:"serial"`
	Voucher  Slot       `json:"voucher"`
	From     Address    `json:"from"`
}

func (VoucherTransferred) isEvent() {}

func (e VoucherTransferred) after() (Ref, Slot) { return Ref{e.Campaign, e.Serial}, e.Voucher }

func (c TransferCommand) judge(r *ruling) Kind {
	in := c.Transfer
	if kind := r.checkSigned(in.SignedAt, in.Deadline); kind != KindAccepted {
		return kind
	}
	ref := Ref{Campaign: in.Campaign, Serial: in.Serial}
	campaign, ok := r.campaign(in.Campaign)
	switch {
	case !ok:
		return KindUnknownCampaign
	case !campaign.Transfer:
		return KindNotTransferable
	}
	v, kind := r.find(ref, campaign, in.Owner, c.Place)
	if kind != KindAccepted {
		return kind
	}
	if kind := r.usable(ref, v, in.Owner, in.SignedAt); kind != KindAccepted {
		return kind
	}
	m, _ := r.merchant(campaign.Merchant) // suspended or not
	if r.expired(v, r.extension(m, in.Campaign)) {
		return KindExpired
	}
	v.Owner, v.SignedAt = in.To, in.SignedAt
	r.closeHold(ref)
	r.emit(VoucherTransferred{
		Campaign: in.Campaign, Serial: in.Serial, Voucher: r.putVoucher(ref, v), From: in.Owner,
	})
	return KindAccepted
}
