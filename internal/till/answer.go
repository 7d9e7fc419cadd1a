package till

import (
	"errors"
	"net/http"

	"tally/internal/api"
	"tally/internal/client"
)

// answer is what a server's answer says about the one copy of a command that it
// answers.
type answer uint8

const (
	accepted answer = iota
	refused         // it was judged, and had no effect
	unsent          // it had no effect, and was not judged
	lost            // it may have had an effect, now or later
)

// maxText is how many bytes of a server's words are kept.
const maxText = 512

// judge is what an error of the client says of the command that it sent. The client
// judged the answer already: see package client.
func (a *Agent) judge(err error) (answer, *api.Problem) {
	p := problem(err)
	var unknown *client.UnknownError
	switch {
	case err == nil:
		return accepted, nil
	case p == nil && errors.Is(err, client.ErrNotSent):
		return unsent, faultNoConnection.problem()
	case p == nil:
		return lost, known("outcome_unknown")
	case errors.As(err, &unknown):
		return lost, p
	case isRefusal(p):
		return refused, p
	default:
		return unsent, p
	}
}

// isRefusal reports whether a problem is that of a command that was judged: by the
// ledger, or by the server before it. The same command gets the same again.
func isRefusal(p *api.Problem) bool {
	t, ok := api.Look(p.Code)
	return ok && t.Effect == api.Refused || p.Code == faultReferenceReused.problem().Code
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
