package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/api"
	"tally/internal/books"
	"tally/internal/client"
	"tally/internal/httpapi/apitest"
	"tally/internal/intent"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// shop is a merchant with a store and its tills, served by one server or more.
type shop struct {
	*ledgertest.World
	t       *testing.T
	servers []*server
	tills   []ledgertest.Actor
	ctx     context.Context //nolint:containedctx // the test's, with an end before the test's
}

// newShop opens a store with the given number of tills, through the first server.
func newShop(t *testing.T, tills int, servers ...*server) *shop {
	t.Helper()
	ctx := inTime(t)
	w, _ := openShop(t, servers[0].client(), 1)
	s := &shop{World: w, t: t, servers: servers, tills: []ledgertest.Actor{w.Till}, ctx: ctx}
	for i := 1; i < tills; i++ {
		till := ledgertest.NewActor(fmt.Sprint("till ", i, " of the shop"))
		put := w.PutKey(uint32(2+i), till.Address, voucher.ScopeRedeem, 1)
		must(t, s.client(0), w, apitest.Request[voucher.PutKey](t, put))
		s.tills = append(s.tills, till)
	}
	return s
}

// inTime is a test's context that ends before the test's time is up: what goes round in
// circles fails, with its last answer.
func inTime(t *testing.T) context.Context {
	t.Helper()
	end, limited := t.Deadline()
	if !limited {
		return t.Context()
	}
	ctx, cancel := context.WithDeadline(t.Context(), end.Add(-time.Minute))
	t.Cleanup(cancel)
	return ctx
}

// in is the shop in a part of its test.
func (s *shop) in(t *testing.T) *shop {
	t.Helper()
	part, world := *s, *s.World
	world.T = t
	part.World, part.t, part.ctx = &world, t, inTime(t)
	for _, server := range s.servers {
		server.t = t
	}
	return &part
}

// client is one of the server with this number, counted around.
func (s *shop) client(n int) *client.Client { return s.servers[n%len(s.servers)].client() }

// campaign has the merchant publish one of this name, through one of the servers.
func (s *shop) campaign(at int, name string, supply uint32, edit func(*voucher.CreateCampaign)) voucher.CampaignID {
	s.t.Helper()
	in := s.Terms(supply, edit)
	in.Terms = fmt.Sprintf(`{"name":%q}`, name)
	out := must(s.t, s.client(at), s.World, apitest.Request[voucher.CreateCampaign](s.t, s.Create(in)))
	return voucher.CampaignOf(out.ID)
}

// answer is what became of a request in the end.
type answer struct {
	outcome voucher.Outcome
	code    string // of the problem; "" is yes
	busy    int    // times that it was sent again because it had no effect, or none that was known
}

// insist sends one request until it is answered for good: the very same again
// where the server says that it had no effect or that its outcome is unknown,
// and where there is no server; then to the next one.
func (s *shop) insist(first int, send func(*client.Client) (voucher.Outcome, error)) (a answer) {
	for n := first; ; n++ {
		var err error
		if a.outcome, err = send(s.client(n)); err == nil {
			return a
		}
		if code, final := verdict(err); final {
			a.code = code
			return a
		}
		a.busy++
		select {
		case <-time.After(min(time.Second, time.Duration(a.busy)*20*time.Millisecond)):
		case <-s.ctx.Done():
			a.code = "gave up: " + err.Error()
			return a
		}
	}
}

// verdict is the code of a problem, and whether it answers the request.
func verdict(err error) (code string, final bool) {
	var p *api.Problem
	switch {
	case errors.Is(err, errProtocol):
		return err.Error(), true
	case !errors.As(err, &p):
		return "", false
	case p.Status == http.StatusServiceUnavailable, p.Status == http.StatusAccepted:
		return "", false
	default:
		return p.Code, true
	}
}

// claim sends a claim until it is answered.
func (s *shop) claim(first int, r api.ClaimRequest) answer {
	return s.insist(first, func(c *client.Client) (voucher.Outcome, error) {
		return c.Send(s.ctx, apitest.Command(s.Domain, r))
	})
}

// atOnce has n do their part, all released together.
func atOnce(n int, part func(i int)) {
	var ready, all sync.WaitGroup
	start := make(chan struct{})
	ready.Add(n)
	for i := range n {
		all.Go(func() {
			ready.Done()
			<-start
			part(i)
		})
	}
	ready.Wait()
	close(start)
	all.Wait()
}

