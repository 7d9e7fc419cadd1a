package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"tally/internal/api"
	"tally/internal/books"
	"tally/internal/index"
	"tally/internal/intent"
	"tally/internal/ledger"
	"tally/internal/money"
	"tally/internal/voucher"
)

// createCampaign checks what the ledger cannot: that the currency exists and
// that the terms are a canonical JSON document.
func (s *Server) createCampaign(c *gin.Context) {
	var in api.SignedRequest[voucher.CreateCampaign]
	if err := read(c, &in); err != nil {
		s.fail(c, err)
		return
	}
	if _, ok := money.MinorDigits(in.Intent.Currency); !ok {
		s.fail(c, api.FaultCurrency.Problem())
		return
	}
	if canonical, err := voucher.CanonicalDocument([]byte(in.Intent.Terms)); err != nil || canonical != in.Intent.Terms {
		s.fail(c, invalid("terms is not a JSON object in the form of RFC 8785."))
		return
	}
	signature, err := intent.ParseSignature(in.Signature)
	if err != nil {
		s.fail(c, err)
		return
	}
	command := voucher.Signed[voucher.CreateCampaign]{Intent: in.Intent, Signature: signature}
	c.Header("Location", "/v1/campaigns/"+voucher.CampaignOf(s.teller.Domain().ID(command)).String())
	s.submit(c, command)
}

func (s *Server) listCampaigns(c *gin.Context) {
	s.pageCampaigns(c, s.teller.Campaigns)
}

func (s *Server) listMerchantCampaigns(c *gin.Context) {
	m, err := voucher.ParseAddress(c.Param("merchant"))
	if err != nil {
		s.fail(c, notFound())
		return
	}
	s.pageCampaigns(c, func(ctx context.Context, cursor string, limit int) ([]index.Campaign, string, error) {
		return s.teller.MerchantCampaigns(ctx, m, cursor, limit)
	})
}

// pageStep is how many campaigns are read at a time for a page.
const pageStep = 10

