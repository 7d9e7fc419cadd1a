package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/client"
	"tally/internal/httpapi/apitest"
	"tally/internal/ledger/ledgertest"
)

// launched is a tallyd in a process of its own, whose log is read.
type launched struct {
	t       *testing.T
	dir     string
	cmd     *exec.Cmd
	address string
	metrics string
	done    chan struct{} // closed when the log has ended

	mu   sync.Mutex
	text strings.Builder
}

// launch runs tallyd on a new ledger and waits until it listens. The test's end
// kills it.
func launch(t *testing.T, args ...string) *launched {
	t.Helper()
	s := &launched{t: t, dir: t.TempDir(), done: make(chan struct{})}
	args = append([]string{"serve", "--data", s.dir, "--listen", "127.0.0.1:0", "--operator", ledgertest.NewActor("operator").Address.String()}, args...)
	s.cmd = exec.Command(os.Args[0], args...)
	s.cmd.Env = append(os.Environ(), childEnv+"=1")
	logs, err := s.cmd.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, s.cmd.Start())
	t.Cleanup(func() {
		_ = s.cmd.Process.Kill() // it may have ended
		<-s.done
		_ = s.cmd.Wait()
	})
	listening := make(chan struct{})
	go func() {
		defer close(s.done)
		lines := bufio.NewScanner(logs)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			s.note(lines.Bytes(), listening)
		}
	}()
	select {
	case <-listening:
	case <-s.done:
		require.Fail(t, "tallyd ended before it listened", s.log())
	}
	return s
}

func (s *launched) note(line []byte, listening chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fmt.Fprintf(&s.text, "%s\n", line)
	var said struct{ Msg, Address string }
	_ = json.Unmarshal(line, &said) // a line that is none is found by the tests
	switch said.Msg {
	case "serving metrics":
		s.metrics = "http://" + said.Address + "/metrics"
	case "listening":
		s.address = said.Address
		close(listening)
	}
}

func (s *launched) log() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// terminate asks it to end and waits until it has.
func (s *launched) terminate() error {
	s.t.Helper()
	require.NoError(s.t, s.cmd.Process.Signal(syscall.SIGTERM))
	<-s.done
	return s.cmd.Wait()
}

// client is one that has its transport look at every request.
func (s *launched) client(look func(*http.Request)) *http.Client {
	transport := &http.Transport{MaxIdleConnsPerHost: 64}
	s.t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Timeout: time.Minute, Transport: looking{transport, look}}
}

type looking struct {
	next http.RoundTripper
	look func(*http.Request)
}

// RoundTrip implements http.RoundTripper.
func (l looking) RoundTrip(r *http.Request) (*http.Response, error) {
	if l.look != nil {
		l.look(r)
	}
	return l.next.RoundTrip(r)
}

// secrets collects what requests carry that no log may have.
type secrets struct {
	mu  sync.Mutex
	all map[string]string // to what it is
}

var secretMembers = regexp.MustCompile(`"(code|[a-z_]*signature|approvals)":\s*\[?"([^"]+)"`)

