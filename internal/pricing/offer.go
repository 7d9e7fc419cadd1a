package pricing

// Offer is what one voucher does to a cart: an AmountOff, PercentOff, Exchange,
// BuyGet or StoredValue.
type Offer interface {
	// Kind is the name that the terms have for it.
	Kind() OfferKind
	// Selects are the lines that conditions count, unless they say others.
	Selects() Selector
	tree() tree
}

// OfferKind names a kind of offer.
type OfferKind string

// The kinds of offer.
const (
	KindAmountOff   OfferKind = "amount_off"
	KindPercentOff  OfferKind = "percent_off"
	KindExchange    OfferKind = "exchange"
	KindBuyGet      OfferKind = "buy_get"
	KindStoredValue OfferKind = "stored_value"
)

// AmountOff takes an amount off the lines of On, at most what is left of them.
type AmountOff struct {
	On     Selector
	Amount uint64
	// Every grants the amount once for each so much of the net amount of On. What an
	// order grants is shared by the vouchers of its campaign. 0 grants it once to each.
	Every uint64
}

// PercentOff takes basis points off what is left of On, rounded once on the sum.
type PercentOff struct {
	On    Selector
	BP    uint64 // 1 to 10,000
	Round Rounding
}

// Exchange gives the dearest items of On for Pay each.
type Exchange struct {
	On        Selector
	Pay       uint64
	Items     uint64 // items that one unit is good for
	MostUnits uint64 // units of one order
}

// BuyGet takes BP off the items that are got with others that are bought.
type BuyGet struct {
	Buy, Get           Selector
	BuyCount, GetCount uint64
	BP                 uint64 // off what is got; 10,000 is free
	Repeat             uint64 // sets of one order
	Round              Rounding
}

// StoredValue pays: it is no discount and changes no tax.
type StoredValue struct {
	On       Selector
	TaxPoint TaxPoint
}

// TaxPoint is when what stored value buys is taxed.
type TaxPoint string

// The tax points.
const (
	TaxAtUse   TaxPoint = "use"
	TaxAtIssue TaxPoint = "issue" // the tax was paid when the value was sold
)

// Kind implements Offer.
func (AmountOff) Kind() OfferKind { return KindAmountOff }

// Kind implements Offer.
func (PercentOff) Kind() OfferKind { return KindPercentOff }

// Kind implements Offer.
func (Exchange) Kind() OfferKind { return KindExchange }

// Kind implements Offer.
func (BuyGet) Kind() OfferKind { return KindBuyGet }

// Kind implements Offer.
func (StoredValue) Kind() OfferKind { return KindStoredValue }

// Selects implements Offer.
func (o AmountOff) Selects() Selector { return o.On }

// Selects implements Offer.
func (o PercentOff) Selects() Selector { return o.On }

// Selects implements Offer.
func (o Exchange) Selects() Selector { return o.On }

// Selects implements Offer.
func (o BuyGet) Selects() Selector { return o.Buy }

// Selects implements Offer.
func (o StoredValue) Selects() Selector { return o.On }

func (r *reader) offer(v value) Offer {
	kind := OfferKind("")
	if v.is == isObject {
		o := object{r, v}
		o.need("kind")
		kind = oneOf(o, "kind", KindAmountOff, KindPercentOff, KindExchange, KindBuyGet, KindStoredValue)
	}
	switch kind {
	case KindPercentOff:
		return r.percentOff(v)
	case KindExchange:
		return r.exchange(v)
	case KindBuyGet:
		return r.buyGet(v)
	case KindStoredValue:
		return r.storedValue(v)
	default:
		return r.amountOff(v)
	}
}

func (r *reader) amountOff(v value) Offer {
	o := r.object(v, "kind", "amount", "on", "every")
	o.need("amount")
	return AmountOff{
		On: r.selector(o, Selector{}), Amount: o.number("amount", 1, 1, MaxAmount), Every: o.number("every", 0, 1, MaxAmount),
	}
}

func (r *reader) percentOff(v value) Offer {
	o := r.object(v, "kind", "bp", "on", "round")
	o.need("bp")
	return PercentOff{On: r.selector(o, Selector{}), BP: o.number("bp", Whole, 1, Whole), Round: o.rounding(RoundDown)}
}

func (r *reader) exchange(v value) Offer {
	o := r.object(v, "kind", "on", "pay", "items", "most_units")
	o.need("on")
	on := r.selector(o, Selector{})
	if on.equal(Selector{}) {
		r.refuse(FaultForm, join(v.path, "on"), "an exchange names its items")
	}
	return Exchange{
		On: on, Pay: o.number("pay", 0, 0, MaxAmount),
		Items: o.count("items", 1), MostUnits: o.count("most_units", MaxCount),
	}
}

func (r *reader) buyGet(v value) Offer {
	o := r.object(v, "kind", "buy", "get", "repeat", "round")
	o.need("buy", "get")
	buy, _ := o.find("buy")
	get, _ := o.find("get")
	b, g := r.object(buy, "count", "on"), r.object(get, "count", "on", "bp")
	b.need("count")
	g.need("count")
	return BuyGet{
		Buy: r.selector(b, Selector{}), Get: r.selector(g, Selector{}), BuyCount: b.count("count", 1), GetCount: g.count("count", 1),
		BP: g.number("bp", Whole, 1, Whole), Repeat: o.count("repeat", 1), Round: o.rounding(RoundDown),
	}
}

func (r *reader) storedValue(v value) Offer {
	o := r.object(v, "kind", "on", "tax_point")
	return StoredValue{On: r.selector(o, Selector{}), TaxPoint: oneOf(o, "tax_point", TaxAtUse, TaxAtIssue)}
}

func (o AmountOff) tree() tree {
	t := offerTree(o.Kind(), o.On)
	t.put("amount", o.Amount)
	t.put("every", o.Every)
	return t
}

func (o PercentOff) tree() tree {
	t := offerTree(o.Kind(), o.On)
	t.put("bp", o.BP)
	t.round(o.Round)
	return t
}

func (o Exchange) tree() tree {
	t := offerTree(o.Kind(), o.On)
	t.put("pay", o.Pay)
	put(t, "items", o.Items, o.Items != 1)
	put(t, "most_units", o.MostUnits, o.MostUnits != MaxCount)
	return t
}

func (o BuyGet) tree() tree {
	buy, get := tree{"count": o.BuyCount}, tree{"count": o.GetCount}
	buy.put("on", o.Buy.tree())
	get.put("on", o.Get.tree())
	put(get, "bp", o.BP, o.BP != Whole)
	t := tree{"kind": o.Kind(), "buy": buy, "get": get}
	put(t, "repeat", o.Repeat, o.Repeat != 1)
	t.round(o.Round)
	return t
}

func (o StoredValue) tree() tree {
	t := offerTree(o.Kind(), o.On)
	put(t, "tax_point", o.TaxPoint, o.TaxPoint != TaxAtUse)
	return t
}

func offerTree(kind OfferKind, on Selector) tree {
	t := tree{"kind": kind}
	t.put("on", on.tree())
	return t
}
