package pricingtest

import (
	"cmp"
	"math/big"
	"slices"
	"strings"

	"tally/internal/pricing"
	"tally/internal/voucher"
)

// Answer is what the oracle chose, in the order of application.
type Answer struct {
	Used     []Used
	Discount uint64
	Tender   uint64
	Due      uint64
	Tax      uint64
}

// Used is a voucher that is used.
type Used struct {
	Ref    voucher.Ref
	Units  uint64
	Off    uint64
	Shares map[string]uint64 // by line, without zeros
}

// Oracle evaluates an input in the plainest way: it tries every set of vouchers, keeps
// every piece of the cart by itself, and computes with numbers that have no limit. It
// shares no code with the engine. Every voucher must pass Stands.
func Oracle(in pricing.Input) Answer {
	discounts, tenders := standing(in)
	if in.Mode == pricing.ModeAll && len(discounts)+len(tenders) < len(in.Vouchers) {
		return pay(newTill(in.Cart), nil)
	}
	best := bestSet(in, discounts)
	if best == nil {
		return pay(newTill(in.Cart), nil)
	}
	answer := pay(best, tenders)
	if in.Mode == pricing.ModeAll && len(answer.Used) < len(in.Vouchers) {
		return pay(newTill(in.Cart), nil)
	}
	return answer
}

// standing are the vouchers that stand, in the order in which they apply.
func standing(in pricing.Input) (discounts, tenders []pricing.Voucher) {
	for _, v := range in.Vouchers {
		switch _, tender := v.Terms.Offer.(pricing.StoredValue); {
		case !Stands(in, v):
		case tender:
			tenders = append(tenders, v)
		default:
			discounts = append(discounts, v)
		}
	}
	slices.SortFunc(discounts, applied)
	slices.SortFunc(tenders, applied)
	return discounts, tenders
}

// bestSet tries every set of the discounts, or the set of all if all are asked for.
func bestSet(in pricing.Input, discounts []pricing.Voucher) (best *till) {
	for set := range 1 << len(discounts) {
		var chosen []pricing.Voucher
		for i, v := range discounts {
			if set>>i&1 == 1 {
				chosen = append(chosen, v)
			}
		}
		if in.Mode == pricing.ModeAll && len(chosen) < len(discounts) || !lawful(chosen) {
			continue
		}
		if t := newTill(in.Cart); t.useAll(chosen) && (best == nil || t.betterThan(best)) {
			best = t
		}
	}
	return best
}

// applied is the order in which vouchers apply.
func applied(a, b pricing.Voucher) int {
	return cmp.Or(
		cmp.Compare(phase(a), phase(b)), cmp.Compare(a.Terms.Combine.Order, b.Terms.Combine.Order), refs(a.Ref, b.Ref),
	)
}

func refs(a, b voucher.Ref) int { return strings.Compare(a.String(), b.String()) }

func phase(v pricing.Voucher) int {
	var on pricing.Selector
	order := 0
	switch o := v.Terms.Offer.(type) {
	case pricing.Exchange:
		return 1
	case pricing.BuyGet:
		return 2
	case pricing.PercentOff:
		on, order = o.On, 5
	case pricing.AmountOff:
		on, order = o.On, 6
	case pricing.StoredValue:
		return 8
	}
	switch {
	case on.Fees:
		return 7
	case plain(on):
		return order
	default:
		return order - 2
	}
}

// lawful reports whether all may stand beside each other.
func lawful(set []pricing.Voucher) bool {
	for i, a := range set {
		same := uint64(0)
		for j, b := range set {
			if a.Ref.Campaign == b.Ref.Campaign {
				same++
			}
			x, y := a.Terms.Combine, b.Terms.Combine
			if i != j && (!slices.Contains(x.With, y.Group) || !slices.Contains(y.With, x.Group)) {
				return false
			}
		}
		if same > a.Terms.Combine.Most {
			return false
		}
	}
	return true
}

// till is a cart that vouchers take something off.
type till struct {
	cart   pricing.Cart
	lines  []pricing.Line
	left   []uint64
	pieces []*piece
	grants map[voucher.CampaignID]uint64
	used   []Used
	set    []pricing.Voucher
	off    uint64
}

