package voucher

import "cmp"

// Deliver makes an issued voucher appear for the owner its list names. It says
// nothing that the issue did not say, so it carries no signature.
type Deliver struct {
	Issue Hash    `json:"issue"` // the id of the issue
	Index uint32  `json:"index"`
	Owner Address `json:"owner"`
}

// DeliverCommand carries a Deliver, which needs no signature, and its proof.
type DeliverCommand struct {
	Deliver Deliver `json:"deliver"`
	Path    []Hash  `json:"path"`
}

// Verb implements Command.
func (DeliverCommand) Verb() Verb { return VerbDeliver }

// Intents implements Command.
func (c DeliverCommand) Intents() []any { return []any{c.Deliver} }

// Signatures implements Command.
func (DeliverCommand) Signatures() []Signature { return nil }

func (DeliverCommand) signers() []Address { return nil }

// touches names the place: which voucher it is, only the issue's record tells.
func (c DeliverCommand) touches(Hash) []string {
	return []string{placeKey(c.Deliver.Issue, c.Deliver.Index)}
}

func (c DeliverCommand) reads() []string { return []string{issueKey(c.Deliver.Issue)} }

func (c DeliverCommand) flaw() string {
	return cmp.Or(missing("owner", c.Deliver.Owner), miscounted("path", len(c.Path), 0, MaxProof))
}

func (c DeliverCommand) examine(Authors) Kind {
	if c.flaw() != "" {
		return KindMalformed
	}
	return KindAccepted
}

// VoucherDelivered is an issued voucher that appears.
type VoucherDelivered struct {
	Campaign CampaignID `json:"campaign"`
	Serial   uint32     `json:"serial"`
	Voucher  Slot       `json:"voucher"`
	Issue    Hash       `json:"issue"`
	Index    uint32     `json:"index"`
}

func (VoucherDelivered) isEvent() {}

func (e VoucherDelivered) after() (Ref, Slot) { return Ref{e.Campaign, e.Serial}, e.Voucher }

// judge asks for no active merchant or campaign: the voucher was promised before.
func (c DeliverCommand) judge(r *ruling) Kind {
	in := c.Deliver
	list, ok := r.issuance(in.Issue)
	if !ok || in.Index >= list.Count {
		return KindBadPlace
	}
	campaign, ok := r.campaign(list.Campaign)
	if !ok {
		return KindUnknownCampaign
	}
	ref := Ref{Campaign: list.Campaign, Serial: list.serial(campaign, in.Index)}
	if _, ok := r.voucher(ref); ok {
		return KindExists
	}
	v, kind := r.appear(ref, campaign, in.Owner, Place{Issue: in.Issue, Index: in.Index, Path: c.Path}, list)
	if kind == KindAccepted {
		r.putVoucher(ref, v)
	}
	return kind
}
