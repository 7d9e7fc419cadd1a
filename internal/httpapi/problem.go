package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/gin-gonic/gin"

	"tally/internal/access"
	"tally/internal/api"
	"tally/internal/books/recount"
	"tally/internal/door"
	"tally/internal/index"
	"tally/internal/intent"
	"tally/internal/ledger"
	"tally/internal/teller"
	"tally/internal/voucher"
)

func invalid(detail string) *api.Problem { return api.FaultInvalidRequest.Because(detail) }

func notFound() *api.Problem { return api.FaultNotFound.Problem() }

// problemOf translates every error that a handler can meet, in this one place.
// What it does not know is internal: the log has it, the client does not.
func problemOf(err error) *api.Problem {
	var p *api.Problem
	var tooLarge *http.MaxBytesError
	var refused *door.RefusedError
	switch {
	case errors.As(err, &p):
		return p
	case errors.As(err, &refused):
		return api.RefusalProblem(refused.Kind)
	case errors.As(err, &tooLarge):
		return api.FaultBodyTooLarge.Problem()
	case errors.Is(err, index.ErrCursor):
		return invalid("The cursor is none that this list gave.")
	case errors.Is(err, index.ErrNotFound), errors.Is(err, errStranger):
		return notFound()
	case errors.Is(err, index.ErrUnavailable):
		return indexUnavailable()
	case errors.Is(err, intent.ErrWrongLedger):
		return api.FaultWrongLedger.Problem()
	case errors.Is(err, intent.ErrKeyboard): // an ErrCode, too
		return api.FaultInvalidCode.Because("The scanner types in another keyboard layout than this machine's: set it to the same one.")
	case errors.Is(err, intent.ErrCode):
		return api.FaultInvalidCode.Problem()
	case errors.Is(err, intent.ErrSignature):
		return api.RefusalProblem(voucher.KindBadSignature)
	case errors.Is(err, intent.ErrAudience): // an ErrToken, too
		return api.FaultUnauthorised.Because("The token is for another server. Its audience must be the origin at which you ask, as https://tally.example, and one of this server's own: see tallyd serve --public-url.")
	case errors.Is(err, access.ErrAuditorDelegated):
		return api.FaultAuditorUnnamed.Problem()
	case errors.Is(err, intent.ErrToken):
		return api.FaultUnauthorised.Problem()
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

// fail answers with the problem of an error.
func (s *Server) fail(c *gin.Context, err error) {
	p := *problemOf(err)
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
