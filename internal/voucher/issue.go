package voucher

func (in Issue) wellShaped() bool { return in.Count > 0 }

func (in Issue) author() Address { return in.Author }

func (r *ruling) issue(in Issue) Kind {
	if kind := r.checkDeadline(in.Deadline, IntentLife); kind != KindAccepted {
		return kind
	}
	m, kind := r.actsFor(in.Merchant, in.Author, ScopeIssue)
	if kind != KindAccepted {
		return kind
	}
	c, ok := r.campaign(in.Campaign)
	switch {
	case !ok || c.Merchant != in.Merchant:
		return KindUnknownCampaign
	case c.Status != CampaignActive:
		return KindCampaignInactive
	case in.First != c.Issued:
		return KindWrongVersion
	case uint64(c.Issued)+uint64(in.Count) > uint64(c.Supply-c.Open):
		return KindSupplyExceeded
	}
	expiry, ok := r.expiry(c, r.extension(m, in.Campaign))
	if !ok {
		return KindExpired
	}
	c.Issued += in.Count
	r.put(campaignKey(in.Campaign), c)
	r.put(issueKey(r.authors.ID), Issuance{
		Campaign: in.Campaign, Root: in.Root, First: in.First, Count: in.Count, Expiry: expiry,
	})
	r.emit(CampaignIssued{
		Campaign: in.Campaign, Issue: r.authors.ID, Author: in.Author, Root: in.Root, First: in.First, Count: in.Count,
	})
	return KindAccepted
}

// actsFor reads an active merchant for which a key may act within a scope.
func (r *ruling) actsFor(merchant, author Address, scope uint32) (Merchant, Kind) {
	m, kind := r.activeMerchant(merchant)
	if kind == KindAccepted && !r.authorised(m, merchant, author, scope) {
		kind = KindNotAuthorised
	}
	return m, kind
}
