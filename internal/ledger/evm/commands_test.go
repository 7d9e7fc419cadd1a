package evm

import (
	"fmt"
	"slices"

	"tally/internal/voucher"
)

func (w *world) merchantVersion(m voucher.Address) uint32 {
	r, _, _ := voucher.ReadMerchant(w.model, m)
	return r.Version
}

func signed[T voucher.SingleIntent](w *world, in T, by voucher.Address) voucher.Signed[T] {
	c := voucher.Signed[T]{Intent: in}
	c.Signature = w.sign(by, in)
	return c
}

func (w *world) setOperators() voucher.Command {
	o, _ := voucher.ReadOperators(w.model)
	next := slices.Clone(w.ops[w.rnd.IntN(2):])
	in := voucher.SetOperators{Approvers: slices.Clone(o.Members), Version: o.Version, Operators: next[:2+w.rnd.IntN(len(next)-1)], Threshold: 2, Deadline: w.now + 7*86400}
	in.Approvers = in.Approvers[:min(len(in.Approvers), 2+w.rnd.IntN(2))]
	w.mutate(&in, 3)
	c := voucher.Approved[voucher.SetOperators]{Intent: in}
	for _, a := range in.Approvers {
		c.Approvals = append(c.Approvals, w.sign(a, in))
	}
	if w.rnd.IntN(30) == 0 {
		c.Approvals = append(c.Approvals, make([]voucher.Signature, 1+w.rnd.IntN(40))...)
	}
	return c
}

func (w *world) admit() voucher.Command {
	in := voucher.AdmitMerchant{Operator: pick(w.rnd, w.ops), Merchant: pick(w.rnd, w.merchants), Name: "Milk Tea", Deadline: w.now + 86400}
	w.mutate(&in, 3)
	return signed(w, in, in.Operator)
}

func (w *world) putStore() voucher.Command {
	m := pick(w.rnd, w.merchants)
	in := voucher.PutStore{Author: m, Merchant: m, Version: w.merchantVersion(m), Store: pick(w.rnd, []uint32{1, 2, 3, 255, 256, 65535}), Name: "Store", Deadline: w.now + 60}
	w.mutate(&in, 3)
	return signed(w, in, in.Author)
}

func (w *world) putKey() voucher.Command {
	m := pick(w.rnd, w.merchants)
	in := voucher.PutKey{Author: m, Merchant: m, Version: w.merchantVersion(m), Key: pick(w.rnd, w.tills), Scopes: 1, Store: pick(w.rnd, []uint32{1, 2, 255, 65535}), Deadline: w.now + 60}
	if w.rnd.IntN(5) == 0 {
		in.Scopes, in.Store = uint32(w.rnd.IntN(8)*2), 0
	}
	w.mutate(&in, 3)
	return signed(w, in, in.Author)
}

func (w *world) offsets() (list []voucher.Offset) {
	from := uint64(0)
	for range w.rnd.IntN(9) {
		list = append(list, voucher.Offset{From: from, Minutes: int16(w.rnd.IntN(113)-56) * 15})
		from = w.now - 400000 + uint64(w.rnd.IntN(800000))
		if n := len(list); from <= list[n-1].From {
			from = list[n-1].From + uint64(w.rnd.IntN(90000)) + 900
		}
		from -= from % 900
	}
	return list
}

func (w *world) create() voucher.Command {
	m := pick(w.rnd, w.merchants)
	in := voucher.CreateCampaign{
		Author: m, Merchant: m, Terms: fmt.Sprintf(`{"n":%d}`, w.rnd.Uint64()), Currency: voucher.Currency{'H', 'K', 'D'},
		Units: uint64(1 + w.rnd.IntN(10)), MaxDiscount: uint64(w.rnd.IntN(3)) * 500, Supply: 12, Open: 8, Cap: 20,
		PerHolder: uint32(w.rnd.IntN(4)), PerDay: uint32(w.rnd.IntN(3)), ClaimFrom: w.now - 100, ClaimUntil: w.now + 20*86400,
		ValidFrom: w.now - 100, ValidUntil: (w.now/900 + 1 + uint64(w.rnd.IntN(4000))*20) * 900, ValidDays: uint32(w.rnd.IntN(3)),
		Offsets: w.offsets(), Transfer: w.rnd.IntN(2) == 0, Void: w.rnd.IntN(2) == 0, Rollback: uint8(w.rnd.IntN(3)), Grace: uint32(w.rnd.IntN(5)) * 900,
		Deadline: w.now + 3600,
	}
	in.ClaimUntil = min(in.ClaimUntil, in.ValidUntil)
	if w.rnd.IntN(2) == 0 {
		in.Stores = []uint32{1, 2, 255, 256, 40000, 65535}[w.rnd.IntN(3):]
	}
	if w.rnd.IntN(3) == 0 {
		in.Attestors = slices.Clone(w.attestors[w.rnd.IntN(2):])
	}
	if w.rnd.IntN(4) == 0 {
		in.StoredValue, in.MaxDiscount, in.Units = true, 1, 5000
	}
	if w.rnd.IntN(8) == 0 { // a voucher may be expired when it appears
		in.ValidDays, in.ValidUntil = 1, in.ValidUntil+9000000
		in.Offsets = []voucher.Offset{{From: 0, Minutes: 840}, {From: w.now/900*900 + 900*uint64(w.rnd.IntN(2)), Minutes: pick(w.rnd, []int16{-840, -840, 0, 825})}}
	}
	if w.rnd.IntN(6) == 0 {
		in.ValidFrom = w.now + 5000
		in.ValidUntil += 900000
	}
	w.mutate(&in, 2)
	return signed(w, in, in.Author)
}

