package voucher

import (
	"cmp"
	"slices"
)

// ChangeCampaign pauses, resumes, closes, mints more, or lengthens the offset
// table: it names the whole of what may change. Holders may always redeem.
// Author: the merchant's root.
type ChangeCampaign struct {
	Author   Address    `json:"author"`
	Merchant Address    `json:"merchant"`
	Campaign CampaignID `json:"campaign"`
	Version  uint32     `json:"version"` // of the campaign
	Status   uint8      `json:"status"`
	Supply   uint32     `json:"supply"` // absolute, up to the cap
	Open     uint32     `json:"open"`
	Offsets  []Offset   `json:"offsets"` // added to the end of the table
	Deadline uint64     `json:"deadline"`
}

func (ChangeCampaign) verb() Verb { return VerbChangeCampaign }

func (in ChangeCampaign) flaw() string {
	return cmp.Or(
		outside("status", uint64(in.Status), uint64(CampaignActive), uint64(CampaignClosed)),
		miscounted("offsets", len(in.Offsets), 0, MaxOffsets), unfit(in.Offsets),
	)
}

func (in ChangeCampaign) author() Address { return in.Author }

func (in ChangeCampaign) touches(Hash) []string { return []string{campaignKey(in.Campaign)} }

func (ChangeCampaign) reads() []string { return nil }

// CampaignChanged is what may change of a campaign, after the change; offsets are those added.
type CampaignChanged struct {
	Campaign CampaignID `json:"campaign"`
	Version  uint32     `json:"version"`
	Status   uint8      `json:"status"`
	Supply   uint32     `json:"supply"`
	Open     uint32     `json:"open"`
	Offsets  []Offset   `json:"offsets"`
}

func (CampaignChanged) isEvent() {}

func (in ChangeCampaign) judge(r *ruling) Kind {
	if kind := r.checkDeadline(in.Deadline, IntentLife); kind != KindAccepted {
		return kind
	}
	c, kind := r.campaignOfRoot(in.Merchant, in.Author, in.Campaign)
	if kind != KindAccepted {
		return kind
	}
	if kind := changeable(c, in, r.now); kind != KindAccepted {
		return kind
	}
	c.Version++
	c.Status, c.Supply, c.Open, c.Offsets = in.Status, in.Supply, in.Open, slices.Concat(c.Offsets, in.Offsets)
	r.put(campaignKey(in.Campaign), c)
	r.emit(CampaignChanged{
		Campaign: in.Campaign, Version: c.Version, Status: c.Status, Supply: c.Supply, Open: c.Open, Offsets: in.Offsets,
	})
	return KindAccepted
}

func changeable(c Campaign, in ChangeCampaign, now uint64) Kind {
	switch {
	case in.Version != c.Version:
		return KindWrongVersion
	case c.Status == CampaignClosed:
		return KindCampaignInactive
	case in.Supply > c.Cap || in.Open > in.Supply || in.Open < c.Open || in.Supply-in.Open < c.Supply-c.Open:
		return KindSupplyExceeded
	case len(c.Offsets)+len(in.Offsets) > MaxOffsets:
		return KindInvalidTerms
	case len(in.Offsets) > 0 && !extends(c.Offsets, in.Offsets[0].From, now):
		return KindInvalidTerms
	default:
		return KindAccepted
	}
}

// extends reports whether a transition from an instant on leaves the past as it
// was: it is in the future and at the end of a table that is not empty, because
// the first entry of a table also holds for all time before it.
func extends(table []Offset, from, now uint64) bool {
	return len(table) > 0 && from > table[len(table)-1].From && from > now
}
