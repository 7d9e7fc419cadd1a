package ledgertest

import (
	"slices"

	"tally/internal/voucher"
)

// candidates are serials of a campaign of the machine's size, some of them not open.
func (g *Generator) candidates() (serials []uint32) {
	for range 1 + g.rnd.IntN(voucher.Candidates) {
		serials = append(serials, g.small(9))
	}
	return serials
}

func (g *Generator) claim() Draft {
	id, campaign := g.someCampaign()
	wallet := pick(g, g.cast.wallets)
	h, _ := voucher.ReadHolder(g.state, id, wallet)
	c := voucher.ClaimCommand{
		Claim:      voucher.Claim{Wallet: wallet, Campaign: id, Ordinal: h.Claims, Deadline: g.deadline(voucher.IntentLife)},
		Candidates: g.candidates(),
	}
	g.mutate(&c.Claim, 10)
	d := Draft{Signers: []Signer{g.by(c.Claim.Wallet)}}
	if len(campaign.Attestors) > 0 && !g.chance(30) || g.chance(50) {
		c.Ticket = voucher.Ticket{
			Campaign: id, Wallet: wallet, Attestor: pick(g, g.cast.attestors),
			Subject: details(1 + g.number(4)), Deadline: g.now + g.number(9),
		}
		if a, _ := voucher.ReadAttestor(g.state, id, campaign, c.Ticket.Attestor); !a.Allowed && len(campaign.Attestors) > 0 && !g.chance(6) {
			c.Ticket.Attestor = pick(g, campaign.Attestors)
		}
		g.mutate(&c.Ticket, 10)
		d.Signers = append(d.Signers, g.by(c.Ticket.Attestor))
	} else if g.chance(60) {
		d.Signers = append(d.Signers, Signer{By: "nobody"})
	}
	g.mutate(&c.Candidates, 25)
	d.Command = c
	return d
}

// found is a voucher that somebody may use, and its place if it has to appear first.
type found struct {
	ref      voucher.Ref
	v        voucher.Voucher
	campaign voucher.Campaign
	place    voucher.Place
}

// placed is an entry of a list as a voucher that has not appeared.
func (g *Generator) placed(l list) found {
	index := g.small(len(l.owners) - 1)
	c := g.campaign(l.campaign)
	f := found{
		ref: voucher.Ref{Campaign: l.campaign, Serial: c.Cap - 1 - l.first - index}, campaign: c,
		place: Place(l.id, l.owners, index),
	}
	v, there, _ := voucher.ReadVoucher(g.state, f.ref)
	if !there {
		issuance, _, _ := voucher.ReadIssuance(g.state, l.id)
		v = voucher.Voucher{Owner: l.owners[index], Units: c.Units, Expiry: issuance.Expiry, State: voucher.StateClaimed}
	}
	f.v = v
	return f
}

// aVoucher is any that is there, or could appear; ok is false where there is none.
func (g *Generator) aVoucher() (f found, ok bool) {
	if len(g.lists) > 0 && (len(g.vouchers) == 0 || g.chance(4)) {
		return g.placed(recent(g, g.lists, 12)), true
	}
	if len(g.vouchers) == 0 {
		return f, false
	}
	f.ref = recent(g, g.vouchers, 40)
	f.v, _, _ = voucher.ReadVoucher(g.state, f.ref)
	f.campaign = g.campaign(f.ref.Campaign)
	return f, true
}

// usable reports whether a voucher can be spent, as far as the generator knows.
func (g *Generator) usable(f found) bool {
	extension, _ := voucher.ReadExtension(g.state, f.campaign.Merchant, f.ref.Campaign)
	hold, _ := voucher.ReadHold(g.state, f.ref)
	return f.v.State == voucher.StateClaimed && g.now < f.v.Expiry+extension && g.now >= f.campaign.ValidFrom &&
		!hold.Open(g.now) && g.merchant(f.campaign.Merchant).SuspendedFrom == 0 && !g.busy[f.ref] && f.v.SignedAt < g.now+voucher.ClockSkew
}

// goodVoucher is mostly a usable one, for which fits holds.
func (g *Generator) goodVoucher(fits func(found) bool) (f found, ok bool) {
	for range 25 {
		f, ok = g.aVoucher()
		if !ok || g.chance(40) || g.usable(f) && fits(f) {
			break
		}
	}
	g.busy[f.ref] = true
	return f, ok
}

