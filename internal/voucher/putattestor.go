package voucher

// PutAttestor adds an attestor to a campaign that asks for tickets, or revokes
// one: its tickets are refused from then on, and claims made before stand. A
// campaign that asks for none cannot start to. Author: the merchant's root.
type PutAttestor struct {
	Author   Address    `json:"author"`
	Merchant Address    `json:"merchant"`
	Campaign CampaignID `json:"campaign"`
	Attestor Address    `json:"attestor"`
	Version  uint32     `json:"version"` // of this attestor in this campaign: 0 never named, 1 named by CreateCampaign
	Allowed  bool       `json:"allowed"`
	Deadline uint64     `json:"deadline"`
}

func (PutAttestor) verb() Verb { return VerbPutAttestor }

func (in PutAttestor) flaw() string { return missing("attestor", in.Attestor) }

func (in PutAttestor) author() Address { return in.Author }

func (in PutAttestor) touches(Hash) []string {
	return []string{attestorKey(in.Campaign, in.Attestor), attestorsKey(in.Campaign)}
}

func (PutAttestor) reads() []string { return nil }

// AttestorPut says whether an attestor's tickets are good for a campaign from now on.
type AttestorPut struct {
	Campaign CampaignID `json:"campaign"`
	Attestor Address    `json:"attestor"`
	Version  uint32     `json:"version"` // of this attestor in this campaign, after the change
	Allowed  bool       `json:"allowed"`
}

func (AttestorPut) isEvent() {}

// judge changes whose tickets are good for a campaign. A campaign that asks
// for none stays so: its holders were told that no attestor stands between them
// and a claim.
func (in PutAttestor) judge(r *ruling) Kind {
	if kind := r.checkDeadline(in.Deadline, IntentLife); kind != KindAccepted {
		return kind
	}
	c, kind := r.campaignOfRoot(in.Merchant, in.Author, in.Campaign)
	switch {
	case kind != KindAccepted:
		return kind
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
