package httpapi

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/gin-gonic/gin"

	"tally/internal/access"
	"tally/internal/api"
	"tally/internal/books"
	"tally/internal/books/recount"
	"tally/internal/index"
	"tally/internal/intent"
	"tally/internal/ledger"
	"tally/internal/money"
	"tally/internal/terms"
	"tally/internal/voucher"
)

// createCampaign checks what the ledger cannot: that the currency exists, and that the
// terms are a canonical JSON document whose texts print.
func (s *Server) createCampaign(c *gin.Context) (*answer, error) {
	var in api.SignedRequest[voucher.CreateCampaign]
	if err := read(c, &in); err != nil {
		return nil, err
	}
	if _, ok := money.MinorDigits(in.Intent.Currency); !ok {
		return nil, api.FaultCurrency.Problem()
	}
	if canonical, err := voucher.CanonicalDocument([]byte(in.Intent.Terms)); err != nil || canonical != in.Intent.Terms {
		return nil, invalid("terms is not a JSON object in the form of RFC 8785.")
	}
	if err := printableTerms(in.Intent.Terms); err != nil {
		return nil, err
	}
	signature, err := intent.ParseSignature(in.Signature)
	if err != nil {
		return nil, err
	}
	command := voucher.Signed[voucher.CreateCampaign]{Intent: in.Intent, Signature: signature}
	return s.submit(c, command, "/v1/campaigns/"+voucher.CampaignOf(s.teller.Domain().ID(command)).String())
}

func (s *Server) listCampaigns(c *gin.Context) (*answer, error) {
	return s.pageCampaigns(c, s.teller.Campaigns)
}

func (s *Server) listMerchantCampaigns(c *gin.Context) (*answer, error) {
	m, err := parseAddress(c.Param("merchant"))
	if err != nil {
		return nil, notFound()
	}
	return s.pageCampaigns(c, func(ctx context.Context, cursor string, limit int) ([]index.Campaign, string, error) {
		return s.teller.MerchantCampaigns(ctx, m, cursor, limit)
	})
}

// pageStep is how many campaigns are read at a time for a page.
const pageStep = 10

// pageCampaigns answers with a page of campaigns. A campaign has its figures if the
// reader may see them.
func (s *Server) pageCampaigns(
	c *gin.Context, list func(ctx context.Context, cursor string, limit int) ([]index.Campaign, string, error),
) (*answer, error) {
	r, known, err := s.anyReader(c)
	if err != nil {
		return nil, err
	}
	limit, err := pageLimit(c)
	if err != nil {
		return nil, err
	}
	var data []json.RawMessage
	cursor := c.Query("cursor")
	sees := campaignReader{server: s, reader: r, known: known, may: map[voucher.Address]bool{}}
	for written := 0; len(data) < limit && written < api.MaxPageBytes; {
		campaigns, next, err := list(c.Request.Context(), cursor, min(limit-len(data), pageStep))
		if err != nil {
			return nil, err
		}
		for _, campaign := range campaigns {
			one, err := sees.write(c.Request.Context(), campaign)
			if err != nil {
				return nil, err
			}
			data, written = append(data, one), written+len(one)
		}
		if cursor = next; next == "" {
			break
		}
	}
	return asPage(data, cursor)
}

// campaignReader writes campaigns as one reader may see them. It asks once for
// each merchant.
type campaignReader struct {
	server *Server
	reader access.Principal
	known  bool // the reader showed a token
	may    map[voucher.Address]bool
}

func (r campaignReader) write(ctx context.Context, campaign index.Campaign) (json.RawMessage, error) {
	m := campaign.Create.Merchant
	if _, asked := r.may[m]; r.known && !asked {
		may, err := r.server.access.Authorize(ctx, r.reader, access.Resource{Kind: access.Campaigns, Merchant: m})
		if err != nil {
			return nil, err
		}
		r.may[m] = may
	}
	return encode(campaignInfo(campaign, r.may[m]))
}

