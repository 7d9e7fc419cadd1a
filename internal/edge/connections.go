package edge

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// maxClaims is how many connections are compared, in no order, to find the one to
// close: enough to find one of a network that has more than a few of all.
const maxClaims = 256

// silentAfter is how long a connection may be open without a first request before
// it may be closed to let another one in, and how long an idle one is taken to be in
// use: its client's next request may be on the way, and would be lost.
const silentAfter = time.Second

// Connections is a listener that has a bounded number of connections open, shared
// out as a Pool is. Where there is no room for one more, the connection that has
// been idle for longest, of the network with the most, is closed to let it in; one
// that was in use a moment ago only for one of its own network. If none is idle, it waits while all are taken, and is hung up on while only its own
// network has its share. An address that has its number, or that connects more
// often than it may, is hung up on too; this machine and trusted proxies are not.
type Connections struct {
	net.Listener
	pool    *Pool
	share   int // of one address or IPv6 /64
	proxies Proxies
	pace    Limiter            // how often an address may connect; nil for as often as it likes
	tell    func(cause string) // of each connection that is closed

	mu      sync.Mutex
	room    *sync.Cond // a connection was closed or became idle, or the listener was closed
	waiting int
	open    map[*connection]struct{}
	closed  bool
}

// LimitConnections bounds the connections of a listener. The limits are at least 1.
func LimitConnections(l net.Listener, most, perAddress int, trusted Proxies) *Connections {
	c := &Connections{
		Listener: l, pool: NewPool(int64(most)), share: perAddress, proxies: trusted, tell: func(string) {}, open: map[*connection]struct{}{},
	}
	c.room = sync.NewCond(&c.mu)
	return c
}

// Pace bounds how often an address may connect. It is called before Accept.
func (c *Connections) Pace(q Quota, now func() time.Time) {
	if !q.Off() {
		c.pace = NewLocal(q, now)
	}
}

// Why a connection was closed, as Tell has it told.
const (
	CauseShare  = "share"  // it was hung up on: its address or network has its share
	CausePace   = "pace"   // it was hung up on: its address connects too often
	CauseRoom   = "room"   // it was idle, and another one needed its place
	CauseFrames = "frames" // over HTTP/2 it sent more frames than its requests need
)

// Causes are all of them.
func Causes() []string { return []string{CauseShare, CausePace, CauseRoom, CauseFrames} }

// Tell has somebody told of each connection that is closed, and why. It is called
// before Accept.
func (c *Connections) Tell(closed func(cause string)) { c.tell = closed }

// Open is how many connections are open.
func (c *Connections) Open() int { return int(c.pool.Used()) }

// Accept implements net.Listener.
func (c *Connections) Accept() (net.Conn, error) {
	for {
		conn, err := c.Listener.Accept()
		if err != nil {
			return nil, err
		}
		admitted, err := c.enter(conn)
		if err == nil {
			return admitted, nil
		}
		_ = conn.Close()
		if errors.Is(err, net.ErrClosed) {
			return nil, err
		}
	}
}

// Close implements net.Listener. It also ends an Accept that waits.
func (c *Connections) Close() error {
	c.mu.Lock()
	c.closed = true
	c.room.Broadcast()
	c.mu.Unlock()
	return c.Listener.Close()
}

// errShare says that an address or its network has its share of connections.
var errShare = errors.New("share of connections is used up")

// enter finds room for a connection. The error is errShare or net.ErrClosed.
func (c *Connections) enter(conn net.Conn) (*connection, error) {
	from, limited := c.origin(conn.RemoteAddr())
	if limited && c.pace != nil && !c.pace.Take(context.Background(), bucket(from[0])).Allowed {
		c.tell(CausePace)
		return nil, errShare
	}
	k := &connection{Conn: conn, of: c, proxied: len(from) == 0, since: time.Now()}
	for {
		victim, err := c.admit(k, from, limited)
		switch {
		case victim != nil:
			c.tell(CauseRoom)
			_ = victim.Close()
		case errors.Is(err, errShare):
			c.tell(CauseShare)
			return nil, err
		case err != nil:
			return nil, err
		default:
			return k, nil
		}
	}
}

// admit gives a connection its place, or names the one to close for it. It waits
// while all places are taken by connections that are busy.
func (c *Connections) admit(k *connection, from origin, limited bool) (victim *connection, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for !c.closed {
		if limited && c.held(from[0]) >= c.share {
			return c.makeRoom(from[0])
		}
		if k.place = c.pool.Take(from, 1); k.place != nil {
			c.open[k] = struct{}{}
			return nil, nil
		}
		full, network := c.pool.Full(from)
		if !full && network.IsValid() {
			return c.makeRoom(network)
		}
		if victim, err := c.makeRoom(netip.Prefix{}); err == nil {
			return victim, nil
		}
		c.wait()
	}
	return nil, net.ErrClosed
}

// wait waits for a place, or for another connection to have been silent for long.
func (c *Connections) wait() {
	c.waiting++
	look := time.AfterFunc(silentAfter/4, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.room.Broadcast()
	})
	c.room.Wait()
	look.Stop()
	c.waiting--
}

