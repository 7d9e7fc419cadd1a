package httpapi

import (
	"context"
	"fmt"

	"github.com/gin-gonic/gin"

	"tally/internal/api"
	"tally/internal/door"
	"tally/internal/index"
	"tally/internal/voucher"
)

// hold reserves vouchers: a hold is a redemption whose code says until when.
func (s *Server) hold(c *gin.Context) (order, error) { return s.join(c, "/v1/holds/", true) }

// capture spends what a hold reserved. Like a redemption it takes money off an
// order, so it wants an Idempotency-Key, whose hash the till signed.
func (s *Server) capture(c *gin.Context) (order, error) {
	command, err := signed(c, func(in voucher.Capture) string { return in.Hold.String() })
	if err == nil {
		err = checkKey(c, command.Intent.Reference)
	}
	if err != nil {
		return order{}, err
	}
	entered, err := door.Enter(s.teller.Door(), command)
	if err != nil {
		return order{}, err
	}
	ctx, cancel := s.within(c)
	defer cancel()
	taken := s.newOrder(c, entered.ID(), "/v1/redemptions/")
	out, err := s.teller.Capture(ctx, entered)
	taken.outcome, err = s.accepted(ctx, command, out, err)
	return taken, err
}

func (s *Server) getHold(c *gin.Context) (*answer, error) {
	out, err := s.readOutcome(c, headed[voucher.OrderHeld])
	if err != nil {
		return nil, err
	}
	info, err := s.holdInfo(c.Request.Context(), out)
	if err != nil {
		return nil, err
	}
	return asJSON(info)
}

// The states of a hold.
const (
	holdOpen     = "open"
	holdCaptured = "captured"
	holdReleased = "released"
	holdLapsed   = "lapsed"
)

// holdInfo asks the ledger whether a hold is open, and else the first voucher's
// history what ended it.
func (s *Server) holdInfo(ctx context.Context, out voucher.Outcome) (api.HoldInfo, error) {
	info := api.HoldInfo{ID: out.ID, State: holdLapsed, Outcome: out}
	var first voucher.Ref
	for _, e := range out.Events {
		if held, ok := e.(voucher.VoucherHeld); ok {
			first, info.Until = voucher.Ref{Campaign: held.Campaign, Serial: held.Serial}, held.Until
			break
		}
	}
	record, err := s.teller.Ledger().Hold(ctx, first)
	if err != nil {
		return info, err
	}
	if record.ID == out.ID {
		if record.Open(s.unix()) {
			info.State = holdOpen
		}
		return info, nil
	}
	end, ended, err := s.teller.HoldEnd(ctx, first, out)
	switch {
	case err != nil:
		return info, err
	case !ended && info.Until > s.unix(): // it cannot have lapsed: something ended it
		return info, fmt.Errorf("%w: what ended the hold is not in the voucher's history", index.ErrUnavailable)
	case ended:
		info.State, info.Ended = holdReleased, &end.ID
		if headed[voucher.HoldCaptured](end) {
			info.State = holdCaptured
		}
	}
	return info, nil
}