func (s *secrets) look(r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	keep := func(what, secret string) {
		if _, known := s.all[secret]; secret != "" && !known {
			s.all[secret] = what
		}
	}
	keep("token", strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
	keep("Idempotency-Key", r.Header.Get("Idempotency-Key"))
	keep("query", r.URL.RawQuery)
	if r.Body == nil {
		return
	}
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	for _, found := range secretMembers.FindAllStringSubmatch(string(body), -1) {
		keep(found[1], found[2])
	}
}

// TestServe_LogsNoSecret plays a whole session, with mistakes, against a server
// that logs all it can, and looks for everything secret that was sent.
func TestServe_LogsNoSecret(t *testing.T) {
	s := launch(t, "--log-level", "debug", "--rate-token", "20/1h")
	used := &secrets{all: map[string]string{}}
	h := s.client(used.look)
	base := "http://" + s.address
	c := client.New(base, h)
	w, id := openShop(t, c, 100)

	visits := []*visit{newVisit(w, id, "first customer's Idempotency-Key"), newVisit(w, id, "second customer's Idempotency-Key")}
	for _, v := range visits {
		require.NoError(t, v.finish(t.Context(), w, c))
		_, err := c.Send(t.Context(), apitest.Keyed(w.Domain, *v.redemption, v.key))
		require.NoError(t, err, "the same again")
		_, err = c.Send(t.Context(), apitest.Keyed(w.Domain, *v.redemption, "another key for it, "+v.key))
		require.Error(t, err)
		token, err := c.Token(w.Domain, v.wallet.Key, w.Now().Add(time.Hour))
		require.NoError(t, err)
		for _, path := range []string{"/v1/wallets/" + v.wallet.Address.String() + "/vouchers", "/v1/redemptions/" + v.answers[1].ID.String(), "/v1/vouchers/vch_0"} {
			get(t, h, base+path, token)
		}
		// What people do who should know better.
		code := v.redemption.Code
		get(t, h, base+"/v1/redemptions?code="+code, token+"x")
		get(t, h, base+"/v1/vouchers/"+code, code)
		get(t, h, base+"/"+code, "")
		post(t, h, base+"/v1/redemptions", v.key, `{"`+code+`":1,"code":"`+code+`"}`)
		post(t, h, base+"/v1/redemptions", v.key, `{"code":"`+code+`"`)
		post(t, h, base+"/v1/claims", code, code)
	}
	for range 25 { // more than the token's rate allows
		get(t, h, base+"/v1/ledger", "a token of nobody that is long enough")
	}
	require.NoError(t, s.terminate())

	kinds := map[string]int{}
	log := s.log()
	for secret, what := range used.all {
		kinds[what]++
		require.NotContains(t, log, secret, what)
	}
	for what, least := range map[string]int{"token": 5, "Idempotency-Key": 4, "query": 2, "code": 2, "signature": 8} {
		require.GreaterOrEqual(t, kinds[what], least, what)
	}
	for _, route := range []string{"/v1/redemptions", "/v1/claims", "/v1/wallets/:wallet/vouchers", "unmatched", "none"} {
		require.Contains(t, log, `"route":"`+route+`"`, "it was a session")
	}
	require.Contains(t, log, `"status":429`)
	for _, line := range strings.Split(strings.TrimSpace(log), "\n") {
		require.True(t, json.Valid([]byte(line)), line)
	}
}

func get(t *testing.T, h *http.Client, url, token string) (status int, body string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	require.NoError(t, err)
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	return do(t, h, r)
}

func post(t *testing.T, h *http.Client, url, key, body string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	require.NoError(t, err)
	r.Header.Set("Idempotency-Key", key)
	do(t, h, r)
}

func do(t *testing.T, h *http.Client, r *http.Request) (int, string) {
	t.Helper()
	answer, err := h.Do(r)
	require.NoError(t, err)
	body, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	return answer.StatusCode, string(body)
}

func TestServe_Metrics(t *testing.T) {
	s := launch(t, "--metrics-listen", ":0")
	require.True(t, strings.HasPrefix(s.metrics, "http://127.0.0.1:"), "without a host it is this machine's")
	h := s.client(nil)
	c := client.New("http://"+s.address, h)
	w, id := openShop(t, c, 10)
	v := newVisit(w, id, "customer")
	require.NoError(t, v.finish(t.Context(), w, c))
	get(t, h, "http://"+s.address+"/some/path?a=b", "")
	require.Eventually(t, func() bool {
		_, text := get(t, h, s.metrics, "")
		return strings.Contains(text, "\ntally_index_lag_blocks 0\n") && strings.Contains(text, "\ntally_log_lag_blocks 0\n")
	}, time.Minute, 10*time.Millisecond)
	_, text := get(t, h, s.metrics, "")
	for _, line := range []string{
		`tally_commands_total{verb="claim",verdict="accepted"} 1`,
		`tally_commands_total{verb="redeem",verdict="accepted"} 1`,
		`tally_http_requests_total{class="2xx",method="POST",route="/v1/redemptions"} 1`,
		`tally_http_requests_total{class="4xx",method="GET",route="unmatched"} 1`,
		"tally_ledger_up 1", "tally_ready 1", "tally_pipeline_depth 0", "tally_index_lag_seconds 0", "tally_index_rebuilds_total 0", "tally_log_leaves 6",
	} {
		require.Contains(t, text, line+"\n")
	}
	require.Regexp(t, `\ntally_ledger_head_block [1-9]`, text)
	require.Contains(t, text, "\ngo_goroutines ")
	require.Contains(t, text, "\nprocess_open_fds ")
	require.NotContains(t, text, "/some/path")
	require.NoError(t, s.terminate())
}

// TestServe_StopCutsNobodyOff has customers come without a pause while the server
// is told to end. Every answer that began is whole, a customer without an answer
// had no connection any more, and the ledger has what was answered. A machine that stands
// still while the grace lasts sees nothing of it, and is given a longer one.
func TestServe_StopCutsNobodyOff(t *testing.T) {
	graces := []time.Duration{300 * time.Millisecond, 3 * time.Second, 30 * time.Second}
	require.True(t, slices.ContainsFunc(graces, func(grace time.Duration) bool { return stopUnderLoad(t, grace) }), "the grace serves on")
}

// stopUnderLoad reports whether customers who came in the grace were served.
func stopUnderLoad(t *testing.T, grace time.Duration) (served bool) {
	t.Helper()
	const customers = 16
	s := launch(t, "--drain-grace", grace.String())
	h := s.client(nil)
	c := client.New("http://"+s.address, h)
	w, id := openShop(t, c, 100_000)
	var answered, refused atomic.Int64
	var all sync.WaitGroup
	for i := range customers {
		all.Go(func() {
			for n := 0; ; n++ {
				wallet := newVisit(w, id, fmt.Sprintf("customer %d visit %d", i, n))
				_, err := c.Send(t.Context(), apitest.Command(w.Domain, wallet.claim))
				if err == nil {
					answered.Add(1)
					continue
				}
				if !gone(err) {
					t.Errorf("a request was cut off: %v", err)
				}
				refused.Add(1)
				return
			}
		})
	}
	require.Eventually(t, func() bool { return answered.Load() > 50 }, time.Minute, time.Millisecond)
	require.NoError(t, s.cmd.Process.Signal(syscall.SIGTERM))
	require.Eventually(t, func() bool { return strings.Contains(s.log(), "stopping: not ready any more") }, time.Minute, time.Millisecond)
	before := answered.Load()
	all.Wait()
	<-s.done
	require.NoError(t, s.cmd.Wait())
	require.Equal(t, int64(customers), refused.Load())

	again := &server{t: t, dir: s.dir}
	again.start()
	defer again.kill()
	token, err := again.client().Token(w.Domain, w.Merchant.Key, time.Now().Add(client.TokenLife))
	require.NoError(t, err)
	books, err := again.client().As(token).Audit(t.Context(), id)
	require.NoError(t, err)
	require.True(t, books.Holds)
	require.Equal(t, uint64(100_000)-uint64(answered.Load()), books.Vouchers.Unclaimed)
	return answered.Load() > before+customers // more than were under way
}

// gone reports whether an error says that no connection could be had, or that an
// idle one was closed before the request was sent.
func gone(err error) bool {
	for _, text := range []string{"connection refused", "EOF", "connection reset", "closed idle connection"} {
		if strings.Contains(err.Error(), text) {
			return true
		}
	}
	return false
}

// TestRates_TwoServersCountOneToken in a Redis, and each alone when it is gone.
func TestRates_TwoServersCountOneToken(t *testing.T) {
	t.Parallel()
	dir, err := os.MkdirTemp("", "redis") //nolint:usetesting // a socket's path has at most 107 bytes, and t.TempDir's are long
	require.NoError(t, err)
	redis := exec.Command("redis-server", "--port", "0", "--unixsocket", dir+"/s", "--dir", dir, "--save", "")
	require.NoError(t, redis.Start())
	t.Cleanup(func() {
		_ = redis.Process.Kill() // the test may have
		_ = redis.Wait()
		require.NoError(t, os.RemoveAll(dir))
	})
	require.Eventually(t, func() bool { _, err := os.Stat(dir + "/s"); return err == nil }, time.Minute, time.Millisecond)

	args := []string{"--ledger", "memory", "--rate-token", "6/1h", "--rate-redis", "unix://" + dir + "/s", "--drain-grace", "0s"}
	servers := []*launched{launch(t, args...), launch(t, args...)}
	ask := func(i int, token string) int {
		status, _ := get(t, servers[i%2].client(nil), "http://"+servers[i%2].address+"/v1/ledger", token)
		return status
	}
	for i := range 6 {
		require.Equal(t, http.StatusOK, ask(i, "a wallet's token"))
	}
	for i := range 2 {
		require.Equal(t, http.StatusTooManyRequests, ask(i, "a wallet's token"), "each alone has counted three")
	}
	require.Equal(t, http.StatusOK, ask(0, "another's token"))
	require.NoError(t, redis.Process.Kill())
	for i := range 6 {
		require.Equal(t, http.StatusOK, ask(i, "a third one's token"), "a limit is worth less than an answer")
	}
	for _, s := range servers {
		require.NoError(t, s.terminate())
		require.Equal(t, 1, strings.Count(s.log(), "Redis cannot be asked"))
		require.NotContains(t, s.log(), "wallet's token")
	}
}
