package edge

import (
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
)

// Connections is a listener that has a bounded number of connections open. One
// more waits in the system's queue. An address that has its share is hung up on
// at once, so that it cannot take all; this machine and trusted proxies may.
type Connections struct {
	net.Listener
	slots   chan struct{} // held by sending while a connection is open or awaited
	open    atomic.Int64
	share   int // of one address or IPv6 /64
	proxies Proxies

	mu     sync.Mutex
	of     map[string]int
	closed chan struct{}
	once   sync.Once
}

// LimitConnections bounds the connections of a listener. The limits are at least 1.
func LimitConnections(l net.Listener, most, perAddress int, trusted Proxies) *Connections {
	return &Connections{
		Listener: l, slots: make(chan struct{}, most), share: perAddress, proxies: trusted,
		of: map[string]int{}, closed: make(chan struct{}),
	}
}

// Open is how many connections are open.
func (c *Connections) Open() int { return int(c.open.Load()) }

// Accept implements net.Listener.
func (c *Connections) Accept() (net.Conn, error) {
	for {
		select {
		case c.slots <- struct{}{}:
		case <-c.closed:
			return nil, net.ErrClosed
		}
		conn, err := c.Listener.Accept()
		if err != nil {
			<-c.slots
			return nil, err
		}
		if leave := c.enter(conn.RemoteAddr()); leave != nil {
			c.open.Add(1)
			return &connection{Conn: conn, leave: sync.OnceFunc(func() { leave(); c.open.Add(-1); <-c.slots })}, nil
		}
		_ = conn.Close()
		<-c.slots
	}
}

// Close implements net.Listener. It also ends an Accept that waits.
func (c *Connections) Close() error {
	c.once.Do(func() { close(c.closed) })
	return c.Listener.Close()
}

// enter counts a connection of an address; it is nil if the address has its
// share. Else it is what uncounts it.
func (c *Connections) enter(remote net.Addr) (leave func()) {
	end, ok := remote.(*net.TCPAddr)
	if !ok {
		return func() {}
	}
	address, ok := netip.AddrFromSlice(end.IP)
	if address = address.Unmap(); !ok || address.IsLoopback() || c.proxies.Trust(address) {
		return func() {}
	}
	key := bucket(address)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.of[key] >= c.share {
		return nil
	}
	c.of[key]++
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.of[key]--; c.of[key] == 0 {
			delete(c.of, key)
		}
	}
}

type connection struct {
	net.Conn
	leave func()
}

// Close implements net.Conn.
func (c *connection) Close() error {
	defer c.leave()
	return c.Conn.Close()
}
