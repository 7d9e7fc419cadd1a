package httpapi

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"tally/internal/api"
	"tally/internal/index"
	"tally/internal/voucher"
)

// getReference finds the redemption, hold or capture that a merchant's client
// gave a reference. The query has its hash, never the key itself.
func (s *Server) getReference(c *gin.Context) {
	r, err := s.reader(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	merchant, err1 := voucher.ParseAddress(c.Query("merchant"))
	reference, err2 := voucher.ParseHash(c.Query("reference"))
	if errors.Join(err1, err2) != nil || reference.IsZero() {
		s.fail(c, invalid("merchant is an address, reference the SHA-256 of an Idempotency-Key, both in hex."))
		return
	}
	id, err := s.teller.Reference(c.Request.Context(), merchant, reference)
	if err != nil && !errors.Is(err, index.ErrNotFound) {
		s.fail(c, err)
		return
	}
	if out, ok := s.showOutcome(c, r, id, func(voucher.Outcome) bool { return true }); ok {
		show(c, out)
	}
}

// listOrders lists a merchant's redemptions, holds and captures, newest first. A
// reader who may see one store's only has to name it, or holds a delegation that does.
func (s *Server) listOrders(c *gin.Context) {
	r, err := s.reader(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	limit, err1 := pageLimit(c)
	store, err2 := strconv.ParseUint(c.DefaultQuery("store", "0"), 10, 16)
	if err1 != nil || err2 != nil {
		s.fail(c, errors.Join(err1, invalid("store is a number from 0 to "+strconv.Itoa(voucher.MaxStore)+".")))
		return
	}
	of := subject{store: uint32(store)}
	if r.delegation != nil && store == 0 {
		of.store = r.delegation.Store
	}
	merchant, parseErr := voucher.ParseAddress(c.Param("merchant"))
	of.merchant = merchant
	may, err := s.may(c.Request.Context(), r, matterOrder, of)
	if err != nil {
		s.fail(c, err)
		return
	}
	if parseErr != nil || !may {
		s.stranger(c)
		return
	}
	list, next, err := s.teller.Orders(c.Request.Context(), merchant, of.store, c.Query("cursor"), limit)
	if err != nil {
		s.fail(c, err)
		return
	}
	c.JSON(http.StatusOK, api.Page[voucher.Outcome]{
		Data: append([]voucher.Outcome{}, list...), NextCursor: next, HasMore: next != "",
	})
}
