package till_test

import (
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/till"
	"tally/internal/voucher"
)

func TestSale_RedeemedOnce(t *testing.T) {
	s := newShop(t)
	p := s.open()
	code := s.code(2, s.voucher())
	first := p.redeem(s.order("A-1", code))
	require.Equal(t, http.StatusCreated, first.Status, first.Body)
	require.Equal(t, "redeemed", first.State)
	require.True(t, first.Final)
	require.NotEmpty(t, first.Salt)
	require.Equal(t, first.Body, p.redeem(s.order("A-1", code)).Body)
	require.Equal(t, first.Body, p.show("A-1").Body)

	other := s.order("A-1", code)
	other.Amount++
	require.Equal(t, "reference_reused", p.redeem(other).Code)
	require.Equal(t, "already_used", p.redeem(s.order("A-2", code)).Code)
	require.Equal(t, 1, s.redeemed())
	s.secretless(code)
	require.Equal(t, "redeemed", p.cancel("A-1").Code)
}

func TestSale_AnswerOutlivesTheAgent(t *testing.T) {
	s := newShop(t)
	p := s.open()
	code := s.code(1, s.voucher())
	first := p.redeem(s.order("A-1", code))
	p.close()
	p = s.open()
	require.Equal(t, first.Body, p.redeem(s.order("A-1", code)).Body)
	sent, _ := s.wire.copies()
	require.Equal(t, 1, sent)
}

func TestSale_AnswerCutOffIsSettled(t *testing.T) {
	s := newShop(t)
	p := s.open()
	s.wire.breakNext(cutAnswer, cutAnswer)
	a := p.redeem(s.order("A-1", s.code(1, s.voucher())))
	require.Equal(t, http.StatusAccepted, a.Status, a.Body)
	require.Equal(t, "pending", a.State)
	require.Equal(t, "outcome_unknown", a.Problem.Code)
	require.Equal(t, "redeemed", p.settled("A-1").State)
	sent, different := s.wire.copies()
	require.Equal(t, [2]int{3, 1}, [2]int{sent, different}, "the same bytes, until an answer came")
	require.Equal(t, 1, s.redeemed())
}

// Between "accepted" and "known" the agent dies: the next one settles by itself,
// without being asked.
func TestSale_OpenIsSettledAfterARestart(t *testing.T) {
	s := newShop(t)
	p := s.open()
	s.wire.breakNext(cutAnswer)
	code := s.code(1, s.voucher())
	require.Equal(t, "pending", p.redeem(s.order("A-1", code)).State)
	p.close()
	require.Contains(t, s.journalText(), code)

	p = s.open()
	stop := p.run()
	require.Eventually(t, func() bool { return len(s.files("open")) == 0 }, time.Minute, time.Millisecond)
	stop()
	require.Equal(t, http.StatusCreated, p.redeem(s.order("A-1", code)).Status)
	require.Equal(t, 1, s.redeemed())
	_, different := s.wire.copies()
	require.Equal(t, 1, different)
	s.secretless(code)
}

func TestSale_WaitsForAServerThatIsAway(t *testing.T) {
	s := newShop(t)
	p := s.open()
	stop := p.run()
	s.wire.out()
	a := p.redeem(s.order("A-1", s.code(1, s.voucher())))
	require.Equal(t, http.StatusAccepted, a.Status)
	require.Equal(t, "no_connection", a.Problem.Code)
	s.wire.in()
	require.Eventually(t, func() bool { return len(s.files("open")) == 0 }, time.Minute, time.Millisecond)
	stop()
	require.Equal(t, "redeemed", p.show("A-1").State)
}

func TestCancel_OfASaleThatWasNeverSent(t *testing.T) {
	s := newShop(t)
	p := s.open()
	s.wire.out()
	code := s.code(1, s.voucher())
	require.Equal(t, "no_connection", p.redeem(s.order("A-1", code)).Problem.Code)
	a := p.cancel("A-1")
	require.Equal(t, http.StatusOK, a.Status, a.Body)
	require.Equal(t, "cancelled", a.State)
	require.True(t, a.Final)
	s.wire.in()
	require.Equal(t, "already_used", p.redeem(s.order("A-1", code)).Code, "the reference is spent")
	require.Equal(t, "redeemed", p.redeem(s.order("A-2", code)).State, "the code is not")
	require.Equal(t, 1, s.redeemed())
}

