package httpapi

import (
	"github.com/gin-gonic/gin"

	"tally/internal/api"
	"tally/internal/books"
	"tally/internal/teller"
	"tally/internal/voucher"
)

// getReturned says what a rollback has to name, what was taken and what was given back
// so far; and a page of the rollbacks themselves, with time and money.
func (s *Server) getReturned(c *gin.Context) (*answer, error) {
	sold, err := s.readOutcome(c, tookUnits)
	if err != nil {
		return nil, err
	}
	limit, err := pageLimit(c)
	if err != nil {
		return nil, err
	}
	ctx := c.Request.Context()
	info := api.ReturnedInfo{
		Redemption: sold.ID, Time: sold.Time, Currency: soldFor(sold), Lines: []api.ReturnedLine{}, Rollbacks: []api.RollbackInfo{},
	}
	taken := takenBy(sold)
	for _, ref := range teller.SoldRefs(sold) {
		so := taken[ref]
		if so.Returned, err = s.teller.Ledger().Returned(ctx, sold.ID, ref); err != nil {
			return nil, err
		}
		info.Lines = append(info.Lines, api.ReturnedLine{
			Voucher: ref.String(), Taken: so.Units, Returned: so.Returned, Discount: so.Discount, GivenBack: books.GivenBack(so),
		})
	}
	list, next, err := s.teller.Rollbacks(ctx, sold, c.Query("cursor"), limit)
	if err != nil {
		return nil, err
	}
	for _, back := range list {
		info.Rollbacks = append(info.Rollbacks, rollbackInfo(back, taken))
	}
	info.NextCursor, info.HasMore = next, next != ""
	return asJSON(info)
}

// soldFor is the currency of a redemption or a capture.
func soldFor(sold voucher.Outcome) (c voucher.Currency) {
	for _, e := range sold.Events {
		switch e := e.(type) {
		case voucher.Redeemed:
			c = e.Currency
		case voucher.HoldCaptured:
			c = e.Currency
		}
	}
	return c
}

// takenBy is what a redemption or a capture took, by voucher, before any rollback.
func takenBy(sold voucher.Outcome) map[voucher.Ref]books.Taken {
	taken := map[voucher.Ref]books.Taken{}
	for _, e := range sold.Events {
		if e, ok := e.(voucher.VoucherRedeemed); ok {
			taken[voucher.Ref{Campaign: e.Campaign, Serial: e.Serial}] = books.Taken{Units: e.Units, Discount: e.Discount}
		}
	}
	return taken
}

// rollbackInfo is a rollback with what it gave back of the discount.
func rollbackInfo(back teller.Rollback, taken map[voucher.Ref]books.Taken) api.RollbackInfo {
	one := api.RollbackInfo{Command: back.Outcome.ID, Time: back.Outcome.Time, Lines: []api.RollbackLine{}}
	for _, e := range back.Outcome.Events {
		e, ok := e.(voucher.VoucherReturned)
		if !ok {
			continue
		}
		ref := voucher.Ref{Campaign: e.Campaign, Serial: e.Serial}
		so := taken[ref]
		so.Returned = back.Before[ref] + e.Units
		one.Lines = append(one.Lines, api.RollbackLine{
			Voucher: ref.String(), Units: e.Units, Forfeited: e.Forfeit, GivenBack: books.GivenBackNow(so, e.Units),
		})
	}
	return one
}
