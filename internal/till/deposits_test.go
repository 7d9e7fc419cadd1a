package till_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/deposit"
	"tally/internal/till"
)

// depositing is a shop whose agents deposit, and a sale of a cart that one of them made.
func depositing(t *testing.T) (*shop, *vault) {
	t.Helper()
	s := newShop(t)
	s.deposit = true
	v := &vault{next: s.wire.forward}
	s.wire.forward = v
	return s, v
}

// vault is a front of the shop's server that counts deposits, and answers them in its own way while
// it is told to.
type vault struct {
	next  http.Handler
	asked atomic.Int32
	loses atomic.Bool // the answer to the next redemption

	mu     sync.Mutex
	answer http.HandlerFunc // nil passes on
}

func (v *vault) answers(with http.HandlerFunc) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.answer = with
}

// ServeHTTP implements http.Handler.
func (v *vault) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/v1/redemptions" && v.loses.Swap(false) {
		v.next.ServeHTTP(httptest.NewRecorder(), r)
		panic(http.ErrAbortHandler)
	}
	v.mu.Lock()
	answer := v.answer
	v.mu.Unlock()
	if r.Method == http.MethodPut {
		v.asked.Add(1)
	}
	if r.Method != http.MethodPut || answer == nil {
		v.next.ServeHTTP(w, r)
		return
	}
	answer(w, r)
}

// sold sells a cart, and is what the POS was told.
func (p *pos) sold(reference string) shown {
	p.t.Helper()
	sale, first := p.sellPriced(cartOrder(reference, p.code(1, p.offered(secondCup))))
	require.Equal(p.t, http.StatusCreated, first.Status, first.Body)
	p.advance(2 * time.Second)
	return sale
}

// sellPriced sells a cart, again where the index has not seen the campaign yet.
func (p *pos) sellPriced(o till.CartOrder) (sale shown, first told) {
	p.t.Helper()
	require.Eventually(p.t, func() bool {
		sale, first = p.sell(o)
		return first.Code != "no_price"
	}, time.Minute, time.Millisecond, first.Body)
	return sale, first
}

// stored is what the server has of a sale.
func (s *shop) stored(sale shown) (deposit.Record, error) {
	s.t.Helper()
	of, ok := deposit.SubjectOf(*sale.Outcome)
	require.True(s.t, ok)
	return s.store.Get(of)
}

// requireStored waits until the server has the record of a sale, and nothing is owed.
func (p *pos) requireStored(sale shown) {
	p.t.Helper()
	require.Eventually(p.t, func() bool { _, err := p.stored(sale); return err == nil && len(p.files("owed")) == 0 }, time.Minute, time.Millisecond)
	got, err := p.stored(sale)
	require.NoError(p.t, err)
	require.Equal(p.t, deposit.Record{Text: sale.Record, Salt: *sale.Salt}, got)
}

// TestDeposits_OfEachCart: the record of a sale of a cart is deposited by itself; an order in the POS's own
// words has none, and an agent that was not told to deposits none.
func TestDeposits_OfEachCart(t *testing.T) {
	s, v := depositing(t)
	p := s.open()
	p.run()
	first, second := p.sold("A-1"), p.sold("A-2")
	require.Equal(t, "redeemed", p.redeem(s.order("A-3", s.code(1, s.voucher()))).State)
	p.requireStored(first)
	p.requireStored(second)
	require.Equal(t, int32(2), v.asked.Load())
	require.Eventually(t, func() bool { return p.agent.Health(t.Context()).Owed == 0 }, time.Minute, time.Millisecond)

	quiet, v := depositing(t)
	quiet.deposit = false
	p = quiet.open()
	p.run()
	p.sold("A-1")
	require.Empty(t, quiet.files("owed"))
	require.Zero(t, v.asked.Load())
}

// TestDeposits_SurviveARestart: what the server did not take is owed on the disk, and the next agent
// deposits it, once the server does.
func TestDeposits_SurviveARestart(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"away":         func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"a proxy":      func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) },
		"full":         problemOf(http.StatusConflict, "records_full"),
		"keeps none":   problemOf(http.StatusNotImplemented, "records_off"),
		"a full disk":  problemOf(http.StatusServiceUnavailable, "storage_full"),
		"not the till": problemOf(http.StatusNotFound, "not_found"),
	} {
		t.Run(name, func(t *testing.T) {
			s, v := depositing(t)
			v.answers(answer)
			p := s.open()
			stop := p.run()
			sale := p.sold("A-1")
			other := p.sold("A-2")
			require.Eventually(t, func() bool { return v.asked.Load() > 3 }, time.Minute, time.Millisecond)
			require.Equal(t, 2, p.agent.Health(t.Context()).Owed)
			stop()
			p.close()
			require.Len(t, s.files("owed"), 2)
			v.answers(nil)
			p = s.open()
			p.run()
			p.requireStored(sale)
			p.requireStored(other)
		})
	}
}

