package edge

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/edge/edgetest"
)

// The attacks are short, unless TALLY_LONG is 1.
func size(short, long int) int {
	if os.Getenv("TALLY_LONG") == "1" {
		return long
	}
	return short
}

// elsewhere is a listener to whom this machine's addresses are others: 127.0.a.b
// is one of IPv6, as named is.
type elsewhere struct {
	net.Listener
	named func(a, b byte) netip.Addr
}

type elsewhereConn struct {
	net.Conn
	remote *net.TCPAddr
}

func (e *elsewhere) Accept() (net.Conn, error) {
	conn, err := e.Listener.Accept()
	if err != nil {
		return nil, err
	}
	end := conn.RemoteAddr().(*net.TCPAddr)
	ip := end.IP.To4()
	return &elsewhereConn{conn, &net.TCPAddr{IP: e.named(ip[2], ip[3]).AsSlice(), Port: end.Port}}, nil
}

func (e *elsewhereConn) RemoteAddr() net.Addr { return e.remote }

// oneSite names 127.0.1.x a /64 each of one /56, and 127.0.2.x of a /48 each, as
// 127.0.16.x and what is beyond. What is left, 127.0.0.x, is far away.
func oneSite(a, b byte) netip.Addr {
	if a >= 16 {
		return netip.MustParseAddr(fmt.Sprintf("2001:db8:%x::1", int(a)<<8|int(b)))
	}
	switch a {
	case 1:
		return netip.MustParseAddr(fmt.Sprintf("2001:db8:1:%x::1", b))
	case 2:
		return netip.MustParseAddr(fmt.Sprintf("2001:db8:%x::1", 0x100+int(b)))
	default:
		return netip.MustParseAddr(fmt.Sprintf("198.51.%d.7", 100+int(b)))
	}
}

// besieged is a server over TLS among strangers, and an honest client of it.
type besieged struct {
	t        *testing.T
	handler  *Handler
	listener *Connections
	address  string
	pool     *x509.CertPool
	honest   *http.Client
	closed   atomic.Int64 // connections, for their frames
	rooms    atomic.Int64 // connections, because another one needed their place
	answered atomic.Int64 // requests whose handler returned
	log      *journal
}

// besiege serves an API that answers with what it was sent.
func besiege(t *testing.T, cfg Config, connections, perAddress int) *besieged {
	t.Helper()
	cert, key, pool := edgetest.Certify(t, t.TempDir(), 1)
	b := &besieged{t: t, pool: pool, log: &journal{}}
	loaded, err := LoadCertificate(cert, key, b.log.logger(), time.Now)
	require.NoError(t, err)
	cfg.Log, cfg.MaxBody = b.log.logger(), 64<<10
	b.handler = open(t, cfg, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer b.answered.Add(1)
		sent, err := io.ReadAll(r.Body)
		if err != nil {
			w.WriteHeader(http.StatusRequestTimeout)
			return
		}
		switch r.URL.Path {
		case long:
			sent = make([]byte, 64<<10)
		case short:
			sent = make([]byte, 1<<10)
		}
		_, _ = w.Write(sent) // who left does not hear it
	}))
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	l := listen(t)
	b.address = l.Addr().String()
	b.listener = LimitConnections(&elsewhere{l, oneSite}, connections, perAddress, nil)
	b.listener.Tell(func(cause string) {
		if cause == CauseRoom {
			b.rooms.Add(1)
		}
	})
	server := Server{
		Handler: b.handler, TLS: loaded.Config(), MaxHeader: 16 << 10, WriteTimeout: 30 * time.Second, Log: b.log.logger(),
		Readiness: NewReadiness(b.log.logger(), time.Now), DrainTimeout: time.Second, Calm: func() { b.closed.Add(1) },
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(ctx, b.listener) }()
	b.honest = client(t, &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, ForceAttemptHTTP2: true})
	t.Cleanup(func() {
		b.honest.CloseIdleConnections()
		stop()
		if err := <-ended; err != nil {
			t.Log(err) // an attacker's request may be cut off
		}
	})
	return b
}