type piece struct {
	line  int
	price uint64
	gone  bool
}

func newTill(cart pricing.Cart) *till {
	t := &till{cart: cart, grants: map[voucher.CampaignID]uint64{}}
	t.lines = slices.Clone(cart.Lines)
	slices.SortFunc(t.lines, func(a, b pricing.Line) int { return strings.Compare(a.ID, b.ID) })
	for i, l := range t.lines {
		net := l.Amount - l.Reduced
		t.left = append(t.left, net)
		for k := range l.Quantity {
			p := &piece{line: i, price: net / l.Quantity}
			if k < net%l.Quantity {
				p.price++
			}
			t.pieces = append(t.pieces, p)
		}
	}
	slices.SortStableFunc(t.pieces, func(a, b *piece) int {
		return cmp.Or(cmp.Compare(b.price, a.price), cmp.Compare(a.line, b.line))
	})
	return t
}

// useAll applies the vouchers. It is false where one of them takes off nothing.
func (t *till) useAll(set []pricing.Voucher) bool {
	for _, v := range set {
		if !t.use(v) {
			return false
		}
	}
	return true
}

func (t *till) use(v pricing.Voucher) bool {
	if !t.enoughLeft(v) {
		return false
	}
	units, weights := uint64(1), t.left
	var off uint64
	switch o := v.Terms.Offer.(type) {
	case pricing.AmountOff:
		weights = t.selected(o.On)
		off = min(t.amount(v, o), v.MaxDiscount, total(weights))
		if o.Every > 0 {
			t.grants[v.Ref.Campaign] += (off + o.Amount - 1) / o.Amount
		}
	case pricing.PercentOff:
		weights = t.selected(o.On)
		off = min(percent(total(weights), o.BP, o.Round), v.MaxDiscount)
	case pricing.Exchange:
		off, units, weights = t.exchange(v, o)
	case pricing.BuyGet:
		off, weights = t.buyGet(v, o)
	}
	if off == 0 {
		return false
	}
	shares := t.take(off, weights)
	t.used, t.set = append(t.used, Used{v.Ref, units, off, shares}), append(t.set, v)
	t.off += off
	return true
}

// amount is what an amount off would take of a cart without end.
func (t *till) amount(v pricing.Voucher, o pricing.AmountOff) uint64 {
	if o.Every == 0 {
		return o.Amount
	}
	var net uint64
	for _, l := range t.lines {
		if Selects(o.On, l) {
			net += l.Amount - l.Reduced
		}
	}
	return o.Amount * (net/o.Every - t.grants[v.Ref.Campaign])
}

func (t *till) exchange(v pricing.Voucher, o pricing.Exchange) (off, units uint64, weights []uint64) {
	weights = make([]uint64, len(t.lines))
	most := min(v.Units, o.MostUnits)
	if v.Most > 0 {
		most = min(v.Most, o.MostUnits)
	}
	for range most {
		var unit uint64
		for range o.Items {
			if p := t.dearest(o.On); p != nil && p.price > o.Pay {
				p.gone = true
				unit += p.price - o.Pay
				weights[p.line] += p.price - o.Pay
			}
		}
		if min(unit, v.MaxDiscount) == 0 {
			break
		}
		off += min(unit, v.MaxDiscount)
		units++
	}
	return off, units, weights
}

func (t *till) dearest(on pricing.Selector) *piece {
	for _, p := range t.pieces {
		if !p.gone && Selects(on, t.lines[p.line]) {
			return p
		}
	}
	return nil
}

func (t *till) buyGet(v pricing.Voucher, o pricing.BuyGet) (off uint64, weights []uint64) {
	weights = make([]uint64, len(t.lines))
	var gotten uint64
	for range o.Repeat {
		bought, got := t.oneSet(o)
		var worth uint64
		for _, p := range got {
			worth += p.price
		}
		if worth == 0 || off >= v.MaxDiscount {
			break
		}
		for _, p := range slices.Concat(bought, got) {
			p.gone = true
			weights[p.line] += p.price
		}
		gotten += worth
		off = min(percent(gotten, o.BP, o.Round), v.MaxDiscount)
	}
	return off, weights
}

