package client

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"tally/internal/api"
	"tally/internal/books"
	"tally/internal/voucher"
)

// What a client asks for. Who may read what is in the table of access; As gives a
// client its token.

// Ledger tells which ledger the server serves.
func (c *Client) Ledger(ctx context.Context) (info api.LedgerInfo, err error) {
	return info, c.get(ctx, "/v1/ledger", &info)
}

// Operators tells who runs the system.
func (c *Client) Operators(ctx context.Context) (info api.OperatorsInfo, err error) {
	return info, c.get(ctx, "/v1/operators", &info)
}

// Merchant looks a merchant up.
func (c *Client) Merchant(ctx context.Context, m voucher.Address) (info api.MerchantInfo, err error) {
	if err := about(c.get(ctx, "/v1/merchants/"+m.String(), &info), &info.ID, m); err != nil {
		return info, err
	}
	for info.NextCursor != "" {
		var more api.MerchantInfo
		if err := c.get(ctx, "/v1/merchants/"+m.String()+"?cursor="+url.QueryEscape(info.NextCursor), &more); err != nil {
			return info, err
		}
		info.Stores, info.Keys = append(info.Stores, more.Stores...), append(info.Keys, more.Keys...)
		if more.NextCursor == info.NextCursor { // a server that does not go on
			return info, ErrNoAnswer
		}
		info.NextCursor = more.NextCursor
	}
	return info, nil
}

// Campaign looks a campaign up.
func (c *Client) Campaign(ctx context.Context, id voucher.CampaignID) (info api.CampaignInfo, err error) {
	return info, about(c.get(ctx, "/v1/campaigns/"+id.String(), &info), &info.ID, id.String())
}

// Campaigns lists campaigns.
func (c *Client) Campaigns(ctx context.Context, cursor string) (page api.Page[api.CampaignInfo], err error) {
	return page, c.get(ctx, "/v1/campaigns?cursor="+url.QueryEscape(cursor), &page)
}

// Audit has a campaign's books recomputed from the ledger.
func (c *Client) Audit(ctx context.Context, id voucher.CampaignID) (report books.Report, err error) {
	return report, about(c.get(ctx, "/v1/campaigns/"+id.String()+"/audit", &report), &report.Campaign, id.String())
}

// AuditAt has a campaign's books recomputed as they were just after a position.
func (c *Client) AuditAt(ctx context.Context, id voucher.CampaignID, at voucher.Position) (report books.Report, err error) {
	return report, about(c.get(ctx, "/v1/campaigns/"+id.String()+"/audit?position="+at.String(), &report), &report.Campaign, id.String())
}

// Voucher shows a voucher to its holder.
func (c *Client) Voucher(ctx context.Context, ref voucher.Ref) (info api.VoucherInfo, err error) {
	return info, about(c.get(ctx, "/v1/vouchers/"+ref.String(), &info), &info.ID, ref.String())
}

// Wallet lists a wallet's vouchers to itself.
func (c *Client) Wallet(ctx context.Context, wallet voucher.Address, cursor string) (page api.Page[api.VoucherInfo], err error) {
	path := "/v1/wallets/" + wallet.String() + "/vouchers?cursor=" + url.QueryEscape(cursor)
	return page, c.get(ctx, path, &page)
}

// Usable lists a wallet's vouchers as Wallet does, with whether each can be used now, at a
// store of its merchant or at any (0). The reasons are in the language of a locale, "" is en.
func (c *Client) Usable(ctx context.Context, wallet voucher.Address, store uint32, locale, cursor string) (page api.Page[api.VoucherInfo], err error) {
	query := url.Values{"usable": {"1"}, "store": {strconv.FormatUint(uint64(store), 10)}, "cursor": {cursor}}
	if locale != "" {
		query.Set("locale", locale)
	}
	return page, c.get(ctx, "/v1/wallets/"+wallet.String()+"/vouchers?"+query.Encode(), &page)
}

// Holder tells a wallet the ordinal of its next claim.
func (c *Client) Holder(ctx context.Context, wallet voucher.Address, id voucher.CampaignID) (info api.HolderInfo, err error) {
	return info, about(c.get(ctx, "/v1/wallets/"+wallet.String()+"/campaigns/"+id.String(), &info), &info.Wallet, wallet)
}

// Redemption shows a redemption to a party of it.
func (c *Client) Redemption(ctx context.Context, id voucher.Hash) (voucher.Outcome, error) {
	return c.outcome(ctx, "/v1/redemptions/"+id.String(), id)
}

// Ready asks whether the server takes requests; nil is yes.
func (c *Client) Ready(ctx context.Context) error {
	r, err := c.once(ctx, http.MethodGet, "/readyz", nil, "") // "not ready" is an answer, and not waited for
	if err != nil {
		return err
	}
	text, err := r.raw()
	got := string(text)
	return about(err, &got, "ready\n")
}