// pageCampaigns answers with a page of campaigns. Those whose figures the reader
// may see have them.
func (s *Server) pageCampaigns(c *gin.Context, list func(ctx context.Context, cursor string, limit int) ([]index.Campaign, string, error)) {
	r, known, err := s.anyReader(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	limit, err := pageLimit(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	page := api.Page[json.RawMessage]{Data: []json.RawMessage{}, NextCursor: c.Query("cursor")}
	sees := campaignReader{server: s, reader: r, known: known, may: map[voucher.Address]bool{}}
	for written := 0; len(page.Data) < limit && written < api.MaxPageBytes; {
		campaigns, next, err := list(c.Request.Context(), page.NextCursor, min(limit-len(page.Data), pageStep))
		if err != nil {
			s.fail(c, err)
			return
		}
		for _, campaign := range campaigns {
			one, err := sees.write(c.Request.Context(), campaign)
			if err != nil {
				s.fail(c, err)
				return
			}
			page.Data, written = append(page.Data, one), written+len(one)
		}
		if page.NextCursor = next; next == "" {
			break
		}
	}
	page.HasMore = page.NextCursor != ""
	c.JSON(http.StatusOK, page)
}

// campaignReader writes campaigns as one reader may see them. It asks once for
// each merchant.
type campaignReader struct {
	server *Server
	reader reader
	known  bool // the reader showed a token
	may    map[voucher.Address]bool
}

func (r campaignReader) write(ctx context.Context, campaign index.Campaign) (json.RawMessage, error) {
	m := campaign.Create.Merchant
	if _, asked := r.may[m]; r.known && !asked {
		may, err := r.server.may(ctx, r.reader, matterCampaign, subject{merchant: m})
		if err != nil {
			return nil, err
		}
		r.may[m] = may
	}
	return json.Marshal(campaignInfo(campaign, r.may[m]))
}

func pageLimit(c *gin.Context) (int, error) {
	text := c.DefaultQuery("limit", strconv.Itoa(api.DefaultPage))
	limit, err := strconv.Atoi(text)
	if err != nil || limit < 1 || limit > index.MaxPage {
		return 0, invalid("limit is a number from 1 to " + strconv.Itoa(index.MaxPage) + ".")
	}
	return limit, nil
}

func campaignInfo(c index.Campaign, figures bool) api.CampaignInfo {
	status := map[uint8]string{
		voucher.CampaignActive: "active", voucher.CampaignPaused: "paused", voucher.CampaignClosed: "closed",
	}[c.Status]
	info := api.CampaignInfo{
		ID: c.ID.String(), Version: c.Version, Status: status, Supply: c.Supply, Open: c.Open,
		Create: c.Create, Position: c.Created,
	}
	if figures {
		figures := api.Figures(c.Figures)
		info.Figures = &figures
	}
	return info
}

func (s *Server) campaignParam(c *gin.Context) (voucher.CampaignID, error) {
	id, err := voucher.ParseCampaignID(c.Param("campaign"))
	if err != nil {
		return id, api.RefusalProblem(voucher.KindUnknownCampaign)
	}
	return id, nil
}

func (s *Server) getCampaign(c *gin.Context) {
	r, known, err := s.anyReader(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	id, err := s.campaignParam(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	campaign, err := s.teller.Campaign(c.Request.Context(), id)
	if errors.Is(err, index.ErrNotFound) {
		err = api.RefusalProblem(voucher.KindUnknownCampaign)
	}
	if err == nil && known {
		known, err = s.may(c.Request.Context(), r, matterCampaign, subject{merchant: campaign.Create.Merchant})
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	info := campaignInfo(campaign, known)
	if known {
		record, _, err := s.teller.Ledger().Campaign(c.Request.Context(), id)
		if err != nil {
			s.fail(c, err)
			return
		}
		info.Issued = &record.Issued
	}
	c.JSON(http.StatusOK, info)
}

// auditCampaign recomputes the conservation report from the ledger's entries,
// not from the index.
func (s *Server) auditCampaign(c *gin.Context) {
	r, err := s.reader(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	id, err := s.campaignParam(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	asOf, err := auditPosition(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	ctx, cancel := s.within(c)
	defer cancel()
	campaign, _, err1 := s.teller.Ledger().Campaign(ctx, id)
	may, err2 := s.may(ctx, r, matterCampaign, subject{merchant: campaign.Merchant})
	if err := errors.Join(err1, err2); err != nil {
		s.fail(c, err)
		return
	}
	if !may {
		s.stranger(c)
		return
	}
	report, err := s.audit(ctx, campaign.Merchant, id, asOf)
	if err != nil {
		s.fail(c, err)
		return
	}
	c.JSON(http.StatusOK, report)
}

// auditPosition is the last position that books are to have, or nil for now.
func auditPosition(c *gin.Context) (*voucher.Position, error) {
	text, given := c.GetQuery("position")
	if !given {
		return nil, nil // now
	}
	at, err := voucher.ParsePosition(text)
	if err != nil {
		return nil, invalid("position is block.transaction.item, as in an outcome.")
	}
	return &at, nil
}

// audit is a campaign's books, now or just after a position. A position that the
// ledger has not reached is refused: its books would change. Recounting reads the
// whole ledger, so it waits for its turn.
func (s *Server) audit(ctx context.Context, merchant voucher.Address, id voucher.CampaignID, asOf *voucher.Position) (books.Report, error) {
	l := s.teller.Ledger()
	head, err := l.Head(ctx)
	if err != nil {
		return books.Report{}, err
	}
	of := edition{campaign: id, to: head, now: true}
	if asOf != nil {
		if !asOf.Before(head) {
			return books.Report{}, invalid("The ledger has not reached that position yet.")
		}
		of = edition{campaign: id, to: voucher.Position{Block: asOf.Block, Tx: asOf.Tx, Item: asOf.Item + 1}}
	}
	return s.desk.ask(ctx, merchant, of, func(ctx context.Context) (books.Report, error) {
		counted, at, err := count(ctx, l, id, of.to)
		if err != nil {
			return books.Report{}, err
		}
		if of.now {
			at = s.unix()
		}
		return counted.Report(at), nil
	})
}

// count is a campaign's books before a position, and the time of the last
// command before it.
func count(ctx context.Context, l ledger.Ledger, id voucher.CampaignID, to voucher.Position) (counted *books.Campaign, last uint64, err error) {
	counted = books.NewCampaign(id)
	for entry, err := range l.Events(ctx, voucher.Position{}, to) {
		if err != nil {
			return nil, 0, err
		}
		counted.Count(entry.Outcome.Events)
		last = entry.Outcome.Time
	}
	if !counted.Known() {
		return nil, 0, api.RefusalProblem(voucher.KindUnknownCampaign)
	}
	return counted, last, nil
}
