// Package httpapi is the server of Tally's HTTP API: its routes, its handlers, and
// who may read what. Package api has what goes over the wire, package client is the
// other end.
package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"tally/internal/api"
	"tally/internal/door"
	"tally/internal/edge/reqctx"
	"tally/internal/intent"
	"tally/internal/ledger"
	"tally/internal/teller"
	"tally/internal/voucher"
)

// Server answers HTTP requests with a teller.
type Server struct {
	teller *teller.Teller
	log    *slog.Logger
	now    func() time.Time
	ready  func() bool
	desk   *desk // where books are recounted

	origins []string // that are this server, beside the address of a connection

	evidence *Evidence // nil where nothing is handed out
}

// New is a server. ready says whether it should be sent requests.
func New(t *teller.Teller, log *slog.Logger, now func() time.Time, ready func() bool) *Server {
	return &Server{teller: t, log: log, now: now, ready: ready, desk: newDesk()}
}

// identify gives every request an id and security headers.
func (s *Server) identify(c *gin.Context) {
	c.Header(api.HeaderRequestID, reqctx.Enter(c.Request.Context(), c.FullPath()))
	c.Header("X-Content-Type-Options", "nosniff")
	c.Header("Cache-Control", "no-store")
	c.Set(startedKey, time.Now())
	c.Next()
}

// recover turns a panic into an internal problem.
func (s *Server) recover(c *gin.Context) {
	defer func() {
		if r := recover(); r != nil {
			s.fail(c, fmt.Errorf("panic: %v", r))
		}
	}()
	c.Next()
}

func (s *Server) limit(c *gin.Context) {
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, api.MaxBody)
	c.Next()
}

// whole refuses an address with an empty name in it, as /v1/merchants//stores:
// the router takes it for one, and what an intent says would not be held to it.
func (s *Server) whole(c *gin.Context) {
	for _, name := range c.Params {
		if name.Value == "" {
			s.fail(c, notFound())
			return
		}
	}
	c.Next()
}

func notReady() *api.Problem {
	p := api.FaultUnavailable.Because("The index is catching up.")
	p.Title = "Not ready yet."
	return p
}

func (s *Server) readyz(c *gin.Context) {
	if !s.ready() {
		s.fail(c, notReady())
		return
	}
	c.String(http.StatusOK, "ready\n")
}

// read decodes a body: one JSON object of the documented members.
func read(c *gin.Context, into any) error {
	raw, err := io.ReadAll(c.Request.Body)
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return fmt.Errorf("read body: %w", err)
	case err != nil: // cut off, or slower than the server waits
		return api.FaultBodyIncomplete.Problem()
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return invalid(explain(err))
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return invalid("Something follows the JSON object.")
	}
	return nil
}

// explain says what is wrong with a body without repeating it.
func explain(err error) string {
	var wrong *json.UnmarshalTypeError
	switch {
	case errors.As(err, &wrong):
		return fmt.Sprintf("Member %q is of the wrong type or out of range.", wrong.Field)
	case errors.Is(err, voucher.ErrText):
		return "A member is not in its documented form."
	case strings.HasPrefix(err.Error(), "json: unknown field"):
		return "A member is unknown: " + strings.TrimPrefix(err.Error(), "json: ") + "."
	default:
		return "The body is not a JSON object."
	}
}

// within bounds a request's time.
func (s *Server) within(c *gin.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(c.Request.Context(), api.RequestTimeout)
}

func (s *Server) unix() uint64 { return voucher.Unix(s.now()) }

// named checks that a path which names a resource names the intent's.
func named(c *gin.Context, id string) error {
	path := c.Param("merchant") + c.Param("campaign") + c.Param("id")
	if path != "" && !strings.EqualFold(path, id) {
		return invalid("The intent is about another resource than the address.")
	}
	return nil
}

