package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"tally/internal/access"
	"tally/internal/api"
	"tally/internal/books/recount"
	"tally/internal/door"
	"tally/internal/index"
	"tally/internal/intent"
	"tally/internal/ledger"
	"tally/internal/pricing"
	"tally/internal/quote"
	"tally/internal/teller"
	"tally/internal/voucher"
)

func invalid(detail string) *api.Problem { return api.FaultInvalidRequest.Because(detail) }

func notFound() *api.Problem { return api.FaultNotFound.Problem() }

// problemOf translates every error that a handler can meet, in this one place.
// What it does not know is internal: the log has it, the client does not.
func problemOf(err error) *api.Problem {
	if p, ok := recordProblem(err); ok {
		return p
	}
	var p *api.Problem
	var tooLarge *http.MaxBytesError
	var refused *door.RefusedError
	var merchant *quote.MerchantError
	var order *pricing.RefusalError
	switch {
	case errors.As(err, &p):
		return p
	case errors.As(err, &merchant):
		return api.RefusalProblem(merchant.Kind)
	case errors.As(err, &order):
		return orderProblem(order)
	case errors.As(err, &refused):
		return api.ReasonedProblem(refused.Kind, refused.Reason)
	case errors.As(err, &tooLarge):
		return api.FaultBodyTooLarge.Because(fmt.Sprintf("Send at most %d bytes.", tooLarge.Limit))
	case errors.Is(err, index.ErrCursor):
		return invalid("The cursor is none that this list gave.")
	case errors.Is(err, index.ErrNotFound), errors.Is(err, errStranger):
		return notFound()
	case errors.Is(err, index.ErrUnavailable):
		return indexUnavailable()
	case errors.Is(err, intent.ErrWrongLedger), errors.Is(err, intent.ErrCode):
		return api.CodeProblem(err)
	case errors.Is(err, intent.ErrSignature):
		return api.RefusalProblem(voucher.KindBadSignature)
	case errors.Is(err, access.ErrAuditorDelegated):
		return api.FaultAuditorUnnamed.Problem()
	case errors.Is(err, intent.ErrToken):
		return tokenProblem(err)
	case errors.Is(err, teller.ErrSoldOut):
		return api.FaultSoldOut.Problem()
	case errors.Is(err, teller.ErrRush):
		return rush()
	case errors.Is(err, recount.ErrBusy):
		return recounting()
	case errors.Is(err, teller.ErrKeySpent):
		return keySpent()
	case errors.Is(err, teller.ErrReferenceUsed):
		return api.FaultKeyReused.Problem()
	case errors.Is(err, teller.ErrReferenceBusy):
		return api.FaultKeyInFlight.Problem()
	default:
		return ledgerProblem(err)
	}
}

// tokenProblem says which part of a token is wrong.
func tokenProblem(err error) *api.Problem {
	for _, part := range []struct {
		err  error
		says string
	}{
		{errScheme, "Authorization is not one bearer token. Send: Authorization: Bearer TOKEN."},
		{intent.ErrTokenForm, "The token is not in its documented form. A read token is the base64url, without padding, of its ABI encoding; a delegation is a JWT."},
		{intent.ErrTokenSignature, "The signature is not that of the token's holder, or it was not made for this ledger. Take domain and types from GET /v1/ledger."},
		{intent.ErrTokenExpired, "The token has expired. Sign a new one, by this server's clock: GET /v1/ledger has its time."},
		{intent.ErrTokenLife, "The token is not good at this server's time, or for longer than it may be: a read token at most an hour, a delegation at most 90 days. GET /v1/ledger has this server's time."},
		{intent.ErrAudience, "The token is for another server. The audience of a read token must be the origin at which you ask, as https://tally.example, and one of this server's own: see tallyd serve --public-url. The audience of a delegation must have this ledger's id."},
		{access.ErrNotGiven, "The key that signed the delegation may not give all that it allows, or the merchant ended it."},
	} {
		if errors.Is(err, part.err) {
			return api.FaultUnauthorised.Because(part.says)
		}
	}
	return api.FaultUnauthorised.Problem()
}

