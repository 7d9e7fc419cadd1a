// Package httpapi is the server of Tally's HTTP API: its routes and its handlers.
// Package access says who may read what, package api has what goes over the wire,
// package client is the other end.
package httpapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"tally/internal/access"
	"tally/internal/api"
	"tally/internal/books/recount"
	"tally/internal/deposit"
	"tally/internal/door"
	"tally/internal/edge/reqctx"
	"tally/internal/exact"
	"tally/internal/ledger"
	"tally/internal/quote"
	"tally/internal/refusal"
	"tally/internal/teller"
	"tally/internal/voucher"
)

// Server answers HTTP requests with a teller.
type Server struct {
	teller *teller.Teller
	access *access.Policy
	log    *slog.Logger
	now    func() time.Time
	ready  func() bool
	lists  func() bool
	quotes *quote.Quoter
	books  *recount.Queue // a recount reads the whole ledger: they take turns

	origins []string // that are this server, beside the address of a connection

	records *deposit.Store // nil where none are kept

	evidence Evidence // nil where nothing is handed out
	pins     Pins
}

// New is a server. ready says whether it should be sent requests.
func New(t *teller.Teller, log *slog.Logger, now func() time.Time, ready func() bool) *Server {
	return &Server{teller: t, access: access.New(t, now), log: log, now: now, ready: ready, lists: func() bool { return true }, quotes: quote.New(t, now), books: recount.NewQueue()}
}

// Lists has /readyz tell, too, whether lists and figures are answered.
func (s *Server) Lists(answered func() bool) *Server {
	s.lists = answered
	return s
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
	most := int64(api.MaxBody)
	if c.Request.Method == http.MethodPut {
		most = api.MaxRecordBody
	}
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, most)
	c.Next()
}

// whole refuses an address with an empty name in it, as /v1/merchants//stores:
// the router takes it for one, and what an intent says would not be held to it.
func (s *Server) whole(c *gin.Context) {
	for _, name := range c.Params {
		if name.Value == "" {
			c.Writer.Header().Del("Allow") // the router's, where the method is another
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

func healthz(*gin.Context) (*answer, error) { return asBytes(mediaText, []byte("ok\n")), nil }

func (s *Server) readyz(*gin.Context) (*answer, error) {
	if !s.ready() {
		return nil, notReady()
	}
	if !s.lists() {
		return asBytes(mediaText, []byte("ready, but for lists and figures: the index is catching up, or out of reach\n")), nil
	}
	return asBytes(mediaText, []byte("ready\n")), nil
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
	if err := exact.JSON(raw, into); err != nil {
		return invalid(exact.Sentence(err))
	}
	return nil
}

// within bounds a request's time.
func (s *Server) within(c *gin.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(c.Request.Context(), api.RequestTimeout)
}

func (s *Server) unix() uint64 { return voucher.Unix(s.now()) }

// submit answers with the outcome of a command. The door judges the command first:
// what the door refuses causes no look-up. location is as in asCreated.
func (s *Server) submit(c *gin.Context, command voucher.Command, location string) (*answer, error) {
	return judged(s, c, command, location, s.teller.Submit)
}

// judged lets a command enter by the door, and answers with what judge makes of it.
func judged[C voucher.Command](
	s *Server, c *gin.Context, command C, location string, judge func(context.Context, door.Entered[C]) (voucher.Outcome, error),
) (*answer, error) {
	entered, err := door.Enter(s.teller.Door(), command)
	if err != nil {
		return nil, err
	}
	ctx, cancel := s.within(c)
	defer cancel()
	out, err := judge(ctx, entered)
	if out, err = s.accepted(ctx, command, out, err); err != nil {
		return nil, err
	}
	return asCreated(out, location), nil
}

// judgeOwners judges a command by which an owner uses vouchers. Its refusal tells
// the author nothing about vouchers of others.
func (s *Server) judgeOwners(
	c *gin.Context, command voucher.Command, owner voucher.Address, refs []voucher.Ref, judge func(context.Context) (voucher.Outcome, error),
) (voucher.Outcome, error) {
	ctx, cancel := s.within(c)
	defer cancel()
	out, err := judge(ctx)
	if err == nil && out.Status != voucher.StatusAccepted {
		out.Kind = s.hidden(ctx, out.Kind, owner, refs)
	}
	return s.accepted(ctx, command, out, err)
}

// accepted returns the outcome of a command that was accepted. The error is the problem
// of any other: of a refusal, with its reason, or of an outcome that is unknown, with
// the command's id.
func (s *Server) accepted(ctx context.Context, command voucher.Command, out voucher.Outcome, err error) (voucher.Outcome, error) {
	switch {
	case errors.Is(err, ledger.ErrUnknown):
		p := *problemOf(err)
		p.ID = out.ID.String()
		return out, &p
	case err != nil:
		return out, err
	case out.Status != voucher.StatusAccepted:
		return out, api.ReasonedProblem(out.Kind, refusal.Reason(ctx, s.teller.Ledger(), command, out))
	default:
		return out, nil
	}
}
