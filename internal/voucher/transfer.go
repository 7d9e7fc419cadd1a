package voucher

func (c TransferCommand) examine(a Authors) Kind {
	in := c.Transfer
	switch {
	case in.To.IsZero() || in.To == in.Owner || in.SignedAt > MaxSignedAt || len(c.Place.Path) > MaxProof:
		return KindMalformed
	case !a.signedBy(0, in.Owner):
		return KindBadSignature
	default:
		return KindAccepted
	}
}

func (r *ruling) transfer(c TransferCommand) Kind {
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
