package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/gin-gonic/gin"

	"tally/internal/index"
	"tally/internal/intent"
	"tally/internal/ledger"
	"tally/internal/teller"
	"tally/internal/voucher"
)

// Problem is an RFC 9457 problem. Code is stable; clients switch on it.
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

// The problems that are no refusals of the ledger.
const (
	codeInvalidRequest = "invalid_request"
	codeBodyTooLarge   = "body_too_large"
	codeNotFound       = "not_found"
	codeUnauthorised   = "unauthorised"
	codeInternal       = "internal"
	codeUnavailable    = "unavailable"
	codeUnknown        = "outcome_unknown"
	codeKeyMissing     = "idempotency_key_missing"
	codeKeyMismatch    = "idempotency_key_mismatch"
	codeKeyReused      = "idempotency_key_reused"
	codeKeyInFlight    = "idempotency_key_in_flight"
	codeWrongLedger    = "wrong_ledger"
	codeInvalidCode    = "invalid_code"
	codeSoldOut        = "sold_out"
	codeCurrency       = "unknown_currency"
	codeMethod         = "method_not_allowed"
)

func newProblem(status int, code, title, detail string) *Problem {
	return &Problem{Type: "/problems/" + code, Title: title, Status: status, Detail: detail, Code: code}
}

func invalid(detail string) *Problem {
	return newProblem(http.StatusBadRequest, codeInvalidRequest, "The request is not in the documented form.", detail)
}

func notFound() *Problem {
	return newProblem(http.StatusNotFound, codeNotFound, "There is nothing here for you.",
		"Check the address, and show a token of the holder.")
}

func unauthorised() *Problem {
	return newProblem(http.StatusUnauthorized, codeUnauthorised, "A read token is wanted.",
		"Sign a ReadToken of this ledger and send it as a bearer token.")
}

// refusalProblem is the problem of a refusal. Vouchers of others look like
// vouchers that are not there.
func refusalProblem(kind voucher.Kind) *Problem {
	if kind == voucher.KindNotOwner {
		kind = voucher.KindUnknownVoucher
	}
	r, _ := kind.Refusal()
	return newProblem(r.Status, r.Code, r.Sentence, r.Remedy)
}

// problemOf translates every error that a handler can meet, in this one place.
// What it does not know is internal: the log has it, the client does not.
func problemOf(err error) *Problem {
	var p *Problem
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &p):
		return p
	case errors.As(err, &tooLarge):
		return newProblem(http.StatusRequestEntityTooLarge, codeBodyTooLarge, "The body is too large.",
			fmt.Sprintf("Send at most %d bytes.", tooLarge.Limit))
	case errors.Is(err, index.ErrCursor):
		return invalid("The cursor is none that this list gave.")
	case errors.Is(err, index.ErrNotFound):
		return notFound()
	case errors.Is(err, intent.ErrWrongLedger):
		return newProblem(http.StatusUnprocessableEntity, codeWrongLedger, "The code belongs to another ledger.",
			"Send it to the server of its ledger: see /v1/ledger.")
	case errors.Is(err, intent.ErrCode):
		return newProblem(http.StatusBadRequest, codeInvalidCode, "This is not a voucher code.", "Scan it again.")
	case errors.Is(err, intent.ErrSignature):
		return refusalProblem(voucher.KindBadSignature)
	case errors.Is(err, intent.ErrToken):
		return unauthorised()
	case errors.Is(err, teller.ErrSoldOut):
		return newProblem(http.StatusConflict, codeSoldOut, "Sold out.", "Every voucher open to claims is taken.")
	case errors.Is(err, teller.ErrReferenceUsed):
		return newProblem(http.StatusUnprocessableEntity, codeKeyReused, "This Idempotency-Key named another redemption.",
			"Use a new key for a new sale.")
	case errors.Is(err, teller.ErrReferenceBusy):
		return newProblem(http.StatusConflict, codeKeyInFlight, "A redemption with this Idempotency-Key is under way.",
			"Wait for its answer.")
	default:
		return ledgerProblem(err)
	}
}

func ledgerProblem(err error) *Problem {
	switch {
	case errors.Is(err, ledger.ErrUnknown):
		return newProblem(http.StatusAccepted, codeUnknown, "The outcome is not known yet.",
			"Ask for the command by its id, or send the same request again: it takes effect at most once.")
	case errors.Is(err, ledger.ErrBusy), errors.Is(err, ledger.ErrNotSent), errors.Is(err, ledger.ErrClosed):
		return newProblem(http.StatusServiceUnavailable, codeUnavailable, "The ledger cannot take the command now.",
			"It had no effect. Send it again.")
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return newProblem(http.StatusServiceUnavailable, codeUnavailable, "The answer took too long.", "Ask again.")
	default:
		return newProblem(http.StatusInternalServerError, codeInternal, "Something went wrong here.",
			"Tell the operator the request id.")
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
	if p.Status == http.StatusServiceUnavailable {
		c.Header("Retry-After", "1")
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
