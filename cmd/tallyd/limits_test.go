package main

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/api"
	"tally/internal/client"
	"tally/internal/httpapi/apitest"
	"tally/internal/intent"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// TestLimits_OfHoldersHoldAtEveryServer has wallets send all their claims at
// both servers at once, and one more than they may. 0 is no limit, everywhere.
func TestLimits_OfHoldersHoldAtEveryServer(t *testing.T) {
	t.Parallel()
	c := startCluster(t)
	const wallets = 12
	for _, limit := range []struct {
		name           string
		holder, day    uint32
		claims, beyond int
		refusal        string
	}{
		{"per holder", 3, 0, 3, 1, "limit_reached"},
		{"per day", 0, 2, 2, 1, "day_limit_reached"},
		{"the day's is nearer", 3, 2, 2, 1, "day_limit_reached"},
		{"the holder's is nearer", 2, 3, 2, 1, "limit_reached"},
		{"none", 0, 0, 5, 0, ""},
	} {
		id := c.campaign(0, limit.name, 100, func(in *voucher.CreateCampaign) { in.PerHolder, in.PerDay = limit.holder, limit.day })
		each := limit.claims + limit.beyond
		answers := make([]answer, wallets*each*2)
		claims := make([]api.ClaimRequest, wallets*each)
		for wallet := range wallets {
			holder := ledgertest.NewActor(fmt.Sprint(limit.name, wallet))
			for ordinal := range each {
				claims[wallet*each+ordinal] = c.claimRequest(holder, id, uint32(ordinal))
			}
		}
		atOnce(len(answers), func(i int) { answers[i] = c.inItsTurn(i, claims[i/2]) })
		for i := 0; i < len(answers); i += 2 {
			want := ""
			if i/2%each >= limit.claims {
				want = limit.refusal
			}
			require.Equal(t, want, answers[i].code, limit.name)
			require.Equal(t, want, answers[i+1].code, limit.name)
			require.Equal(t, string(answers[i].outcome.Canonical()), string(answers[i+1].outcome.Canonical()), "one claim at two servers")
		}
		books := c.balanced(id)
		require.Equal(t, uint64(wallets*limit.claims), books.Vouchers.Live, limit.name)
	}
	c.agrees()
}

// inItsTurn sends a claim until the wallet's claims before it were accepted.
func (s *shop) inItsTurn(first int, r api.ClaimRequest) (a answer) {
	for n := first; ; n += len(s.servers) {
		if a = s.claim(n, r); a.code != "wrong_ordinal" || s.ctx.Err() != nil {
			return a
		}
	}
}

// TestLimits_OneVerdictOnEveryPath asks for more than a voucher allows by every path
// that leads to it: a redemption, a hold, a capture, at each server. Each gets
// the verdict of the same rules, and what is within them stays to be had.
func TestLimits_OneVerdictOnEveryPath(t *testing.T) {
	t.Parallel()
	c := startCluster(t)
	const units = 10
	id := c.campaign(0, "Ten cups", 10, func(in *voucher.CreateCampaign) { in.Units = units })
	h := c.claimed(id, 1)[0]
	seconds := uint64(0)
	offer := func(most, until uint64) voucher.Redeem {
		in := c.Offer(h.owner, h.Ref)
		in.SignedAt += seconds
		in.Lines[0].Units, in.HoldUntil = most, until
		seconds++
		return in
	}
	ask := func(at int, in voucher.Redeem, part voucher.Part, name string) answer {
		sale := c.sell(h.owner, in, 0, name)
		half := sale.request.Accept
		half.Parts, half.Amount = []voucher.Part{part}, 100_000
		sale.request.Accept, sale.request.Signature = half, intent.FormatSignature(c.Sign(c.Till, half))
		if in.HoldUntil == 0 {
			return c.redeem(at, sale)
		}
		return c.insist(at, func(h *client.Client) (voucher.Outcome, error) {
			return h.Send(c.ctx, apitest.Keyed(c.Domain, api.HoldRequest(sale.request), name))
		})
	}
	until := c.Unix() + 600
	for at := range c.servers {
		for path, until := range map[string]uint64{"redeem": 0, "hold": until} {
			name := fmt.Sprint(path, at)
			require.Equal(t, "insufficient_units", ask(at, offer(units+1, until), voucher.Part{Units: units + 1}, name+"units").code, name)
			require.Equal(t, "discount_too_high", ask(at, offer(1, until), voucher.Part{Units: 1, Discount: 3201}, name+"discount").code, name)
		}
		hold := ask(at, offer(2, until), voucher.Part{Units: 2, Discount: 6400}, fmt.Sprint("hold to capture ", at))
		require.Empty(t, hold.code)
		require.Equal(t, "held", ask(at+1, offer(1, 0), voucher.Part{Units: 1}, fmt.Sprint("while held ", at)).code)
		for n, capture := range []struct {
			units, discount uint64
			code            string
		}{{3, 0, "insufficient_units"}, {1, 3201, "discount_too_high"}, {2, 6400, ""}} {
			in := c.Capture(hold.outcome.ID, 100_000, ledgertest.Take(h.Ref, capture.units, capture.discount)).Intent
			key := fmt.Sprint("capture ", at, n)
			in.Reference = api.Reference(key)
			request := api.SignedRequest[voucher.Capture]{Intent: in, Signature: intent.FormatSignature(c.Sign(c.Till, in))}
			a := c.insist(at+n, func(h *client.Client) (voucher.Outcome, error) {
				return h.Send(c.ctx, apitest.Keyed(c.Domain, request, key))
			})
			require.Equal(t, capture.code, a.code)
		}
	}
	books := c.balanced(id)
	require.Equal(t, uint64(2*len(c.servers)), books.Units.Redeemed)
	require.Zero(t, books.Units.Held)
	c.agrees()
}
