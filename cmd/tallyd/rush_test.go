package main

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tally/internal/client"
	"tally/internal/httpapi/apitest"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// twiceEvery is which visit of a rush shows its code at two tills.
const twiceEvery = 4

// rush is tills at two servers that sell one voucher after the other: a customer
// claims one and shows its code, some of them at both servers at once. Every
// request is sent until it is answered for good, by the servers in turn.
type rush struct {
	*cluster
	id    voucher.CampaignID
	tills sync.WaitGroup
	stop  context.CancelFunc
	began time.Time

	mu    sync.Mutex
	told  map[string]int // how many requests had which answer
	sales []sold
}

// sold is a redemption that somebody was told was accepted.
type sold struct {
	outcome voucher.Outcome
	at      int // which server said so
	when    time.Time
}

// What a request of a rush was told.
const (
	toldAccepted    = "accepted"
	toldRefused     = "refused"
	toldUnavailable = "unavailable" // it had no effect
	toldUnknown     = "unknown"     // it says so, or there was no answer
)

// rush opens the given number of tills.
func (c *cluster) rush(name string, tills int) *rush {
	c.t.Helper()
	open, stop := context.WithCancel(c.ctx)
	r := &rush{cluster: c, id: c.campaign(0, name, 1_000_000, nil), stop: stop, told: map[string]int{}, began: time.Now()}
	for till := range tills {
		r.tills.Go(func() {
			for n := 0; open.Err() == nil; n++ {
				r.visit(fmt.Sprint(name, " till ", till, " customer ", n), till, n%twiceEvery == 0)
			}
		})
	}
	c.t.Cleanup(r.end)
	return r
}

// end closes the tills when they have served their customers.
func (r *rush) end() { r.stop(); r.tills.Wait() }

// visit is one customer's claim and redemption.
func (r *rush) visit(name string, at int, twice bool) {
	wallet := ledgertest.NewActor(name)
	request := r.claimRequest(wallet, r.id, 0)
	claimed, _ := r.send(at, func(c *client.Client) (voucher.Outcome, error) {
		return c.Send(r.ctx, apitest.Command(r.Domain, request))
	})
	if r.ctx.Err() != nil || !assert.Empty(r.t, claimed.code, "a claim of one of a million vouchers") {
		return
	}
	offer := r.Offer(wallet, refOf(r.t, claimed.outcome))
	shown := []sale{r.sell(wallet, offer, at, name)}
	if twice {
		shown = append(shown, r.accept(shown[0].request.Code, offer, at+1, name+" again"))
	}
	codes := make([]string, len(shown))
	atOnce(len(shown), func(i int) { codes[i] = r.sell1(at+i, shown[i]) })
	slices.Sort(codes)
	if r.ctx.Err() != nil { // the test has ended
		return
	}
	assert.Equal(r.t, []string{"", "already_used"}[:len(codes)], codes, "one sale of %s", name)
}

// sell1 sends one sale, and keeps what was sold.
func (r *rush) sell1(at int, s sale) (code string) {
	a, by := r.send(at, func(c *client.Client) (voucher.Outcome, error) {
		return c.Send(r.ctx, apitest.Keyed(r.Domain, s.request, s.key))
	})
	if a.code == "" {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.sales = append(r.sales, sold{outcome: a.outcome, at: by, when: time.Now()})
	}
	return a.code
}

// send insists on a request, counts what it was told each time, and returns
// which server answered in the end.
func (r *rush) send(first int, request func(*client.Client) (voucher.Outcome, error)) (a answer, by int) {
	by = first - 1
	a = r.insist(first, func(c *client.Client) (voucher.Outcome, error) {
		out, err := request(c)
		by++
		r.mu.Lock()
		defer r.mu.Unlock()
		r.told[toldOf(err)]++
		return out, err
	})
	return a, by
}

// toldOf sorts what a request was told.
func toldOf(err error) string {
	code, final := verdict(err)
	switch {
	case err == nil:
		return toldAccepted
	case final:
		return toldRefused
	case code == "unavailable":
		return toldUnavailable
	default:
		return toldUnknown
	}
}

// sold is how many redemptions were acknowledged so far.
func (r *rush) sold() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.sales)
}

// goesOn reports whether n more redemptions were acknowledged within a time.
func (r *rush) goesOn(n int, within time.Duration) bool {
	n += r.sold()
	for until := time.Now().Add(within); r.sold() < n; time.Sleep(lookWhetherEach) {
		if time.Now().After(until) {
			return false
		}
	}
	return true
}

// stall is the longest time in which no redemption was acknowledged.
func (r *rush) stall() (longest time.Duration) {
	last := r.began
	for _, s := range r.sales {
		longest = max(longest, s.when.Sub(last))
		last = s.when
	}
	return longest
}

// kept checks that every sale that was acknowledged is there, as it was told: at
// the other server, and in the ledger as it is replayed, where every voucher was
// redeemed once at most.
func (r *rush) kept(replayed map[voucher.Hash]voucher.Outcome) {
	r.t.Helper()
	var tokens []string // by server
	for at := range r.servers {
		token, err := r.client(at).Token(r.Domain, r.Merchant.Key, time.Now().Add(client.TokenLife))
		require.NoError(r.t, err)
		tokens = append(tokens, token)
	}
	inTurns(len(r.sales), func(i int) {
		s := r.sales[i]
		want := string(s.outcome.Canonical())
		out, err := r.client(s.at+1).As(tokens[(s.at+1)%len(tokens)]).Redemption(r.ctx, s.outcome.ID)
		if err != nil {
			r.t.Errorf("an acknowledged redemption, at the other server: %v", err)
		}
		assert.Equal(r.t, want, string(out.Canonical()), "at the other server")
		assert.Equal(r.t, want, string(replayed[s.outcome.ID].Canonical()), "replayed")
	})
	spent := map[voucher.Ref]bool{}
	for _, out := range replayed {
		for _, e := range out.Events {
			if e, ok := e.(voucher.VoucherRedeemed); ok && e.Campaign == r.id {
				ref := voucher.Ref{Campaign: e.Campaign, Serial: e.Serial}
				require.False(r.t, spent[ref], "%s was redeemed twice", ref)
				spent[ref] = true
			}
		}
	}
	require.Len(r.t, spent, len(r.sales), "what was redeemed, and what was told")
	require.Equal(r.t, uint64(len(r.sales)), r.balanced(r.id).Units.Redeemed)
}
