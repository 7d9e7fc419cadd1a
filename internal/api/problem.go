package api

import (
	"fmt"
	"net/http"
	"strconv"
	"time"
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

	Wait time.Duration `json:"-"` // until the client may come again, where the code alone does not say it; a header tells it
}

// Error makes a Problem an error of the client.
func (p *Problem) Error() string {
	return fmt.Sprintf("%s (%d): %s %s", p.Code, p.Status, p.Title, p.Detail)
}

// ProblemType is what all problems of a code have in common: RFC 9457's word for it.
type ProblemType struct {
	Code     string // stable: clients switch on it
	Status   int    // HTTP
	Sentence string // what is wrong
	Remedy   string // what to do
	Effect   Effect // of the command that it answers
}

// Effect is what a problem says of the command that it answers. It decides what a
// client tells its user, so a code that is not certain to be harmless says Unsettled.
type Effect uint8

// The effects.
const (
	// Refused is a command that was judged and had no effect. Sent again it has the
	// same answer until the ledger changes.
	Refused Effect = iota
	// Untried is a command that was not judged and had no effect: it can be sent again.
	Untried
	// Unsettled is a command that may have had an effect, or may have one later.
	Unsettled
)

// Problem is a problem of the type.
func (t ProblemType) Problem() *Problem {
	return &Problem{Type: "/problems/" + t.Code, Title: t.Sentence, Status: t.Status, Detail: t.Remedy, Code: t.Code}
}

// The seconds after which a client may come again.
const (
	retrySoon  = "1"
	retryLater = "5"    // what an operator, or a network, has to mend
	retryDay   = "3600" // what a new UTC day mends
)

// RetryAfter is how many seconds a client should wait, as the header of that name has
// them; "" where the same request has the same answer later.
func (p *Problem) RetryAfter() string {
	switch {
	case p.Wait > 0:
		return strconv.FormatInt(int64((p.Wait+time.Second-1)/time.Second), 10)
	case p.Code == FaultLedgerUnavailable.Code(), p.Code == FaultStorageFull.Code():
		return retryLater
	case p.Code == FaultRateLimited.Code():
		return retryDay
	case p.Status == http.StatusServiceUnavailable, p.Code == FaultKeyInFlight.Code(), p.Code == FaultReceiptPending.Code():
		return retrySoon
	default:
		return ""
	}
}
