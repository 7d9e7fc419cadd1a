package httpapi

import (
	"github.com/gin-gonic/gin"

	"tally/internal/intent"
	"tally/internal/voucher"
)

func (s *Server) claim(c *gin.Context) {
	var in ClaimRequest
	if err := read(c, &in); err != nil {
		s.fail(c, err)
		return
	}
	command := voucher.ClaimCommand{Claim: in.Intent}
	var err error
	if command.Signature, err = intent.ParseSignature(in.Signature); err != nil {
		s.fail(c, err)
		return
	}
	if in.Ticket != nil {
		command.Ticket = *in.Ticket
		if command.TicketSignature, err = intent.ParseSignature(in.TicketSignature); err != nil {
			s.fail(c, refusalProblem(voucher.KindTicketInvalid))
			return
		}
	}
	ctx, cancel := s.within(c)
	defer cancel()
	out, err := s.teller.Claim(ctx, command)
	s.answer(c, out, err)
}