func problemOf(status int, code string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(`{"type":"/problems/` + code + `","title":"No.","status":` + strconv.Itoa(status) + `,"code":"` + code + `"}`))
	}
}

// TestDeposits_EndWhereTheyMust: an answer that stays the same ends the tries, and so does time.
func TestDeposits_EndWhereTheyMust(t *testing.T) {
	t.Run("erased", func(t *testing.T) {
		s, v := depositing(t)
		v.answers(problemOf(http.StatusConflict, "records_full"))
		p := s.open()
		p.run()
		sale := p.sold("A-1")
		of, _ := deposit.SubjectOf(*sale.Outcome)
		require.NoError(t, s.store.Erase(of))
		v.answers(nil)
		require.Eventually(t, func() bool { return len(s.files("owed")) == 0 }, time.Minute, time.Millisecond)
		_, err := s.stored(sale)
		require.ErrorIs(t, err, deposit.ErrErased)
		require.Contains(t, s.log.text(), "record_erased")
	})
	t.Run("time", func(t *testing.T) {
		s, v := depositing(t)
		v.answers(problemOf(http.StatusConflict, "records_full"))
		p := s.open()
		p.run()
		p.sold("A-1")
		require.Eventually(t, func() bool { return v.asked.Load() > 1 }, time.Minute, time.Millisecond)
		s.advance(till.DepositFor)
		require.Eventually(t, func() bool { return len(s.files("owed")) == 0 }, time.Minute, time.Millisecond)
		require.Equal(t, "redeemed", p.show("A-1").State, "the sale is as it was")
	})
}

// TestDeposits_KilledBetweenTheTwo: a note of a sale that is not settled yet waits for it; one of a sale that is
// gone, or that a disk changed, ends.
func TestDeposits_KilledBetweenTheTwo(t *testing.T) {
	s, v := depositing(t)
	v.answers(problemOf(http.StatusConflict, "records_full"))
	p := s.open()
	stop := p.run()
	sale := p.sold("A-1")
	note, err := os.ReadFile(s.files("owed")[0])
	require.NoError(t, err)
	name := filepath.Base(s.files("owed")[0])
	stop()
	p.close()
	v.answers(nil)
	owe := func(name string, raw []byte) {
		require.NoError(t, os.WriteFile(filepath.Join(s.dir, "owed", name), raw, 0o600))
	}
	changed := append([]byte(nil), note...)
	changed[5] ^= 1
	owe("0"+name[1:], changed)
	p = s.open()
	p.run()
	p.requireStoredBeside(sale, 1)
	require.Contains(t, s.log.text(), "its note is damaged")

	owe("1"+name[1:], note) // under a name that is not its sale's
	settled := s.files("settled")[0]
	require.NoError(t, os.Remove(settled))
	owe(name, note)
	p.close()
	p = s.open()
	p.run()
	require.Eventually(t, func() bool { return len(s.files("owed")) == 2 }, time.Minute, time.Millisecond, "the sale is gone, so nothing is owed")
}

// requireStoredBeside is requireStored where some notes are left.
func (p *pos) requireStoredBeside(sale shown, notes int) {
	p.t.Helper()
	require.Eventually(p.t, func() bool { _, err := p.stored(sale); return err == nil && len(p.files("owed")) == notes }, time.Minute, time.Millisecond)
}

// TestDeposits_OfASaleThatWasPending: a sale whose answer was lost is settled by the agent itself, and its
// record deposited then.
func TestDeposits_OfASaleThatWasPending(t *testing.T) {
	s, v := depositing(t)
	p := s.open()
	v.loses.Store(true)
	_, first := p.sellPriced(cartOrder("A-1", s.code(1, s.offered(secondCup))))
	require.Equal(t, http.StatusAccepted, first.Status, first.Body)
	require.Empty(t, s.files("owed"), "nobody knows yet whether it is sold")
	p.close()
	p = s.open()
	p.run()
	p.settled("A-1")
	require.Eventually(t, func() bool { return strings.Contains(s.log.text(), "record deposited") }, time.Minute, time.Millisecond)
	require.Empty(t, s.files("owed"))
}
