package httpapi

import (
	"context"

	"github.com/gin-gonic/gin"

	"tally/internal/api"
	"tally/internal/books"
	"tally/internal/voucher"
)

// getReturned says what a rollback has to name, what was taken and what was given back
// so far; and the rollbacks themselves, with time and money.
func (s *Server) getReturned(c *gin.Context) (*answer, error) {
	sold, err := s.readOutcome(c, tookUnits)
	if err != nil {
		return nil, err
	}
	ctx := c.Request.Context()
	info := api.ReturnedInfo{Redemption: sold.ID, Time: sold.Time, Lines: []api.ReturnedLine{}, Rollbacks: []api.RollbackInfo{}}
	taken := map[voucher.Ref]books.Taken{}
	for _, e := range sold.Events {
		switch e := e.(type) {
		case voucher.Redeemed:
			info.Currency = e.Currency
		case voucher.HoldCaptured:
			info.Currency = e.Currency
		}
		e, ok := e.(voucher.VoucherRedeemed)
		if !ok {
			continue
		}
		ref := voucher.Ref{Campaign: e.Campaign, Serial: e.Serial}
		returned, err := s.teller.Ledger().Returned(ctx, sold.ID, ref)
		if err != nil {
			return nil, err
		}
		so := books.Taken{Units: e.Units, Discount: e.Discount, Returned: returned}
		info.Lines = append(info.Lines, api.ReturnedLine{
			Voucher: ref.String(), Taken: so.Units, Returned: so.Returned, Discount: so.Discount, GivenBack: books.GivenBack(so),
		})
		so.Returned = 0 // the rollbacks add up to it
		taken[ref] = so
	}
	if info.Rollbacks, err = s.rollbacks(ctx, sold, taken); err != nil {
		return nil, err
	}
	return asJSON(info)
}

// rollbacks lists what gave units of a redemption back. taken is added up on the way.
func (s *Server) rollbacks(ctx context.Context, sold voucher.Outcome, taken map[voucher.Ref]books.Taken) ([]api.RollbackInfo, error) {
	list := []api.RollbackInfo{}
	outcomes, err := s.teller.Rollbacks(ctx, sold)
	if err != nil {
		return nil, err
	}
	for _, out := range outcomes {
		one := api.RollbackInfo{Command: out.ID, Time: out.Time, Lines: []api.RollbackLine{}}
		for _, e := range out.Events {
			e, ok := e.(voucher.VoucherReturned)
			if !ok {
				continue
			}
			ref := voucher.Ref{Campaign: e.Campaign, Serial: e.Serial}
			so := taken[ref]
			so.Returned += e.Units
			taken[ref] = so
			one.Lines = append(one.Lines, api.RollbackLine{
				Voucher: ref.String(), Units: e.Units, Forfeited: e.Forfeit, GivenBack: books.GivenBackNow(so, e.Units),
			})
		}
		list = append(list, one)
	}
	return list, nil
}
