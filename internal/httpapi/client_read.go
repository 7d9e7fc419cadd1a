package httpapi

import (
	"context"
	"net/url"
	"strconv"

	"tally/internal/api"
	"tally/internal/voucher"
)

// What a client reads beside the basics. Who may read what is in the table of
// access; As gives a client its token.

// Command finds the outcome of a command for a party of it. Where none was
// accepted so far the error is a Problem of the code "not_found".
func (c *Client) Command(ctx context.Context, id voucher.Hash) (out voucher.Outcome, err error) {
	return out, c.get(ctx, "/v1/commands/"+id.String(), "", &out)
}

// Auditors lists every auditor that was ever named.
func (c *Client) Auditors(ctx context.Context) (info api.AuditorsInfo, err error) {
	return info, c.get(ctx, "/v1/operators/auditors", "", &info)
}

// Attestors lists a campaign's attestors, revoked ones included.
func (c *Client) Attestors(ctx context.Context, id voucher.CampaignID) (info api.AttestorsInfo, err error) {
	return info, c.get(ctx, "/v1/campaigns/"+id.String()+"/attestors", "", &info)
}

// MerchantCampaigns lists the campaigns of one merchant.
func (c *Client) MerchantCampaigns(ctx context.Context, m voucher.Address, cursor string) (page api.Page[api.CampaignInfo], err error) {
	return page, c.get(ctx, "/v1/merchants/"+m.String()+"/campaigns?cursor="+url.QueryEscape(cursor), "", &page)
}

// Redemptions lists a merchant's redemptions, holds and captures, at one store or
// at all of them (0).
func (c *Client) Redemptions(ctx context.Context, m voucher.Address, store uint32, cursor string) (page api.Page[voucher.Outcome], err error) {
	query := url.Values{"store": {strconv.FormatUint(uint64(store), 10)}, "cursor": {cursor}}
	return page, c.get(ctx, "/v1/merchants/"+m.String()+"/redemptions?"+query.Encode(), "", &page)
}

// RedemptionOf finds the redemption, hold or capture that a merchant's client
// sent with an Idempotency-Key. The key itself is not sent.
func (c *Client) RedemptionOf(ctx context.Context, m voucher.Address, key string) (out voucher.Outcome, err error) {
	query := url.Values{"merchant": {m.String()}, "reference": {api.Reference(key).String()}}
	return out, c.get(ctx, "/v1/redemptions?"+query.Encode(), "", &out)
}

// Returned tells what a rollback of a redemption has to name.
func (c *Client) Returned(ctx context.Context, redemption voucher.Hash) (info api.ReturnedInfo, err error) {
	return info, c.get(ctx, "/v1/redemptions/"+redemption.String()+"/rollbacks", "", &info)
}

// Hold tells what became of a hold.
func (c *Client) Hold(ctx context.Context, id voucher.Hash) (info api.HoldInfo, err error) {
	return info, c.get(ctx, "/v1/holds/"+id.String(), "", &info)
}

// Issue tells the record of an issue.
func (c *Client) Issue(ctx context.Context, id voucher.Hash) (info api.IssueInfo, err error) {
	return info, c.get(ctx, "/v1/issues/"+id.String(), "", &info)
}

// History lists the commands that touched a voucher. A page may be short and
// have more behind it.
func (c *Client) History(ctx context.Context, ref voucher.Ref, cursor string) (page api.Page[api.HistoryItem], err error) {
	return page, c.get(ctx, "/v1/vouchers/"+ref.String()+"/history?cursor="+url.QueryEscape(cursor), "", &page)
}
