package main

import (
	"crypto/sha256"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/api"
	"tally/internal/client"
	"tally/internal/httpapi/apitest"
	"tally/internal/intent"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// TestStorm_AThousandVouchersAtSixtyFourTills shows every voucher's code at 64 tills
// at once, each with a sale of its own, and two of the sales are sent twice. One
// sale of each voucher is made: its till gets the outcome, and every other till
// is told that the code was used.
func TestStorm_AThousandVouchersAtSixtyFourTills(t *testing.T) {
	t.Parallel()
	e := startEmbedded(t)
	vouchers := size(20, 1000)
	const redeemers, twice = 64, 2
	id := e.campaign(0, "P1", uint32(vouchers), nil)
	held := e.claimed(id, vouchers)

	signing := time.Now()
	const each = redeemers + twice
	sales := make([]sale, vouchers*each)
	inTurns(vouchers, func(v int) {
		offer := e.Offer(held[v].owner, held[v].Ref)
		first := e.sell(held[v].owner, offer, 0, fmt.Sprint(v, " at ", 0))
		for n := range each {
			sales[v*each+n] = e.accept(first.request.Code, offer, n%redeemers, fmt.Sprint(v, " at ", n%redeemers))
		}
	})
	released := time.Now()
	answers := make([]answer, len(sales))
	atOnce(len(sales), func(i int) { answers[i] = e.redeem(0, sales[i]) })
	took := time.Since(released)

	busy := 0
	for v := range vouchers {
		of := answers[v*each : (v+1)*each]
		wins := map[int]string{} // by sale
		for n, a := range of {
			busy += a.busy
			if a.code == "" {
				wins[n%redeemers] = string(a.outcome.Canonical())
				require.Equal(t, held[v].Ref, redeemedRef(t, a.outcome))
			} else {
				require.Equal(t, "already_used", a.code)
			}
		}
		require.Len(t, wins, 1, "of each voucher one sale is made")
		for n := range twice {
			require.Equal(t, of[n].code, of[redeemers+n].code, "the same request")
			require.Equal(t, string(of[n].outcome.Canonical()), string(of[redeemers+n].outcome.Canonical()))
		}
	}
	books := e.balanced(id)
	require.Equal(t, uint64(vouchers), books.Vouchers.Spent)
	require.Equal(t, uint64(vouchers), books.Units.Redeemed)
	require.Zero(t, books.Units.Available)
	e.agrees()
	t.Logf("%d vouchers, %d requests at once: signed in %s, answered in %s, sent again %d times",
		vouchers, len(sales), released.Sub(signing).Round(time.Millisecond), took.Round(time.Millisecond), busy)
}

// redeemedRef is the only voucher of a redemption.
func redeemedRef(t *testing.T, out voucher.Outcome) voucher.Ref {
	t.Helper()
	require.Len(t, out.Events, 2)
	e, ok := out.Events[1].(voucher.VoucherRedeemed)
	require.True(t, ok)
	return voucher.Ref{Campaign: e.Campaign, Serial: e.Serial}
}

func TestStorm_RollbacksAndRedemptionsAtOnce(t *testing.T) {
	t.Parallel()
	t.Run("embedded", func(t *testing.T) {
		t.Parallel()
		e := startEmbedded(t)
		storm(e.shop, size(6, 200))
		e.agrees()
	})
	t.Run("two servers", func(t *testing.T) {
		t.Parallel()
		c := startCluster(t)
		storm(c.shop, size(4, 100))
		c.agrees()
	})
}

// What a voucher of the storm holds, and what each of its codes takes.
const (
	stormUnits = 10
	stormTakes = 3
	stormCodes = 6
)

// code is one code of a voucher in the storm, shown at two tills, and what the
// merchant sends to undo it: twice all of it, and it in two parts.
type code struct {
	sales   [2]sale
	returns [4]api.SignedRequest[voucher.Rollback]
	taken   atomic.Uint64 // units, as far as the answers say
	back    atomic.Uint64
}

// customer is a voucher in the storm.
type customer struct {
	holding
	codes  [stormCodes]*code
	done   atomic.Bool // all codes were shown
	judged sync.Map    // how often each verdict was given
}

// storm has customers spend vouchers of several units, code after code, each
// code at two tills at once, while the merchant undoes every sale in three ways
// that exclude each other. Whatever comes first: no voucher ever has more than
// it was issued with, nothing is given back twice, and the books balance at
// every moment.
func storm(s *shop, vouchers int) {
	s.t.Helper()
	id := s.campaign(0, "P2", uint32(vouchers), func(in *voucher.CreateCampaign) { in.Units = stormUnits })
	held := s.claimed(id, vouchers)
	customers := make([]*customer, vouchers)
	inTurns(vouchers, func(i int) { customers[i] = s.customer(held[i]) })

	stop := make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() { s.watch(id, customers, stop) })
	const parts = 2 + 3*stormCodes // tills, and ways to undo
	atOnce(vouchers*parts, func(i int) {
		of, part := customers[i/parts], i%parts
		if part < 2 {
			of.spend(s, part)
			return
		}
		of.undo(s, (part-2)/3, (part-2)%3)
	})
	close(stop)
	watching.Wait()

	var redeemed uint64
	for _, of := range customers {
		redeemed += of.settled(s)
	}
	books := s.balanced(id)
	require.Equal(s.t, redeemed, books.Units.Redeemed)
	require.Equal(s.t, uint64(vouchers*stormUnits)-redeemed, books.Units.Available)
	require.Zero(s.t, books.Units.Forfeited)
	verdicts := map[any]int{}
	for _, of := range customers {
		of.judged.Range(func(what, n any) bool { verdicts[what] += int(n.(*atomic.Int64).Load()); return true })
	}
	require.Positive(s.t, verdicts["sale: yes"])
	require.Positive(s.t, verdicts["rollback: yes"])
	s.t.Logf("%d vouchers: %v", vouchers, verdicts)
}

