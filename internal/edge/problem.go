package edge

import (
	"encoding/json"
	"net/http"
	"strconv"
)

// problem is an RFC 9457 problem, as httpapi's are.
type problem struct {
	Type     string   `json:"type"`
	Title    string   `json:"title"`
	Status   int      `json:"status"`
	Detail   string   `json:"detail"`
	Code     string   `json:"code"`
	Violated []string `json:"violated-policies,omitempty"` // draft-ietf-httpapi-ratelimit-headers, section 7
}

// rateLimited is the problem of a request too many.
//
//	{"type":"/problems/rate_limited","title":"Too many requests.","status":429,
//	 "detail":"It had no effect. Wait as long as Retry-After says, then send it again.",
//	 "code":"rate_limited","violated-policies":["address"]}
func rateLimited(violated []string) problem {
	return problem{
		Type: "/problems/rate_limited", Title: "Too many requests.", Status: http.StatusTooManyRequests,
		Detail: "It had no effect. Wait as long as Retry-After says, then send it again.",
		Code:   "rate_limited", Violated: violated,
	}
}

// overloaded is the problem of a request that finds too many others.
func overloaded() problem {
	return problem{
		Type: "/problems/unavailable", Title: "Too many requests are under way.", Status: http.StatusServiceUnavailable,
		Detail: "It had no effect. Send it again.", Code: "unavailable",
	}
}

// notReady is the problem of a server that should not be sent requests. What is
// wrong with its parts is for the log.
func notReady(draining bool) problem {
	p := problem{
		Type: "/problems/unavailable", Title: "Not ready.", Status: http.StatusServiceUnavailable,
		Detail: "The ledger cannot be reached, or the index is catching up with it.", Code: "unavailable",
	}
	if draining {
		p.Detail = "This server is ending."
	}
	return p
}

func (p problem) write(w http.ResponseWriter) {
	body, err := json.Marshal(p)
	if err != nil {
		w.WriteHeader(p.Status)
		return
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(p.Status)
	_, _ = w.Write(body) // who has gone need not be told
}
