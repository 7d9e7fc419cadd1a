package httpapi_test

import (
	"context"
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/index"
	indexmemory "tally/internal/index/memory"
	"tally/internal/ledger"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// sent is one sale as it goes over the wire, and its answer.
type sent struct {
	body   string
	status int
	answer string
}

// sell sends a sale of a voucher under a key.
func (s *shop) sellRaw(ref voucher.Ref, key string) sent {
	s.t.Helper()
	body, err := json.Marshal(s.sale(s.Alice, s.Offer(s.Alice, ref), s.Till, 1, key))
	require.NoError(s.t, err)
	return s.send(string(body), key)
}

func (s *shop) send(body, key string) sent {
	s.t.Helper()
	status, _, answer := s.raw(http.MethodPost, "/v1/redemptions", body, map[string]string{"Idempotency-Key": key})
	return sent{body, status, answer}
}

// holds asserts the whole row of the matrix: the same is the first answer to the
// byte, another body under the same key is refused.
func (s *shop) holds(first sent, key string, other voucher.Ref) {
	s.t.Helper()
	require.Equal(s.t, first, s.send(first.body, key))
	require.Equal(s.t, first, s.send(first.body, `"`+key+`"`))
	status, code, _ := s.raw(http.MethodPost, "/v1/redemptions", s.sellBody(other, key), map[string]string{"Idempotency-Key": key})
	require.Equal(s.t, "idempotency_key_reused", code)
	require.Equal(s.t, http.StatusUnprocessableEntity, status)
}

func (s *shop) sellBody(ref voucher.Ref, key string) string {
	s.t.Helper()
	body, err := json.Marshal(s.sale(s.Alice, s.Offer(s.Alice, ref), s.Till, 1, key))
	require.NoError(s.t, err)
	return string(body)
}

// twoVouchers are Alice's, claimed over HTTP.
func (s *shop) twoVouchers() (a, b voucher.Ref) {
	s.t.Helper()
	id := s.create(5, func(c *voucher.CreateCampaign) {
		c.PerHolder = 0
		c.ValidUntil += 2 * 366 * 86400
	})
	return s.claim(s.Alice, id, 0), s.claim(s.Alice, id, 1)
}

// TestIdempotency_Keys is the matrix on a ledger in memory: missing, wrong,
// the same, another body, and a year later.
func TestIdempotency_Keys(t *testing.T) {
	s := newShop(t)
	a, b := s.twoVouchers()
	for key, want := range map[string]string{"": "idempotency_key_missing", "another": "idempotency_key_mismatch"} {
		_, code, _ := s.raw(http.MethodPost, "/v1/redemptions", s.sellBody(a, "key"), map[string]string{"Idempotency-Key": key})
		require.Equal(t, want, code)
	}
	first := s.sellRaw(a, "key")
	require.Equal(t, http.StatusCreated, first.status)
	s.holds(first, "key", b)
	s.advance(366 * 24 * time.Hour)
	s.holds(first, "key", b)
	s.serve(s.Ledger)
	s.holds(first, "key", b)
	second := s.sellRaw(b, "another key")
	require.Equal(t, http.StatusCreated, second.status)
}

// TestIdempotency_AfterARestart is the matrix on the embedded chain, after the server was
// ended and opened its directory again with an empty index.
func TestIdempotency_AfterARestart(t *testing.T) {
	s := &shop{t: t, clock: ledgertest.Start()}
	dir := t.TempDir()
	l := embedded(dir)(s)
	stop := s.serve(l)
	s.Found()
	a, b := s.twoVouchers()
	first := s.sellRaw(a, "key")
	require.Equal(t, http.StatusCreated, first.status)
	s.holds(first, "key", b)
	stop()
	require.NoError(t, l.Close())
	l = embedded(dir)(s)
	defer func() { require.NoError(t, l.Close()) }()
	stop = s.serve(l)
	s.holds(first, "key", b)
	s.advance(366 * 24 * time.Hour)
	s.holds(first, "key", b)
	stop()
}

// gate is a ledger that keeps commands waiting.
type gate struct {
	ledger.Ledger
	arrived chan struct{}
	open    chan struct{}
}

// Submit implements ledger.Ledger.
func (g *gate) Submit(ctx context.Context, commands []voucher.Authored) ([]voucher.Outcome, error) {
	g.arrived <- struct{}{}
	<-g.open
	return g.Ledger.Submit(ctx, commands)
}

// TestIdempotency_InFlight sends the same, and another body, while the first is under way.
func TestIdempotency_InFlight(t *testing.T) {
	s := newShop(t)
	a, b := s.twoVouchers()
	g := &gate{s.Ledger, make(chan struct{}, 8), make(chan struct{})}
	s.serve(g)
	body := s.sellBody(a, "key")
	answers := make(chan sent, 2)
	go func() { answers <- s.send(body, "key") }()
	<-g.arrived
	go func() { answers <- s.send(body, "key") }()
	status, code, _ := s.raw(http.MethodPost, "/v1/redemptions", s.sellBody(b, "key"), map[string]string{"Idempotency-Key": "key"})
	require.Equal(t, http.StatusConflict, status)
	require.Equal(t, "idempotency_key_in_flight", code)
	close(g.open)
	first, second := <-answers, <-answers
	require.Equal(t, http.StatusCreated, first.status)
	require.Equal(t, first, second)
	s.holds(first, "key", b)
}

// asked is an index that tells when it is asked for a reference.
type asked struct {
	index.Index
	told chan struct{}
}

// Reference implements index.Index.
func (a *asked) Reference(ctx context.Context, m voucher.Address, r voucher.Hash) (voucher.Position, error) {
	select {
	case a.told <- struct{}{}:
	default:
	}
	return a.Index.Reference(ctx, m, r)
}

// TestIdempotency_WhileTheIndexIsRebuilt uses a key for another sale when the index was
// emptied: it knows nothing of the first until it has been made again.
func TestIdempotency_WhileTheIndexIsRebuilt(t *testing.T) {
	s := newShop(t)
	a, b := s.twoVouchers()
	first := s.sellRaw(a, "key")
	require.Equal(t, http.StatusCreated, first.status)
	x := &asked{indexmemory.Trusted(), make(chan struct{}, 1)}
	s.listen(s.Ledger, x)
	answer := make(chan sent)
	body := s.sellBody(b, "key")
	go func() { answer <- s.send(body, "key") }()
	<-x.told
	s.project(s.Ledger, x)
	require.Equal(t, http.StatusUnprocessableEntity, (<-answer).status)
	s.holds(first, "key", b)
}

// TestIdempotency_ClaimsNeedNoKey sends a claim again: its id is all that it needs.
func TestIdempotency_ClaimsNeedNoKey(t *testing.T) {
	s := newShop(t)
	claim, err := json.Marshal(s.claimRequest(s.Alice, s.create(3, nil), 0))
	require.NoError(t, err)
	status, _, first := s.raw(http.MethodPost, "/v1/claims", string(claim), nil)
	require.Equal(t, http.StatusCreated, status)
	s.advance(366 * 24 * time.Hour)
	status, _, again := s.raw(http.MethodPost, "/v1/claims", string(claim), nil)
	require.Equal(t, http.StatusCreated, status)
	require.Equal(t, first, again)
}

// TestIdempotency_ReplaysSayThatTheyAre looks at the header of a sale's answers.
func TestIdempotency_ReplaysSayThatTheyAre(t *testing.T) {
	s := newShop(t)
	a, _ := s.twoVouchers()
	body := s.sellBody(a, "key")
	replayed := func() []string {
		res := s.answer(http.MethodPost, "/v1/redemptions", body, map[string]string{"Idempotency-Key": "key"})
		require.NoError(t, res.Body.Close())
		return res.Header["Idempotency-Replayed"]
	}
	require.Empty(t, replayed())
	require.Equal(t, []string{"true"}, replayed())
}