func pageLimit(c *gin.Context) (int, error) {
	limit, err := queryNumber(c, "limit", 1, index.MaxPage, api.DefaultPage)
	return int(limit), err //nolint:gosec // at most MaxPage
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
		f := c.Figures
		info.Figures = &api.Figures{Claimed: f.Claimed, Spent: f.Spent, Redeemed: f.Redeemed, Discount: f.Discount, Units: unitFlow(f)}
	}
	return info
}

// unitFlow is redeemed - given back = net. The index counts what is forfeited as redeemed.
func unitFlow(f index.Figures) books.Flow {
	return books.Flow{Gross: f.Redeemed + f.Returned - f.Forfeited, Returned: f.Returned, Net: f.Redeemed - f.Forfeited}
}

func (s *Server) campaignParam(c *gin.Context) (voucher.CampaignID, error) {
	id, err := voucher.ParseCampaignID(c.Param("campaign"))
	if err != nil {
		return id, api.RefusalProblem(voucher.KindUnknownCampaign)
	}
	return id, nil
}

func (s *Server) getCampaign(c *gin.Context) (*answer, error) {
	r, known, err := s.anyReader(c)
	if err != nil {
		return nil, err
	}
	id, err := s.campaignParam(c)
	if err != nil {
		return nil, err
	}
	campaign, err := s.teller.Campaign(c.Request.Context(), id)
	if errors.Is(err, index.ErrNotFound) {
		err = api.RefusalProblem(voucher.KindUnknownCampaign)
	}
	if err == nil && known {
		known, err = s.access.Authorize(c.Request.Context(), r, access.Resource{Kind: access.Campaigns, Merchant: campaign.Create.Merchant})
	}
	if err != nil {
		return nil, err
	}
	info := campaignInfo(campaign, known)
	info.Conditions = terms.Conditions(campaign.Create)
	if known {
		record, _, err := s.teller.Ledger().Campaign(c.Request.Context(), id)
		if err != nil {
			return nil, err
		}
		info.Issued = &record.Issued
	}
	return asJSON(info)
}

// auditCampaign recomputes the conservation report from the ledger's entries,
// not from the index.
func (s *Server) auditCampaign(c *gin.Context) (*answer, error) {
	r, err := s.reader(c)
	if err != nil {
		return nil, err
	}
	id, err := s.campaignParam(c)
	if err != nil {
		return nil, err
	}
	asOf, err := auditPosition(c)
	if err != nil {
		return nil, err
	}
	ctx, cancel := s.within(c)
	defer cancel()
	campaign, _, err1 := s.teller.Ledger().Campaign(ctx, id)
	may, err2 := s.access.Authorize(ctx, r, access.Resource{Kind: access.Campaigns, Merchant: campaign.Merchant})
	if err := errors.Join(err1, err2); err != nil {
		return nil, err
	}
	if !may {
		return nil, errStranger
	}
	report, err := s.audit(ctx, campaign.Merchant, id, asOf)
	if err != nil {
		return nil, err
	}
	return asJSON(report)
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
	of := recount.Edition{Campaign: id, To: head, Now: true}
	if asOf != nil {
		if !asOf.Before(head) {
			return books.Report{}, invalid("The ledger has not reached that position yet.")
		}
		of = recount.Edition{Campaign: id, To: voucher.Position{Block: asOf.Block, Tx: asOf.Tx, Item: asOf.Item + 1}}
	}
	return s.books.Ask(ctx, merchant, of, func(ctx context.Context) (books.Report, error) {
		counted, at, err := count(ctx, l, id, of.To)
		if err != nil {
			return books.Report{}, err
		}
		if of.Now {
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
		counted.Count(entry.Outcome)
		last = entry.Outcome.Time
	}
	if !counted.Known() {
		return nil, 0, api.RefusalProblem(voucher.KindUnknownCampaign)
	}
	return counted, last, nil
}
