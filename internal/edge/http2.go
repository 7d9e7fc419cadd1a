package edge

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"sync"
	"time"
)

// second serves HTTP/2. TLS has ended before it, so that the frames can be
// counted: what it reads is HTTP/2 "with prior knowledge" (RFC 9113, section 3.3).
type second struct {
	*http.Server
	handed *handed
}

// http2 is the server that HTTP/2 connections of a first server are handed to.
func (s *Server) http2(ctx context.Context, first *http.Server) *second {
	server := s.http(ctx)
	var protocols http.Protocols
	protocols.SetUnencryptedHTTP2(true)
	server.TLSConfig, server.Protocols = nil, &protocols
	server.HTTP2 = &http.HTTP2Config{
		MaxConcurrentStreams: MaxStreams, WriteByteTimeout: WriteStall,
		MaxReceiveBufferPerStream: maxStreamBuffer, MaxReceiveBufferPerConnection: maxConnectionBuffer,
	}
	two := &second{server, &handed{conns: make(chan net.Conn), closed: make(chan struct{})}}
	calm := s.Calm
	if calm == nil {
		calm = func() {}
	}
	first.TLSNextProto = map[string]func(*http.Server, *tls.Conn, http.Handler){
		"h2": func(_ *http.Server, conn *tls.Conn, _ http.Handler) {
			two.handed.hand(newFrames(conn, time.Now, func() {
				calm()
				if k := connectionOf(conn); k != nil {
					k.misused()
				}
			}))
		},
	}
	return two
}

func (s *second) serve() error { return s.Serve(s.handed) }

func (s *second) close() error { return s.Close() }

// handed is a listener whose connections are those that it is handed.
type handed struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

// hand gives a connection to who accepts, and returns when it was closed: the
// server that hands it over counts it for as long.
func (h *handed) hand(conn net.Conn) {
	watched := &lasting{Conn: conn, ended: make(chan struct{})}
	select {
	case h.conns <- watched:
		<-watched.ended
	case <-h.closed:
		_ = conn.Close()
	}
}

// Accept implements net.Listener.
func (h *handed) Accept() (net.Conn, error) {
	select {
	case conn := <-h.conns:
		return conn, nil
	case <-h.closed:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener.
func (h *handed) Close() error {
	h.once.Do(func() { close(h.closed) })
	return nil
}

// Addr implements net.Listener.
func (h *handed) Addr() net.Addr { return handedAddr{} }

type handedAddr struct{}

// Network implements net.Addr.
func (handedAddr) Network() string { return "tls" }

// String implements net.Addr.
func (handedAddr) String() string { return "h2" }

// lasting is a connection that somebody waits for the end of.
type lasting struct {
	net.Conn
	ended chan struct{}
	once  sync.Once
}

// NetConn is the connection below.
func (l *lasting) NetConn() net.Conn { return l.Conn }

// Close implements net.Conn.
func (l *lasting) Close() error {
	defer l.once.Do(func() { close(l.ended) })
	return l.Conn.Close()
}
