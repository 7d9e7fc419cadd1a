package edge

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// The names of the policies, as clients and metrics see them.
const (
	policyAddress = "address" // an IPv4 address or an IPv6 /64
	policySite    = "site"    // an IPv6 /56
	policyNetwork = "network" // an IPv6 /48
	policyToken   = "token"
	policyFree    = "free" // bytes that commands write which cost their author nothing
)

// How many times an address's quota the networks around it have. A /56 is a home
// or an office, a /48 a site or a part of a mobile network. IPv4 networks have no
// quota: one address there is many people, and few people have many.
const (
	siteTimes    = 4
	networkTimes = 16
)

// weight is how many bytes of an answer cost as much as one request more.
const weight = 64 << 10

// policy is one quota and who counts it.
type policy struct {
	name  string
	quota Quota
	limit Limiter
}

// rates are the policies that a request must pass.
type rates struct {
	address, site, network, token *policy // nil if there is no limit
	limited                       func(policy string)
}

// counted are the policies of a visit's address and the networks around it, with
// the network of each. This machine's own requests are no strangers'.
func (r *rates) counted(v *visit) (policies []*policy, keys []string) {
	if r.address == nil || v.local() {
		return nil, nil
	}
	for i, p := range []*policy{r.address, r.site, r.network} {
		if i == 0 || v.client.Is6() && i < len(v.from) {
			policies, keys = append(policies, p), append(keys, bucket(v.from[i]))
		}
	}
	return policies, keys
}

// pass counts a request and writes what is left, or refuses it.
func (r *rates) pass(w http.ResponseWriter, req *http.Request, v *visit) bool {
	var spent []taken
	policies, keys := r.counted(v)
	for i, p := range policies {
		if !allowed(spent) {
			break
		}
		if t := p.take(req.Context(), keys[i]); i == 0 || !t.Allowed { // of the networks, only a refusal is told
			spent = append(spent, t)
		}
	}
	authorization := req.Header.Get("Authorization")
	if r.token != nil && authorization != "" && allowed(spent) {
		sum := sha256.Sum256([]byte(credentials(authorization))) // the token itself is kept nowhere
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

// credentials are what an Authorization header shows, in one form: its scheme in any
// case and the spaces after it would else make several tokens of one.
func credentials(authorization string) string {
	scheme, rest, _ := strings.Cut(authorization, " ")
	return strings.ToLower(scheme) + " " + strings.TrimLeft(rest, " ")
}

// weigh counts a long answer as the requests that it weighs.
func (r *rates) weigh(ctx context.Context, v *visit, written int64) {
	if written < weight {
		return
	}
	policies, keys := r.counted(v)
	for i, p := range policies {
		p.limit.Owe(ctx, keys[i], written/weight)
	}
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
