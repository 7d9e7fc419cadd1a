package httpapi

import (
	"github.com/gin-gonic/gin"

	"tally/internal/api"
	"tally/internal/intent"
	"tally/internal/voucher"
)

func (s *Server) claim(c *gin.Context) {
	var in api.ClaimRequest
	if err := read(c, &in); err != nil {
		s.fail(c, err)
		return
	}
	command := voucher.ClaimCommand{Claim: in.Intent, Candidates: []uint32{0}} // the teller offers others
	var err error
	if command.Signature, err = intent.ParseSignature(in.Signature); err != nil {
		s.fail(c, err)
		return
	}
	if in.Ticket != nil {
		command.Ticket = *in.Ticket
		if command.TicketSignature, err = intent.ParseSignature(in.TicketSignature); err != nil {
			s.fail(c, api.RefusalProblem(voucher.KindTicketInvalid))
			return
		}
	}
	entered, ok := enter(s, c, command)
	if !ok {
		return
	}
	if in.Ticket == nil && !s.affords(c) {
		return
	}
	ctx, cancel := s.within(c)
	defer cancel()
	out, err := s.teller.Claim(ctx, entered)
	if in.Ticket == nil {
		s.spend(c, out, err)
	}
	s.answer(c, out, err)
}
