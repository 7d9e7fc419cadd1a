package httpapi_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/require"

	"tally/internal/api"
	"tally/internal/client"
	"tally/internal/deposit"
	"tally/internal/httpapi"
	"tally/internal/httpapi/apitest"
	"tally/internal/index"
	indexmemory "tally/internal/index/memory"
	"tally/internal/intent"
	"tally/internal/ledger"
	evm "tally/internal/ledger/evm/embedded"
	"tally/internal/ledger/ledgertest"
	"tally/internal/ledger/memory"
	"tally/internal/teller"
	"tally/internal/voucher"
)

// shop is a server over a ledger with a founded cast. Whatever is asked of it
// and answered is held to the OpenAPI document.
type shop struct {
	*ledgertest.World
	t       testing.TB
	mu      sync.Mutex
	clock   time.Time
	api     *httpapi.Server
	store   *deposit.Store // of records, in the directory records
	records string
	handle  http.Handler
	url     string
	http    *http.Client
	client  *client.Client
}

// newShop serves a memory ledger: the API does not know which ledger it has.
func newShop(t testing.TB) *shop {
	t.Helper()
	return shopOver(t, func(s *shop) ledger.Ledger {
		l, err := memory.New(ledgertest.LedgerID(1), ledgertest.Operators(), 1, s.now)
		require.NoError(t, err)
		return l
	})
}

// embedded opens the embedded chain of a directory.
func embedded(dir string) func(s *shop) ledger.Ledger {
	return func(s *shop) ledger.Ledger {
		s.t.Helper()
		l, err := evm.Open(context.Background(), evm.Options{
			Dir: dir, Operators: ledgertest.Operators(), Threshold: 1, Now: s.now, AnyClock: true,
			Log: slog.New(slog.DiscardHandler),
		})
		require.NoError(s.t, err)
		return l
	}
}

func shopOver(t testing.TB, open func(*shop) ledger.Ledger) *shop {
	t.Helper()
	s := &shop{t: t, clock: ledgertest.Start()}
	l := open(s)
	t.Cleanup(func() { require.NoError(t, l.Close()) })
	s.serve(l)
	s.Found()
	return s
}

// openRecords opens the shop's store of records, with some bytes for each merchant; 0 is as
// many as by default.
func (s *shop) openRecords(bytes uint64) {
	s.t.Helper()
	store, err := deposit.Open(deposit.Options{Dir: s.records, MerchantBytes: bytes, Now: s.now})
	require.NoError(s.t, err)
	s.store = store
}

// serve starts a server with an empty index over a ledger, and returns when the
// index has caught up. stop ends it; so does the test's end.
func (s *shop) serve(l ledger.Ledger) (stop func()) {
	s.t.Helper()
	x := indexmemory.Trusted()
	unproject := s.project(l, x)
	unlisten := s.listen(l, x)
	return func() { unlisten(); unproject() }
}

// project tails a ledger into an index, and returns when that has caught up.
func (s *shop) project(l ledger.Ledger, x index.Index) (stop func()) {
	s.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	caughtUp, projected := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(projected)
		index.Project(ctx, l, x, slog.New(slog.DiscardHandler), func() { close(caughtUp) })
	}()
	<-caughtUp
	stop = sync.OnceFunc(func() { cancel(); <-projected })
	s.t.Cleanup(stop)
	return stop
}

// listen starts a server over a ledger and an index.
func (s *shop) listen(l ledger.Ledger, x index.Index) (stop func()) {
	s.t.Helper()
	gin.SetMode(gin.TestMode)
	if s.store == nil {
		s.records = s.t.TempDir()
		s.openRecords(0)
	}
	log, p := slog.New(slog.DiscardHandler), ledger.NewPipeline(l, 1)
	s.api = httpapi.New(teller.New(l, p, x, log), log, s.now, func() bool { return true }).With(apitest.Evidence(s.t, l))
	server := httptest.NewUnstartedServer(nil)
	s.api = s.api.Records(s.store).At("http://" + server.Listener.Addr().String()) // for requests without a socket
	s.handle = s.api.Handler()
	server.Config.Handler = s.handle
	server.Start()
	stop = sync.OnceFunc(func() { server.Close(); p.Close() })
	s.t.Cleanup(stop)
	s.World = ledgertest.NewWorld(s.t, l, s.now)
	server.Client().Transport.(*http.Transport).MaxIdleConnsPerHost = 256
	s.url, s.http = server.URL, &http.Client{Transport: apitest.Transport(s.t, server.Client().Transport)}
	s.client = client.New(server.URL, s.http)
	return stop
}

func (s *shop) now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.clock
}

func (s *shop) advance(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clock = s.clock.Add(d)
}

// as is a client with somebody's read token.
func (s *shop) as(by ledgertest.Actor) *client.Client { return s.client.As(s.token(by)) }

func (s *shop) ctx() context.Context { return s.t.Context() }

