package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/books"
	"tally/internal/cli"
	"tally/internal/exact/flags/flagstest"
	"tally/internal/till"
	"tally/internal/voucher"
)

// tillProcess is a till agent in a process of its own.
type tillProcess struct {
	*stage
	dir    string // of the journal
	log    string
	ledger string // that is pinned
	flags  []string
	cmd    *exec.Cmd
	url    string
}

func (s *stage) till() *tillProcess {
	dir := s.t.TempDir()
	return &tillProcess{stage: s, dir: filepath.Join(dir, "journal"), log: filepath.Join(dir, "log"), ledger: s.ledgerID()}
}

// args is the agent's command line.
func (p *tillProcess) args(more ...string) []string {
	return append([]string{"till", "--store", "1", "--data", p.dir},
		flagstest.UnlessGiven(more, flagstest.Flag{"--as", "till-1"}, flagstest.Flag{"--merchant", "root"}, flagstest.Flag{"--listen", "127.0.0.1:0"})...)
}

// start runs the agent against a server and waits until it listens.
func (p *tillProcess) start(server string) {
	p.t.Helper()
	log, err := os.OpenFile(p.log, os.O_CREATE|os.O_APPEND|os.O_RDWR, 0o600)
	require.NoError(p.t, err)
	from, err := log.Seek(0, io.SeekEnd)
	require.NoError(p.t, err)
	p.cmd = exec.Command(os.Args[0], p.args("--json", "--server", server, "--keys", string(p.keys), "--passphrase-file", p.secret,
		"--ledger-id", p.ledger)...)
	p.cmd.Args = append(p.cmd.Args, p.flags...)
	p.cmd.Env, p.cmd.Stderr = append(os.Environ(), childEnv+"=1"), log
	require.NoError(p.t, p.cmd.Start())
	p.t.Cleanup(func() { _ = p.cmd.Process.Kill(); _ = p.cmd.Wait() }) // it may be gone already
	require.Eventually(p.t, func() bool {
		text, err := os.ReadFile(p.log)
		require.NoError(p.t, err)
		lines := bufio.NewScanner(strings.NewReader(string(text[from:])))
		for lines.Scan() {
			var line struct{ Msg, Address string }
			if json.Unmarshal(lines.Bytes(), &line) == nil && line.Msg == "listening" {
				p.url = "http://" + line.Address
				return true
			}
		}
		return false
	}, time.Minute, 5*time.Millisecond)
	require.NoError(p.t, log.Close())
}

// kill ends the process as a power cut would.
func (p *tillProcess) kill() {
	p.t.Helper()
	require.NoError(p.t, p.cmd.Process.Kill())
	_ = p.cmd.Wait() // it says that it was killed
}

// post sends an order and returns what was answered, if anything was.
func (p *tillProcess) post(ctx context.Context, order any) (status int, sale till.Sale) {
	body, err := json.Marshal(order)
	require.NoError(p.t, err)
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url+"/redemptions", strings.NewReader(string(body)))
	require.NoError(p.t, err)
	r.Header.Set("Content-Type", "application/json")
	return p.do(r)
}

func (p *tillProcess) show(reference string) (status int, sale till.Sale) {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), http.MethodGet, p.url+"/redemptions/"+reference, nil)
	require.NoError(p.t, err)
	return p.do(r)
}

func (p *tillProcess) do(r *http.Request) (status int, sale till.Sale) {
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, sale // it was killed
	}
	require.NoError(p.t, json.NewDecoder(res.Body).Decode(&sale))
	require.NoError(p.t, res.Body.Close())
	return res.StatusCode, sale
}

// holdBack is a server's front that keeps the first redemption's answer back, or
// the redemption itself, until the client is gone.
func (s *stage) holdBack(deliver bool) (front *httptest.Server, held <-chan struct{}) {
	to, err := url.Parse(s.server)
	require.NoError(s.t, err)
	proxy, reached := httputil.NewSingleHostReverseProxy(to), make(chan struct{})
	first := make(chan struct{}, 1)
	first <- struct{}{}
	front = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/v1/redemptions" {
			select {
			case <-first:
				if deliver {
					proxy.ServeHTTP(httptest.NewRecorder(), r)
				} else {
					_, _ = io.Copy(io.Discard, r.Body) // else nobody notices that the client goes
				}
				close(reached)
				<-r.Context().Done()
				panic(http.ErrAbortHandler)
			default:
			}
		}
		proxy.ServeHTTP(w, r)
	}))
	s.t.Cleanup(front.Close)
	return front, reached
}