// oneSet finds the dearest pieces to buy that leave enough to get, and the dearest to
// get of what is left. It finds nothing where there is no full set.
func (t *till) oneSet(o pricing.BuyGet) (bought, got []*piece) {
	bought = t.toBuy(o)
	for _, p := range t.pieces {
		if !p.gone && Selects(o.Get, t.lines[p.line]) && !slices.Contains(bought, p) && uint64(len(got)) < o.GetCount {
			got = append(got, p)
		}
	}
	if uint64(len(bought)) < o.BuyCount || uint64(len(got)) < o.GetCount {
		return nil, nil
	}
	return bought, got
}

func (t *till) toBuy(o pricing.BuyGet) (bought []*piece) {
	gettable := uint64(0)
	for _, p := range t.pieces {
		if !p.gone && Selects(o.Get, t.lines[p.line]) {
			gettable++
		}
	}
	for _, p := range t.pieces {
		get := Selects(o.Get, t.lines[p.line])
		switch {
		case p.gone || !Selects(o.Buy, t.lines[p.line]) || uint64(len(bought)) == o.BuyCount:
			continue
		case get && gettable <= o.GetCount:
			continue
		case get:
			gettable--
		}
		bought = append(bought, p)
	}
	return bought
}

// take takes an amount off the lines in proportion to weights.
func (t *till) take(off uint64, weights []uint64) map[string]uint64 {
	shares := map[string]uint64{}
	for i, s := range Allocate(off, weights) {
		t.left[i] -= s
		if s > 0 {
			shares[t.lines[i].ID] = s
		}
	}
	return shares
}

func (t *till) selected(on pricing.Selector) []uint64 {
	weights := make([]uint64, len(t.lines))
	for i, l := range t.lines {
		if Selects(on, l) {
			weights[i] = t.left[i]
		}
	}
	return weights
}

// enoughLeft judges conditions about what earlier vouchers left.
func (t *till) enoughLeft(v pricing.Voucher) bool {
	for _, c := range v.Terms.When {
		m, ok := c.Test.(pricing.MinSpend)
		if !ok || m.Basis != pricing.BasisLeft {
			continue
		}
		on := v.Terms.Offer.Selects()
		if m.On != nil {
			on = *m.On
		}
		if total(t.selected(on)) < m.Amount {
			return false
		}
	}
	return true
}

// betterThan is the objective: more off, then fewer vouchers, then what ends first, then
// the smaller ids.
func (t *till) betterThan(o *till) bool {
	if t.off != o.off {
		return t.off > o.off
	}
	if len(t.set) != len(o.set) {
		return len(t.set) < len(o.set)
	}
	ends := func(t *till) (all []uint64) {
		for _, v := range t.set {
			all = append(all, v.Expiry)
		}
		slices.Sort(all)
		return all
	}
	if c := slices.Compare(ends(t), ends(o)); c != 0 {
		return c < 0
	}
	names := func(t *till) (all []string) {
		for _, v := range t.set {
			all = append(all, v.Ref.String())
		}
		slices.Sort(all)
		return all
	}
	return slices.Compare(names(t), names(o)) < 0
}

// pay adds tax, and lets stored value pay, each as much as it can.
func pay(t *till, tenders []pricing.Voucher) Answer {
	a := Answer{Used: t.used, Discount: t.off}
	open, tax := t.taxed()
	a.Tax = tax
	for i, v := range tenders {
		if !t.mayPay(v, tenders[:i], a.Used) || !t.enoughLeft(v) {
			continue
		}
		if paid, shares := t.payFrom(v, open); paid > 0 {
			a.Tender += paid
			a.Used = append(a.Used, Used{v.Ref, paid, paid, shares})
		}
	}
	a.Due = total(open)
	return a
}