// long is the path of an answer that no buffer takes: who does not read it keeps it
// waiting.
const long = "/long"

// short is the path of an answer that a buffer takes.
const short = "/short"

// served wants an honest client to be answered, over and over.
func (b *besieged) served(times int) {
	b.t.Helper()
	for i := range times {
		text := strings.Repeat("x", i*100)
		answer, err := b.honest.Post("https://"+b.address+"/v1/claims", "application/json", strings.NewReader(text))
		require.NoError(b.t, err)
		got, err := io.ReadAll(answer.Body)
		require.NoError(b.t, err)
		require.NoError(b.t, answer.Body.Close())
		require.Equal(b.t, http.StatusOK, answer.StatusCode, string(got))
		require.Equal(b.t, text, string(got))
		if i%10 == 9 {
			b.honest.CloseIdleConnections() // a new one has to be let in, too
		}
	}
}

// attackers are connections from a number of addresses of a kind (see oneSite).
func (b *besieged) attackers(kind, addresses, each int, settings ...uint32) (all []*edgetest.Frames) {
	b.t.Helper()
	for i := range addresses * each {
		f, err := edgetest.DialFrames(b.t.Context(), fmt.Sprintf("127.0.%d.%d", kind, 1+i%addresses), b.address, b.pool, settings...)
		if err != nil {
			continue // hung up on: it has its share
		}
		b.t.Cleanup(func() { _ = f.Close() })
		all = append(all, f)
	}
	return all
}

// TestAttack_Edge_SlowBodies has few addresses begin many requests whose bodies do
// not come: of one site, and of a network each.
func TestAttack_Edge_SlowBodies(t *testing.T) {
	for name, kind := range map[string]int{"one site": 1, "a network each": 2} {
		t.Run(name, func(t *testing.T) {
			// Awaited bodies share bytes, too: one site comes to some 680 of them, so more slots are not filled by any.
			requests, addresses := size(256, 512), size(7, 10)
			b := besiege(t, Config{MaxRequests: requests}, 4096, 128)
			streams := 3 * requests / addresses / 5
			for _, f := range b.attackers(kind, addresses, 5) {
				var all []byte
				for range min(streams, MaxStreams) {
					_, frame := f.Request("POST", "/v1/claims", edgetest.EndHeaders)
					all = append(all, frame...)
				}
				_, err := f.Write(all)
				require.NoError(t, err)
				go f.Receive()
			}
			require.Eventually(t, func() bool { return b.handler.present.Used() > int64(requests) }, time.Minute, time.Millisecond,
				"more are awaited than may be answered at once")
			b.served(50)
			require.Zero(t, b.handler.slots.Used(), "a body that does not come costs no slot")
		})
	}
}

// TestAttack_Edge_ClosedWindows has few addresses ask for answers that they do not
// read (SETTINGS_INITIAL_WINDOW_SIZE 0).
func TestAttack_Edge_ClosedWindows(t *testing.T) {
	// A handler waits with a long answer; a short one waits when its handler is done.
	for name, path := range map[string]string{"long answers": long, "short answers": short} {
		t.Run(name, func(t *testing.T) {
			requests, addresses := size(256, 512), size(7, 10)
			b := besiege(t, Config{MaxRequests: requests, PerAddress: Quota{60, time.Hour}}, 4096, 128)
			for _, f := range b.attackers(1, addresses, 8, 4, 0) {
				var all []byte
				for range MaxStreams {
					_, frame := f.Request("GET", path, edgetest.EndHeaders|edgetest.EndStream)
					all = append(all, frame...)
				}
				_, err := f.Write(all)
				require.NoError(t, err)
				go f.Receive()
			}
			// An answer is held for WriteTimeout. A busy machine does not get many requests in
			// within that time; those that are in are what the attack is about.
			require.Eventually(t, func() bool { return b.handler.present.Used() > int64(requests)/8 }, time.Minute, time.Millisecond,
				"answers that nobody reads are held")
			b.served(50)
			require.LessOrEqual(t, b.handler.present.Used(), 2*int64(requests))
		})
	}
}

