package edge

import (
	"log/slog"
	"net/http"
	"time"

	"tally/internal/edge/reqctx"
)

// recorder notes what was answered.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

// WriteHeader implements http.ResponseWriter.
func (r *recorder) WriteHeader(status int) {
	if r.status == 0 && status >= http.StatusOK { // 1xx come before the answer
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(b)
	r.bytes += int64(n)
	return n, err
}

// Flush implements http.Flusher.
func (r *recorder) Flush() { _ = http.NewResponseController(r.ResponseWriter).Flush() } // who cannot flush need not

// Unwrap lets http.ResponseController find the server's writer.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// finish counts and logs a request. What was turned away is summed up. The log has the route's pattern and never
// the path, the query, a header or a body: all of these may be secrets.
func (h *Handler) finish(r *http.Request, e *reqctx.Request, v *visit, answer *recorder, took time.Duration) {
	method, route := methodOf(r), e.Route()
	status := answer.status
	if status == 0 {
		status = http.StatusOK // which net/http writes for a handler that wrote nothing
	}
	h.cfg.Metrics.End(route, method, status, took)
	h.rates.weigh(r.Context(), v, answer.bytes)
	if v.turned != turnedNot && !h.door.turn(v.turned, v.from) {
		return
	}
	level := slog.LevelInfo
	if probe(route) {
		level = slog.LevelDebug
	}
	h.cfg.Log.LogAttrs(r.Context(), level, "request",
		slog.String("method", method), slog.String("route", route), slog.Int("status", status),
		slog.Int64("bytes", answer.bytes), slog.Float64("duration_ms", float64(took.Microseconds())/1000),
		slog.String("request_id", e.ID), slog.String("remote", v.client.String()))
}

// methodOf is the method, or OTHER for those that no route has: a client may
// make up any word.
func methodOf(r *http.Request) string {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return r.Method
	default:
		return "OTHER"
	}
}
