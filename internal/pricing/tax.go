package pricing

// ClassTax is the tax of one class of an order.
type ClassTax struct {
	Class string
	Base  uint64 // what the lines of the class cost, in the cart's prices
	Tax   uint64
}

// taxes is the tax of each class on what is left of the lines: once for each class,
// rounded once. Classes without a line are left out.
func (c Cart) taxes(left []uint64) (taxes []ClassTax) {
	for _, class := range c.Taxes {
		tax, there := ClassTax{Class: class.Class}, false
		for i := range c.Lines {
			if c.Lines[i].Tax == class.Class {
				tax.Base += left[i]
				there = true
			}
		}
		whole := uint64(perRate)
		if c.Prices != PricesAdded {
			whole += class.Rate
		}
		tax.Tax = share(tax.Base, class.Rate, whole, c.taxRound())
		if there {
			taxes = append(taxes, tax)
		}
	}
	return taxes
}

func (c Cart) taxRound() Rounding {
	if c.TaxRound == "" {
		return RoundHalfUp
	}
	return c.TaxRound
}

// payable is what the lines cost with tax, and the tax in it.
func (c Cart) payable(left []uint64) (payable, tax uint64) { return c.taxed(left, c.taxes(left)) }

// taxed is payable where the taxes of what is left are known.
func (c Cart) taxed(left []uint64, taxes []ClassTax) (payable, tax uint64) {
	for _, amount := range left {
		payable += amount
	}
	for _, class := range taxes {
		tax += class.Tax
	}
	if c.Prices == PricesAdded {
		payable += tax
	}
	return payable, tax
}

// payables is what each line costs with tax. Where tax is added, the tax of a class is
// shared among its lines as discounts are.
func (c Cart) payables(left []uint64) []uint64 {
	payables := append([]uint64(nil), left...)
	if c.Prices != PricesAdded {
		return payables
	}
	for _, class := range c.taxes(left) {
		weights := make([]uint64, len(left))
		for i, l := range c.Lines {
			if l.Tax == class.Class {
				weights[i] = left[i]
			}
		}
		for i, part := range allocate(class.Tax, weights) {
			payables[i] += part
		}
	}
	return payables
}