// TestAttack_Edge_UnreadAnswersKeepTheirPlaces: a short answer is in a buffer when
// its handler returns. Its request is here until a client with a closed window
// takes the answer.
func TestAttack_Edge_UnreadAnswersKeepTheirPlaces(t *testing.T) {
	const unread = 20
	b := besiege(t, Config{MaxRequests: 256}, 64, 64)
	for _, f := range b.attackers(1, 1, 1, 4, 0) { // SETTINGS_INITIAL_WINDOW_SIZE
		go f.Receive()
		for range unread {
			_, frame := f.Request("GET", short, edgetest.EndHeaders|edgetest.EndStream)
			_, err := f.Write(frame)
			require.NoError(t, err)
		}
		require.Eventually(t, func() bool { return b.answered.Load() == unread }, time.Minute, time.Millisecond)
		b.served(10)
		require.GreaterOrEqual(t, b.handler.present.Used(), int64(unread))

		_, err := f.Write(edgetest.Frame(edgetest.FrameSettings, 0, 0, []byte{0, 4, 0, 0, 0xff, 0xff}))
		require.NoError(t, err)
		require.Eventually(t, func() bool { return b.handler.present.Used() == 0 }, time.Minute, time.Millisecond)
	}
	require.Zero(t, b.handler.slots.Used())
}

// TestAttack_Edge_IdleConnections has strangers open all connections that they
// can get and leave them idle.
func TestAttack_Edge_IdleConnections(t *testing.T) {
	for name, kind := range map[string]int{"one site": 1, "a network each": 2} {
		t.Run(name, func(t *testing.T) {
			most := size(128, 4096)
			b := besiege(t, Config{}, most, most/32)
			for _, f := range b.attackers(kind, 32, most/32+2) {
				_, frame := f.Request("GET", "/", edgetest.EndHeaders|edgetest.EndStream)
				_, err := f.Write(frame)
				require.NoError(t, err)
				go f.Receive()
			}
			require.LessOrEqual(t, b.listener.Open(), most)
			b.served(50)
		})
	}
}

// TestAttack_Edge_SilentConnections has strangers connect who say nothing at all.
func TestAttack_Edge_SilentConnections(t *testing.T) {
	const most = 64
	b := besiege(t, Config{}, most, most)
	var wg sync.WaitGroup
	for i := range 2 * most {
		conn, err := (&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 2, byte(1+i))}}).DialContext(t.Context(), "tcp", b.address)
		require.NoError(t, err)
		wg.Go(func() { _, _ = io.Copy(io.Discard, conn) }) // until it is hung up on
		t.Cleanup(func() { _ = conn.Close() })
	}
	b.served(20)
	require.Positive(t, b.rooms.Load(), "a silent one was closed before its time was up")
}

// footprint is what the process takes, without what was thrown away.
func footprint() (goroutines int, heap uint64) {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return runtime.NumGoroutine(), m.HeapInuse + m.StackInuse
}

// watch samples the process until stop, which tells the most that it took.
func watch() (stop func() (goroutines int, heap uint64)) {
	done, ended := make(chan struct{}), make(chan struct{})
	var most int
	var heap uint64
	go func() {
		defer close(ended)
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			g, h := footprint()
			most, heap = max(most, g), max(heap, h)
			select {
			case <-done:
				return
			case <-tick.C:
			}
		}
	}()
	return func() (int, uint64) { close(done); <-ended; return most, heap }
}

// Bounds of what a flood may cost, the attackers' own half included, which is in
// the same process.
const (
	floodGoroutines = 2 * MaxStreams // a connection, of both ends: what is closed goes on for a moment beside the next one
	floodMemory     = 1 << 20        // bytes a connection, likewise
	floodBase       = 64 << 20
)

