package httpapi

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"
	"golang.org/x/mod/sumdb/tlog"

	"tally/internal/api"
	"tally/internal/audit/translog"
	"tally/internal/voucher"
)

// receiptWait is how long a receipt is waited for whose command the log has not
// reached yet. The log follows the ledger within milliseconds.
const receiptWait = 2 * time.Second

// forever is the caching header of what never changes. It is for the reader
// alone: tiles are closed to others.
const forever = "private, max-age=31536000, immutable"

// ErrReceiptTooLong says that a command does not fit into a receipt.
var ErrReceiptTooLong = errors.New("the command does not fit into a receipt")

// Evidence is where a server has from what it hands to auditors, and receipts.
type Evidence struct {
	Log     api.LogInfo
	Chain   *api.ChainInfo   // nil unless the ledger is an embedded chain
	Channel *api.ChannelInfo // nil unless it is on a Fabric channel

	// Checkpoint is the log's latest, signed.
	Checkpoint func() ([]byte, error)
	// Tile is a tile of the log or a bundle of entries. The error is
	// translog.ErrNotThere where the log is not as long yet.
	Tile func(context.Context, tlog.Tile) ([]byte, error)
	// Receipt is that of the command at a position. It waits for the log until the
	// context ends; the error is translog.ErrNotThere then, or ErrReceiptTooLong.
	Receipt func(context.Context, voucher.Position) ([]byte, error)
	// Blocks is a run of the chain's blocks from a number on, and Proof the ledger's
	// own proof of what it accepted at a position. The error is translog.ErrNotThere
	// where there is no such thing.
	Blocks func(ctx context.Context, from uint64) ([]byte, error)
	Proof  func(context.Context, voucher.Position) ([]byte, error)
}

// With has the server hand out evidence. It is called before Handler; without
// it, there is none for anybody.
func (s *Server) With(e Evidence) *Server {
	s.evidence = &e
	return s
}

// audited is a handler for all who may read the log. An auditor gets the same
// answer as a stranger where the server has no log, and where a thing is not in it.
func (s *Server) audited(media string, show func(*gin.Context) ([]byte, error)) gin.HandlerFunc {
	return func(c *gin.Context) {
		r, err := s.reader(c)
		if err != nil {
			s.fail(c, err)
			return
		}
		ctx, cancel := s.within(c)
		defer cancel()
		may, err := s.may(ctx, r, matterLog, subject{})
		if err != nil {
			s.fail(c, err)
			return
		}
		if !may || s.evidence == nil {
			s.stranger(c)
			return
		}
		c.Request = c.Request.WithContext(ctx)
		raw, err := show(c)
		if errors.Is(err, translog.ErrNotThere) {
			err = notFound()
		}
		if err != nil {
			c.Header("Cache-Control", "no-store")
			s.fail(c, err)
			return
		}
		c.Data(http.StatusOK, media, raw)
	}
}

// What the log and its proofs are sent as.
const (
	mediaText   = "text/plain; charset=utf-8"
	mediaOctets = "application/octet-stream"
)

func (s *Server) getCheckpoint(*gin.Context) ([]byte, error) { return s.evidence.Checkpoint() }

func (s *Server) getTile(c *gin.Context) ([]byte, error) {
	tile, err := translog.ParsePath(c.Param("level") + c.Param("number")) // it begins with a slash
	if err != nil {
		return nil, notFound()
	}
	if tile.W == 1<<translog.TileHeight {
		c.Header("Cache-Control", forever)
	}
	return s.evidence.Tile(c.Request.Context(), tile)
}

func (s *Server) getBlocks(c *gin.Context) ([]byte, error) {
	from, err := strconv.ParseUint(c.Query("from"), 10, 63)
	if err != nil {
		return nil, invalid("from is the number of a block, from 1 on.")
	}
	return s.evidence.Blocks(c.Request.Context(), from)
}

func (s *Server) getProof(c *gin.Context) ([]byte, error) {
	at, err := voucher.ParsePosition(c.Param("position"))
	if err != nil {
		return nil, notFound()
	}
	return s.evidence.Proof(c.Request.Context(), at)
}

// getReceipt answers with the receipt of a command, to all who may read the command.
func (s *Server) getReceipt(c *gin.Context) {
	out, ok := s.readOutcome(c, func(voucher.Outcome) bool { return s.evidence != nil })
	if !ok {
		return
	}
	raw, err := s.receipt(c.Request.Context(), out)
	if err != nil {
		s.fail(c, err)
		return
	}
	c.Data(http.StatusOK, mediaText, raw)
}

// receipt is the receipt of an accepted command, waited for as long as receiptWait.
func (s *Server) receipt(ctx context.Context, out voucher.Outcome) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, receiptWait)
	defer cancel()
	raw, err := s.evidence.Receipt(ctx, out.Position)
	switch {
	case errors.Is(err, translog.ErrNotThere):
		return nil, api.FaultReceiptPending.Problem()
	case errors.Is(err, ErrReceiptTooLong):
		return nil, api.FaultReceiptTooLong.Problem()
	default:
		return raw, err
	}
}

// receiptedKey is set on a request that wants a receipt beside the outcome.
const receiptedKey = "receipted"

// withReceipt is a route of orders, which are answered with a receipt beside the
// outcome where the request asks for it.
func (s *Server) withReceipt(handle gin.HandlerFunc) gin.HandlerFunc {
	return func(c *gin.Context) {
		switch c.Query("receipt") {
		case "":
		case "1":
			c.Set(receiptedKey, true)
		default:
			s.fail(c, invalid("receipt is 1, or left out."))
			return
		}
		handle(c)
	}
}

// receipted is an outcome with its receipt, if that is there in time: a sale
// waits for no receipt longer than receiptWait, and fails for want of none.
func (s *Server) receipted(c *gin.Context, out voucher.Outcome) api.ReceiptedOutcome {
	answer := api.ReceiptedOutcome{Outcome: out}
	if s.evidence == nil {
		return answer
	}
	raw, err := s.receipt(c.Request.Context(), out)
	if err != nil {
		s.log.WarnContext(c.Request.Context(), "an order is answered without its receipt", slog.Any("error", err))
	}
	answer.Receipt = string(raw)
	return answer
}