func (w *world) campaign() (voucher.CampaignID, voucher.Campaign) {
	if len(w.campaigns) == 0 {
		return voucher.CampaignID{}, voucher.Campaign{}
	}
	recent := w.campaigns[max(0, len(w.campaigns)-6):]
	id := pick(w.rnd, recent)
	c, _, _ := voucher.ReadCampaign(w.model, id)
	return id, c
}

func (w *world) change() voucher.Command {
	id, c := w.campaign()
	in := voucher.ChangeCampaign{Author: c.Merchant, Merchant: c.Merchant, Campaign: id, Version: c.Version, Status: uint8(1 + w.rnd.IntN(2)), Supply: c.Supply + uint32(w.rnd.IntN(2)), Open: c.Open, Deadline: w.now + 60}
	if w.rnd.IntN(20) == 0 {
		in.Status = 3
	}
	if w.rnd.IntN(3) == 0 {
		from := w.now
		if n := len(c.Offsets); n > 0 {
			from = max(c.Offsets[n-1].From, w.now-uint64(w.rnd.IntN(2))*2000)
		}
		from -= from % 900
		for range w.rnd.IntN(25) {
			from += 900 * (1 + w.rnd.Uint64N(60))
			in.Offsets = append(in.Offsets, voucher.Offset{From: from, Minutes: int16(w.rnd.IntN(113)-56) * 15})
		}
	}
	w.mutate(&in, 3)
	return signed(w, in, in.Author)
}

func (w *world) claim() voucher.Command {
	id, c := w.campaign()
	wallet := pick(w.rnd, w.wallets)
	h, _ := voucher.ReadHolder(w.model, id, wallet)
	in := voucher.Claim{Wallet: wallet, Campaign: id, Ordinal: h.Claims, Deadline: w.now + 60}
	w.mutate(&in, 8)
	cmd := voucher.ClaimCommand{Claim: in, Signature: w.sign(in.Wallet, in)}
	for range 1 + w.rnd.IntN(4) {
		cmd.Candidates = append(cmd.Candidates, uint32(w.rnd.IntN(9)))
	}
	if len(c.Attestors) > 0 || w.rnd.IntN(20) == 0 {
		t := voucher.Ticket{Campaign: id, Wallet: wallet, Attestor: pick(w.rnd, w.attestors), Subject: voucher.Hash{byte(1 + w.rnd.IntN(3))}, Deadline: w.now + uint64(w.rnd.IntN(3))}
		w.mutate(&t, 8)
		cmd.Ticket, cmd.TicketSignature = t, w.sign(t.Attestor, t)
	}
	w.mutate(&cmd.Candidates, 20)
	if w.rnd.IntN(40) == 0 {
		cmd.TicketSignature.R[0] ^= 1
	}
	return cmd
}