// TestAttack_Edge_RapidResets has connections begin requests and take them back at
// once, for as long as they are let.
func TestAttack_Edge_RapidResets(t *testing.T) {
	b := besiege(t, Config{MaxRequests: 4096, PerAddress: Quota{600, 10 * time.Second}}, 4096, 128)
	floods(t, b, size(32, 480), func(f *edgetest.Frames) []byte {
		var all []byte
		for range 50 {
			stream, frame := f.Request("GET", "/v1/ledger", edgetest.EndHeaders|edgetest.EndStream)
			all = append(all, frame...)
			all = append(all, edgetest.Frame(edgetest.FrameReset, 0, stream, []byte{0, 0, 0, 8})...)
		}
		return all
	})
}

// TestAttack_Edge_ResetBodies is the same with requests whose bodies are awaited.
func TestAttack_Edge_ResetBodies(t *testing.T) {
	b := besiege(t, Config{MaxRequests: 4096}, 4096, 128)
	floods(t, b, size(16, 480), func(f *edgetest.Frames) []byte {
		var all []byte
		for range 50 {
			stream, frame := f.Request("POST", "/v1/claims", edgetest.EndHeaders)
			all = append(all, frame...)
			all = append(all, edgetest.Frame(edgetest.FrameReset, 0, stream, []byte{0, 0, 0, 8})...)
		}
		return all
	})
}

// TestAttack_Edge_EmptyFrames floods with each kind of frame that asks for nothing.
func TestAttack_Edge_EmptyFrames(t *testing.T) {
	many := func(frame []byte) func(*edgetest.Frames) []byte {
		all := []byte(strings.Repeat(string(frame), 200))
		return func(*edgetest.Frames) []byte { return all }
	}
	for name, what := range map[string]func(*edgetest.Frames) []byte{
		"PING":          many(edgetest.Frame(edgetest.FramePing, 0, 0, make([]byte, 8))),
		"SETTINGS":      many(edgetest.Frame(edgetest.FrameSettings, 0, 0, nil)),
		"PRIORITY":      many(edgetest.Frame(edgetest.FramePriority, 0, 1, make([]byte, 5))),
		"WINDOW_UPDATE": many(edgetest.Frame(edgetest.FrameWindowUpdate, 0, 0, []byte{0, 0, 0, 1})),
		"unknown":       many(edgetest.Frame(0x77, 0, 0, nil)),
		"CONTINUATION": func(f *edgetest.Frames) []byte {
			stream, frame := f.Request("GET", "/", 0)
			return append(frame, strings.Repeat(string(edgetest.Frame(edgetest.FrameContinuation, 0, stream, nil)), 300)...)
		},
		"DATA": func(f *edgetest.Frames) []byte {
			stream, frame := f.Request("POST", "/", edgetest.EndHeaders)
			return append(frame, strings.Repeat(string(edgetest.Frame(edgetest.FrameData, 0, stream, nil)), 300)...)
		},
	} {
		t.Run(name, func(t *testing.T) {
			floods(t, besiege(t, Config{MaxRequests: 4096}, 4096, 128), size(4, 480), what)
		})
	}
}