// customer signs all that is done with a voucher.
func (s *shop) customer(h holding) *customer {
	of := &customer{holding: h}
	for k := range of.codes {
		offer := s.Offer(h.owner, h.Ref)
		offer.SignedAt += uint64(k) // each newer than the one before
		offer.Lines[0].Units = stormTakes
		c := &code{}
		for till := range c.sales {
			c.sales[till] = s.sell(h.owner, offer, till, fmt.Sprint(h.Ref, " code ", k, " till ", till))
		}
		for n, back := range [4]voucher.Return{
			ledgertest.Return(h.Ref, stormTakes, stormTakes, 0),
			ledgertest.Return(h.Ref, stormTakes, stormTakes, 0),
			ledgertest.Return(h.Ref, 1, stormTakes, 0),
			ledgertest.Return(h.Ref, stormTakes-1, stormTakes, 1),
		} {
			in := voucher.Rollback{
				Author: s.Merchant.Address, Merchant: s.Merchant.Address, Redemption: s.Domain.Digest(offer),
				Returns: []voucher.Return{back}, Details: sha256.Sum256([]byte{byte(n)}), Deadline: s.Unix() + 3600,
			}
			c.returns[n] = api.SignedRequest[voucher.Rollback]{Intent: in, Signature: intent.FormatSignature(s.Sign(s.Merchant, in))}
		}
		of.codes[k] = c
	}
	return of
}

// note counts a verdict and returns it.
func (of *customer) note(what, code string) string {
	if code == "" {
		code = "yes"
	}
	n, _ := of.judged.LoadOrStore(what+": "+code, new(atomic.Int64))
	n.(*atomic.Int64).Add(1)
	return code
}

// spend shows the codes at one of the two tills.
func (of *customer) spend(s *shop, till int) {
	for _, c := range of.codes {
		if of.note("sale", s.redeem(till, c.sales[till]).code) == "yes" {
			c.taken.Add(stormTakes)
		}
	}
	of.done.Store(true)
}

// undo sends one of the three ways to undo a code, until it is undone or there
// is nothing to undo any more.
func (of *customer) undo(s *shop, k, way int) {
	c := of.codes[k]
	steps := [][]int{{0}, {1}, {2, 3}}[way]
	for n := 0; n < len(steps); {
		last := of.done.Load()
		request := c.returns[steps[n]]
		a := s.insist(k+way, func(h *client.Client) (voucher.Outcome, error) {
			return h.Send(s.ctx, apitest.Command(s.Domain, request))
		})
		switch of.note("rollback", a.code) {
		case "yes":
			c.back.Add(request.Intent.Returns[0].Units)
			n++
		case "rollback_exceeds": // no such sale so far
			if last {
				return
			}
			time.Sleep(10 * time.Millisecond) // a till's work, and not the machine's
		default:
			return
		}
	}
}

// watch reads the books and vouchers all the while.
func (s *shop) watch(id voucher.CampaignID, customers []*customer, stop <-chan struct{}) {
	for n := 0; ; n++ {
		select {
		case <-stop:
			return
		default:
		}
		token, err := s.client(n).Token(s.Domain, s.Merchant.Key, time.Now().Add(client.TokenLife))
		if err != nil {
			s.t.Error(err)
			return
		}
		books, err := s.client(n).As(token).Audit(s.ctx, id)
		if err == nil && !books.Holds {
			s.t.Errorf("the books do not balance: %s", books.Broken)
		}
		of := customers[n%len(customers)]
		if units, err := s.units(n, of.holding); err == nil && units > stormUnits {
			s.t.Errorf("%s has %d units, and was issued with %d", of.Ref, units, stormUnits)
		}
	}
}

// units is what a voucher has, as its holder is told by one of the servers.
func (s *shop) units(at int, h holding) (uint64, error) {
	token, err := s.client(at).Token(s.Domain, h.owner.Key, time.Now().Add(client.TokenLife))
	if err != nil {
		return 0, err
	}
	info, err := s.client(at).As(token).Voucher(s.ctx, h.Ref)
	return info.Units, err
}

// settled holds what was answered of a voucher against what it has, and returns
// how much of it stays redeemed.
func (of *customer) settled(s *shop) (redeemed uint64) {
	s.t.Helper()
	for _, c := range of.codes {
		taken, back := c.taken.Load(), c.back.Load()
		require.Contains(s.t, []uint64{0, stormTakes}, taken, "one of the two tills")
		require.LessOrEqual(s.t, back, taken, "no more back than was taken")
		redeemed += taken - back
	}
	require.LessOrEqual(s.t, redeemed, uint64(stormUnits))
	for at := range s.servers {
		require.Eventually(s.t, func() bool {
			units, err := s.units(at, of.holding)
			return err == nil && units == stormUnits-redeemed
		}, time.Minute, 10*time.Millisecond)
	}
	return redeemed
}
