package till

import (
	"errors"
	"net/http"
	"slices"

	"tally/internal/api"
	"tally/internal/client"
	"tally/internal/voucher"
)

// answer is what a server's answer to a command says of that one copy.
type answer uint8

const (
	accepted answer = iota
	refused         // it was judged, and had no effect
	unsent          // it had no effect, and was not judged
	lost            // it may have had an effect, now or later
)

// maxText is how many bytes of a server's words are kept.
const maxText = 512

// judge tells what a client's error says. Whatever is not known to be harmless is lost.
func (a *Agent) judge(err error) (answer, *api.Problem) {
	p := problem(err)
	switch {
	case err == nil:
		return accepted, nil
	case p == nil && errors.Is(err, client.ErrNotSent):
		return unsent, faultNoConnection.problem()
	case p == nil:
		return lost, known("outcome_unknown")
	case isRefusal(p.Code):
		return refused, p
	case slices.Contains(harmless(), p.Code):
		return unsent, p
	default:
		return lost, p
	}
}

// isRefusal tells a problem of a command that was judged: by the ledger, or by
// the server before it. The same command gets the same again.
func isRefusal(code string) bool {
	var kind voucher.Kind
	if kind.UnmarshalText([]byte(code)) == nil && kind != voucher.KindAccepted {
		return true
	}
	return slices.Contains([]string{
		"wrong_ledger", "invalid_code", "invalid_request", "body_too_large", "unknown_currency",
		"idempotency_key_missing", "idempotency_key_mismatch", faultReferenceReused.problem().Code,
	}, code)
}

// harmless lists the problems of requests that were not looked at.
func harmless() []string {
	return []string{"rate_limited", "body_incomplete", "idempotency_key_in_flight", "not_found", "method_not_allowed", "unauthorised"}
}

// problem is the server's problem as it is kept: its words cut short, and in the
// POS's terms.
func problem(err error) *api.Problem {
	var p *api.Problem
	if !errors.As(err, &p) {
		return nil
	}
	kept := *p
	if kept.Code == "idempotency_key_reused" {
		return faultReferenceReused.problem()
	}
	kept.Type, kept.Title, kept.Detail = clip(p.Type), clip(p.Title), clip(p.Detail)
	kept.Code, kept.RequestID, kept.ID = clip(p.Code), clip(p.RequestID), ""
	if kept.Status < http.StatusAccepted || kept.Status > 599 {
		kept.Status = http.StatusBadGateway
	}
	return &kept
}

func clip(text string) string { return text[:min(len(text), maxText)] }