// held is how many connections a network has.
func (c *Connections) held(network netip.Prefix) int {
	c.pool.mu.Lock()
	defer c.pool.mu.Unlock()
	if h := c.pool.of[network]; h != nil {
		return int(h.used)
	}
	return 0
}

// makeRoom is the connection to close: of a network, or of all for the zero one.
// The error is errShare where none is idle.
func (c *Connections) makeRoom(network netip.Prefix) (victim *connection, err error) {
	var worst claim
	now, looked := time.Now(), 0
	for k := range c.open {
		if !k.spare(now, network.IsValid()) || network.IsValid() && !k.place.within(network) {
			continue
		}
		if next := k.claim(now); victim == nil || next.before(worst) {
			victim, worst = k, next
		}
		if looked++; looked == maxClaims {
			break
		}
	}
	if victim == nil {
		return nil, errShare
	}
	return victim, nil
}

// origin is whose share a connection is of, and whether the limits of an address
// hold for it.
func (c *Connections) origin(remote net.Addr) (from origin, limited bool) {
	end, ok := remote.(*net.TCPAddr)
	if !ok {
		return nil, false
	}
	address, _ := netip.AddrFromSlice(end.IP)
	address = address.Unmap().WithZone("")
	if c.proxies.Trust(address) {
		return nil, false
	}
	return originOf(address), !address.IsLoopback()
}

// leave uncounts a connection.
func (c *Connections) leave(k *connection) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k.place.Leave()
	delete(c.open, k)
	c.stir()
}

// stir wakes an Accept that waits.
func (c *Connections) stir() {
	if c.waiting > 0 {
		c.room.Broadcast()
	}
}

// connection is one of a listener's.
type connection struct {
	net.Conn
	of      *Connections
	place   *Place
	proxied bool         // whether it is a trusted proxy's, which brings many strangers
	refused atomic.Int32 // requests that were refused on it, see refuse

	state http.ConnState // under of.mu, as since
	since time.Time      // that it is in that state
	gone  sync.Once
}

// Close implements net.Conn.
func (k *connection) Close() error {
	defer k.gone.Do(func() { k.of.leave(k) })
	return k.Conn.Close()
}

// misuse is how many connections one counts as that was closed for its frames: who
// floods them connects the less often.
const misuse = 30

// misused is told that the connection was closed for its frames.
func (k *connection) misused() {
	if from, limited := k.of.origin(k.RemoteAddr()); limited && k.of.pace != nil {
		k.of.pace.Owe(context.Background(), bucket(from[0]), misuse)
	}
}

// note is told what the server does with the connection.
func (k *connection) note(state http.ConnState) {
	k.of.mu.Lock()
	defer k.of.mu.Unlock()
	if k.state == state {
		return
	}
	k.state, k.since = state, time.Now()
	if state == http.StateIdle {
		k.of.stir()
	}
}

// claim is how near a connection is to being closed for another.
type claim struct {
	order int // see claimOrder
	crowd [networks]int64
	since time.Time
}

// spare reports whether a connection may be closed for another: it has been idle, or
// open without a request, for long. For one of its own network one that was in use a
// moment ago may be closed, too: a stranger has none of that. The listener is locked.
func (k *connection) spare(now time.Time, ownNetwork bool) bool {
	switch k.state {
	case http.StateIdle:
		return ownNetwork || now.Sub(k.since) >= silentAfter
	case http.StateNew:
		return now.Sub(k.since) >= silentAfter
	default:
		return false
	}
}

func (k *connection) claim(now time.Time) claim {
	return claim{k.claimOrder(now), k.place.crowd(), k.since}
}

// claimOrder is when a spare connection's turn is: first an idle one's, then a silent
// one's, and at last that of one that was in use a moment ago.
func (k *connection) claimOrder(now time.Time) int {
	switch {
	case k.state != http.StateIdle:
		return 1
	case now.Sub(k.since) >= silentAfter:
		return 0
	default:
		return 2
	}
}

// before reports whether a claim is to be met before another: by its order, then
// that of the network that has more, then the longer one.
func (c claim) before(other claim) bool {
	if c.order != other.order {
		return c.order < other.order
	}
	for i, held := range c.crowd {
		if held != other.crowd[i] {
			return held > other.crowd[i]
		}
	}
	return c.since.Before(other.since)
}

// connectionOf is the listener's connection below what a server made of it. It is
// nil for a connection of another listener.
func connectionOf(conn net.Conn) *connection {
	for {
		switch c := conn.(type) {
		case *connection:
			return c
		case interface{ NetConn() net.Conn }:
			conn = c.NetConn()
		default:
			return nil
		}
	}
}

type connectionKey struct{}

// withConnection is a context of what comes over a connection.
func withConnection(ctx context.Context, conn net.Conn) context.Context {
	if k := connectionOf(conn); k != nil {
		return context.WithValue(ctx, connectionKey{}, k)
	}
	return ctx
}