// floods has connections of eight addresses write what they like until they are
// closed, three times over, and wants an honest client to be served meanwhile, and
// nothing to pile up.
func floods(t *testing.T, b *besieged, connections int, what func(*edgetest.Frames) []byte) {
	t.Helper()
	goroutines, heap := footprint()
	stop := watch()
	var all sync.WaitGroup
	const times, enough = 3, 100_000
	handshakes := make(chan struct{}, 16) // at once: they are not what this attack is
	var open atomic.Int64
	for i := range connections {
		all.Go(func() {
			for range times {
				handshakes <- struct{}{}
				f, err := edgetest.DialFrames(t.Context(), fmt.Sprintf("127.0.1.%d", 1+i%8), b.address, b.pool)
				<-handshakes
				if err != nil {
					continue // the server had no time for it
				}
				open.Add(1)
				received := make(chan edgetest.Received, 1)
				go func() { received <- f.Receive() }()
				if f.Flood(enough, func() []byte { return what(f) }) == enough {
					t.Error("nobody closed it")
				}
				_ = f.Close()
				<-received
			}
		})
	}
	b.served(30)
	all.Wait()
	most, peak := stop()
	t.Logf("%d connections: %d goroutines and %d MiB at most, %d and %d MiB before", times*connections, most, peak>>20, goroutines, heap>>20)
	require.Less(t, most, goroutines+floodGoroutines*connections)
	require.Less(t, peak, heap+floodBase+uint64(connections)*floodMemory)
	require.Greater(t, open.Load(), int64(connections))
	require.InDelta(t, open.Load(), b.closed.Load(), float64(connections)/10, "nearly each was closed for its frames, some because they stood still")
	require.Eventually(t, func() bool { return b.listener.Open() <= 1 }, time.Minute, 10*time.Millisecond)
	require.Eventually(t, func() bool { return b.handler.present.Used() == 0 }, time.Minute, 10*time.Millisecond)
	b.served(10)
}

// TestAttack_Edge_RefusedRequestsAndTheLog has one address send far more than it may.
func TestAttack_Edge_RefusedRequestsAndTheLog(t *testing.T) {
	var log journal
	c := newClock()
	m, registry := meters(t)
	h := open(t, Config{PerAddress: Quota{1, time.Hour}, Log: log.logger(), Now: c.now, Metrics: m}, fine)
	const requests = 5000
	for i := range requests {
		ask(h, fmt.Sprintf("192.0.2.%d:1", i%5), "GET", "/v1/ledger")
	}
	h.door.sum()
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	require.Len(t, lines, 5+turnedLines+1, "those who were served, an example, and the sum")
	require.Contains(t, lines[len(lines)-1], `"msg":"requests were turned away","rate_limited":4995,"overloaded":0,"taken_back":0,"addresses":5`)
	require.InDelta(t, requests, counted(t, registry, "tally_http_requests_total"), 0, "the metrics are exact")
	h.door.sum()
	require.Len(t, strings.Split(strings.TrimSpace(log.String()), "\n"), len(lines), "there is nothing more to say")
}

// TestHonestHTTP2_IsLeftAlone has a busy client of one connection do what the
// limits are near to: long answers, long bodies, requests that it takes back.
func TestHonestHTTP2_IsLeftAlone(t *testing.T) {
	cert, key, pool := edgetest.Certify(t, t.TempDir(), 1)
	loaded, err := LoadCertificate(cert, key, (&journal{}).logger(), time.Now)
	require.NoError(t, err)
	var closed atomic.Int64
	s := serve(t, Server{TLS: loaded.Config(), MaxHeader: 16 << 10, WriteTimeout: time.Minute, Calm: func() { closed.Add(1) },
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch r.URL.Path {
			case "/long":
				_, _ = w.Write(make([]byte, 8<<20))
			case "/slow":
				<-r.Context().Done()
			default:
				_, _ = io.Copy(w, r.Body)
			}
		})})
	c := client(t, &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, ForceAttemptHTTP2: true, MaxConnsPerHost: 1})
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for i := range 40 {
				ctx, cancel := context.WithCancel(t.Context())
				path, body := "/", strings.Repeat("x", 60<<10)
				if i%10 == 0 {
					path = "/long"
				}
				if i%4 == 1 { // a quarter is taken back
					path = "/slow"
					time.AfterFunc(10*time.Millisecond, cancel)
				}
				r, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://"+s.address+path, strings.NewReader(body))
				if err != nil {
					t.Error(err)
				}
				if answer, err := c.Do(r); err == nil {
					if n, err := io.Copy(io.Discard, answer.Body); err != nil || path == "/long" && n != 8<<20 {
						t.Error(n, err)
					}
					_ = answer.Body.Close()
				} else if path != "/slow" {
					t.Error(err)
				}
				cancel()
			}
		})
	}
	all.Wait()
	require.Zero(t, closed.Load())
	c.CloseIdleConnections()
	require.NoError(t, s.end())
}
