package httpapi

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"tally/internal/api"
	"tally/internal/books"
	"tally/internal/httpclient"
	"tally/internal/intent"
	"tally/internal/voucher"
)

// Client speaks to a server. It signs nothing by itself. Its errors are
// *Problem where the server answered, and ErrNoAnswer where the outcome may be
// unknown.
type Client struct {
	base  string
	http  *http.Client
	token string
}

// MaxAnswer is how many bytes of an answer a client reads.
const MaxAnswer = 20 << 20

// ErrNoAnswer says that a request may or may not have arrived.
var ErrNoAnswer = errors.New("no answer from the server")

// NewClient is a client of the server at a base address, "http://127.0.0.1:8480" for
// one. It follows no redirect, whatever h does: codes and tokens are for that server.
func NewClient(base string, h *http.Client) *Client {
	return &Client{base: strings.TrimSuffix(base, "/"), http: httpclient.Direct(h)}
}

// As is the same client with a bearer token: a read token (Token) or a
// delegation. What takes a token by itself uses that instead.
func (c *Client) As(token string) *Client {
	as := *c
	as.token = token
	return &as
}

// Ledger tells which ledger the server serves.
func (c *Client) Ledger(ctx context.Context) (info api.LedgerInfo, err error) {
	return info, c.get(ctx, "/v1/ledger", "", &info)
}

// Operators tells who runs the system.
func (c *Client) Operators(ctx context.Context) (info api.OperatorsInfo, err error) {
	return info, c.get(ctx, "/v1/operators", "", &info)
}

// Merchant looks a merchant up.
func (c *Client) Merchant(ctx context.Context, m voucher.Address) (info api.MerchantInfo, err error) {
	if err := c.get(ctx, "/v1/merchants/"+m.String(), "", &info); err != nil {
		return info, err
	}
	for info.NextCursor != "" {
		var more api.MerchantInfo
		if err := c.get(ctx, "/v1/merchants/"+m.String()+"?cursor="+url.QueryEscape(info.NextCursor), "", &more); err != nil {
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
	return info, c.get(ctx, "/v1/campaigns/"+id.String(), "", &info)
}

// Campaigns lists campaigns.
func (c *Client) Campaigns(ctx context.Context, cursor string) (page api.Page[api.CampaignInfo], err error) {
	return page, c.get(ctx, "/v1/campaigns?cursor="+url.QueryEscape(cursor), "", &page)
}

// Audit has a campaign's books recomputed from the ledger.
func (c *Client) Audit(ctx context.Context, id voucher.CampaignID) (report books.Report, err error) {
	return report, c.get(ctx, "/v1/campaigns/"+id.String()+"/audit", "", &report)
}

// AuditAt has a campaign's books recomputed as they were just after a position.
func (c *Client) AuditAt(ctx context.Context, id voucher.CampaignID, at voucher.Position) (report books.Report, err error) {
	return report, c.get(ctx, "/v1/campaigns/"+id.String()+"/audit?position="+at.String(), "", &report)
}

// Voucher shows a voucher to its holder.
func (c *Client) Voucher(ctx context.Context, token string, ref voucher.Ref) (info api.VoucherInfo, err error) {
	return info, c.get(ctx, "/v1/vouchers/"+ref.String(), token, &info)
}

// Wallet lists a wallet's vouchers to itself.
func (c *Client) Wallet(ctx context.Context, token string, wallet voucher.Address, cursor string) (page api.Page[api.VoucherInfo], err error) {
	path := "/v1/wallets/" + wallet.String() + "/vouchers?cursor=" + url.QueryEscape(cursor)
	return page, c.get(ctx, path, token, &page)
}

// Holder tells a wallet the ordinal of its next claim.
func (c *Client) Holder(ctx context.Context, token string, wallet voucher.Address, id voucher.CampaignID) (info api.HolderInfo, err error) {
	return info, c.get(ctx, "/v1/wallets/"+wallet.String()+"/campaigns/"+id.String(), token, &info)
}

// Redemption shows a redemption to a party of it.
func (c *Client) Redemption(ctx context.Context, token string, id voucher.Hash) (out voucher.Outcome, err error) {
	return out, c.get(ctx, "/v1/redemptions/"+id.String(), token, &out)
}

// Ready tells whether the server wants requests.
func (c *Client) Ready(ctx context.Context) error {
	_, err := c.do(ctx, http.MethodGet, "/readyz", nil, "", "")
	return err
}

// Token signs a read token that is good at this server until an instant, at most an
// hour ahead.
func (c *Client) Token(d *intent.Domain, key *ecdsa.PrivateKey, until time.Time) (string, error) {
	origin, err := intent.Origin(c.base)
	if err != nil {
		return "", err
	}
	token := intent.ReadToken{
		Holder: intent.Address(key), Audience: origin, Expires: voucher.Unix(until),
	}
	signature, err := d.Sign(key, token)
	if err != nil {
		return "", err
	}
	return intent.FormatToken(token, signature), nil
}

func (c *Client) get(ctx context.Context, path, token string, into any) error {
	body, err := c.do(ctx, http.MethodGet, path, nil, token, "")
	if err != nil {
		return err
	}
	if err := json.Unmarshal(body, into); err != nil {
		return fmt.Errorf("%w: %w", ErrNoAnswer, err)
	}
	return nil
}

func (c *Client) post(ctx context.Context, path string, request any, key string) (out voucher.Outcome, err error) {
	return out, c.postFor(ctx, path, request, key, &out)
}

func (c *Client) postFor(ctx context.Context, path string, request any, key string, into any) error {
	raw, err := json.Marshal(request)
	if err != nil {
		return fmt.Errorf("encode request: %w", err)
	}
	body, err := c.do(ctx, http.MethodPost, path, raw, "", key)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(body, into); err != nil {
		return fmt.Errorf("%w: %w", ErrNoAnswer, err)
	}
	return nil
}

func (c *Client) do(ctx context.Context, method, path string, body []byte, token, key string) (answer []byte, err error) {
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("make request: %w", err)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if token == "" {
		token = c.token
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	if key != "" {
		req.Header.Set(api.HeaderKey, key)
	}
	res, err := c.http.Do(req)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoAnswer, err)
	}
	answer, err = io.ReadAll(io.LimitReader(res.Body, MaxAnswer))
	if err := errors.Join(err, res.Body.Close()); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoAnswer, err)
	}
	if strings.HasPrefix(res.Header.Get("Content-Type"), "application/problem+json") {
		problem := new(api.Problem)
		if err := json.Unmarshal(answer, problem); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrNoAnswer, err)
		}
		return nil, problem
	}
	if to := res.Header.Get("Location"); to != "" && res.StatusCode/100 == 3 {
		return nil, fmt.Errorf("%w: it redirects to %q: name the address that answers", ErrNoAnswer, to)
	}
	if res.StatusCode >= http.StatusMultipleChoices {
		return nil, fmt.Errorf("%w: status %d", ErrNoAnswer, res.StatusCode)
	}
	return answer, nil
}