func anyVoucher(found) bool { return true }

// signedAt is later than the voucher's latest code, mostly.
func (g *Generator) signedAt(v voucher.Voucher) uint64 {
	switch g.rnd.IntN(30) {
	case 0:
		return v.SignedAt
	case 1:
		return max(v.SignedAt, 1) - 1
	case 2:
		return g.now + voucher.ClockSkew + g.number(1)
	default:
		return max(g.now-g.number(5), v.SignedAt+1)
	}
}

func (g *Generator) deliver() Draft {
	var c voucher.DeliverCommand
	if len(g.lists) > 0 {
		var l list
		var f found
		for range 10 { // that has not appeared yet
			l = recent(g, g.lists, 8)
			if f = g.placed(l); !slices.Contains(g.vouchers, f.ref) {
				break
			}
		}
		c = voucher.DeliverCommand{
			Deliver: voucher.Deliver{Issue: l.id, Index: f.place.Index, Owner: l.owners[f.place.Index]}, Path: f.place.Path,
		}
	}
	g.mutate(&c.Deliver, 8)
	g.mutate(&c.Path, 12)
	return Draft{Command: c}
}

func (g *Generator) transfer() Draft {
	f, _ := g.goodVoucher(func(f found) bool { return f.campaign.Transfer })
	in := voucher.Transfer{
		Owner: f.v.Owner, Campaign: f.ref.Campaign, Serial: f.ref.Serial, To: pick(g, g.cast.wallets), SignedAt: g.signedAt(f.v),
	}
	for range 3 {
		if in.To == in.Owner {
			in.To = pick(g, g.cast.wallets)
		}
	}
	in.Deadline = in.SignedAt + voucher.RedeemLife - g.number(60)
	c := voucher.TransferCommand{Transfer: in, Place: f.place}
	g.mutate(&c.Transfer, 6)
	g.mutate(&c.Place, 20)
	return Draft{c, []Signer{g.by(c.Transfer.Owner)}}
}

// offer is for up to three vouchers of one owner at one merchant; ok is false
// where there is nothing to offer.
func (g *Generator) offer() (o voucher.Redeem, places []voucher.Place) {
	first, ok := g.goodVoucher(anyVoucher)
	if !ok {
		return o, nil
	}
	all := []found{first}
	for range g.rnd.IntN(3) {
		f, _ := g.goodVoucher(func(f found) bool {
			return f.v.Owner == first.v.Owner && f.campaign.Merchant == first.campaign.Merchant
		})
		strange := f.v.Owner != first.v.Owner || f.campaign.Merchant != first.campaign.Merchant
		same := slices.ContainsFunc(all, func(o found) bool { return o.ref == f.ref })
		if (!strange || g.chance(4)) && !same {
			all = append(all, f)
		}
	}
	slices.SortFunc(all, func(a, b found) int {
		if a.ref.Less(b.ref) {
			return -1
		}
		return 1
	})
	o = voucher.Redeem{Owner: first.v.Owner}
	placed := false
	for _, f := range all {
		o.SignedAt = max(o.SignedAt, g.signedAt(f.v))
		o.Lines = append(o.Lines, voucher.Line{Campaign: f.ref.Campaign, Serial: f.ref.Serial, Units: max(1, f.v.Units) + g.number(11)/11})
		places = append(places, f.place)
		placed = placed || !f.place.Issue.IsZero()
	}
	if !placed && !g.chance(30) {
		places = nil
	}
	o.Deadline = o.SignedAt + voucher.RedeemLife - g.number(60)
	if g.chance(5) {
		o.Order = details(g.number(3))
	}
	return o, places
}

func details(n uint64) voucher.Hash { return voucher.Hash{5, byte(n)} }

func (g *Generator) redeem() Draft {
	if len(g.offers) > 0 && g.chance(8) { // an older code, or one for another purpose
		return g.accept(recent(g, g.offers, 8), nil)
	}
	o, places := g.offer()
	g.mutate(&o, 12)
	g.offers = append(g.offers, o)
	g.mutate(&places, 25)
	return g.accept(o, places)
}