// challenge is what WWW-Authenticate says: which scheme is wanted and, where a token
// was shown, that it is not good (RFC 6750, section 3).
func challenge(r *http.Request) string {
	if r.Header.Get("Authorization") == "" {
		return `Bearer realm="tally"`
	}
	return `Bearer realm="tally", error="invalid_token"`
}

func indexUnavailable() *api.Problem {
	p := api.FaultUnavailable.Because("Ask again.")
	p.Title = "The index cannot answer now."
	return p
}

func recounting() *api.Problem {
	p := api.FaultUnavailable.Because("Ask again.")
	p.Title = "The merchant's books are being recounted."
	return p
}

// keySpent is for a key that signs more in a day than any person does.
func keySpent() *api.Problem {
	p := api.FaultRateLimited.Because(fmt.Sprintf("It had no effect. %d claims without a ticket, transfers and cancels a UTC day are accepted of one key: send it tomorrow.", teller.KeyCommands))
	p.Title = "This key has had its commands of today."
	return p
}

// rush is not the ledger's serials_taken: which serials are offered is the
// teller's business, and the wallet can do nothing but ask again.
func rush() *api.Problem {
	p := api.FaultUnavailable.Problem()
	p.Title = "Others took every voucher that was tried."
	return p
}

func ledgerProblem(err error) *api.Problem {
	switch {
	case errors.Is(err, ledger.ErrUnknown):
		return api.FaultUnknown.Problem()
	case errors.Is(err, ledger.ErrNoRoom):
		return api.FaultStorageFull.Problem()
	case errors.Is(err, ledger.ErrUnavailable):
		return ledgerUnavailable(err)
	case errors.Is(err, ledger.ErrBusy), errors.Is(err, ledger.ErrNotSent), errors.Is(err, ledger.ErrClosed):
		return api.FaultUnavailable.Problem()
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		p := api.FaultUnavailable.Because("Ask again.")
		p.Title = "The answer took too long."
		return p
	default:
		return api.FaultInternal.Problem()
	}
}

// ledgerUnavailable is for what only the operator can mend: the log has the reason.
func ledgerUnavailable(err error) *api.Problem {
	if errors.Is(err, ledger.ErrNotSent) {
		return api.FaultLedgerUnavailable.Because("It had no effect. Send it again when Retry-After has passed.")
	}
	return api.FaultLedgerUnavailable.Problem()
}

// clipped is a text of whole characters that has no more bytes than the limit.
func clipped(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	return strings.ToValidUTF8(text[:limit-len("…")], "") + "…"
}

// fail answers with the problem of an error.
func (s *Server) fail(c *gin.Context, err error) {
	p := *problemOf(err)
	p.Detail = clipped(p.Detail, api.MaxDetail)
	if p.Status >= http.StatusInternalServerError {
		// Only here, for what an operator should be told: all other bodies of a
		// code are the same to the byte. The header always has it.
		p.RequestID = c.Writer.Header().Get(api.HeaderRequestID)
		s.log.ErrorContext(c.Request.Context(), "request failed",
			slog.String("request_id", p.RequestID), slog.String("route", c.FullPath()), slog.Any("error", err))
	}
	if wait := p.RetryAfter(); wait != "" {
		c.Header("Retry-After", wait)
	}
	if p.ID != "" {
		c.Header("Location", "/v1/commands/"+p.ID)
	}
	if p.Status == http.StatusUnauthorized {
		c.Header("WWW-Authenticate", challenge(c.Request))
	}
	body, err := json.Marshal(p)
	if err != nil {
		c.AbortWithStatus(http.StatusInternalServerError)
		return
	}
	c.Abort()
	write(c, p.Status, "application/problem+json", body)
}