// Command finds the outcome of a command for a party of it. Where none was
// accepted so far the error is a Problem of the code "not_found".
func (c *Client) Command(ctx context.Context, id voucher.Hash) (voucher.Outcome, error) {
	return c.outcome(ctx, "/v1/commands/"+id.String(), id)
}

// outcome asks for an accepted outcome of an id; the zero id is that of any.
func (c *Client) outcome(ctx context.Context, path string, id voucher.Hash) (voucher.Outcome, error) {
	r, err := c.exchange(ctx, http.MethodGet, path, nil, "")
	if err != nil {
		return voucher.Outcome{}, err
	}
	return r.outcome(http.StatusOK, id)
}

// Auditors lists every auditor that was ever named.
func (c *Client) Auditors(ctx context.Context) (info api.AuditorsInfo, err error) {
	return info, c.get(ctx, "/v1/operators/auditors", &info)
}

// Attestors lists a campaign's attestors, revoked ones included.
func (c *Client) Attestors(ctx context.Context, id voucher.CampaignID) (info api.AttestorsInfo, err error) {
	return info, c.get(ctx, "/v1/campaigns/"+id.String()+"/attestors", &info)
}

// MerchantCampaigns lists the campaigns of one merchant.
func (c *Client) MerchantCampaigns(ctx context.Context, m voucher.Address, cursor string) (page api.Page[api.CampaignInfo], err error) {
	return page, c.get(ctx, "/v1/merchants/"+m.String()+"/campaigns?cursor="+url.QueryEscape(cursor), &page)
}

// Redemptions lists a merchant's redemptions, holds and captures, at one store or
// at all of them (0).
func (c *Client) Redemptions(ctx context.Context, m voucher.Address, store uint32, cursor string) (page api.Page[voucher.Outcome], err error) {
	query := url.Values{"store": {strconv.FormatUint(uint64(store), 10)}, "cursor": {cursor}}
	return page, c.get(ctx, "/v1/merchants/"+m.String()+"/redemptions?"+query.Encode(), &page)
}

// mostItems is how many items a page has at most, by the API's document.
const mostItems = 100

// Report is a part of a merchant's day-book: of the sales and returns from an instant on
// and before another, in Unix seconds, at one store or at all of them (0).
func (c *Client) Report(ctx context.Context, m voucher.Address, from, until uint64, store uint32, cursor string) (page api.ReportPage, err error) {
	query := url.Values{
		"from": {strconv.FormatUint(from, 10)}, "until": {strconv.FormatUint(until, 10)},
		"store": {strconv.FormatUint(uint64(store), 10)}, "limit": {strconv.Itoa(mostItems)}, "cursor": {cursor},
	}
	return page, about(c.get(ctx, "/v1/merchants/"+m.String()+"/report?"+query.Encode(), &page), &page.Merchant, m)
}

// RedemptionOf finds the redemption, hold or capture that a merchant's client
// sent with an Idempotency-Key. The key itself is not sent.
func (c *Client) RedemptionOf(ctx context.Context, m voucher.Address, key string) (voucher.Outcome, error) {
	query := url.Values{"merchant": {m.String()}, "reference": {api.Reference(key).String()}}
	return c.outcome(ctx, "/v1/redemptions?"+query.Encode(), voucher.Hash{})
}

// Returned tells what a rollback of a redemption has to name, and a page of its rollbacks.
func (c *Client) Returned(ctx context.Context, redemption voucher.Hash, cursor string) (info api.ReturnedInfo, err error) {
	path := "/v1/redemptions/" + redemption.String() + "/rollbacks?cursor=" + url.QueryEscape(cursor)
	return info, about(c.get(ctx, path, &info), &info.Redemption, redemption)
}

// Hold tells what became of a hold.
func (c *Client) Hold(ctx context.Context, id voucher.Hash) (info api.HoldInfo, err error) {
	return info, about(c.get(ctx, "/v1/holds/"+id.String(), &info), &info.ID, id)
}

// Issue tells the record of an issue.
func (c *Client) Issue(ctx context.Context, id voucher.Hash) (info api.IssueInfo, err error) {
	return info, about(c.get(ctx, "/v1/issues/"+id.String(), &info), &info.ID, id)
}

// History lists the commands that touched a voucher. A page may be short and
// have more behind it.
func (c *Client) History(ctx context.Context, ref voucher.Ref, cursor string) (page api.Page[api.HistoryItem], err error) {
	return page, c.get(ctx, "/v1/vouchers/"+ref.String()+"/history?cursor="+url.QueryEscape(cursor), &page)
}

// about refuses an answer about something else than what was asked for.
func about[T comparable](err error, got *T, want T) error {
	if err == nil && *got != want {
		return &ForeignError{Status: http.StatusOK, Seen: "an answer about something else"}
	}
	return err
}
