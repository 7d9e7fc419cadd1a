package edge

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"time"
)

// The names of the policies, as clients and metrics see them.
const (
	policyAddress = "address"
	policyToken   = "token"
)

// policy is one quota and who counts it.
type policy struct {
	name  string
	quota Quota
	limit Limiter
}

// rates are the policies that a request must pass.
type rates struct {
	address, token *policy // nil if there is no limit
	limited        func(policy string)
}

// pass counts a request and writes what is left, or refuses it.
func (r *rates) pass(w http.ResponseWriter, req *http.Request, client netip.Addr, proxied bool) bool {
	var spent []taken
	// This machine's own requests are no strangers'. Those that a proxy on it
	// passes on have another address, once the proxy is trusted.
	if r.address != nil && (proxied || !client.IsLoopback()) {
		spent = append(spent, r.address.take(req.Context(), bucket(client)))
	}
	authorization := req.Header.Get("Authorization")
	if r.token != nil && authorization != "" && allowed(spent) {
		sum := sha256.Sum256([]byte(authorization)) // the token itself is kept nowhere
		spent = append(spent, r.token.take(req.Context(), hex.EncodeToString(sum[:16])))
	}
	if len(spent) == 0 {
		return true
	}
	describe(w.Header(), spent)
	if allowed(spent) {
		return true
	}
	r.refuse(w, spent)
	return false
}

// taken is a policy's verdict on one request.
type taken struct {
	*policy
	Verdict
}

func (p *policy) take(ctx context.Context, key string) taken {
	return taken{p, p.limit.Take(ctx, key)}
}

func allowed(spent []taken) bool {
	for _, t := range spent {
		if !t.Allowed {
			return false
		}
	}
	return true
}

// describe writes the header fields of draft-ietf-httpapi-ratelimit-headers-10:
//
//	RateLimit-Policy: "address";q=100;w=10, "token";q=100;w=10
//	RateLimit: "address";r=99;t=1, "token";r=12;t=9
func describe(h http.Header, spent []taken) {
	policies, left := make([]string, len(spent)), make([]string, len(spent))
	for i, t := range spent {
		policies[i] = fmt.Sprintf(`"%s";q=%d;w=%d`, t.name, t.quota.Requests, seconds(t.quota.Window))
		left[i] = fmt.Sprintf(`"%s";r=%d;t=%d`, t.name, t.Remaining, seconds(t.Reset))
	}
	h.Set("RateLimit-Policy", strings.Join(policies, ", "))
	h.Set("RateLimit", strings.Join(left, ", "))
}

func (r *rates) refuse(w http.ResponseWriter, spent []taken) {
	var violated []string
	var wait time.Duration
	for _, t := range spent {
		if !t.Allowed {
			violated = append(violated, t.name)
			wait = max(wait, t.Retry)
			r.limited(t.name)
		}
	}
	w.Header().Set("Retry-After", fmt.Sprint(max(seconds(wait), 1)))
	rateLimited(violated).write(w)
}

// seconds are a time's whole seconds, rounded up.
func seconds(d time.Duration) int64 { return int64((d + time.Second - 1) / time.Second) }
