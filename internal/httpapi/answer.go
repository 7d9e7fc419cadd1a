package httpapi

import (
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/gin-gonic/gin/render"

	"tally/internal/api"
	"tally/internal/voucher"
)

// handler answers a request, or returns the error that says why it does not.
// It writes nothing itself: serve does.
type handler func(*gin.Context) (*answer, error)

// answer is a response that is not a problem.
type answer struct {
	status int
	header map[string]string // beside the Content-Type
	body   render.Render
}

// serve makes a route's handler one of gin's. It writes what the handler
// returns: the answer, or the problem of the error.
func (s *Server) serve(handle handler) gin.HandlerFunc {
	return func(c *gin.Context) {
		answer, err := handle(c)
		if errors.Is(err, errStranger) {
			sitOut(c)
		}
		if err != nil {
			s.fail(c, err)
			return
		}
		for name, value := range answer.header {
			c.Header(name, value)
		}
		c.Render(answer.status, answer.body)
	}
}

// with adds a header to an answer. An empty value adds none.
func (a *answer) with(name, value string) *answer {
	if value == "" {
		return a
	}
	if a.header == nil {
		a.header = map[string]string{}
	}
	a.header[name] = value
	return a
}

// Media types of answers that are not JSON.
const (
	mediaText   = "text/plain; charset=utf-8"
	mediaOctets = "application/octet-stream"
)

func asBytes(media string, raw []byte) *answer {
	return &answer{status: http.StatusOK, body: render.Data{ContentType: media, Data: raw}}
}

func asJSON(value any) *answer {
	return &answer{status: http.StatusOK, body: render.JSON{Data: value}}
}

// asOutcome is an accepted outcome in its canonical bytes.
func asOutcome(out voucher.Outcome) *answer {
	return asBytes("application/json", out.Canonical())
}

// asPage is a page of a list, and the cursor of the page that follows ("" after the last).
func asPage[T any](data []T, next string) *answer {
	if data == nil {
		data = []T{} // JSON has an empty list, and no null
	}
	return asJSON(api.Page[T]{Data: data, NextCursor: next, HasMore: next != ""})
}

// asCreated is the outcome of a command that was accepted now, or before.
// location is where its result is; "" where it has no address.
func asCreated(out voucher.Outcome, location string) *answer {
	a := asOutcome(out).with("Location", location)
	a.status = http.StatusCreated
	return a
}