// payFrom takes what a card pays off what is open.
func (t *till) payFrom(v pricing.Voucher, open []uint64) (paid uint64, shares map[string]uint64) {
	weights := make([]uint64, len(open))
	for j, l := range t.lines {
		if Selects(v.Terms.Offer.Selects(), l) {
			weights[j] = open[j]
		}
	}
	units := v.Units
	if v.Most > 0 {
		units = v.Most
	}
	paid, shares = min(units, total(weights)), map[string]uint64{}
	for j, s := range Allocate(paid, weights) {
		open[j] -= s
		if s > 0 {
			shares[t.lines[j].ID] = s
		}
	}
	return paid, shares
}

// mayPay reports whether stored value may pay beside all that is used already.
func (t *till) mayPay(v pricing.Voucher, before []pricing.Voucher, used []Used) bool {
	same := uint64(0)
	for _, u := range t.set {
		if !u.Terms.Combine.Tender {
			return false
		}
	}
	for _, b := range before {
		if !slices.ContainsFunc(used, func(u Used) bool { return u.Ref == b.Ref }) {
			continue
		}
		if !b.Terms.Combine.Tender || !v.Terms.Combine.Tender {
			return false
		}
		if b.Ref.Campaign == v.Ref.Campaign {
			same++
		}
	}
	return same < v.Terms.Combine.Most
}

// taxed is what each line costs with tax, and the tax of all.
func (t *till) taxed() (open []uint64, tax uint64) {
	open = slices.Clone(t.left)
	round := t.cart.TaxRound
	if round == "" {
		round = pricing.RoundHalfUp
	}
	for _, class := range t.cart.Taxes {
		weights := make([]uint64, len(t.lines))
		for i, l := range t.lines {
			if l.Tax == class.Class {
				weights[i] = t.left[i]
			}
		}
		if t.cart.Prices == pricing.PricesAdded {
			part := fraction(total(weights), class.Rate, 1_000_000, round)
			for i, s := range Allocate(part, weights) {
				open[i] += s
			}
			tax += part
		} else {
			tax += fraction(total(weights), class.Rate, 1_000_000+class.Rate, round)
		}
	}
	return open, tax
}

func total(amounts []uint64) (sum uint64) {
	for _, a := range amounts {
		sum += a
	}
	return sum
}

func percent(of, bp uint64, round pricing.Rounding) uint64 { return fraction(of, bp, 10_000, round) }

// fraction is of·part/whole, rounded.
func fraction(of, part, whole uint64, round pricing.Rounding) uint64 {
	product := new(big.Int).Mul(new(big.Int).SetUint64(of), new(big.Int).SetUint64(part))
	exact := new(big.Rat).SetFrac(product, new(big.Int).SetUint64(whole))
	down := new(big.Int).Quo(exact.Num(), exact.Denom())
	rest := new(big.Rat).Sub(exact, new(big.Rat).SetInt(down))
	half := rest.Cmp(big.NewRat(1, 2))
	n := down.Uint64()
	switch {
	case round == pricing.RoundUp && rest.Sign() > 0, round == pricing.RoundHalfUp && half >= 0,
		round == pricing.RoundHalfEven && (half > 0 || half == 0 && n%2 == 1):
		return n + 1
	default:
		return n
	}
}

// Allocate shares a total among weights by the largest remainder, one unit after the
// other.
func Allocate(sum uint64, weights []uint64) []uint64 {
	shares := make([]uint64, len(weights))
	whole := total(weights)
	if whole == 0 {
		return shares
	}
	given := uint64(0)
	rests := make([]*big.Rat, len(weights))
	for i, w := range weights {
		shares[i] = fraction(sum, w, whole, pricing.RoundDown)
		given += shares[i]
		exact := new(big.Rat).Mul(new(big.Rat).SetInt(new(big.Int).SetUint64(sum)), new(big.Rat).SetFrac(new(big.Int).SetUint64(w), new(big.Int).SetUint64(whole)))
		rests[i] = exact.Sub(exact, new(big.Rat).SetInt(new(big.Int).SetUint64(shares[i])))
	}
	for ; given < sum; given++ {
		most := 0
		for i := range weights {
			if c := rests[i].Cmp(rests[most]); c > 0 || c == 0 && weights[i] > weights[most] {
				most = i
			}
		}
		shares[most]++
		rests[most].SetInt64(-1)
	}
	return shares
}