func (w *world) redeem() voucher.Command {
	if len(w.redeems) > 0 && w.rnd.IntN(8) == 0 {
		return pick(w.rnd, w.redeems[max(0, len(w.redeems)-8):])
	}
	owner := pick(w.rnd, w.wallets)
	recent := w.vouchers[max(0, len(w.vouchers)-40):]
	want := 1 + w.rnd.IntN(3)
	offer := voucher.Redeem{Owner: owner, SignedAt: w.now - uint64(w.rnd.IntN(5)), HoldUntil: 0}
	offer.Deadline = offer.SignedAt + 600
	var merchant voucher.Address
	var currency voucher.Currency
	for range 60 {
		if len(offer.Lines) == want || len(recent) == 0 {
			break
		}
		ref := pick(w.rnd, recent)
		if w.rnd.IntN(300) == 0 {
			ref.Serial = 11
		}
		v, _, _ := voucher.ReadVoucher(w.model, ref)
		c, _, _ := voucher.ReadCampaign(w.model, ref.Campaign)
		if v.Owner != owner && !v.Owner.IsZero() && w.rnd.IntN(40) != 0 || len(offer.Lines) > 0 && c.Merchant != merchant && w.rnd.IntN(20) != 0 ||
			v.State == voucher.StateSpent && w.rnd.IntN(10) != 0 || slices.ContainsFunc(offer.Lines, func(l voucher.Line) bool { return l.Ref() == ref }) {
			continue
		}
		merchant, currency = c.Merchant, c.Currency
		offer.Lines = append(offer.Lines, voucher.Line{Campaign: ref.Campaign, Serial: ref.Serial, Units: max(1, v.Units) + uint64(w.rnd.IntN(12)/11)})
	}
	slices.SortFunc(offer.Lines, func(a, b voucher.Line) int {
		if a.Ref().Less(b.Ref()) {
			return -1
		}
		return 1
	})
	details := voucher.Hash{byte(w.rnd.IntN(256)), 5}
	if w.rnd.IntN(3) == 0 {
		offer.Order = details
	}
	w.mutate(&offer, 8)
	if w.rnd.IntN(4) > 0 {
		offer.HoldUntil = 0
	}
	accept := voucher.Accept{Offer: w.domain.Digest(offer), Merchant: merchant, Till: pick(w.rnd, w.tills), Currency: currency, Details: details, Reference: voucher.Hash{7}}
	for range 6 { // a till that may
		if k, _ := voucher.ReadKey(w.model, merchant, accept.Till); k.Scopes&1 == 0 {
			accept.Till = pick(w.rnd, w.tills)
		}
	}
	k, _ := voucher.ReadKey(w.model, merchant, accept.Till)
	accept.Store = k.Store
	for _, l := range offer.Lines {
		c, _, _ := voucher.ReadCampaign(w.model, l.Campaign)
		p := voucher.Part{Units: 1 + w.rnd.Uint64N(max(1, min(l.Units, 1<<36)))}
		if p.Units = min(p.Units, l.Units); w.rnd.IntN(3) == 0 {
			p.Units = l.Units
		}
		p.Discount = p.Units * c.MaxDiscount
		if !c.StoredValue && p.Discount > 0 && w.rnd.IntN(2) == 0 {
			p.Discount = w.rnd.Uint64N(p.Discount + 2)
		}
		accept.Parts = append(accept.Parts, p)
		accept.Amount += min(p.Discount, 1<<50)
	}
	switch w.rnd.IntN(20) {
	case 0:
		accept.Amount = max(accept.Amount, 1) - 1
	case 1:
		if n := len(accept.Parts); n > 0 {
			accept.Parts[n-1].Discount++
			accept.Amount += 5
		}
	case 2:
		if n := len(accept.Parts); n > 0 {
			accept.Parts[n-1].Discount += 2
			accept.Amount += 5
		}
	default:
		accept.Amount += uint64(w.rnd.IntN(2) * 100)
	}
	w.mutate(&accept, 8)
	c := voucher.RedeemCommand{Offer: offer, OfferSignature: w.sign(offer.Owner, offer), Accept: accept, AcceptSignature: w.sign(accept.Till, accept)}
	w.redeems = append(w.redeems, c)
	return c
}

func (w *world) cancel() voucher.Command {
	w.redeem()
	r := pick(w.rnd, w.redeems[max(0, len(w.redeems)-8):])
	in := voucher.Cancel{Offer: w.domain.Digest(r.Offer), Author: r.Offer.Owner, Deadline: w.now + 3600}
	if w.rnd.IntN(2) == 0 {
		in.Author, in.Merchant = r.Accept.Till, r.Accept.Merchant
	}
	w.mutate(&in, 8)
	c := voucher.CancelCommand{Cancel: in, Signature: w.sign(in.Author, in), Offer: r.Offer, OfferSignature: r.OfferSignature}
	return c
}

func (w *world) any() voucher.Command {
	if len(w.past) > 0 && w.rnd.IntN(12) == 0 {
		return pick(w.rnd, w.past[max(0, len(w.past)-10):])
	}
	c := w.fresh()
	w.past = append(w.past, c)
	return c
}

func (w *world) fresh() voucher.Command {
	switch n := w.rnd.IntN(100); {
	case n < 2:
		return w.setOperators()
	case n < 5:
		return w.admit()
	case n < 9:
		return w.putStore()
	case n < 15:
		return w.putKey()
	case n < 25:
		return w.create()
	case n < 32:
		return w.change()
	case n < 60:
		return w.claim()
	case n < 92:
		return w.redeem()
	default:
		return w.cancel()
	}
}
