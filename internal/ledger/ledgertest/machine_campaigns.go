package ledgertest

import (
	"fmt"
	"slices"

	"tally/internal/voucher"
)

// offsets is a table with up to 8 transitions around now.
func (g *Generator) offsets() (table []voucher.Offset) {
	from := uint64(0)
	for range g.rnd.IntN(9) {
		table = append(table, voucher.Offset{From: from, Minutes: g.minutes()})
		from = max(g.now-400_000+g.number(800_000), from+voucher.Quarter+g.number(90_000))
		from -= from % voucher.Quarter
	}
	return table
}

func (g *Generator) minutes() int16 { return int16(g.rnd.IntN(113)-56) * 15 }

func (g *Generator) create() Draft {
	m := g.someMerchant()
	quarter := g.now/voucher.Quarter + 1
	in := voucher.CreateCampaign{
		Author: g.rootOf(m), Merchant: m, Terms: fmt.Sprintf(`{"n":%d}`, g.rnd.Uint32()), Currency: voucher.Currency{'H', 'K', 'D'},
		Units: 1 + g.number(9), MaxDiscount: g.number(2) * 500, Supply: 14, Open: 8, Cap: 20,
		PerHolder: g.small(4), PerDay: g.small(3), ClaimFrom: g.now - 100, ClaimUntil: g.now + 20*86400,
		ValidFrom: g.now - 100, ValidUntil: (quarter + g.number(4000)) * voucher.Quarter, ValidDays: g.small(3),
		Offsets: g.offsets(), Transfer: !g.chance(4), Void: !g.chance(4),
		Rollback: uint8(g.number(2)), Grace: g.small(4) * voucher.Quarter, Deadline: g.deadline(voucher.IntentLife),
	}
	if !g.chance(3) {
		in.PerHolder, in.PerDay = 0, 0
	}
	if g.chance(3) {
		in.Stores = slices.Clone([]uint32{1, 2, 255, 256, 40000, 65535}[g.rnd.IntN(3):])
	}
	if g.chance(4) {
		in.Attestors = slices.Clone(g.cast.attestors[g.rnd.IntN(2):])
	}
	if g.chance(4) {
		in.StoredValue, in.MaxDiscount, in.Units = true, 1, 5000
	}
	g.oddTimes(&in)
	in.ClaimUntil = min(in.ClaimUntil, in.ValidUntil)
	g.mutate(&in, 4)
	return signedBy(g, in.Author, in)
}

// oddTimes makes vouchers that are expired when they appear, not valid yet, or
// not to be claimed yet.
func (g *Generator) oddTimes(in *voucher.CreateCampaign) {
	switch g.rnd.IntN(20) {
	case 0, 1:
		back := pick(g, []int16{-840, -840, 0, 825})
		in.ValidDays, in.ValidUntil = 1, in.ValidUntil+9_000_000
		in.Offsets = []voucher.Offset{{Minutes: 840}, {From: g.now/voucher.Quarter*voucher.Quarter + voucher.Quarter*g.number(1), Minutes: back}}
	case 2:
		in.ValidFrom, in.ValidUntil = g.now+5000, in.ValidUntil+900_000
	case 3:
		in.ClaimFrom = g.now + 600
	}
}

// someCampaign is mostly a late one, and mostly one whose merchant is active.
func (g *Generator) someCampaign() (voucher.CampaignID, voucher.Campaign) {
	if len(g.campaigns) == 0 {
		return voucher.CampaignID{}, voucher.Campaign{}
	}
	var id voucher.CampaignID
	var c voucher.Campaign
	for range 4 {
		id = recent(g, g.campaigns, 6)
		c = g.campaign(id)
		if c.Status == voucher.CampaignActive && c.ClaimUntil > g.now && g.merchant(c.Merchant).SuspendedFrom == 0 {
			break
		}
	}
	return id, c
}

func (g *Generator) change() Draft {
	id, c := g.someCampaign()
	in := voucher.ChangeCampaign{
		Author: g.rootOf(c.Merchant), Merchant: c.Merchant, Campaign: id, Version: c.Version, Status: voucher.CampaignActive,
		Supply: c.Supply + g.small(2), Open: c.Open, Deadline: g.deadline(voucher.IntentLife),
	}
	in.Open += min(g.small(1), in.Supply-c.Supply)
	switch n := g.rnd.IntN(40); {
	case n == 0:
		in.Status = voucher.CampaignClosed
	case n < 6:
		in.Status = voucher.CampaignPaused
	}
	if g.chance(3) {
		in.Offsets = g.laterOffsets(c.Offsets)
	}
	g.mutate(&in, 4)
	return signedBy(g, in.Author, in)
}

func (g *Generator) laterOffsets(table []voucher.Offset) (later []voucher.Offset) {
	from := g.now
	if n := len(table); n > 0 {
		from = max(table[n-1].From, g.now-g.number(1)*2000)
	}
	from -= from % voucher.Quarter
	for range g.rnd.IntN(25) {
		from += voucher.Quarter * (1 + g.number(60))
		later = append(later, voucher.Offset{From: from, Minutes: g.minutes()})
	}
	return later
}

// keyWith is a key that may do what the scope says, or the root.
func (g *Generator) keyWith(m voucher.Address, scope uint32) voucher.Address {
	for _, a := range g.cast.keys {
		if k, _ := voucher.ReadKey(g.state, m, a); k.Scopes&scope != 0 && g.chance(2) {
			return a
		}
	}
	if g.chance(20) {
		return pick(g, g.cast.all)
	}
	return g.rootOf(m)
}

func (g *Generator) issue() Draft {
	id, c := g.someCampaign()
	left := int(c.Supply-c.Open) - int(c.Issued)
	owners := make([]voucher.Address, max(1, min(left, 1+g.rnd.IntN(4))))
	if g.chance(20) {
		owners = append(owners, make([]voucher.Address, 1+g.rnd.IntN(6))...)
	}
	for i := range owners {
		owners[i] = pick(g, g.cast.wallets)
	}
	in := voucher.Issue{
		Author: g.keyWith(c.Merchant, voucher.ScopeIssue), Merchant: c.Merchant, Campaign: id, Root: voucher.IssueRoot(owners),
		First: c.Issued, Count: uint32(len(owners)), Deadline: g.deadline(voucher.IntentLife),
	}
	g.owners[in.Root] = owners
	g.mutate(&in, 6)
	return signedBy(g, in.Author, in)
}
