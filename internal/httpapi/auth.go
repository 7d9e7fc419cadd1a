package httpapi

import (
	"context"
	"strings"

	"github.com/gin-gonic/gin"

	"tally/internal/intent"
	"tally/internal/voucher"
)

// within bounds a request's time.
func (s *Server) within(c *gin.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(c.Request.Context(), RequestTimeout)
}

// reader is who asks, by the read token of the request. The error is
// intent.ErrToken.
func (s *Server) reader(c *gin.Context) (voucher.Address, error) {
	token, ok := strings.CutPrefix(c.GetHeader("Authorization"), "Bearer ")
	if !ok {
		return voucher.Address{}, intent.ErrToken
	}
	return s.teller.Domain().OpenToken(token, s.now())
}

// isParty tells whether somebody took part in a command: such a one may read
// its outcome.
func isParty(who voucher.Address, out voucher.Outcome) bool {
	for _, e := range out.Events {
		switch e := e.(type) {
		case voucher.Redeemed:
			if who == e.Owner || who == e.Till || who == e.Merchant {
				return true
			}
		case voucher.OfferCancelled:
			if who == e.Author {
				return true
			}
		case voucher.VoucherClaimed:
			if who == e.Voucher.Unpack().Owner {
				return true
			}
		}
	}
	return false
}