// signed reads the command of an intent that one author signs alone. id is
// what the path must name, where it names something.
func signed[T voucher.SingleIntent](c *gin.Context, id func(T) string) (command voucher.Signed[T], err error) {
	var in api.SignedRequest[T]
	if err := read(c, &in); err != nil {
		return command, err
	}
	if err := named(c, id(in.Intent)); err != nil {
		return command, err
	}
	if err := printable(in.Intent); err != nil {
		return command, err
	}
	signature, err := intent.ParseSignature(in.Signature)
	return voucher.Signed[T]{Intent: in.Intent, Signature: signature}, err
}

// post is the handler of a command that one author signs alone. created is
// where the resource is that it creates, if it does.
func post[T voucher.SingleIntent](s *Server, created string, id func(T) string) gin.HandlerFunc {
	return func(c *gin.Context) {
		command, err := signed(c, id)
		if err != nil {
			s.fail(c, err)
			return
		}
		if created != "" {
			c.Header("Location", created+id(command.Intent))
		}
		s.submit(c, command)
	}
}

// approved is the handler of a command that several operators sign.
func approved[T voucher.ApprovedIntent](s *Server, id func(T) string) gin.HandlerFunc {
	return func(c *gin.Context) {
		var in api.ApprovedRequest[T]
		if err := read(c, &in); err != nil {
			s.fail(c, err)
			return
		}
		if err := named(c, id(in.Intent)); err != nil {
			s.fail(c, err)
			return
		}
		approvals, err := signatures(in.Approvals)
		if err != nil {
			s.fail(c, err)
			return
		}
		s.submit(c, voucher.Approved[T]{Intent: in.Intent, Approvals: approvals})
	}
}

// enter has the door judge a command. ok is false where it is refused, and
// answered: nothing was looked up for it.
func enter[C voucher.Command](s *Server, c *gin.Context, command C) (e door.Entered[C], ok bool) {
	e, err := door.Enter(s.teller.Door(), command)
	if err != nil {
		c.Writer.Header().Del("Location")
		s.fail(c, err)
		return e, false
	}
	return e, true
}

// submit has a command judged and answers with its outcome.
func (s *Server) submit(c *gin.Context, command voucher.Command) {
	entered, ok := enter(s, c, command)
	if !ok {
		return
	}
	ctx, cancel := s.within(c)
	defer cancel()
	out, err := s.teller.Submit(ctx, entered)
	s.answer(c, out, err)
}

// answerOwners is answer for a command by which an owner uses vouchers: its
// refusal tells the author nothing of those that are somebody else's.
func (s *Server) answerOwners(
	c *gin.Context, owner voucher.Address, refs []voucher.Ref, judge func(context.Context) (voucher.Outcome, error),
) {
	ctx, cancel := s.within(c)
	defer cancel()
	out, err := judge(ctx)
	if err == nil && out.Status != voucher.StatusAccepted {
		out.Kind = s.hidden(ctx, out.Kind, owner, refs)
	}
	s.answer(c, out, err)
}

// answer writes an outcome: 201 and its canonical bytes if it was accepted,
// else its problem.
func (s *Server) answer(c *gin.Context, out voucher.Outcome, err error) {
	accepted := err == nil && out.Status == voucher.StatusAccepted
	if !accepted {
		c.Writer.Header().Del(api.HeaderReplayed)
		c.Writer.Header().Del("Location")
	}
	switch {
	case errors.Is(err, ledger.ErrUnknown):
		p := *problemOf(err)
		p.ID = out.ID.String()
		c.Header("Location", "/v1/commands/"+p.ID)
		s.fail(c, &p)
	case err != nil:
		s.fail(c, err)
	case !accepted:
		s.fail(c, api.RefusalProblem(out.Kind))
	case c.GetBool(receiptedKey):
		c.PureJSON(http.StatusCreated, s.receipted(c, out))
	default:
		c.Data(http.StatusCreated, "application/json", out.Canonical())
	}
}

// show answers with an accepted outcome, in its canonical bytes.
func show(c *gin.Context, out voucher.Outcome) {
	c.Data(http.StatusOK, "application/json", out.Canonical())
}
