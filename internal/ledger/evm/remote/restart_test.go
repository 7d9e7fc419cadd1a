package remote_test

import (
	"context"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/ledger"
	"tally/internal/ledger/evm/remote"
	"tally/internal/voucher"
)

// TestRestart_KilledNodeComesBack kills geth while 200 commands are under way. It
// comes back without its pool and without its last blocks, which its consensus
// client brings. Every caller gets its answer, and no nonce is left. The chain is
// longer than geth would go back.
func TestRestart_KilledNodeComesBack(t *testing.T) {
	t.Parallel()
	g := startGeth(t, 1_000_000_000, "one", "two")
	for range 33 {
		g.pass()
	}
	g.produce()
	opts := deploy(t, options(g.ws, relayer("one"), relayer("two")))
	opts.Resend = 500 * time.Millisecond
	l, w := shop(t, opts, g.clock)
	commands := claims(w, w.Campaign(1000, nil), 200)
	var answers []<-chan answer
	for _, c := range commands[:100] {
		answers = append(answers, submit(t.Context(), l, c))
	}
	requireAccepted(t, answers[0])
	g.process.kill()
	unsent := <-submit(shortly(t), l, commands[199])
	require.ErrorIs(t, unsent.err, ledger.ErrNotSent)
	require.Equal(t, voucher.StatusUnknown, unsent.outcomes[0].Status)
	_, _, err := l.Merchant(t.Context(), w.Merchant.Address)
	require.ErrorIs(t, err, remote.ErrUnreachable)
	g.restart()
	for _, one := range answers[1:] {
		requireSettled(t, l, one)
	}
	require.Eventually(t, func() bool {
		_, _, err := l.Merchant(context.Background(), w.Merchant.Address)
		return err == nil
	}, time.Minute, 20*time.Millisecond)
	parallel(t, l, commands[100:])
	for _, name := range []string{"one", "two"} {
		mined, pending := nonces(t, g.eth, relayer(name))
		require.Equal(t, mined, pending)
	}
	ids := map[voucher.Hash]int{}
	for e, err := range l.Events(t.Context(), voucher.Position{}, voucher.Position{Block: 1 << 40}) {
		require.NoError(t, err)
		ids[e.Outcome.ID]++
	}
	for _, c := range commands {
		require.Equal(t, 1, ids[w.Domain.ID(c)])
	}
}

// requireSettled wants an answer to be accepted, or not to claim anything that
// sending the command again contradicts.
func requireSettled(t *testing.T, l ledger.Ledger, got <-chan answer) {
	t.Helper()
	a := <-got
	if a.err != nil {
		require.Equal(t, voucher.StatusUnknown, a.outcomes[0].Status)
		return
	}
	require.Equal(t, voucher.StatusAccepted, a.outcomes[0].Status)
	found, ok, err := l.Outcome(t.Context(), a.outcomes[0].ID)
	if err == nil {
		require.True(t, ok)
		require.Equal(t, string(a.outcomes[0].Canonical()), string(found.Canonical()))
	}
}

// proxy is a wire to a node that can be cut.
type proxy struct {
	listener net.Listener
	to       string
	mu       sync.Mutex
	down     bool
	wires    []net.Conn
	running  sync.WaitGroup
}

func startProxy(t *testing.T, to string) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	p := &proxy{listener: l, to: to}
	p.running.Go(p.accept)
	t.Cleanup(func() {
		_ = l.Close() // ends accept
		p.cut(true)
		p.running.Wait()
	})
	return p
}

func (p *proxy) accept() {
	for {
		near, err := p.listener.Accept()
		if err != nil {
			return
		}
		far, err := net.Dial("tcp", p.to)
		p.mu.Lock()
		if err != nil || p.down {
			p.mu.Unlock()
			_ = near.Close()
			if far != nil {
				_ = far.Close()
			}
			continue
		}
		p.wires = append(p.wires, near, far)
		p.mu.Unlock()
		for _, way := range [][2]net.Conn{{near, far}, {far, near}} {
			p.running.Go(func() {
				_, _ = io.Copy(way[0], way[1]) // until it is cut
				_ = near.Close()
				_ = far.Close()
			})
		}
	}
}

// cut drops every connection, and refuses others while it is down.
func (p *proxy) cut(down bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.down = down
	for _, wire := range p.wires {
		_ = wire.Close()
	}
	p.wires = nil
}

func (p *proxy) mend() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.down = false
}

// TestRestart_LostSocket follows the ledger over a WebSocket that is cut
// again and again, for a moment or for many blocks. The follower misses nothing
// and sees nothing twice.
func TestRestart_LostSocket(t *testing.T) {
	t.Parallel()
	a := startAnvil(t)
	a.fund(relayer("one"))
	opts := deploy(t, options(a.http, relayer("one")))
	_, w := shop(t, opts, a.clock)
	p := startProxy(t, a.ws[len("ws://"):])
	logs := &diary{}
	opts.URL, opts.Keys, opts.Log = "ws://"+p.listener.Addr().String(), nil, logs.logger()
	reader := open(t, opts)

	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	seen := make(chan ledger.Entry, 1000)
	ended := make(chan error, 1)
	go func() {
		from := voucher.Position{}
		for ctx.Err() == nil { // a read that fails starts again from where it was, as the index does
			for e, err := range ledger.Follow(ctx, reader, from) {
				if err != nil {
					break
				}
				seen <- e
				from = e.Outcome.Position
				from.Item++
			}
		}
		ended <- ctx.Err()
	}()
	id := w.Campaign(1000, nil)
	var want []voucher.Outcome
	for round, c := range claims(w, id, 60) {
		switch round % 20 {
		case 5:
			p.cut(false) // and it can be mended at once
		case 10:
			p.cut(true)
		case 15:
			p.mend()
		}
		want = append(want, w.Must(c))
	}
	p.mend()
	for range 6 {
		<-seen // what founded the shop, and the campaign
	}
	for _, o := range want {
		require.Equal(t, string(o.Canonical()), string((<-seen).Outcome.Canonical()))
	}
	require.Empty(t, seen)
	require.True(t, logs.has("node lost, connecting again"))
	cancel()
	require.ErrorIs(t, <-ended, context.Canceled)
}