func (s *shop) token(by ledgertest.Actor) string {
	s.t.Helper()
	token, err := s.client.Token(s.Domain, by.Key, s.now().Add(time.Minute))
	require.NoError(s.t, err)
	return token
}

// create creates a campaign over HTTP.
func (s *shop) create(supply uint32, edit func(*voucher.CreateCampaign)) voucher.CampaignID {
	s.t.Helper()
	in := s.Terms(supply, edit)
	out, err := s.client.Send(s.ctx(), apitest.Command(s.Domain, api.SignedRequest[voucher.CreateCampaign]{
		Intent: in, Signature: intent.FormatSignature(s.Sign(s.Merchant, in)),
	}))
	require.NoError(s.t, err)
	return voucher.CampaignOf(out.ID)
}

func (s *shop) claimRequest(by ledgertest.Actor, c voucher.CampaignID, ordinal uint32) api.ClaimRequest {
	in := voucher.Claim{Wallet: by.Address, Campaign: c, Ordinal: ordinal, Deadline: s.Unix() + 600}
	return api.ClaimRequest{Intent: in, Signature: intent.FormatSignature(s.Sign(by, in))}
}

// claim claims over HTTP and returns the voucher.
func (s *shop) claim(by ledgertest.Actor, c voucher.CampaignID, ordinal uint32) voucher.Ref {
	s.t.Helper()
	out, err := s.client.Send(s.ctx(), apitest.Command(s.Domain, s.claimRequest(by, c, ordinal)))
	require.NoError(s.t, err)
	claimed, ok := out.Events[0].(voucher.VoucherClaimed)
	require.True(s.t, ok)
	return voucher.Ref{Campaign: claimed.Campaign, Serial: claimed.Serial}
}

func (s *shop) code(by ledgertest.Actor, offer voucher.Redeem) string {
	s.t.Helper()
	text, err := s.Domain.Text(intent.Code{Offer: offer, Signature: s.Sign(by, offer)})
	require.NoError(s.t, err)
	return text
}

// sale is what a till sends for an offer, under a key of its own.
func (s *shop) sale(by ledgertest.Actor, offer voucher.Redeem, till ledgertest.Actor, store uint32, key string) api.RedemptionRequest {
	s.t.Helper()
	accept := s.Accept(offer)
	accept.Till, accept.Store, accept.Reference = till.Address, store, api.Reference(key)
	return api.RedemptionRequest{
		Code: s.code(by, offer), Accept: accept, Signature: intent.FormatSignature(s.Sign(till, accept)),
	}
}

func requireProblem(t testing.TB, status int, code string, err error) {
	t.Helper()
	var p *api.Problem
	require.ErrorAs(t, err, &p)
	require.Equal(t, code, p.Code)
	require.Equal(t, status, p.Status)
}

// answer sends bytes and returns the answer, whose body is the caller's to close.
func (s *shop) answer(method, path, body string, header map[string]string) *http.Response {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.ctx(), method, s.url+path, strings.NewReader(body))
	require.NoError(s.t, err)
	if method == http.MethodPost || method == http.MethodPut {
		req.Header.Set("Content-Type", "application/json")
	}
	for name, value := range header {
		req.Header.Set(name, value)
	}
	res, err := s.http.Do(req)
	require.NoError(s.t, err)
	return res
}

// raw sends bytes and returns the answer's status, code and body.
func (s *shop) raw(method, path, body string, header map[string]string) (int, string, string) {
	s.t.Helper()
	res := s.answer(method, path, body, header)
	answer, err := io.ReadAll(res.Body)
	require.NoError(s.t, err)
	require.NoError(s.t, res.Body.Close())
	var p api.Problem
	_ = json.Unmarshal(answer, &p) // an answer that is no problem has no code
	return res.StatusCode, p.Code, string(answer)
}

// anything are the terms of a campaign that allows everything. It has 4 vouchers
// of 10 units for claims and 4 for issues.
func anything(c *voucher.CreateCampaign) {
	c.Supply, c.Open, c.Cap, c.PerHolder, c.Units = 8, 4, 8, 0, 10
	c.Transfer, c.Void = true, true
}

// holdRequest is what a till sends of a hold of some units of a voucher.
func (s *shop) holdRequest(by ledgertest.Actor, ref voucher.Ref, units uint64, life time.Duration, key string) api.RedemptionRequest {
	s.t.Helper()
	offer := s.Offer(by, ref)
	offer.Lines[0].Units, offer.HoldUntil = units, s.Unix()+uint64(life/time.Second)
	return s.sale(by, offer, s.Till, 1, key)
}

// captureRequest is what a till sends of a capture.
func (s *shop) captureRequest(hold voucher.Hash, key string, takes ...voucher.Take) api.SignedRequest[voucher.Capture] {
	s.t.Helper()
	in := s.World.Capture(hold, 50_000, takes...).Intent
	in.Reference = api.Reference(key)
	return api.SignedRequest[voucher.Capture]{Intent: in, Signature: intent.FormatSignature(s.Sign(s.Till, in))}
}
