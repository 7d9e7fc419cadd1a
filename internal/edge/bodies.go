package edge

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"net/http"
)

// A body is awaited before the request takes its place among those that are
// answered: who sends none keeps nobody else from an answer. What is awaited is
// bounded by itself, in bytes.

// MaxBodies is how many bytes of bodies may be awaited or held at once, shared
// out as a Pool is.
const MaxBodies = 64 << 20

// body is a request's body, read already: its bytes, and then how it ended.
type body struct {
	*bytes.Reader
	end error
}

// Read implements io.Reader.
func (b *body) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if errors.Is(err, io.EOF) {
		err = b.end
	}
	return n, err
}

// Close implements io.Closer.
func (*body) Close() error { return nil }

// await reads a request's body, one byte more than it may have at most, so that
// the API sees that it is too long. room is what it holds of the bodies' pool until
// the request ends; it is nil where there is none for this origin. A body that does
// not come whole is the API's to refuse.
func (h *Handler) await(r *http.Request, from origin) (room *Place) {
	length := h.cfg.MaxBody + 1
	if r.Method == http.MethodPut {
		length = cmp.Or(h.cfg.MaxPut, h.cfg.MaxBody) + 1
	}
	if r.ContentLength >= 0 {
		length = min(length, r.ContentLength)
	}
	if room = h.bodies.Take(from, length); room == nil {
		return nil
	}
	var whole bytes.Buffer
	_, err := io.Copy(&whole, io.LimitReader(r.Body, length))
	if err == nil {
		err = io.EOF
	}
	r.Body = &body{bytes.NewReader(whole.Bytes()), err}
	return room
}

// bodiless reports whether a request has no body to wait for.
func bodiless(r *http.Request) bool {
	return r.Body == nil || r.Body == http.NoBody || r.ContentLength == 0
}
