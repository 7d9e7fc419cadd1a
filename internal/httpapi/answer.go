package httpapi

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"
	"github.com/go-json-experiment/json"
	jsonv1 "github.com/go-json-experiment/json/v1"

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
	media  string            // Content-Type; "" where there is no body
	body   []byte
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
		write(c, answer.status, answer.media, answer.body)
	}
}

// write sends an answer. HEAD gets the header that GET would get, its length
// included, and no body.
func write(c *gin.Context, status int, media string, body []byte) {
	c.Status(status)
	if media != "" {
		c.Header("Content-Type", media)
		c.Header("Content-Length", strconv.Itoa(len(body)))
	}
	c.Writer.WriteHeaderNow()
	if c.Request.Method != http.MethodHead {
		_, _ = c.Writer.Write(body) // who has gone need not be told
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
	mediaHTML   = "text/html; charset=utf-8"
	mediaOctets = "application/octet-stream"
)

func asBytes(media string, raw []byte) *answer {
	return &answer{status: http.StatusOK, media: media, body: raw}
}

// asJSON is a value in JSON. The error is that of its encoding.
func asJSON(value any) (*answer, error) {
	raw, err := encode(value)
	return asBytes(mediaJSON, raw), err
}

// encode writes a value as encoding/json does, but for lists and objects that are not
// there: they are [] and {}, never null. A client that is strict about types reads every
// answer so.
func encode(value any) ([]byte, error) {
	return json.Marshal(value, jsonv1.DefaultOptionsV1(), json.FormatNilSliceAsNull(false), json.FormatNilMapAsNull(false))
}

// asOutcome is an accepted outcome in its canonical bytes.
func asOutcome(out voucher.Outcome) *answer {
	return asBytes(mediaJSON, out.Canonical())
}

// asPage is a page of a list, and the cursor of the page that follows ("" after the last).
func asPage[T any](data []T, next string) (*answer, error) {
	return asJSON(api.Page[T]{Data: data, NextCursor: next, HasMore: next != ""})
}

// asCreated is the outcome of a command that was accepted now, or before.
// location is where its result is; "" where it has no address.
func asCreated(out voucher.Outcome, location string) *answer {
	a := asOutcome(out).with("Location", location)
	a.status = http.StatusCreated
	return a
}
