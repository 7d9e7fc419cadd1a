package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"

	"github.com/gin-gonic/gin"

	"tally/internal/access"
	"tally/internal/api"
	"tally/internal/index"
	"tally/internal/voucher"
)

// order is a redemption, hold or capture that was accepted.
type order struct {
	outcome  voucher.Outcome
	location string
	replayed bool // this answer was given before: the index knew that, and the ledger confirmed it
}

// newOrder is an order that is about to be judged. created is the address of
// orders of its kind, without the id.
func (s *Server) newOrder(c *gin.Context, id voucher.Hash, created string) order {
	return order{location: created + id.String(), replayed: s.teller.Replays(c.Request.Context(), id)}
}

// withReceipt is the handler of an order. It is answered with a receipt beside the
// outcome where the request asks for it.
func (s *Server) withReceipt(take func(*gin.Context) (order, error)) handler {
	return func(c *gin.Context) (*answer, error) {
		query := c.Query("receipt")
		if query != "" && query != "1" {
			return nil, invalid("receipt is 1, or left out.")
		}
		taken, err := take(c)
		if err != nil {
			return nil, err
		}
		answer := asCreated(taken.outcome, taken.location)
		if taken.replayed {
			answer = answer.with(api.HeaderReplayed, "true")
		}
		if query == "1" {
			answer.body, err = receiptedJSON(s.receipted(c.Request.Context(), taken.outcome))
		}
		return answer, err
	}
}

// receiptedJSON is an outcome and its receipt. The outcome keeps its canonical bytes:
// nothing in it is escaped for HTML.
func receiptedJSON(of api.ReceiptedOutcome) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(of)
	return b.Bytes(), err
}

// receipted is an outcome with its receipt, if that is there in time. A sale
// waits for its receipt no longer than receiptWait, and does not fail without it.
func (s *Server) receipted(ctx context.Context, out voucher.Outcome) api.ReceiptedOutcome {
	answer := api.ReceiptedOutcome{Outcome: out}
	if s.evidence == nil {
		return answer
	}
	raw, err := s.receipt(ctx, out)
	if err != nil {
		s.log.WarnContext(ctx, "an order is answered without its receipt", slog.Any("error", err))
	}
	answer.Receipt = string(raw)
	return answer
}

// getReference finds the redemption, hold or capture that a merchant's client
// gave a reference. The query has its hash, never the key itself.
func (s *Server) getReference(c *gin.Context) (*answer, error) {
	r, err := s.reader(c)
	if err != nil {
		return nil, err
	}
	merchant, err1 := parseAddress(c.Query("merchant"))
	reference, err2 := voucher.ParseHash(c.Query("reference"))
	if errors.Join(err1, err2) != nil || reference.IsZero() {
		return nil, invalid("merchant is an address, reference the SHA-256 of an Idempotency-Key, both in hex.")
	}
	id, err := s.teller.Reference(c.Request.Context(), merchant, reference)
	if err != nil && !errors.Is(err, index.ErrNotFound) {
		return nil, err
	}
	out, err := s.findOutcome(c.Request.Context(), r, id, func(voucher.Outcome) bool { return true })
	if err != nil {
		return nil, err
	}
	return asOutcome(out), nil
}

// listOrders lists a merchant's redemptions, holds and captures, newest first.
func (s *Server) listOrders(c *gin.Context) (*answer, error) {
	of, limit, err := s.ordersOf(c)
	if err != nil {
		return nil, err
	}
	list, next, err := s.teller.Orders(c.Request.Context(), of.Merchant, of.Store, c.Query("cursor"), limit)
	if err != nil {
		return nil, err
	}
	return asPage(list, next)
}

// ordersOf is whose orders a request asks for, and how many. A reader who may see the
// orders of one store only must name that store, or hold a delegation that names it.
func (s *Server) ordersOf(c *gin.Context) (of access.Resource, limit int, err error) {
	r, err := s.reader(c)
	if err != nil {
		return of, 0, err
	}
	limit, err1 := pageLimit(c)
	store, err2 := queryNumber(c, "store", 0, voucher.MaxStore, 0)
	if err := errors.Join(err1, err2); err != nil {
		return of, 0, err
	}
	of = access.Resource{Kind: access.Orders, Store: uint32(store)} //nolint:gosec // at most MaxStore
	if r.Delegation != nil && store == 0 {
		of.Store = r.Delegation.Store
	}
	merchant, parseErr := parseAddress(c.Param("merchant"))
	of.Merchant = merchant
	may, err := s.access.Authorize(c.Request.Context(), r, of)
	if err == nil && (parseErr != nil || !may) {
		err = errStranger
	}
	return of, limit, err
}
