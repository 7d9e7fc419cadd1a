package edgetest

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"io"
	"net"
	"time"
)

// Frames is an HTTP/2 client that sends what it is told, frame by frame: what no
// well-kept client would.
type Frames struct {
	*tls.Conn
	next uint32 // stream
}

// Kinds of frames, RFC 9113 section 6.
const (
	FrameData         = 0x0
	FrameHeaders      = 0x1
	FramePriority     = 0x2
	FrameReset        = 0x3
	FrameSettings     = 0x4
	FramePing         = 0x6
	FrameGoAway       = 0x7
	FrameWindowUpdate = 0x8
	FrameContinuation = 0x9

	EndStream  = 0x1
	EndHeaders = 0x4
)

// DialFrames connects from an address of this machine, and sends the preface and
// settings: pairs of an id and a value.
func DialFrames(ctx context.Context, from, to string, pool *x509.CertPool, settings ...uint32) (*Frames, error) {
	dialer := &tls.Dialer{
		NetDialer: &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}, Timeout: time.Minute},
		Config:    &tls.Config{RootCAs: pool, NextProtos: []string{"h2"}, MinVersion: tls.VersionTLS13},
	}
	conn, err := dialer.DialContext(ctx, "tcp", to)
	if err != nil {
		return nil, err
	}
	f := &Frames{Conn: conn.(*tls.Conn), next: 1} //nolint:forcetypeassert // tls.Dialer says so
	var payload []byte
	for i := 0; i < len(settings); i += 2 {
		payload = binary.BigEndian.AppendUint16(payload, uint16(settings[i]))
		payload = binary.BigEndian.AppendUint32(payload, settings[i+1])
	}
	_, err = f.Write(append([]byte("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), Frame(FrameSettings, 0, 0, payload)...))
	return f, err
}

// Frame is a frame.
//
//	00 00 04  03  00  00 00 00 01  00 00 00 08    Frame(FrameReset, 0, 1, []byte{0, 0, 0, 8})
func Frame(kind, flags byte, stream uint32, payload []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(payload))<<8|uint32(kind))
	b = append(b, flags)
	b = binary.BigEndian.AppendUint32(b, stream)
	return append(b, payload...)
}

// Request are the frames of a request on a new stream. With flags of 0 and
// EndHeaders its body is still to come.
func (f *Frames) Request(method, path string, flags byte) (stream uint32, frame []byte) {
	stream = f.next
	f.next += 2
	payload := []byte{0x87} // :scheme https
	payload = literal(payload, ":method", method)
	payload = literal(payload, ":path", path)
	payload = literal(payload, ":authority", "tally.example")
	return stream, Frame(FrameHeaders, flags, stream, payload)
}

// literal is a header field in HPACK, literal without indexing (RFC 7541, 6.2.2).
func literal(b []byte, name, value string) []byte {
	b = append(b, 0, byte(len(name)))
	b = append(b, name...)
	b = append(b, byte(len(value)))
	return append(b, value...)
}

// Received is how many frames of each kind came until the connection ended, and
// the code of the last GOAWAY.
type Received struct {
	Kinds  map[byte]int
	GoAway uint32
}

// Receive reads frames until the connection ends.
func (f *Frames) Receive() Received {
	got := Received{Kinds: map[byte]int{}}
	var header [9]byte
	for {
		if _, err := io.ReadFull(f, header[:]); err != nil {
			return got
		}
		payload := make([]byte, binary.BigEndian.Uint32(header[:])>>8)
		if _, err := io.ReadFull(f, payload); err != nil {
			return got
		}
		got.Kinds[header[3]]++
		if header[3] == FrameGoAway && len(payload) >= 8 {
			got.GoAway = binary.BigEndian.Uint32(payload[4:])
		}
	}
}

// Flood writes what make makes, again and again, until the other end has enough.
// most is how often at most; the result is how often it was written.
func (f *Frames) Flood(most int, make func() []byte) (times int) {
	for times < most {
		if _, err := f.Write(make()); err != nil {
			return times
		}
		times++
	}
	return times
}
