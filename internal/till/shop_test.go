package till_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"tally/internal/api"
	"tally/internal/client"
	"tally/internal/deposit"
	"tally/internal/httpapi/apitest"
	"tally/internal/intent"
	"tally/internal/ledger/ledgertest"
	"tally/internal/ledger/memory"
	"tally/internal/till"
	"tally/internal/voucher"
)

// TestMain wants every goroutine gone that a test started.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// shop is a server over a ledger in memory, a wire to it that can break, a
// campaign, and a till's journal.
type shop struct {
	*ledgertest.World
	t        *testing.T
	wire     *wire
	campaign voucher.CampaignID
	serial   uint32
	dir      string
	store    *deposit.Store // the server's
	deposit  bool           // agents deposit the records of sales
	log      *logBook

	mu    sync.Mutex
	clock time.Time
}

func newShop(t *testing.T) *shop {
	t.Helper()
	s := &shop{t: t, clock: ledgertest.Start(), dir: filepath.Join(t.TempDir(), "journal"), log: &logBook{}}
	l, err := memory.New(ledgertest.LedgerID(3), ledgertest.Operators(), 1, s.now)
	require.NoError(t, err)
	s.World = ledgertest.NewWorld(t, l, s.now)
	s.Found()
	s.campaign = s.Campaign(100, func(c *voucher.CreateCampaign) { c.Units, c.PerHolder = 10, 0 })

	server := apitest.Serve(t, l, s.now)
	s.store, s.wire = server.Records, newWire(t, server.Host())
	server.Know(s.wire.url)
	return s
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

// voucher claims the next voucher for Alice.
func (s *shop) voucher() voucher.Ref {
	s.t.Helper()
	ordinal := s.serial
	s.serial++
	return s.Claimed(s.Alice, s.campaign, ordinal, ordinal)
}

// code is a code of Alice's for the given units.
func (s *shop) code(units uint64, refs ...voucher.Ref) string {
	s.t.Helper()
	offer := s.Offer(s.Alice, refs...)
	for i := range offer.Lines {
		offer.Lines[i].Units = units
	}
	return s.codeOf(offer)
}

func (s *shop) codeOf(offer voucher.Redeem) string {
	s.t.Helper()
	text, err := s.Domain.Text(intent.Code{Offer: offer, Signature: s.Sign(s.Alice, offer)})
	require.NoError(s.t, err)
	return text
}

// order is an order of HKD 64.00 with HKD 32.00 off.
func (s *shop) order(reference, code string) till.Order {
	return till.Order{
		Reference: reference, Code: code, Amount: 6400, Currency: voucher.Currency{'H', 'K', 'D'},
		Discounts: []uint64{3200}, Details: "two jasmine teas",
	}
}

// redeemed counts the redemptions of the ledger.
func (s *shop) redeemed() (n int) {
	s.t.Helper()
	head, err := s.Ledger.Head(s.t.Context())
	require.NoError(s.t, err)
	for entry, err := range s.Ledger.Events(s.t.Context(), voucher.Position{}, head) {
		require.NoError(s.t, err)
		for _, e := range entry.Outcome.Events {
			if _, ok := e.(voucher.Redeemed); ok {
				n++
			}
		}
	}
	return n
}

// pos is a point of sale and the agent that it talks to.
type pos struct {
	*shop
	agent   *till.Agent
	journal *till.Journal
	url     string
	server  *httptest.Server
}

// open starts an agent on the shop's journal.
func (s *shop) open() *pos {
	s.t.Helper()
	journal, err := till.OpenJournal(s.dir)
	require.NoError(s.t, err)
	agent, err := till.New(s.options(journal))
	require.NoError(s.t, err)
	p := &pos{shop: s, agent: agent, journal: journal, server: httptest.NewServer(agent.Handler(""))}
	p.url = p.server.URL
	s.t.Cleanup(p.close)
	return p
}

func (s *shop) options(j *till.Journal) till.Options {
	transport := &http.Transport{DisableKeepAlives: true}
	return till.Options{
		Client: client.New(s.wire.url, &http.Client{Transport: client.Traced(transport)}),
		Domain: s.Domain, Key: s.Till.Key, Merchant: s.Merchant.Address, Store: 1, Journal: j, Now: s.now,
		Log: slog.New(slog.NewJSONHandler(s.log, nil)), FirstPause: time.Nanosecond, LongestPause: 20 * time.Millisecond,
		Deposit: s.deposit, LongestDeposit: 20 * time.Millisecond,
	}
}

// close ends the agent as a power cut would: nothing is written, and the lock goes.
func (p *pos) close() {
	p.server.Close()
	require.NoError(p.t, p.journal.Close())
}

// run settles in the background until stop.
func (p *pos) run() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); p.agent.Run(ctx) }()
	stop = sync.OnceFunc(func() { cancel(); <-done })
	p.t.Cleanup(stop)
	return stop
}

// told is what a POS reads of an answer.
type told struct {
	Status  int    `json:"-"`
	Body    string `json:"-"`
	State   string
	Final   bool
	Code    string // of a problem that is the answer
	Salt    string
	Problem struct{ Code string } // of a sale that is the answer
	Outcome *voucher.Outcome
}

