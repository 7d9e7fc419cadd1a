package httpapi

import (
	"context"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"tally/internal/index"
	"tally/internal/intent"
	"tally/internal/ledger"
	"tally/internal/voucher"
)

// createCampaign checks what the ledger cannot: that the currency exists and
// that the terms are a canonical JSON document.
func (s *Server) createCampaign(c *gin.Context) {
	var in SignedRequest[voucher.CreateCampaign]
	if err := read(c, &in); err != nil {
		s.fail(c, err)
		return
	}
	if _, ok := voucher.MinorDigits(in.Intent.Currency); !ok {
		s.fail(c, newProblem(http.StatusUnprocessableEntity, codeCurrency, "The currency is unknown.",
			"Use an ISO 4217 code in force."))
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
	limit, err := pageLimit(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	list, next, err := s.teller.Index().Campaigns(c.Request.Context(), c.Query("cursor"), limit)
	if err != nil {
		s.fail(c, err)
		return
	}
	page := Page[CampaignInfo]{Data: make([]CampaignInfo, len(list)), NextCursor: next, HasMore: next != ""}
	for i, campaign := range list {
		page.Data[i] = campaignInfo(campaign)
	}
	c.JSON(http.StatusOK, page)
}

func pageLimit(c *gin.Context) (int, error) {
	text := c.DefaultQuery("limit", strconv.Itoa(DefaultPage))
	limit, err := strconv.Atoi(text)
	if err != nil || limit < 1 || limit > index.MaxPage {
		return 0, invalid("limit is a number from 1 to " + strconv.Itoa(index.MaxPage) + ".")
	}
	return limit, nil
}

func campaignInfo(c index.Campaign) CampaignInfo {
	status := map[uint8]string{
		voucher.CampaignActive: "active", voucher.CampaignPaused: "paused", voucher.CampaignClosed: "closed",
	}[c.Status]
	return CampaignInfo{
		ID: c.ID.String(), Version: c.Version, Status: status, Supply: c.Supply, Open: c.Open,
		Create: c.Create, Figures: c.Figures, Position: c.Created,
	}
}

func (s *Server) campaignParam(c *gin.Context) (voucher.CampaignID, error) {
	id, err := voucher.ParseCampaignID(c.Param("campaign"))
	if err != nil {
		return id, refusalProblem(voucher.KindUnknownCampaign)
	}
	return id, nil
}

func (s *Server) getCampaign(c *gin.Context) {
	id, err := s.campaignParam(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	campaign, err := s.teller.Index().Campaign(c.Request.Context(), id)
	if err != nil {
		s.fail(c, err)
		return
	}
	c.JSON(http.StatusOK, campaignInfo(campaign))
}

// auditCampaign recomputes the conservation report from the ledger's entries,
// not from the index.
func (s *Server) auditCampaign(c *gin.Context) {
	id, err := s.campaignParam(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	ctx, cancel := s.within(c)
	defer cancel()
	select {
	case s.audits <- struct{}{}:
		defer func() { <-s.audits }()
	case <-ctx.Done():
		s.fail(c, ctx.Err())
		return
	}
	report, err := audit(ctx, s.teller.Ledger(), id, uint64(s.now().Unix())) //nolint:gosec // after 1970
	if err != nil {
		s.fail(c, err)
		return
	}
	c.JSON(http.StatusOK, report)
}

func audit(ctx context.Context, l ledger.Ledger, id voucher.CampaignID, now uint64) (voucher.Conservation, error) {
	head, err := l.Head(ctx)
	if err != nil {
		return voucher.Conservation{}, err
	}
	census := voucher.NewCensus(id)
	for entry, err := range l.Events(ctx, voucher.Position{}, head) {
		if err != nil {
			return voucher.Conservation{}, err
		}
		census.Count(entry.Outcome.Events)
	}
	if !census.Known() {
		return voucher.Conservation{}, refusalProblem(voucher.KindUnknownCampaign)
	}
	return census.Report(now), nil
}