func (g *Generator) hold() Draft {
	o, places := g.offer()
	o.HoldUntil = g.now + 30 + g.number(4000)
	switch g.rnd.IntN(12) {
	case 0:
		o.HoldUntil = o.SignedAt + voucher.HoldLife + g.number(1)
	case 1:
		o.HoldUntil = g.now + g.number(1)
	case 2:
		o.HoldUntil = g.now + g.number(6*86400)
	}
	g.mutate(&o, 12)
	g.offers = append(g.offers, o)
	return g.accept(o, places)
}

// accept is a till's half for an offer, mostly of a till that may.
func (g *Generator) accept(o voucher.Redeem, places []voucher.Place) Draft {
	var c voucher.Campaign
	if len(o.Lines) > 0 {
		c = g.campaign(o.Lines[0].Campaign)
	}
	a := voucher.Accept{
		Offer: g.domain.Digest(o), Merchant: c.Merchant, Till: g.tillFor(c), Currency: c.Currency,
		Details: o.Order, Reference: voucher.Hash{7},
	}
	if o.Order.IsZero() || g.chance(20) {
		a.Details = details(g.number(3))
	}
	k, _ := voucher.ReadKey(g.state, c.Merchant, a.Till)
	a.Store = k.Store
	for _, l := range o.Lines {
		of := g.campaign(l.Campaign)
		v, _, _ := voucher.ReadVoucher(g.state, l.Ref())
		p := g.part(of, l.Units, v.Units)
		a.Parts = append(a.Parts, p)
		a.Amount += min(p.Discount, 1<<50)
	}
	g.oddMoney(&a)
	g.mutate(&a, 14)
	return Draft{voucher.RedeemCommand{Offer: o, Accept: a, Places: places}, []Signer{g.by(o.Owner), g.by(a.Till)}}
}

// tillFor is mostly a till at a store where the campaign is accepted.
func (g *Generator) tillFor(c voucher.Campaign) voucher.Address {
	tills := g.tillsOf(c.Merchant)
	if len(tills) == 0 || g.chance(25) {
		return pick(g, g.cast.tills)
	}
	till := pick(g, tills)
	for range 4 {
		if k, _ := voucher.ReadKey(g.state, c.Merchant, till); len(c.Stores) == 0 || slices.Contains(c.Stores, k.Store) {
			break
		}
		till = pick(g, tills)
	}
	return till
}

// part takes some or all of a line, and as much off as the terms allow or less.
func (g *Generator) part(c voucher.Campaign, offered, left uint64) voucher.Part {
	units := min(offered, max(1, left))
	if offered > left && g.chance(4) {
		units = offered
	}
	if units > 1 && g.chance(2) {
		units = 1 + g.rnd.Uint64N(min(units, 1<<40))
	}
	p := voucher.Part{Units: units, Discount: units * c.MaxDiscount}
	if !c.StoredValue && p.Discount > 0 && g.chance(2) {
		p.Discount = g.rnd.Uint64N(p.Discount + 2)
	}
	return p
}

// oddMoney makes the discounts a little more than the order or the terms allow.
func (g *Generator) oddMoney(a *voucher.Accept) {
	n := len(a.Parts)
	switch odd := g.rnd.IntN(30); {
	case odd == 0:
		a.Amount = max(a.Amount, 1) - 1
	case odd <= 2 && n > 0:
		a.Parts[n-1].Discount += uint64(odd)
		a.Amount += 5
	default:
		a.Amount += g.number(1) * 100
	}
}

func (g *Generator) cancel() Draft {
	o, places := g.offer()
	if len(g.offers) > 0 && !g.chance(3) {
		o, places = recent(g, g.offers, 8), nil
	}
	in := voucher.Cancel{Offer: g.domain.Digest(o), Author: o.Owner, Deadline: g.deadline(voucher.IntentLife)}
	if g.chance(2) && len(o.Lines) > 0 {
		c := g.campaign(o.Lines[0].Campaign)
		in.Author, in.Merchant = g.tillFor(c), c.Merchant
	}
	g.mutate(&in, 10)
	g.mutate(&places, 20)
	return Draft{voucher.CancelCommand{Cancel: in, Offer: o, Places: places}, []Signer{g.by(in.Author), g.by(o.Owner)}}
}
