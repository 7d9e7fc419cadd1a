package till

import (
	"tally/internal/cli"
	"tally/internal/money"
	"tally/internal/voucher"
)

// needed is how many units of a voucher a discount needs: the fewest that are good for
// it. A till that names no units must never take all that a code happens to offer.
func needed(of cli.Campaign, line voucher.Line, discount uint64) (uint64, error) {
	if line.Units == 1 {
		return 1, nil // nothing to choose
	}
	if !of.Known {
		return 0, cli.Misused("the code offers %d units of %s, and the server does not tell what one is good for: say with --units how many to take", line.Units, line.Ref())
	}
	in := of.Create
	units := discount // of stored value
	if !in.StoredValue {
		units = max(1, (discount+in.MaxDiscount-1)/max(1, in.MaxDiscount))
	}
	switch {
	case units == 0:
		return 0, cli.Misused("a discount of %s takes nothing off a card of stored value: give --discount an amount", money.Text(discount, in.Currency))
	case units > line.Units && in.StoredValue:
		return 0, cli.Misused("the code offers %s of %s, less than the discount of %s: ask for a new code, or take less",
			money.Text(line.Units, in.Currency), line.Ref(), money.Text(discount, in.Currency))
	case units > line.Units:
		return 0, cli.Misused("a discount of %s needs %d units of %s, at %s a unit at most, and the code offers %d: ask for a new code, or take less off",
			money.Text(discount, in.Currency), units, line.Ref(), money.Text(in.MaxDiscount, in.Currency), line.Units)
	}
	return units, nil
}
