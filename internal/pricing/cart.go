package pricing

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"

	"tally/internal/money"
	"tally/internal/voucher"
)

// Cart is what a customer is about to buy. Amounts are minor units of its currency.
type Cart struct {
	Currency voucher.Currency
	Prices   Prices
	Taxes    []TaxClass
	TaxRound Rounding // of the tax of each class, once an order; empty is RoundHalfUp
	Lines    []Line   // 1 to MaxLines
	// Total and TaxTotal are the point of sale's own sums before vouchers: what is
	// payable with tax, and the tax in it. Sums that differ refuse the cart. nil is
	// not said.
	Total, TaxTotal *uint64
}

// Prices says whether prices include tax. Empty is PricesIncluded.
type Prices string

// Where the tax is.
const (
	PricesIncluded Prices = "included" // in the prices
	PricesAdded    Prices = "added"    // added to their sum
)

// TaxClass is a rate of tax. Lines name it.
type TaxClass struct {
	Class string
	Rate  uint64 // millionths: 90,000 is 9 %, 88,750 is 8.875 %; at most MaxRate
}

// Line is a number of equal pieces, or something weighed.
type Line struct {
	ID       string   // the cart's own; no line has the same
	Of       string   // the line that this one is an add-on of, or empty
	SKU      string   // article number, or empty
	Tags     []string // words that terms select by
	Unit     uint64   // the price of a piece
	Quantity uint64   // pieces: 1 to MaxQuantity
	Amount   uint64   // Unit times Quantity
	Reduced  uint64   // what the merchant took off the amount already
	Tax      string   // its tax class, or empty for none
	Fee      bool     // delivery, service, a bag: no goods
	// Measure is what was weighed or measured: 0.345 kg. Such a line is one piece, and
	// its price is what the scale said.
	Measure string
}

// net is what the line costs before vouchers.
func (l Line) net() uint64 { return l.Amount - l.Reduced }

// ReadCart reads a cart of at most MaxCart bytes of JSON, and checks it. The error is a
// RefusalError that names line and member.
func ReadCart(data []byte) (Cart, error) {
	v, err := parse(data, MaxCart)
	if err != nil {
		return Cart{}, err
	}
	r := &reader{}
	c := r.cart(v)
	if r.err != nil {
		return Cart{}, r.err
	}
	return c, c.Check()
}

func (r *reader) cart(v value) Cart {
	o := r.object(v, "currency", "prices", "taxes", "tax_round", "lines", "total", "tax_total")
	o.need("currency", "lines")
	c := Cart{
		Currency: o.currency("currency"), Prices: oneOf(o, "prices", PricesIncluded, PricesAdded),
		TaxRound: oneOf(o, "tax_round", RoundHalfUp, RoundDown, RoundHalfEven, RoundUp),
		Total:    o.figure("total"), TaxTotal: o.figure("tax_total"),
	}
	for _, item := range o.items("taxes", MaxClasses) {
		in := r.object(item, "class", "rate")
		in.need("class", "rate")
		c.Taxes = append(c.Taxes, TaxClass{in.word("class", ""), in.number("rate", 0, 0, MaxRate)})
	}
	for _, item := range o.items("lines", MaxLines) {
		c.Lines = append(c.Lines, r.line(item))
	}
	return c
}

func (o object) currency(name string) (c voucher.Currency) {
	v, ok := o.typed(name, isText)
	if ok && c.UnmarshalText([]byte(v.text)) != nil {
		o.r.refuse(FaultForm, v.path, "%s is no currency: three capital letters are wanted", clip(v.text))
	}
	return c
}

// figure is an amount that may be left out.
func (o object) figure(name string) *uint64 {
	if !o.has(name) {
		return nil
	}
	n := o.number(name, 0, 0, MaxAmount)
	return &n
}