func (p *pos) ask(method, path string, body any, header ...string) (a told) {
	p.t.Helper()
	text, ok := body.(string)
	if !ok {
		raw, err := json.Marshal(body)
		require.NoError(p.t, err)
		text = string(raw)
	}
	req, err := http.NewRequestWithContext(p.t.Context(), method, p.url+path, strings.NewReader(text))
	require.NoError(p.t, err)
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(header); i += 2 {
		if header[i] == "Host" {
			req.Host = header[i+1]
			continue
		}
		req.Header.Set(header[i], header[i+1])
	}
	res, err := p.server.Client().Do(req)
	require.NoError(p.t, err)
	raw, err := io.ReadAll(res.Body)
	require.NoError(p.t, err)
	require.NoError(p.t, res.Body.Close())
	require.NoError(p.t, json.Unmarshal(raw, &a), string(raw))
	a.Status, a.Body = res.StatusCode, string(raw)
	return a
}

func (p *pos) redeem(o till.Order) told { p.t.Helper(); return p.ask("POST", "/redemptions", o) }
func (p *pos) cancel(reference string) told {
	p.t.Helper()
	return p.ask("POST", "/redemptions/"+reference+"/cancel", "{}")
}
func (p *pos) show(reference string) told {
	p.t.Helper()
	return p.ask("GET", "/redemptions/"+reference, "")
}

// settled asks until a sale is final.
func (p *pos) settled(reference string) (a told) {
	p.t.Helper()
	require.Eventually(p.t, func() bool { a = p.show(reference); return a.Final }, time.Minute, 5*time.Millisecond)
	return a
}

// secretless fails where a code is in the journal or the log.
func (s *shop) secretless(code string) {
	s.t.Helper()
	require.NotContains(s.t, s.log.text(), code)
	require.NotContains(s.t, s.log.text(), code[20:60])
	require.NotContains(s.t, s.journalText(), code)
}

func (s *shop) journalText() (text string) {
	s.t.Helper()
	for _, path := range s.files("*") {
		raw, err := os.ReadFile(path)
		require.NoError(s.t, err)
		text += string(raw)
	}
	return text
}

func (s *shop) files(of string) []string {
	s.t.Helper()
	list, err := filepath.Glob(filepath.Join(s.dir, of, "*.json"))
	require.NoError(s.t, err)
	return list
}

// logBook is a log that may be read while it is written.
type logBook struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBook) Write(p []byte) (int, error) { l.mu.Lock(); defer l.mu.Unlock(); return l.b.Write(p) }
func (l *logBook) text() string                { l.mu.Lock(); defer l.mu.Unlock(); return l.b.String() }

// wire is between the agent and the server. It is plugged out and in, and
// breaks as told.
type wire struct {
	t       *testing.T
	address string
	url     string
	forward http.Handler

	mu     sync.Mutex
	server *http.Server
	breaks []breakage
	sent   map[string]int // redemptions by their bytes
	late   []*http.Request
}

// breakage is how one POST goes wrong.
type breakage uint8

const (
	cutAnswer breakage = iota // the server did it, and its answer is lost
	keepBack                  // the server gets it later, by deliver
)

func newWire(t *testing.T, server string) *wire {
	t.Helper()
	proxy := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: server})
	proxy.Transport = &http.Transport{}
	t.Cleanup(proxy.Transport.(*http.Transport).CloseIdleConnections)
	w := &wire{t: t, address: "127.0.0.1:0", forward: proxy, sent: map[string]int{}}
	w.in()
	t.Cleanup(w.out)
	return w
}

// in plugs the wire in, at the address that it had.
func (w *wire) in() {
	w.t.Helper()
	l, err := net.Listen("tcp", w.address)
	require.NoError(w.t, err)
	w.address = l.Addr().String()
	w.url = "http://" + w.address
	server := &http.Server{Handler: w, ReadHeaderTimeout: time.Minute}
	w.server = server
	go func() { _ = server.Serve(l) }()
}

// out unplugs it: nothing connects.
func (w *wire) out() { require.NoError(w.t, w.server.Close()) }

// breakNext has the next POSTs go wrong.
func (w *wire) breakNext(how ...breakage) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.breaks = append(w.breaks, how...)
}

func (w *wire) ServeHTTP(answer http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.forward.ServeHTTP(answer, r)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	w.mu.Lock()
	if r.URL.Path == "/v1/redemptions" {
		w.sent[string(body)]++
	}
	var how *breakage
	if len(w.breaks) > 0 {
		how, w.breaks = &w.breaks[0], w.breaks[1:]
	}
	if how != nil && *how == keepBack {
		late := r.Clone(context.Background())
		late.Body = io.NopCloser(bytes.NewReader(body))
		w.late = append(w.late, late)
	}
	w.mu.Unlock()
	switch {
	case how == nil:
		w.forward.ServeHTTP(answer, r)
		return
	case *how == cutAnswer:
		w.forward.ServeHTTP(httptest.NewRecorder(), r)
	}
	panic(http.ErrAbortHandler)
}

// deliver brings what was kept back to the server, and returns the last answer's code.
func (w *wire) deliver() (code string) {
	w.t.Helper()
	require.NotEmpty(w.t, w.late)
	for _, r := range w.late {
		answer := httptest.NewRecorder()
		w.forward.ServeHTTP(answer, r)
		var p api.Problem
		require.NoError(w.t, json.Unmarshal(answer.Body.Bytes(), &p))
		code = p.Code
	}
	w.late = nil
	return code
}

// copies is how often redemptions were sent, and how many different ones.
func (w *wire) copies() (sent, different int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, n := range w.sent {
		sent += n
	}
	return sent, len(w.sent)
}