// After a restart nobody knows that nothing left, so the ledger is asked.
func TestCancel_OfASaleThatMayHaveBeenSent(t *testing.T) {
	s := newShop(t)
	p := s.open()
	s.wire.breakNext(keepBack)
	code := s.code(1, s.voucher())
	require.Equal(t, "pending", p.redeem(s.order("A-1", code)).State)
	s.wire.out()
	a := p.cancel("A-1")
	require.Equal(t, http.StatusAccepted, a.Status, a.Body)
	require.False(t, a.Final, "there may be a copy under way")
	p.close()
	s.wire.in()

	p = s.open()
	a = p.settled("A-1")
	require.Equal(t, "cancelled", a.State, a.Body)
	require.Equal(t, "already_used", s.wire.deliver(), "the late original")
	require.Zero(t, s.redeemed())
	sent, _ := s.wire.copies()
	require.Equal(t, 1, sent, "what is not wanted is not sent again")
	s.secretless(code)
}

func TestCancel_TooLate(t *testing.T) {
	s := newShop(t)
	p := s.open()
	s.wire.breakNext(cutAnswer)
	p.redeem(s.order("A-1", s.code(1, s.voucher())))
	a := p.cancel("A-1")
	require.Equal(t, http.StatusConflict, a.Status, a.Body)
	require.Equal(t, "redeemed", a.Code)
	require.Equal(t, "redeemed", p.show("A-1").State)
}

func TestCancel_AnswerCutOff(t *testing.T) {
	s := newShop(t)
	p := s.open()
	s.wire.breakNext(keepBack, cutAnswer)
	p.redeem(s.order("A-1", s.code(1, s.voucher())))
	require.Equal(t, http.StatusAccepted, p.cancel("A-1").Status)
	require.Equal(t, "cancelled", p.settled("A-1").State)
	require.Equal(t, "already_used", s.wire.deliver())
	require.Zero(t, s.redeemed())
}

func TestRefusal_FinalAfterTheDeadlineOnly(t *testing.T) {
	s := newShop(t)
	p := s.open()
	code := s.code(1, s.voucher())
	order := s.order("A-1", code)
	order.Discounts[0] = 3201
	a := p.redeem(order)
	require.Equal(t, http.StatusUnprocessableEntity, a.Status)
	require.Equal(t, "discount_too_high", a.Code)
	require.False(t, a.Final)
	require.Equal(t, a.Body, p.redeem(order).Body)
	require.Equal(t, "redeemed", p.redeem(s.order("A-2", code)).State, "the code is still good")

	s.advance(10 * time.Minute)
	require.False(t, p.show("A-1").Final, "the clocks may be a little off")
	s.advance(2 * time.Minute)
	b := p.settled("A-1")
	require.Equal(t, "refused", b.State)
	require.Equal(t, "discount_too_high", b.Problem.Code)
	sent, _ := s.wire.copies()
	require.Equal(t, 2, sent, "what was refused is not sent again")
	s.secretless(code)
}

func TestRefusal_MadeFinalByACancel(t *testing.T) {
	s := newShop(t)
	p := s.open()
	order := s.order("A-1", s.code(1, s.voucher()))
	order.Discounts[0] = 3201
	require.False(t, p.redeem(order).Final)
	a := p.cancel("A-1")
	require.Equal(t, http.StatusOK, a.Status, a.Body)
	require.Equal(t, "refused", a.State)
	require.True(t, a.Final)
	require.Equal(t, "already_used", p.redeem(s.order("A-2", order.Code)).Code)
}

// A copy may be under way and is refused meanwhile: that is no "no".
func TestRefusal_OfASecondCopyIsNotFinal(t *testing.T) {
	s := newShop(t)
	p := s.open()
	s.wire.breakNext(keepBack)
	order := s.order("A-1", s.code(1, s.voucher()))
	order.Currency = [3]byte{'J', 'P', 'Y'}
	require.Equal(t, "pending", p.redeem(order).State)
	stop := p.run()
	require.Eventually(t, func() bool { sent, _ := s.wire.copies(); return sent >= 5 }, time.Minute, time.Millisecond)
	stop()
	a := p.show("A-1")
	require.Equal(t, "pending", a.State)
	require.Equal(t, "outcome_unknown", a.Problem.Code)
}

// Not on every ledger does a passed deadline end what is under way: here the
// ledger's clock goes back, as a withheld transaction's does.
func TestRefusal_DeadlineAloneSettlesNoUnknown(t *testing.T) {
	s := newShop(t)
	p := s.open()
	s.wire.breakNext(keepBack)
	code := s.code(1, s.voucher())
	require.Equal(t, "pending", p.redeem(s.order("A-1", code)).State)
	s.advance(11 * time.Minute)
	a := p.settled("A-1")
	require.Equal(t, "refused", a.State, a.Body)
	require.Equal(t, "deadline_passed", a.Problem.Code)
	s.advance(-11 * time.Minute)
	require.Equal(t, "already_used", s.wire.deliver(), "the late original")
	require.Zero(t, s.redeemed())
	s.secretless(code)
}