func (r *reader) line(v value) Line {
	o := r.object(v, "id", "of", "sku", "tags", "unit", "quantity", "amount", "reduced", "tax", "fee", "measure")
	o.need("id", "unit", "quantity", "amount")
	return Line{
		ID: o.text("id", MaxID), Of: o.text("of", MaxID), SKU: o.text("sku", MaxSKU), Tags: set(o, "tags", MaxTags, r.word),
		Unit: o.number("unit", 0, 0, MaxAmount), Quantity: o.number("quantity", 1, 1, MaxQuantity),
		Amount: o.number("amount", 0, 0, MaxAmount), Reduced: o.number("reduced", 0, 0, MaxAmount),
		Tax: o.word("tax", ""), Fee: o.yes("fee", false), Measure: o.text("measure", MaxMeasure),
	}
}

// Check refuses a cart whose figures disagree or exceed their limits. The error is a
// RefusalError that names line and member.
func (c Cart) Check() error {
	if _, ok := money.MinorDigits(c.Currency); !ok {
		return refuse(FaultForm, "currency", "%s is no currency of ISO 4217 in force", clip(c.Currency.String()))
	}
	switch {
	case len(c.Lines) == 0:
		return refuse(FaultMissing, "lines", "the cart has no line")
	case len(c.Lines) > MaxLines:
		return refuse(FaultTooMany, "lines", "%d lines, and at most %d are allowed", len(c.Lines), MaxLines)
	}
	if err := c.checkTaxes(); err != nil {
		return err
	}
	var list uint64
	for i, l := range c.Lines {
		if err := c.checkLine(i, l); err != nil {
			return err
		}
		if list += l.Amount; list > MaxAmount {
			return refuse(FaultRange, place(i, "amount"), "the lines up to here make more than %d", uint64(MaxAmount))
		}
	}
	return c.checkSums()
}

func place(line int, member string) string { return fmt.Sprintf("lines[%d].%s", line, member) }

func (c Cart) checkTaxes() error {
	if len(c.Taxes) > MaxClasses {
		return refuse(FaultTooMany, "taxes", "%d classes, and at most %d are allowed", len(c.Taxes), MaxClasses)
	}
	for i, tax := range c.Taxes {
		at := fmt.Sprintf("taxes[%d]", i)
		switch {
		case !isWord(tax.Class):
			return refuse(FaultForm, at+".class", "%s is no word", clip(tax.Class))
		case slices.ContainsFunc(c.Taxes[:i], func(o TaxClass) bool { return o.Class == tax.Class }):
			return refuse(FaultDoubled, at+".class", "%s comes twice", tax.Class)
		case tax.Rate > MaxRate:
			return refuse(FaultRange, at+".rate", "%d is not between 0 and %d", tax.Rate, MaxRate)
		}
	}
	return nil
}

func (c Cart) checkLine(i int, l Line) error {
	if err := c.checkID(i, l); err != nil {
		return err
	}
	if err := c.checkParent(i, l); err != nil {
		return err
	}
	if err := c.checkWords(i, l); err != nil {
		return err
	}
	return c.checkAmount(i, l)
}

func (c Cart) checkID(i int, l Line) error {
	switch {
	case l.ID == "" || len(l.ID) > MaxID || !printable(l.ID):
		return refuse(FaultForm, place(i, "id"), "an id is a printable text of 1 to %d bytes", MaxID)
	case c.at(l.ID) < i:
		return refuse(FaultDoubled, place(i, "id"), "%s is the id of another line, too", clip(l.ID))
	}
	return nil
}

// at is the place of the first line with the id, or −1.
func (c Cart) at(id string) int {
	return slices.IndexFunc(c.Lines, func(l Line) bool { return l.ID == id })
}

func (c Cart) checkParent(i int, l Line) error {
	if l.Of == "" {
		return nil
	}
	parent := c.at(l.Of)
	switch {
	case parent < 0:
		return refuse(FaultContradiction, place(i, "of"), "there is no line %s", clip(l.Of))
	case parent == i || c.Lines[parent].Of != "":
		return refuse(FaultContradiction, place(i, "of"), "line %s is an add-on itself", clip(l.Of))
	case l.Fee:
		return refuse(FaultContradiction, place(i, "fee"), "an add-on is no fee")
	}
	return nil
}

