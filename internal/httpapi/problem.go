package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/gin-gonic/gin"

	"tally/internal/door"
	"tally/internal/index"
	"tally/internal/intent"
	"tally/internal/ledger"
	"tally/internal/teller"
	"tally/internal/voucher"
)

// Problem is an RFC 9457 problem. Code is stable; clients switch on it. Type is
// the address of a page about the code.
//
//	{"type":"/problems/already_used","title":"This code was used already, or cancelled.","status":409,
//	 "detail":"Ask the customer for a new code.","code":"already_used"}
type Problem struct { //nolint:errname // RFC 9457 calls it a problem; that it is an error is the client's matter
	Type      string `json:"type"`
	Title     string `json:"title"`
	Status    int    `json:"status"`
	Detail    string `json:"detail,omitempty"`
	Code      string `json:"code"`
	RequestID string `json:"request_id,omitempty"`
	ID        string `json:"id,omitempty"` // of the command, where its outcome is unknown
}

// Error makes a Problem an error of the client.
func (p *Problem) Error() string {
	return fmt.Sprintf("%s (%d): %s %s", p.Code, p.Status, p.Title, p.Detail)
}

func newProblem(r voucher.Refusal) *Problem {
	return &Problem{Type: "/problems/" + r.Code, Title: r.Sentence, Status: r.Status, Detail: r.Remedy, Code: r.Code}
}

func invalid(detail string) *Problem { return faultInvalidRequest.because(detail) }

func notFound() *Problem { return faultNotFound.problem() }

// refusalProblem is the problem of a refusal. Vouchers of others look like
// vouchers that are not there.
func refusalProblem(kind voucher.Kind) *Problem {
	if kind == voucher.KindNotOwner {
		kind = voucher.KindUnknownVoucher
	}
	r, _ := kind.Refusal()
	return newProblem(r)
}

// problemOf translates every error that a handler can meet, in this one place.
// What it does not know is internal: the log has it, the client does not.
func problemOf(err error) *Problem {
	var p *Problem
	var tooLarge *http.MaxBytesError
	var refused *door.RefusedError
	switch {
	case errors.As(err, &p):
		return p
	case errors.As(err, &refused):
		return refusalProblem(refused.Kind)
	case errors.As(err, &tooLarge):
		return faultBodyTooLarge.problem()
	case errors.Is(err, index.ErrCursor):
		return invalid("The cursor is none that this list gave.")
	case errors.Is(err, index.ErrNotFound):
		return notFound()
	case errors.Is(err, index.ErrUnavailable):
		return indexUnavailable()
	case errors.Is(err, intent.ErrWrongLedger):
		return faultWrongLedger.problem()
	case errors.Is(err, intent.ErrCode):
		return faultInvalidCode.problem()
	case errors.Is(err, intent.ErrSignature):
		return refusalProblem(voucher.KindBadSignature)
	case errors.Is(err, intent.ErrToken):
		return faultUnauthorised.problem()
	case errors.Is(err, teller.ErrSoldOut):
		return faultSoldOut.problem()
	case errors.Is(err, teller.ErrRush):
		return rush()
	case errors.Is(err, teller.ErrKeySpent):
		return keySpent()
	case errors.Is(err, teller.ErrReferenceUsed):
		return faultKeyReused.problem()
	case errors.Is(err, teller.ErrReferenceBusy):
		return faultKeyInFlight.problem()
	default:
		return ledgerProblem(err)
	}
}

func indexUnavailable() *Problem {
	p := faultUnavailable.because("Ask again.")
	p.Title = "The index cannot answer now."
	return p
}

// keySpent is for a key that signs more in a day than any person does.
func keySpent() *Problem {
	p := faultRateLimited.because(fmt.Sprintf("It had no effect. %d claims without a ticket, transfers and cancels a UTC day are accepted of one key: send it tomorrow.", teller.KeyCommands))
	p.Title = "This key has had its commands of today."
	return p
}

// rush is not the ledger's serials_taken: which serials are offered is the
// teller's business, and the wallet can do nothing but ask again.
func rush() *Problem {
	p := faultUnavailable.problem()
	p.Title = "Others took every voucher that was tried."
	return p
}

func ledgerProblem(err error) *Problem {
	switch {
	case errors.Is(err, ledger.ErrUnknown):
		return faultUnknown.problem()
	case errors.Is(err, ledger.ErrUnavailable):
		return ledgerUnavailable(err)
	case errors.Is(err, ledger.ErrBusy), errors.Is(err, ledger.ErrNotSent), errors.Is(err, ledger.ErrClosed):
		return faultUnavailable.problem()
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		p := faultUnavailable.because("Ask again.")
		p.Title = "The answer took too long."
		return p
	default:
		return faultInternal.problem()
	}
}

// ledgerUnavailable is for what only the operator can mend: the log has the reason.
func ledgerUnavailable(err error) *Problem {
	if errors.Is(err, ledger.ErrNotSent) {
		return faultLedgerUnavailable.because("It had no effect. Send it again when Retry-After has passed.")
	}
	return faultLedgerUnavailable.problem()
}

// The seconds after which a client may come again.
const (
	retrySoon  = "1"
	retryLater = "5"    // what an operator, or a network, has to mend
	retryDay   = "3600" // what a new UTC day mends
)

// retryAfter is how long a client should wait; "" where it need not come again.
func (p *Problem) retryAfter() string {
	table := faults()
	switch {
	case p.Code == table[faultLedgerUnavailable].Code:
		return retryLater
	case p.Code == table[faultRateLimited].Code:
		return retryDay
	case p.Status == http.StatusServiceUnavailable, p.Code == table[faultKeyInFlight].Code, p.Code == table[faultReceiptPending].Code:
		return retrySoon
	default:
		return ""
	}
}

// fail answers with the problem of an error.
func (s *Server) fail(c *gin.Context, err error) {
	p := *problemOf(err)
	if p.Status >= http.StatusInternalServerError {
		// Only here, for what an operator should be told: all other bodies of a
		// code are the same to the byte. The header always has it.
		p.RequestID = c.Writer.Header().Get(headerRequestID)
		s.log.ErrorContext(c.Request.Context(), "request failed",
			slog.String("request_id", p.RequestID), slog.String("route", c.FullPath()), slog.Any("error", err))
	}
	if wait := p.retryAfter(); wait != "" {
		c.Header("Retry-After", wait)
	}
	if p.Status == http.StatusUnauthorized {
		c.Header("WWW-Authenticate", `Bearer realm="tally"`)
	}
	body, err := json.Marshal(p)
	if err != nil {
		c.AbortWithStatus(http.StatusInternalServerError)
		return
	}
	c.Abort()
	c.Data(p.Status, "application/problem+json", body)
}
