package edge

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// flood is a crowd of connections that want nothing: a half says nothing at all,
// the others dribble a request's header or its body. Who is hung up on comes back.
type flood struct {
	*besieged
	from   func(i int) net.IP
	dialed atomic.Int64
	all    sync.WaitGroup
}

// dribble is how long a slow connection waits between two bytes.
const dribble = 100 * time.Millisecond

// start opens a number of connections, and keeps as many up until stop.
func (f *flood) start(connections int) (stop func()) {
	f.t.Helper()
	ctx, cancel := context.WithCancel(f.t.Context())
	handshakes := make(chan struct{}, 16) // at once: this attack is not of processors
	for i := range connections {
		f.all.Go(func() {
			for ctx.Err() == nil {
				f.once(ctx, i, handshakes)
			}
		})
	}
	return func() { cancel(); f.all.Wait() }
}

// once holds one connection for as long as it is let.
func (f *flood) once(ctx context.Context, i int, handshakes chan struct{}) {
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: f.from(i)}, Timeout: time.Minute}
	conn, err := d.DialContext(ctx, "tcp", f.address)
	if err != nil {
		f.rest(ctx)
		return
	}
	defer conn.Close() //nolint:errcheck // it says nothing
	f.dialed.Add(1)
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	if i%2 == 0 {
		_, _ = io.Copy(io.Discard, conn)
		f.rest(ctx)
		return
	}
	secure := tls.Client(conn, &tls.Config{RootCAs: f.pool, ServerName: "localhost"})
	handshakes <- struct{}{}
	err = secure.HandshakeContext(ctx)
	<-handshakes
	if err != nil {
		f.rest(ctx)
		return
	}
	text := "GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
	if i%4 == 1 {
		text = "POST /v1/claims HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\n\r\n"
	}
	for err == nil && ctx.Err() == nil {
		_, err = io.WriteString(secure, text)
		text = "x"
		time.Sleep(dribble)
	}
}

// rest is a pause before the next try.
func (f *flood) rest(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-time.After(dribble):
	}
}

// Bounds of what one connection of a flood may cost, the attacker's own half
// included, which is in the same process: its goroutine, and the server's two.
const (
	crowdGoroutines = 6
	crowdMemory     = 192 << 10 // bytes
)

// TestAttack_Edge_Flood has twice as many connections come, and come again, as the
// server may have open: from a few sites, and from a network each. Goroutines and
// memory stay bounded, and a good client is served. The long form is of 4,096.
func TestAttack_Edge_Flood(t *testing.T) {
	for name, from := range map[string]func(i int) net.IP{
		"one site":       func(i int) net.IP { return net.IPv4(127, 0, 1, byte(1+i%250)) },
		"a network each": func(i int) net.IP { return net.IPv4(127, 0, byte(16+i>>8), byte(i)) },
	} {
		t.Run(name, func(t *testing.T) {
			connections := size(512, 4096)
			most := connections / 2
			f := &flood{besieged: besiege(t, Config{MaxRequests: 4096}, most, most/8), from: from}
			goroutines, heap := footprint()
			stop := f.start(connections)
			require.Eventually(t, func() bool { return f.dialed.Load() > int64(connections) }, time.Minute, time.Millisecond)
			footprints := watch()
			f.served(size(20, 200))
			require.LessOrEqual(t, f.listener.Open(), most)
			most2, peak := footprints()
			stop()
			t.Logf("%d connections, dialed %d times: %d goroutines and %d MiB at most, %d and %d MiB before",
				connections, f.dialed.Load(), most2, peak>>20, goroutines, heap>>20)
			require.Less(t, most2, goroutines+crowdGoroutines*connections)
			require.Less(t, peak, heap+floodBase+uint64(connections)*crowdMemory)
			require.Eventually(t, func() bool { return f.listener.Open() <= 1 }, time.Minute, 10*time.Millisecond)
			f.served(10)
		})
	}
}