func (c Cart) checkWords(i int, l Line) error {
	switch {
	case len([]rune(l.SKU)) > MaxSKU || !printable(l.SKU):
		return refuse(FaultForm, place(i, "sku"), "an article number is a printable text of at most %d characters", MaxSKU)
	case len([]rune(l.Measure)) > MaxMeasure || !printable(l.Measure):
		return refuse(FaultForm, place(i, "measure"), "a measure is a printable text of at most %d characters", MaxMeasure)
	case len(l.Tags) > MaxTags:
		return refuse(FaultTooMany, place(i, "tags"), "%d tags, and at most %d are allowed", len(l.Tags), MaxTags)
	case l.Tax != "" && !slices.ContainsFunc(c.Taxes, func(t TaxClass) bool { return t.Class == l.Tax }):
		return refuse(FaultContradiction, place(i, "tax"), "taxes has no class %s", clip(l.Tax))
	}
	for j, tag := range l.Tags {
		if !isWord(tag) || slices.Contains(l.Tags[:j], tag) {
			return refuse(FaultForm, fmt.Sprintf("%s[%d]", place(i, "tags"), j), "%s is no word, or comes twice", clip(tag))
		}
	}
	return nil
}

func (c Cart) checkAmount(i int, l Line) error {
	high, product := bits.Mul64(l.Unit, l.Quantity)
	switch {
	case l.Quantity < 1 || l.Quantity > MaxQuantity:
		return refuse(FaultRange, place(i, "quantity"), "%d is not between 1 and %d", l.Quantity, MaxQuantity)
	case l.Measure != "" && l.Quantity != 1:
		return refuse(FaultContradiction, place(i, "quantity"), "what is measured is one piece, not %d", l.Quantity)
	case l.Unit > MaxAmount:
		return refuse(FaultRange, place(i, "unit"), "%d is more than %d", l.Unit, uint64(MaxAmount))
	case high != 0 || product > MaxAmount:
		return refuse(FaultRange, place(i, "amount"), "%d times %d is more than %d", l.Quantity, l.Unit, uint64(MaxAmount))
	case l.Amount != product:
		return refuse(FaultSums, place(i, "amount"), "it is %d, and %d times %d is %d", l.Amount, l.Quantity, l.Unit, product)
	case l.Reduced > l.Amount:
		return refuse(FaultSums, place(i, "reduced"), "%d is more than the amount, %d", l.Reduced, l.Amount)
	}
	return nil
}

func (c Cart) checkSums() error {
	if c.Prices != "" && c.Prices != PricesIncluded && c.Prices != PricesAdded {
		return refuse(FaultForm, "prices", "%s is none of included, added", clip(string(c.Prices)))
	}
	if !slices.Contains([]Rounding{"", RoundDown, RoundHalfUp, RoundHalfEven, RoundUp}, c.TaxRound) {
		return refuse(FaultForm, "tax_round", "%s is none of down, half_up, half_even, up", clip(string(c.TaxRound)))
	}
	payable, tax := c.payable(c.nets())
	switch {
	case payable > MaxAmount:
		return refuse(FaultRange, "lines", "what is payable with tax is more than %d", uint64(MaxAmount))
	case c.TaxTotal != nil && *c.TaxTotal != tax:
		return refuse(FaultSums, "tax_total", "it is %d, and the tax of the lines is %d%s", *c.TaxTotal, tax, c.byClass())
	case c.Total != nil && *c.Total != payable:
		return refuse(FaultSums, "total", "it is %d, and the lines with their tax make %d%s", *c.Total, payable, c.byClass())
	}
	return nil
}

// byClass names the tax of each class, so that a till that rounds otherwise finds
// where.
func (c Cart) byClass() string {
	var text strings.Builder
	for _, tax := range c.taxes(c.nets()) {
		fmt.Fprintf(&text, "; tax of %s: %d on %d", tax.Class, tax.Tax, tax.Base)
	}
	return text.String()
}

// nets are what the lines cost before vouchers.
func (c Cart) nets() []uint64 {
	nets := make([]uint64, len(c.Lines))
	for i := range c.Lines {
		nets[i] = c.Lines[i].net()
	}
	return nets
}

// sorted is the cart with its lines in the order of their ids: the order in which a
// point of sale sends them decides nothing.
func (c Cart) sorted() Cart {
	c.Lines = slices.Clone(c.Lines)
	slices.SortFunc(c.Lines, func(a, b Line) int { return compare(a.ID, b.ID) })
	return c
}