// inTurns does n parts, two at a time: what needs a processor and no server.
func inTurns(n int, part func(i int)) {
	const workers = 2
	var all sync.WaitGroup
	for first := range workers {
		all.Go(func() {
			for i := first; i < n; i += workers {
				part(i)
			}
		})
	}
	all.Wait()
}

// claimRequest is a wallet's claim with this ordinal.
func (s *shop) claimRequest(wallet ledgertest.Actor, id voucher.CampaignID, ordinal uint32) api.ClaimRequest {
	in := voucher.Claim{Wallet: wallet.Address, Campaign: id, Ordinal: ordinal, Deadline: s.Unix() + 3600}
	return api.ClaimRequest{Intent: in, Signature: intent.FormatSignature(s.Sign(wallet, in))}
}

// holding is a voucher and whose it is.
type holding struct {
	voucher.Ref
	owner ledgertest.Actor
}

// claimed has n wallets claim a voucher each, at all servers.
func (s *shop) claimed(id voucher.CampaignID, n int) []holding {
	s.t.Helper()
	held, answers := make([]holding, n), make([]answer, n)
	inTurns(n, func(i int) { held[i].owner = ledgertest.NewActor(fmt.Sprint("holder ", i)) })
	atOnce(n, func(i int) {
		request := s.claimRequest(held[i].owner, id, 0)
		answers[i] = s.claim(i, request)
	})
	for i, a := range answers {
		require.Empty(s.t, a.code)
		held[i].Ref = refOf(s.t, a.outcome)
	}
	return held
}

// refOf is the voucher that a claim got.
func refOf(t *testing.T, claim voucher.Outcome) voucher.Ref {
	t.Helper()
	require.NotEmpty(t, claim.Events)
	e, ok := claim.Events[0].(voucher.VoucherClaimed)
	require.True(t, ok, string(claim.Canonical()))
	return voucher.Ref{Campaign: e.Campaign, Serial: e.Serial}
}

// sale is a code at a till: the request and its Idempotency-Key.
type sale struct {
	request api.RedemptionRequest
	key     string
}

// sell signs both halves of an offer's redemption, at a till counted around.
func (s *shop) sell(owner ledgertest.Actor, offer voucher.Redeem, till int, key string) sale {
	s.t.Helper()
	code, err := s.Domain.Text(intent.Code{Offer: offer, Signature: s.Sign(owner, offer)})
	require.NoError(s.t, err)
	return s.accept(code, offer, till, key)
}

// accept signs the till's half.
func (s *shop) accept(code string, offer voucher.Redeem, till int, key string) sale {
	s.t.Helper()
	at := s.tills[till%len(s.tills)]
	half := s.Accept(offer)
	half.Till, half.Reference = at.Address, api.Reference(key)
	half.Details = sha256.Sum256([]byte("details of " + key))
	return sale{key: key, request: api.RedemptionRequest{
		Code: code, Accept: half, Signature: intent.FormatSignature(s.Sign(at, half)),
	}}
}

// redeem sends a sale until it is answered.
func (s *shop) redeem(first int, sale sale) answer {
	return s.insist(first, func(c *client.Client) (voucher.Outcome, error) {
		return c.Send(s.ctx, apitest.Keyed(s.Domain, sale.request, sale.key))
	})
}

// balanced is the books of a campaign, from the ledger; the index tells the same.
func (s *shop) balanced(id voucher.CampaignID) books.Report {
	s.t.Helper()
	books := s.servers[0].books(s.World, id)
	for _, server := range s.servers {
		require.Equal(s.t, books.Units, server.books(s.World, id).Units)
		require.Eventually(s.t, func() bool {
			token, err := server.client().Token(s.Domain, s.Merchant.Key, time.Now().Add(client.TokenLife))
			if err != nil {
				return false
			}
			campaign, err := server.client().As(token).Campaign(s.ctx, id)
			return err == nil && campaign.Figures != nil && campaign.Figures.Redeemed == books.Units.Redeemed &&
				uint64(campaign.Figures.Spent) == books.Vouchers.Spent &&
				uint64(campaign.Figures.Claimed) == books.Vouchers.Minted-books.Vouchers.Unclaimed
		}, time.Minute, 20*time.Millisecond, "the index tells what the books do")
	}
	return books
}

// size is how large a test is: the whole of it where the long form is asked for.
func size(short, whole int) int {
	if os.Getenv(ledgertest.LongForm) != "" {
		return whole
	}
	return short
}
