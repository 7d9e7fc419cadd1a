package httpapi

import (
	"github.com/gin-gonic/gin"

	"tally/internal/api"
	"tally/internal/door"
	"tally/internal/intent"
	"tally/internal/voucher"
)

func (s *Server) claim(c *gin.Context) (*answer, error) {
	var in api.ClaimRequest
	if err := read(c, &in); err != nil {
		return nil, err
	}
	command := voucher.ClaimCommand{Claim: in.Intent, Candidates: []uint32{0}} // the teller offers others
	var err error
	if command.Signature, err = intent.ParseSignature(in.Signature); err != nil {
		return nil, err
	}
	if in.Ticket != nil {
		command.Ticket = *in.Ticket
		if command.TicketSignature, err = intent.ParseSignature(in.TicketSignature); err != nil {
			return nil, api.RefusalProblem(voucher.KindTicketInvalid)
		}
	}
	entered, err := door.Enter(s.teller.Door(), command)
	if err != nil {
		return nil, err
	}
	if in.Ticket == nil {
		if err := affords(c); err != nil {
			return nil, err
		}
	}
	ctx, cancel := s.within(c)
	defer cancel()
	out, err := s.teller.Claim(ctx, entered)
	if in.Ticket == nil {
		spend(c, out, err)
	}
	if out, err = s.accepted(ctx, command, out, err); err != nil {
		return nil, err
	}
	return asCreated(out, ""), nil
}
