package edge

import (
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestConnections_Bounded(t *testing.T) {
	l := LimitConnections(listen(t), 2, 10, nil)
	accepted := make(chan net.Conn)
	go func() {
		defer close(accepted)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			accepted <- conn
		}
	}()
	var dialled, open []net.Conn
	for range 3 {
		conn, err := net.Dial("tcp", l.Addr().String())
		require.NoError(t, err)
		dialled = append(dialled, conn)
	}
	open = append(open, <-accepted, <-accepted)
	require.Equal(t, 2, l.Open())
	select {
	case <-accepted:
		require.Fail(t, "a third was accepted")
	case <-time.After(100 * time.Millisecond):
	}
	require.NoError(t, open[0].Close())
	_ = open[0].Close() // closing twice frees one slot
	third := <-accepted
	require.Equal(t, 2, l.Open())
	select {
	case <-accepted:
		require.Fail(t, "one closing freed two slots")
	case <-time.After(100 * time.Millisecond):
	}
	require.NoError(t, l.Close())
	_, still := <-accepted
	require.False(t, still, "an Accept that waits ends")
	for _, conn := range append(dialled, open[1], third) {
		require.NoError(t, conn.Close())
	}
	require.Zero(t, l.Open())
}

// from is a listener whose connections come from an address.
type from struct {
	net.Listener
	ip net.IP
}

type fromConn struct {
	net.Conn
	ip net.IP
}

func (f *from) Accept() (net.Conn, error) {
	conn, err := f.Listener.Accept()
	return &fromConn{conn, f.ip}, err
}

func (f *fromConn) RemoteAddr() net.Addr { return &net.TCPAddr{IP: f.ip, Port: 1} }

// TestConnections_ShareOfAnAddress: one address has a share of the connections.
func TestConnections_ShareOfAnAddress(t *testing.T) {
	source := &from{Listener: listen(t), ip: net.ParseIP("192.0.2.7")}
	l := LimitConnections(source, 10, 1, proxies("198.51.100.0/24"))
	server := &http.Server{Handler: fine, ReadHeaderTimeout: time.Minute}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	dial := func() (net.Conn, error) {
		conn, err := net.Dial("tcp", l.Addr().String())
		require.NoError(t, err)
		_, err = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
		require.NoError(t, err)
		_, err = conn.Read(make([]byte, 1))
		return conn, err
	}
	first, err := dial()
	require.NoError(t, err)
	second, err := dial()
	require.Error(t, err, "hung up on")
	require.Equal(t, 1, l.Open())
	require.NoError(t, first.Close())
	require.Eventually(t, func() bool { return l.Open() == 0 }, time.Minute, time.Millisecond)
	again, err := dial()
	require.NoError(t, err)
	require.NoError(t, second.Close())
	require.NoError(t, again.Close())
	require.NoError(t, server.Close())
	require.ErrorIs(t, <-ended, http.ErrServerClosed)
	require.Eventually(t, func() bool { return l.Open() == 0 }, time.Minute, time.Millisecond)
	require.Empty(t, l.pool.of)

	l = LimitConnections(source, 10, 1, proxies("198.51.100.0/24"))
	enter := func(ip string) error {
		_, err := l.enter(&fromConn{ip: net.ParseIP(ip)})
		return err
	}
	for _, whole := range []string{"127.0.0.1", "::1", "198.51.100.1"} {
		for range 2 {
			require.NoError(t, enter(whole), whole)
		}
	}
	require.NoError(t, enter("2001:db8::1"))
	require.ErrorIs(t, enter("2001:db8::2"), errShare, "the same /64")
}
