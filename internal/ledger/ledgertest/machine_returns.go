package ledgertest

import (
	"slices"

	"tally/internal/voucher"
)

// aHold is mostly one that is still open.
func (g *Generator) aHold() (h held, ok bool) {
	if len(g.holds) == 0 {
		return h, false
	}
	for range 8 {
		h = recent(g, g.holds, 12)
		ref := voucher.Ref{Campaign: h.parts[0].Campaign, Serial: h.parts[0].Serial}
		record, _ := voucher.ReadHold(g.state, ref)
		if record.ID == h.id && record.Open(g.now) && !g.busy[ref] {
			g.busy[ref] = true
			break
		}
	}
	return h, true
}

// endedBy is a till of the store that opened the hold.
func (g *Generator) endedBy(h held) voucher.Address {
	for _, a := range g.tillsOf(h.merchant) {
		if k, _ := voucher.ReadKey(g.state, h.merchant, a); k.Store == h.store && g.chance(2) {
			return a
		}
	}
	return h.till
}

func (g *Generator) capture() Draft {
	in := voucher.Capture{Currency: voucher.Currency{'H', 'K', 'D'}, Reference: voucher.Hash{8}, Deadline: g.deadline(voucher.IntentLife)}
	if h, ok := g.aHold(); ok {
		in.Hold, in.Merchant, in.Till, in.Store = h.id, h.merchant, g.endedBy(h), h.store
		for _, part := range h.parts {
			c := g.campaign(part.Campaign)
			p := g.part(c, part.Units+g.number(20)/20, part.Units)
			if len(h.parts) > 1 && g.chance(4) {
				p = voucher.Part{}
			}
			in.Takes = append(in.Takes, voucher.Take{Campaign: part.Campaign, Serial: part.Serial, Units: p.Units, Discount: p.Discount})
			in.Amount += min(p.Discount, 1<<50)
		}
	}
	if g.chance(25) {
		in.Amount = max(in.Amount, 1) - 1
	}
	g.mutate(&in, 8)
	return signedBy(g, in.Till, in)
}

func (g *Generator) release() Draft {
	in := voucher.Release{Deadline: g.deadline(voucher.IntentLife)}
	if h, ok := g.aHold(); ok {
		in.Hold, in.Merchant, in.Till, in.Store = h.id, h.merchant, g.endedBy(h), h.store
		for _, part := range h.parts {
			in.Vouchers = append(in.Vouchers, voucher.Ref{Campaign: part.Campaign, Serial: part.Serial})
		}
	}
	g.mutate(&in, 6)
	return signedBy(g, in.Till, in)
}

// returnOf gives back a part of what is left of a sale.
func (g *Generator) returnOf(s sale) voucher.Return {
	back, _ := voucher.ReadReturned(g.state, s.id, s.ref)
	left := s.units - min(s.units, back)
	units := 1 + g.rnd.Uint64N(max(1, left))
	if g.chance(3) {
		units = left
	}
	return Return(s.ref, max(1, units)+g.number(20)/20, s.units, back)
}

// aSale is a sale; mostly something of it can be given back.
func (g *Generator) aSale() (s sale, c voucher.Campaign) {
	for range 8 {
		s = recent(g, g.sales, 16)
		c = g.campaign(s.ref.Campaign)
		back, _ := voucher.ReadReturned(g.state, s.id, s.ref)
		v, _, _ := voucher.ReadVoucher(g.state, s.ref)
		if c.Rollback != voucher.RollbackNone && back < s.units && v.State != voucher.StateVoid && !g.busy[s.ref] {
			break
		}
	}
	g.busy[s.ref] = true
	return s, c
}

func (g *Generator) rollback() Draft {
	in := voucher.Rollback{Details: details(9), Deadline: g.deadline(voucher.IntentLife)}
	if len(g.sales) > 0 {
		s, c := g.aSale()
		in.Merchant, in.Author, in.Redemption = c.Merchant, g.keyWith(c.Merchant, voucher.ScopeRollback), s.id
		for _, other := range g.sales[max(0, len(g.sales)-40):] { // of the same order
			if other.id == s.id && (other.ref == s.ref || !g.chance(3)) {
				in.Returns = append(in.Returns, g.returnOf(other))
			}
		}
		slices.SortFunc(in.Returns, func(a, b voucher.Return) int {
			if (voucher.Ref{Campaign: a.Campaign, Serial: a.Serial}).Less(voucher.Ref{Campaign: b.Campaign, Serial: b.Serial}) {
				return -1
			}
			return 1
		})
	}
	g.mutate(&in, 7)
	return signedBy(g, in.Author, in)
}

func (g *Generator) void() Draft {
	id, c := g.someCampaign()
	in := voucher.Void{Campaign: id, Serial: g.small(21), Reason: "Printed twice", Deadline: g.deadline(voucher.IntentLife)}
	if f, ok := g.aVoucher(); ok && g.chance(2) {
		c, in.Campaign, in.Serial = f.campaign, f.ref.Campaign, f.ref.Serial
	}
	in.Merchant, in.Author = c.Merchant, g.keyWith(c.Merchant, voucher.ScopeVoid)
	command := voucher.VoidCommand{Void: in}
	if len(g.lists) > 0 && g.chance(6) {
		command.Place = g.placed(recent(g, g.lists, 8)).place
		g.mutate(&command.Place, 3)
	}
	g.mutate(&command.Void, 7)
	return Draft{command, []Signer{g.by(command.Void.Author)}}
}
