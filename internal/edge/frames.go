package edge

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"sync"
	"time"
)

// Limits of one HTTP/2 connection (RFC 9113). What goes beyond is closed, with
// GOAWAY and ENHANCE_YOUR_CALM where nothing else is being written.
const (
	// maxResets is how many more requests a client may take back (RST_STREAM) than
	// half of those that were answered. ResetsEach is the time that gives one back.
	maxResets  = 50
	resetsEach = 100 * time.Millisecond
	// maxIdleFrames is how many frames may carry nothing: PING, SETTINGS, PRIORITY,
	// CONTINUATION, DATA of a few bytes, and what is not known. Each request gives
	// one back, and so does idleEach.
	maxIdleFrames = 200
	idleEach      = 50 * time.Millisecond
	tinyData      = 16 // bytes of a DATA frame that carries next to nothing
	// newUpdates is how many WINDOW_UPDATE frames may come. Each updateBytes that are
	// sent give one more, up to maxUpdates, and so does updatesEach.
	newUpdates  = 1000
	maxUpdates  = 1 << 17
	updatesEach = 20 * time.Millisecond
	updateBytes = 512
)

// ErrCalm is why a connection was closed that floods the server with frames.
var ErrCalm = errors.New("more HTTP/2 frames than the requests need")

// Frames of HTTP/2, RFC 9113 section 6.
const (
	frameData         = 0x0
	frameHeaders      = 0x1
	frameReset        = 0x3
	frameWindowUpdate = 0x8

	flagEndStream = 0x1 // of DATA and HEADERS
	frameHeader   = 9   // bytes: length 3, type 1, flags 1, stream 4
	prefaceLength = 24  // bytes that a client sends before its first frame
)

// goAwayCalm is GOAWAY with ENHANCE_YOUR_CALM (0xb).
//
//	00 00 08  07  00  00 00 00 00  00 00 00 00  00 00 00 0b
func goAwayCalm() []byte {
	return []byte{0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x0b}
}

// frames is the plain side of an HTTP/2 connection over TLS, with its frames
// counted in both directions. net/http bounds what one connection may have under
// way; it does not bound what is taken back, nor what asks for nothing.
type frames struct {
	net.Conn
	now  func() time.Time
	calm func() // told once when the client goes beyond a limit

	in, out             splitter // in is the reader's alone, out is under writing
	writing             sync.Mutex
	mu                  sync.Mutex
	resets, idle, turns credit
	beyond              bool
}

func newFrames(conn net.Conn, now func() time.Time, calm func()) *frames {
	start := now()
	return &frames{
		Conn: conn, now: now, calm: calm, in: splitter{skip: prefaceLength},
		resets: credit{maxResets, resetsEach, maxResets, start},
		idle:   credit{maxIdleFrames, idleEach, maxIdleFrames, start},
		turns:  credit{newUpdates, updatesEach, maxUpdates, start},
	}
}

// NetConn is the connection below.
func (f *frames) NetConn() net.Conn { return f.Conn }

// Read implements net.Conn. Once the client is beyond a limit there is no more.
func (f *frames) Read(b []byte) (int, error) {
	n, err := f.Conn.Read(b)
	if f.spent(b[:n]) {
		f.goAway()
		return 0, io.EOF // net/http writes no line of it
	}
	return n, err
}

// Write implements net.Conn.
func (f *frames) Write(b []byte) (int, error) {
	f.writing.Lock()
	defer f.writing.Unlock()
	n, err := f.Conn.Write(b)
	answered := 0
	f.out.split(b[:n], func(h head) {
		if (h.kind == frameData || h.kind == frameHeaders) && h.flags&flagEndStream != 0 {
			answered++
		}
	})
	f.mu.Lock()
	defer f.mu.Unlock()
	f.resets.give(float64(answered) / 2)
	f.turns.give(float64(n) / updateBytes)
	return n, err
}

// spent counts what came, and reports whether the client is beyond a limit.
func (f *frames) spent(b []byte) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := f.now()
	f.in.split(b, func(h head) { f.count(h, now) })
	return f.beyond
}

func (f *frames) count(h head, now time.Time) {
	within := true
	switch {
	case h.kind == frameHeaders:
		f.idle.give(1)
	case h.kind == frameReset:
		within = f.resets.take(now)
	case h.kind == frameWindowUpdate:
		within = f.turns.take(now)
	case h.kind == frameData && (h.length >= tinyData || h.flags&flagEndStream != 0):
	default:
		within = f.idle.take(now)
	}
	if !within && !f.beyond {
		f.beyond = true
		f.calm()
	}
}

// goAway says why the connection ends, if nobody is in the middle of a frame.
func (f *frames) goAway() {
	if !f.writing.TryLock() {
		return
	}
	defer f.writing.Unlock()
	if f.out.skip == 0 && f.out.have == 0 && f.Conn.SetWriteDeadline(f.now().Add(time.Second)) == nil {
		_, _ = f.Conn.Write(goAwayCalm()) // who floods need not hear it
	}
}

// credit is how many frames of a kind may come yet. Time gives back, evenly.
type credit struct {
	left  float64
	each  time.Duration
	most  float64
	since time.Time
}

func (c *credit) give(n float64) { c.left = min(c.left+n, c.most) }

func (c *credit) take(now time.Time) bool {
	c.give(float64(now.Sub(c.since)) / float64(c.each))
	c.since = now
	c.left--
	return c.left >= 0
}

// head is the header of a frame.
type head struct {
	length      uint32
	kind, flags byte
}

// splitter finds the frames in a stream of bytes that comes in pieces.
type splitter struct {
	skip   int64 // bytes of a payload, or of the preface, that are still to come
	have   int   // bytes of a header that have come
	header [frameHeader]byte
}

// split calls each with the header of every frame, once it is whole.
func (s *splitter) split(b []byte, each func(head)) {
	for len(b) > 0 {
		if s.skip > 0 {
			n := min(s.skip, int64(len(b)))
			s.skip, b = s.skip-n, b[n:]
			continue
		}
		n := copy(s.header[s.have:], b)
		s.have, b = s.have+n, b[n:]
		if s.have == frameHeader {
			length := binary.BigEndian.Uint32(s.header[:]) >> 8
			s.skip, s.have = int64(length), 0
			each(head{length, s.header[3], s.header[4]})
		}
	}
}
