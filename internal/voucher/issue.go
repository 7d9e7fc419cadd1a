package voucher

import "math"

// Issue gives count vouchers away by a list: entry i owns serial
// cap-1-(first+i). Root is the head of an RFC 6962 tree whose entries are the
// index (4 bytes, big-endian) followed by the owner's address. Author: a key
// with ScopeIssue, or the root.
type Issue struct {
	Author   Address    `json:"author"`
	Merchant Address    `json:"merchant"`
	Campaign CampaignID `json:"campaign"`
	Root     Hash       `json:"root"`
	First    uint32     `json:"first"` // vouchers issued before it: the state that it expects
	Count    uint32     `json:"count"`
	Deadline uint64     `json:"deadline"`
}

func (Issue) verb() Verb { return VerbIssue }

func (in Issue) flaw() string { return outside("count", uint64(in.Count), 1, math.MaxUint32) }

func (in Issue) author() Address { return in.Author }

func (in Issue) touches(id Hash) []string { return []string{campaignKey(in.Campaign), issueKey(id)} }

func (Issue) reads() []string { return nil }

// CampaignIssued promises vouchers to the owners of a list.
type CampaignIssued struct {
	Campaign CampaignID `json:"campaign"`
	Issue    Hash       `json:"issue"`
	Author   Address    `json:"author"`
	Root     Hash       `json:"root"`
	First    uint32     `json:"first"`
	Count    uint32     `json:"count"`
}

func (CampaignIssued) isEvent() {}

func (in Issue) judge(r *ruling) Kind {
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
