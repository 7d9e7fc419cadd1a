package httpapi

import (
	"context"
	"errors"
	"math"
	"time"

	"github.com/gin-gonic/gin"
	"golang.org/x/mod/sumdb/tlog"

	"tally/internal/access"
	"tally/internal/api"
	"tally/internal/audit"
	"tally/internal/audit/translog"
	"tally/internal/exact"
	"tally/internal/voucher"
)

// receiptWait is how long a request for a receipt waits until the log has the
// command. The log follows the ledger within milliseconds.
const receiptWait = 2 * time.Second

// forever is the caching header of what never changes. It is for the reader
// alone: tiles are closed to others.
const forever = "private, max-age=31536000, immutable"

// Evidence is what a server hands to auditors, and receipts. It may be used
// concurrently. *evidence.Server is one.
type Evidence interface {
	// Checkpoint is the log's latest, signed.
	Checkpoint() ([]byte, error)
	// Tile is a tile of the log or a bundle of entries. The error is
	// translog.ErrNotThere where the log is not as long yet.
	Tile(context.Context, tlog.Tile) ([]byte, error)
	// Receipt is that of the command at a position. It waits for the log until the
	// context ends. The error is translog.ErrNotThere where the log has no such
	// command by then, or audit.ErrReceiptTooLong.
	Receipt(context.Context, voucher.Position) ([]byte, error)
	// Blocks is a run of the chain's blocks from a number on. The error is
	// translog.ErrNotThere where there are none.
	Blocks(ctx context.Context, from uint64) ([]byte, error)
	// Proof is the ledger's own proof of what it accepted at a position. The error
	// is translog.ErrNotThere where there is none.
	Proof(context.Context, voucher.Position) ([]byte, error)
}

// Pins is what GET /v1/ledger names, for auditors to pin.
type Pins struct {
	Log     api.LogInfo
	Chain   *api.ChainInfo   // nil unless the ledger is an embedded chain
	Journal *api.JournalInfo // nil unless it is a journal
	Channel *api.ChannelInfo // nil unless it is on a Fabric channel
}

// With gives the server evidence to hand out, and pins to name. It is called before
// Handler. A server without evidence answers as if there were none.
func (s *Server) With(e Evidence, p Pins) *Server {
	s.evidence, s.pins = e, p
	return s
}

// audited is the handler of a part of the log, which auditors may read. An auditor
// gets the same answer as a stranger where the server has no log, and where a thing
// is not in it.
func (s *Server) audited(show func(context.Context, *gin.Context) (*answer, error)) handler {
	return func(c *gin.Context) (*answer, error) {
		r, err := s.reader(c)
		if err != nil {
			return nil, err
		}
		ctx, cancel := s.within(c)
		defer cancel()
		may, err := s.access.Authorize(ctx, r, access.Resource{Kind: access.Log})
		if err != nil {
			return nil, err
		}
		if !may || s.evidence == nil {
			return nil, errStranger
		}
		answer, err := show(ctx, c)
		if errors.Is(err, translog.ErrNotThere) {
			err = notFound()
		}
		return answer, err
	}
}

func (s *Server) getCheckpoint(context.Context, *gin.Context) (*answer, error) {
	raw, err := s.evidence.Checkpoint()
	return asBytes(mediaText, raw), err
}

func (s *Server) getTile(ctx context.Context, c *gin.Context) (*answer, error) {
	tile, err := translog.ParsePath(c.Param("level") + c.Param("number")) // it begins with a slash
	if err != nil {
		return nil, notFound()
	}
	raw, err := s.evidence.Tile(ctx, tile)
	answer := asBytes(mediaOctets, raw)
	if tile.W == 1<<translog.TileHeight {
		answer = answer.with("Cache-Control", forever)
	}
	return answer, err
}

func (s *Server) getBlocks(ctx context.Context, c *gin.Context) (*answer, error) {
	from, err := exact.Whole(c.Query("from"), 0, math.MaxInt64)
	if err != nil {
		return nil, invalid("from is the number of a block, from 1 on.")
	}
	raw, err := s.evidence.Blocks(ctx, from)
	return asBytes(mediaOctets, raw), err
}

func (s *Server) getProof(ctx context.Context, c *gin.Context) (*answer, error) {
	at, err := voucher.ParsePosition(c.Param("position"))
	if err != nil {
		return nil, notFound()
	}
	raw, err := s.evidence.Proof(ctx, at)
	return asBytes(mediaOctets, raw), err
}

// getReceipt answers with the receipt of a command, to all who may read the command.
func (s *Server) getReceipt(c *gin.Context) (*answer, error) {
	out, err := s.readOutcome(c, func(voucher.Outcome) bool { return s.evidence != nil })
	if err != nil {
		return nil, err
	}
	raw, err := s.receipt(c.Request.Context(), out)
	return asBytes(mediaText, raw), err
}

// receipt is the receipt of an accepted command, waited for as long as receiptWait.
func (s *Server) receipt(ctx context.Context, out voucher.Outcome) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, receiptWait)
	defer cancel()
	raw, err := s.evidence.Receipt(ctx, out.Position)
	switch {
	case errors.Is(err, translog.ErrNotThere):
		return nil, api.FaultReceiptPending.Problem()
	case errors.Is(err, audit.ErrReceiptTooLong):
		return nil, api.FaultReceiptTooLong.Problem()
	default:
		return raw, err
	}
}
