package httpapi

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/gin-gonic/gin"

	"tally/internal/api"
	"tally/internal/books/daybook"
	"tally/internal/deposit"
	"tally/internal/index"
	"tally/internal/pricing"
	"tally/internal/pricing/clock"
	"tally/internal/voucher"
	"tally/internal/zone"
)

// getReport is a part of a merchant's day-book: its sales and returns in a time, newest
// first. Who may list a merchant's orders may read it.
func (s *Server) getReport(c *gin.Context) (*answer, error) {
	of, limit, err := s.ordersOf(c)
	if err != nil {
		return nil, err
	}
	from, until, err := reportTime(c)
	if err != nil {
		return nil, err
	}
	list, next, err := s.teller.Orders(c.Request.Context(), of.Merchant, 0, c.Query("cursor"), limit)
	if err != nil {
		return nil, err
	}
	page := api.ReportPage{Merchant: of.Merchant, From: from, Until: until, Lines: []daybook.Line{}, NextCursor: next, HasMore: next != ""}
	b := bookkeeper{server: s, merchant: of.Merchant, store: of.Store, clocks: map[voucher.CampaignID]campaignClock{}}
	for _, out := range list {
		if out.Time < from { // and so are all that follow
			page.NextCursor, page.HasMore = "", false
			break
		}
		if out.Time >= until {
			continue
		}
		lines, err := b.lines(c.Request.Context(), out)
		if err != nil {
			return nil, err
		}
		page.Lines = append(page.Lines, lines...)
	}
	var errSums, errTotals error
	page.Sums, errSums = daybook.Sums(page.Lines, daybook.By{Day: true, Store: true, Till: true, Campaign: true})
	page.Totals, errTotals = daybook.Sums(page.Lines, daybook.By{})
	if err := errors.Join(errSums, errTotals); err != nil {
		return nil, err
	}
	return asJSON(page)
}

// reportTime is the time of a report, in Unix seconds: from is in it, until is not.
func reportTime(c *gin.Context) (from, until uint64, err error) {
	from, err1 := queryNumber(c, "from", 0, voucher.MaxInstant, 0)
	until, err2 := queryNumber(c, "until", 0, voucher.MaxInstant, voucher.MaxInstant)
	if err := errors.Join(err1, err2); err != nil {
		return 0, 0, err
	}
	if until <= from {
		return 0, 0, invalid("until is an instant after from.")
	}
	return from, until, nil
}

// bookkeeper writes lines of one merchant's day-book.
type bookkeeper struct {
	server   *Server
	merchant voucher.Address
	store    uint32 // the only one that is asked for; 0 is all
	clocks   map[voucher.CampaignID]campaignClock
}

// campaignClock says by which clocks a campaign's stores go.
type campaignClock struct {
	terms   *pricing.Terms // nil where the terms say nothing that can be computed
	offsets []voucher.Offset
}

// lines are those of one outcome. A rollback names no store: the sale does.
func (b *bookkeeper) lines(ctx context.Context, out voucher.Outcome) (lines []daybook.Line, err error) {
	if headed[voucher.RolledBack](out) {
		lines, err = b.gave(ctx, out)
	} else {
		lines, err = daybook.Took(out, b.clock(ctx))
	}
	if err != nil || len(lines) == 0 || b.store != 0 && lines[0].Store != b.store {
		return nil, err
	}
	b.deposits(ctx, out, lines)
	return lines, nil
}

// deposits says on the lines of a command whether its record is kept: one look at the disk. A
// disk that cannot tell stops no report.
func (b *bookkeeper) deposits(ctx context.Context, out voucher.Outcome, lines []daybook.Line) {
	of, ok := deposit.SubjectOf(out)
	if b.server.records == nil || !ok {
		return
	}
	of.Merchant = b.merchant
	has, err := b.server.records.Has(of)
	if err != nil {
		b.server.log.WarnContext(ctx, "a record cannot be looked for", slog.Any("error", err))
		return
	}
	for i := range lines {
		lines[i].Deposited = &has
	}
}

// gave are the lines of a rollback.
func (b *bookkeeper) gave(ctx context.Context, out voucher.Outcome) ([]daybook.Line, error) {
	var redemption voucher.Hash
	for _, e := range out.Events {
		if e, ok := e.(voucher.RolledBack); ok {
			redemption = e.Redemption
		}
	}
	sold, ok, err := b.server.teller.Outcome(ctx, redemption)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, fmt.Errorf("%w: what a rollback gave back of", index.ErrUnavailable)
	}
	back, err := b.server.teller.GaveBack(ctx, out, sold.ID)
	if err != nil {
		return nil, err
	}
	given := map[voucher.Ref]uint64{}
	for _, line := range rollbackInfo(back, takenBy(sold)).Lines {
		if ref, err := voucher.ParseRef(line.Voucher); err == nil { // the server wrote it
			given[ref] += line.GivenBack
		}
	}
	return daybook.Gave(out, sold, given, b.clock(ctx))
}

// clock reads each campaign's terms once.
func (b *bookkeeper) clock(ctx context.Context) daybook.Clock {
	return func(id voucher.CampaignID, store uint32, at uint64) (int16, error) {
		by, known := b.clocks[id]
		if !known {
			campaign, err := b.server.teller.Campaign(ctx, id)
			if err != nil {
				return 0, err
			}
			by = campaignClock{offsets: campaign.Create.Offsets}
			if terms, err := pricing.ReadTerms([]byte(campaign.Create.Terms)); err == nil {
				by.terms = &terms
			}
			b.clocks[id] = by
		}
		return by.minutes(store, at), nil
	}
}

// minutes is the offset of a store's clock: that of the zone that the terms give the
// store, else that of the campaign, which the merchant signed.
func (c campaignClock) minutes(store uint32, at uint64) int16 {
	if c.terms != nil {
		if minutes, err := clock.Offset(c.terms, c.offsets, zone.BuiltIn(), store, at); err == nil {
			return minutes
		}
	}
	return zone.Minutes(c.offsets, at)
}
