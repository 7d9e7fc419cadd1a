package voucher

func (in PutAttestor) wellShaped() bool { return !in.Attestor.IsZero() }

func (in PutAttestor) author() Address { return in.Author }

// putAttestor changes whose tickets are good for a campaign. A campaign that asks
// for none stays so: its holders were told that no attestor stands between them
// and a claim.
func (r *ruling) putAttestor(in PutAttestor) Kind {
	if kind := r.checkDeadline(in.Deadline, IntentLife); kind != KindAccepted {
		return kind
	}
	m, kind := r.activeMerchant(in.Merchant)
	if kind != KindAccepted {
		return kind
	}
	if in.Author != m.RootAt(r.now) {
		return KindNotAuthorised
	}
	c, ok := r.campaign(in.Campaign)
	switch {
	case !ok || c.Merchant != in.Merchant:
		return KindUnknownCampaign
	case c.Status == CampaignClosed:
		return KindCampaignInactive
	case len(c.Attestors) == 0:
		return KindInvalidTerms
	}
	old := r.attestor(in.Campaign, c, in.Attestor)
	switch {
	case in.Version != old.Version:
		return KindWrongVersion
	case in.Allowed == old.Allowed:
		return KindExists
	case old.Version == 0 && !r.enroll(attestorsKey(in.Campaign), in.Attestor, MaxNamed-len(c.Attestors)):
		return KindListFull
	}
	next := Attestor{Version: old.Version + 1, Allowed: in.Allowed}
	r.put(attestorKey(in.Campaign, in.Attestor), next)
	r.emit(AttestorPut{Campaign: in.Campaign, Attestor: in.Attestor, Version: next.Version, Allowed: next.Allowed})
	return KindAccepted
}

func (r *ruling) attestor(id CampaignID, c Campaign, attestor Address) Attestor {
	a, err := ReadAttestor(r.state, id, c, attestor)
	r.keep(err)
	return a
}