func TestRefusal_CodeTakenByAnotherTillIsFinal(t *testing.T) {
	for name, store := range map[string]uint32{"at this store": 1, "at another store": 2} {
		t.Run(name, func(t *testing.T) {
			s := newShop(t)
			p := s.open()
			till := s.Other
			if store == 1 {
				till = s.Bob
				s.Must(s.PutKey(5, till.Address, voucher.ScopeRedeem, store))
			}
			offer := s.Offer(s.Alice, s.voucher())
			accept := s.Accept(offer)
			accept.Till, accept.Store = till.Address, store
			s.Must(s.Join(s.Alice, offer, till, accept))
			code := s.codeOf(offer)
			a := p.redeem(s.order("A-1", code))
			require.Equal(t, "already_used", a.Code)
			require.True(t, a.Final)
			s.secretless(code)
		})
	}
}

// A journal that was lost makes another salt and another signature, which the
// ledger refuses. It is the same sale all the same.
func TestRefusal_LostJournalMakesNoFalseOne(t *testing.T) {
	for name, later := range map[string]time.Duration{"at once": 0, "after the deadline": time.Hour} {
		t.Run(name, func(t *testing.T) {
			s := newShop(t)
			p := s.open()
			order := s.order("A-1", s.code(1, s.voucher()))
			require.Equal(t, "redeemed", p.redeem(order).State)
			p.close()
			require.NoError(t, os.RemoveAll(s.dir))
			s.advance(later)

			p = s.open()
			a := p.redeem(order)
			require.Equal(t, "redeemed", a.State, a.Body)
			require.Empty(t, a.Salt, "it is not the one on the ledger")
			other := s.order("A-1", s.code(1, s.voucher()))
			require.Equal(t, "reference_reused", p.redeem(other).Code)
			require.Equal(t, 1, s.redeemed())
		})
	}
}

func TestSale_ManyAskAtOnce(t *testing.T) {
	s := newShop(t)
	p := s.open()
	p.run()
	s.wire.breakNext(cutAnswer)
	order := s.order("A-1", s.code(1, s.voucher()))
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() { p.redeem(order) })
	}
	all.Wait()
	require.Equal(t, "redeemed", p.settled("A-1").State)
	_, different := s.wire.copies()
	require.Equal(t, 1, different, "one acceptance was signed")
	require.Equal(t, 1, s.redeemed())
}

func TestSale_NotSentBeforeItIsOnTheDisk(t *testing.T) {
	s := newShop(t)
	p := s.open()
	open := filepath.Join(s.dir, "open")
	require.NoError(t, os.Remove(open))
	require.NoError(t, os.WriteFile(open, nil, 0o600))
	order := s.order("A-1", s.code(1, s.voucher()))
	require.Equal(t, "journal_failed", p.redeem(order).Code)
	sent, _ := s.wire.copies()
	require.Zero(t, sent)
	require.NoError(t, os.Remove(open))
	require.NoError(t, os.Mkdir(open, 0o700))
	require.Equal(t, "redeemed", p.redeem(order).State)
}

func TestCodes_ReadForThePOS(t *testing.T) {
	s := newShop(t)
	p := s.open()
	first, second := s.voucher(), s.voucher()
	a := p.ask("POST", "/codes", map[string]string{"code": s.code(3, first, second)})
	require.Equal(t, http.StatusOK, a.Status)
	require.Contains(t, a.Body, `{"voucher":"`+first.String()+`","campaign":"`+s.campaign.String()+`","units":3}`)
	require.Contains(t, a.Body, second.String())
	require.Equal(t, "invalid_code", p.ask("POST", "/codes", `{"code":"TALLY1-A"}`).Code)
}

func TestHealth_OfTheAgent(t *testing.T) {
	s := newShop(t)
	p := s.open()
	h := p.agent.Health(t.Context())
	require.Equal(t, till.ServerHealth{Reachable: true, SameOne: true, Admitted: true}, h.Server)
	require.Equal(t, s.Till.Address, h.Till)
	s.wire.out()
	require.Equal(t, till.ServerHealth{}, p.agent.Health(t.Context()).Server)
	require.Equal(t, http.StatusOK, p.ask("GET", "/healthz", "").Status, "the agent itself is there")
	s.wire.in()
	s.Must(s.PutKey(5, s.Till.Address, 0, 0))
	require.Eventually(t, func() bool { return !p.agent.Health(t.Context()).Server.Admitted }, time.Minute, time.Millisecond)
}