// The agent is killed in the window in which a sale is on its way and nobody
// knows what became of it. The next one settles it without being asked.
func TestTill_KilledRedeemsOnce(t *testing.T) {
	for name, deliver := range map[string]bool{"before the server has the sale": false, "after the server accepted it": true} {
		t.Run(name, func(t *testing.T) {
			s := onstageAt(t, time.Now)
			campaign := s.found()
			ref := s.claim("alice", campaign)
			code := s.code("alice", ref.String())
			order := till.Order{
				Reference: "A-1041", Code: code, Amount: 6400, Currency: voucher.Currency{'H', 'K', 'D'},
				Discounts: []uint64{3200}, Details: "two jasmine teas",
			}
			front, held := s.holdBack(deliver)
			p := s.till()
			p.start(front.URL)
			answered := make(chan int, 1)
			go func() { status, _ := p.post(context.Background(), order); answered <- status }()
			<-held
			p.kill()
			require.Zero(t, <-answered)

			p.start(front.URL)
			settled := func() bool {
				left, err := filepath.Glob(filepath.Join(p.dir, "open", "*.json"))
				require.NoError(t, err)
				return len(left) == 0
			}
			require.Eventually(t, settled, time.Minute, 10*time.Millisecond)
			status, sale := p.post(t.Context(), order)
			require.Equal(t, http.StatusCreated, status)
			require.Equal(t, till.StateRedeemed, sale.State)
			_, shown := p.show("A-1041")
			require.Equal(t, sale.Outcome.Canonical(), shown.Outcome.Canonical())
			report := mustJSON[books.Report](s, "campaign", "audit", "--as", "root", campaign.String())
			require.Equal(t, uint64(1), report.Units.Redeemed)

			require.NoError(t, p.cmd.Process.Signal(syscall.SIGTERM))
			require.NoError(t, p.cmd.Wait(), "it ends in good order")
			log, err := os.ReadFile(p.log)
			require.NoError(t, err)
			require.NotContains(t, string(log), code[10:40])
			require.Contains(t, string(log), `"state":"redeemed"`)
		})
	}
}

// The agent starts where its server is away, once it knows its ledger, and
// settles when that is back.
func TestTill_StartsWithoutItsServer(t *testing.T) {
	s := onstageAt(t, time.Now)
	ref := s.claim("alice", s.found())
	to, err := url.Parse(s.server)
	require.NoError(t, err)
	p := s.till()
	p.start(s.server)
	p.kill()

	front := httptest.NewUnstartedServer(httputil.NewSingleHostReverseProxy(to))
	address := "http://" + front.Listener.Addr().String()
	require.NoError(t, front.Listener.Close())
	p.start(address)
	order := till.Order{
		Reference: "A-1", Code: s.code("alice", ref.String()), Amount: 6400, Currency: voucher.Currency{'H', 'K', 'D'}, Discounts: []uint64{3200},
	}
	status, sale := p.post(t.Context(), order)
	require.Equal(t, http.StatusAccepted, status)
	require.Equal(t, "no_connection", sale.Problem.Code)

	front.Listener = listenAt(t, address)
	front.Start()
	t.Cleanup(front.Close)
	require.Eventually(t, func() bool { _, sale = p.show("A-1"); return sale.Final }, time.Minute, 10*time.Millisecond)
	require.Equal(t, till.StateRedeemed, sale.State)
}

// listenAt listens at the address of a URL.
func listenAt(t *testing.T, address string) net.Listener {
	t.Helper()
	var config net.ListenConfig
	l, err := config.Listen(t.Context(), "tcp", strings.TrimPrefix(address, "http://"))
	require.NoError(t, err)
	return l
}

func TestTill_CannotRun(t *testing.T) {
	s := onstage(t)
	s.found()
	p := s.till()
	s.refuses(cli.ExitMisused, cli.CodeMisused, p.args("--listen", "0.0.0.0:0")...)
	s.refuses(cli.ExitMisused, cli.CodeMisused, p.args("--listen", "0.0.0.0:0", "--token-file", s.file("token", "short\n"))...)
	s.refuses(cli.ExitMisused, cli.CodeMisused, p.args("--listen", "nowhere")...)
	f := s.refuses(cli.ExitMisused, cli.CodeMisused, p.args("--as", "till-2")...)
	require.Contains(t, f.Title, "tally merchant till --as ROOT --store 1 --till 0x")
	s.refuses(cli.ExitRefused, "unknown_merchant", p.args("--merchant", "alice")...)
	s.refuses(cli.ExitNotSent, cli.CodeNotSent, p.args("--server", "http://127.0.0.1:1")...)

	j, err := till.OpenJournal(p.dir)
	require.NoError(t, err)
	f = s.refuses(cli.ExitMisused, cli.CodeMisused, p.args()...)
	require.Contains(t, f.Title, "another agent runs on it")
	require.NoError(t, j.Close())

	j, err = till.OpenJournal(p.dir)
	require.NoError(t, err)
	require.NoError(t, j.Own(till.Identity{Ledger: mustJSON[struct{ ID voucher.Hash }](s, "ledger").ID, Store: 9}))
	require.NoError(t, j.Close())
	f = s.refuses(cli.ExitMisused, cli.CodeMisused, p.args()...)
	require.Contains(t, f.Title, "journal of another till")

	p = s.till()
	j, err = till.OpenJournal(p.dir)
	require.NoError(t, err)
	require.NoError(t, j.Own(till.Identity{Ledger: voucher.Hash{1}}))
	require.NoError(t, j.Close())
	f = s.refuses(cli.ExitFailed, cli.CodeWrongLedger, p.args()...)
	require.Contains(t, f.Detail, "the journal")
}
