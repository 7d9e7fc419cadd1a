package merchant

import (
	"cmp"

	"tally/internal/books/daybook"
	"tally/internal/money"
	"tally/internal/terminal"
)

// sumTable is the sums for a person: with money as people write it.
func (r ReportAnswer) sumTable() (titles []any, rows [][]any) {
	keys := func(day, store, till, campaign any) (row []any) {
		for _, one := range []struct {
			there bool
			value any
		}{{r.by.Day, day}, {r.by.Store, store}, {r.by.Till, till}, {r.by.Campaign, campaign}} {
			if one.there {
				row = append(row, one.value)
			}
		}
		return row
	}
	titles = append(keys("DAY", "STORE", "TILL", "CAMPAIGN"), "ORDERS", "SALES", "UNITS", "BACK", "DISCOUNTS", "BACK", "NET")
	for _, s := range r.Sums {
		rows = append(rows, append(keys(s.Day, s.Store, s.Till, cmp.Or(s.CampaignName, s.Campaign)),
			s.Orders, money.Text(s.Amount, s.Currency), s.Units.Gross, s.Units.Returned,
			money.Text(s.Discount.Gross, s.Currency), money.Text(s.Discount.Returned, s.Currency), signed(s.Discount.Net, s.Currency)))
	}
	return titles, rows
}

// lineTable is the lines for a person. What came back has a minus.
func (r ReportAnswer) lineTable() (titles []any, rows [][]any) {
	titles = []any{"DAY", "WHAT", "STORE", "TILL", "CAMPAIGN", "ORDER", "UNITS", "DISCOUNT", "COMMAND"}
	_, told := r.deposits()
	if told > 0 {
		titles = append(titles, "RECORD")
	}
	for _, l := range r.Lines {
		units, discount := signOf(l.Did)*int64(l.Units), signOf(l.Did)*int64(l.Discount) //nolint:gosec // both are at most MaxSum
		order := ""
		if l.Orders > 0 {
			order = money.Text(l.Amount, l.Currency)
		}
		row := []any{l.Day, l.Did, l.Store, l.Till, cmp.Or(l.CampaignName, l.Campaign), order, units, signed(discount, l.Currency), l.Command}
		if told > 0 {
			row = append(row, yesNo(l.Deposited))
		}
		rows = append(rows, row)
	}
	return titles, rows
}

// yesNo is a word, or nothing where nobody knows.
func yesNo(is *bool) string {
	switch {
	case is == nil:
		return ""
	case *is:
		return "yes"
	default:
		return "no"
	}
}

func signOf(did string) int64 {
	if did == daybook.Return {
		return -1
	}
	return 1
}

// sumSheet is the sums for a spreadsheet: money in minor units, and every column.
func (r ReportAnswer) sumSheet() (titles []any, rows [][]any) {
	titles = []any{
		"day", "store", "till", "campaign", "campaign_name", "currency", "orders", "amount_minor", "units_gross", "units_returned", "units_net",
		"discount_gross_minor", "discount_returned_minor", "discount_net_minor",
	}
	for _, s := range r.Sums {
		rows = append(rows, []any{
			s.Day, unless0(s.Store), s.Till, s.Campaign, s.CampaignName, s.Currency, s.Orders, s.Amount, s.Units.Gross, s.Units.Returned, s.Units.Net,
			s.Discount.Gross, s.Discount.Returned, s.Discount.Net,
		})
	}
	return titles, rows
}

// unless0 is a number, or nothing where a sum is of all stores.
func unless0(store uint32) any {
	if store == 0 {
		return nil
	}
	return store
}

// lineSheet is the lines for a spreadsheet. What came back is negative, so that a
// column adds up to what is net.
func (r ReportAnswer) lineSheet() (titles []any, rows [][]any) {
	titles = []any{
		"day", "time", "what", "store", "till", "campaign", "campaign_name", "currency", "orders", "amount_minor", "units", "discount_minor", "command", "redemption",
		"deposited",
	}
	for _, l := range r.Lines {
		redemption := ""
		if l.Redemption != nil {
			redemption = l.Redemption.String()
		}
		sign := signOf(l.Did)
		rows = append(rows, []any{
			l.Day, terminal.Clock(l.Time, nil), l.Did, l.Store, l.Till, l.Campaign, l.CampaignName, l.Currency, l.Orders, l.Amount,
			sign * int64(l.Units), sign * int64(l.Discount), l.Command, redemption, //nolint:gosec // both are at most MaxSum
			yesNo(l.Deposited),
		})
	}
	return titles, rows
}
