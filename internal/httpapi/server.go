// Package httpapi is Tally over HTTP: routes, who may read what, problems, and
// the typed Client that the command line and all tests use.
package httpapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"tally/internal/httpapi/exchange"
	"tally/internal/intent"
	"tally/internal/ledger"
	"tally/internal/teller"
	"tally/internal/voucher"
)

// Limits of the API.
const (
	MaxBody        = 64 << 10         // bytes of a request's body
	MaxHeader      = 16 << 10         // bytes of its header
	MaxKey         = 255              // characters of an Idempotency-Key
	RequestTimeout = 20 * time.Second // until an outcome is said to be unknown
	DefaultPage    = 50               // items of a page
)

const (
	headerRequestID = "X-Request-Id"
	headerReplayed  = "Idempotency-Replayed"
	headerKey       = "Idempotency-Key"
)

// Server answers HTTP requests with a teller.
type Server struct {
	teller *teller.Teller
	log    *slog.Logger
	now    func() time.Time
	ready  func() bool
	audits chan struct{} // held by sending: recounting reads the whole ledger, so one at a time
}

// New is a server. ready says whether it should be sent requests.
func New(t *teller.Teller, log *slog.Logger, now func() time.Time, ready func() bool) *Server {
	return &Server{teller: t, log: log, now: now, ready: ready, audits: make(chan struct{}, 1)}
}

// Handler is the server's routes.
func (s *Server) Handler() http.Handler {
	r := gin.New()
	r.HandleMethodNotAllowed = true
	r.UseRawPath = false
	r.Use(s.identify, s.recover, s.limit)
	r.NoRoute(func(c *gin.Context) { s.fail(c, notFound()) })
	r.NoMethod(func(c *gin.Context) {
		s.fail(c, newProblem(http.StatusMethodNotAllowed, codeMethod, "This address does not know this method.", ""))
	})
	r.GET("/healthz", func(c *gin.Context) { c.String(http.StatusOK, "ok\n") })
	r.GET("/readyz", s.readyz)

	v1 := r.Group("/v1")
	v1.GET("/ledger", s.getLedger)
	v1.GET("/operators", s.getOperators)
	v1.POST("/operators", s.setOperators)
	v1.POST("/merchants", post(s, "merchants", func(in voucher.AdmitMerchant) string { return in.Merchant.String() }))
	v1.GET("/merchants/:merchant", s.getMerchant)
	v1.POST("/merchants/:merchant/stores", post(s, "", func(in voucher.PutStore) string { return in.Merchant.String() }))
	v1.POST("/merchants/:merchant/keys", post(s, "", func(in voucher.PutKey) string { return in.Merchant.String() }))
	v1.POST("/campaigns", s.createCampaign)
	v1.GET("/campaigns", s.listCampaigns)
	v1.GET("/campaigns/:campaign", s.getCampaign)
	v1.POST("/campaigns/:campaign/changes", post(s, "", func(in voucher.ChangeCampaign) string { return in.Campaign.String() }))
	v1.GET("/campaigns/:campaign/audit", s.auditCampaign)
	v1.POST("/claims", s.claim)
	v1.POST("/redemptions", s.redeem)
	v1.GET("/redemptions/:id", s.getRedemption)
	v1.POST("/cancels", s.cancel)
	v1.GET("/commands/:id", s.getCommand)
	v1.GET("/vouchers/:voucher", s.getVoucher)
	v1.GET("/wallets/:wallet/vouchers", s.listWallet)
	v1.GET("/wallets/:wallet/campaigns/:campaign", s.getHolder)
	return r
}

// identify gives every request an id and security headers.
func (s *Server) identify(c *gin.Context) {
	c.Header(headerRequestID, exchange.Enter(c.Request.Context(), c.FullPath()))
	c.Header("X-Content-Type-Options", "nosniff")
	c.Header("Cache-Control", "no-store")
	c.Next()
}

// recover turns a panic into an internal problem.
func (s *Server) recover(c *gin.Context) {
	defer func() {
		if r := recover(); r != nil {
			s.fail(c, fmt.Errorf("panic: %v", r)) //nolint:err113 // the log is all that reads it
		}
	}()
	c.Next()
}

func (s *Server) limit(c *gin.Context) {
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, MaxBody)
	c.Next()
}

func (s *Server) readyz(c *gin.Context) {
	if !s.ready() {
		s.fail(c, newProblem(http.StatusServiceUnavailable, codeUnavailable, "Not ready yet.", "The index is catching up."))
		return
	}
	c.String(http.StatusOK, "ready\n")
}

// read decodes a body: one JSON object of the documented members.
func read(c *gin.Context, into any) error {
	raw, err := io.ReadAll(c.Request.Body)
	if err != nil {
		return fmt.Errorf("read body: %w", err)
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

// post is the handler of a command that one author signs alone. owner is the
// resource that the path must name, where the path names one.
func post[T voucher.SingleIntent](s *Server, created string, owner func(T) string) gin.HandlerFunc {
	return func(c *gin.Context) {
		var in SignedRequest[T]
		if err := read(c, &in); err != nil {
			s.fail(c, err)
			return
		}
		id := owner(in.Intent)
		if named := c.Param("merchant") + c.Param("campaign"); named != "" && !strings.EqualFold(named, id) {
			s.fail(c, invalid("The intent is about another resource than the address."))
			return
		}
		signature, err := intent.ParseSignature(in.Signature)
		if err != nil {
			s.fail(c, err)
			return
		}
		if created != "" {
			c.Header("Location", "/v1/"+created+"/"+id)
		}
		s.submit(c, voucher.Signed[T]{Intent: in.Intent, Signature: signature})
	}
}

// submit has a command judged and answers with its outcome.
func (s *Server) submit(c *gin.Context, command voucher.Command) {
	ctx, cancel := s.within(c)
	defer cancel()
	out, err := s.teller.Submit(ctx, command)
	s.answer(c, out, err)
}

// answer writes an outcome: 201 and its canonical bytes if it was accepted,
// else its problem.
func (s *Server) answer(c *gin.Context, out voucher.Outcome, err error) {
	switch {
	case errors.Is(err, ledger.ErrUnknown):
		p := *problemOf(err)
		p.ID = out.ID.String()
		c.Header("Location", "/v1/commands/"+p.ID)
		s.fail(c, &p)
	case err != nil:
		s.fail(c, err)
	case out.Status != voucher.StatusAccepted:
		c.Writer.Header().Del("Location")
		s.fail(c, refusalProblem(out.Kind))
	default:
		c.Data(http.StatusCreated, "application/json", out.Canonical())
	}
}
