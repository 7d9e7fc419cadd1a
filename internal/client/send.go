package client

import (
	"context"

	"tally/internal/api"
	"tally/internal/voucher"
)

// What a client sends: one method for each command. An outcome that is returned
// was accepted; a refusal is a *Problem.

// SetOperators changes the operators.
func (c *Client) SetOperators(ctx context.Context, r api.OperatorsRequest) (voucher.Outcome, error) {
	return c.Send(ctx, Command{Request: r})
}

// SetAuditor sends the intent of several operators.
func (c *Client) SetAuditor(ctx context.Context, r api.ApprovedRequest[voucher.SetAuditor]) (voucher.Outcome, error) {
	return c.Send(ctx, Command{Request: r})
}

// PutAttestor sends a merchant's intent.
func (c *Client) PutAttestor(ctx context.Context, r api.SignedRequest[voucher.PutAttestor]) (voucher.Outcome, error) {
	return c.Send(ctx, Command{Request: r})
}

// AdmitMerchant sends an operator's intent.
func (c *Client) AdmitMerchant(ctx context.Context, r api.SignedRequest[voucher.AdmitMerchant]) (voucher.Outcome, error) {
	return c.Send(ctx, Command{Request: r})
}

// SuspendMerchant sends an operator's intent.
func (c *Client) SuspendMerchant(ctx context.Context, r api.SignedRequest[voucher.SuspendMerchant]) (voucher.Outcome, error) {
	return c.Send(ctx, Command{Request: r})
}

// ReinstateMerchant sends an operator's intent.
func (c *Client) ReinstateMerchant(ctx context.Context, r api.SignedRequest[voucher.ReinstateMerchant]) (voucher.Outcome, error) {
	return c.Send(ctx, Command{Request: r})
}

// RecoverRoot sends the intent of several operators.
func (c *Client) RecoverRoot(ctx context.Context, r api.ApprovedRequest[voucher.RecoverRoot]) (voucher.Outcome, error) {
	return c.Send(ctx, Command{Request: r})
}

// RotateRoot sends a merchant's intent.
func (c *Client) RotateRoot(ctx context.Context, r api.SignedRequest[voucher.RotateRoot]) (voucher.Outcome, error) {
	return c.Send(ctx, Command{Request: r})
}

// PutStore sends a merchant's intent.
func (c *Client) PutStore(ctx context.Context, r api.SignedRequest[voucher.PutStore]) (voucher.Outcome, error) {
	return c.Send(ctx, Command{Request: r})
}

// PutKey sends a merchant's intent.
func (c *Client) PutKey(ctx context.Context, r api.SignedRequest[voucher.PutKey]) (voucher.Outcome, error) {
	return c.Send(ctx, Command{Request: r})
}

// CreateCampaign sends a merchant's intent.
func (c *Client) CreateCampaign(ctx context.Context, r api.SignedRequest[voucher.CreateCampaign]) (voucher.Outcome, error) {
	return c.Send(ctx, Command{Request: r})
}

// ChangeCampaign sends a merchant's intent.
func (c *Client) ChangeCampaign(ctx context.Context, r api.SignedRequest[voucher.ChangeCampaign]) (voucher.Outcome, error) {
	return c.Send(ctx, Command{Request: r})
}

// SendIssue sends a merchant's promise to the owners of a list.
func (c *Client) SendIssue(ctx context.Context, r api.SignedRequest[voucher.Issue]) (voucher.Outcome, error) {
	return c.Send(ctx, Command{Request: r})
}

// Deliver lets an issued voucher appear. It takes a token.
func (c *Client) Deliver(ctx context.Context, r api.DeliveryRequest) (voucher.Outcome, error) {
	return c.Send(ctx, Command{Request: r})
}

// Claim sends a wallet's claim.
func (c *Client) Claim(ctx context.Context, r api.ClaimRequest) (voucher.Outcome, error) {
	return c.Send(ctx, Command{Request: r})
}

// Transfer sends an owner's gift.
func (c *Client) Transfer(ctx context.Context, r api.PlacedRequest[voucher.Transfer]) (voucher.Outcome, error) {
	return c.Send(ctx, Command{Request: r})
}

// Redeem sends a code and a till's acceptance. key is the Idempotency-Key whose
// hash the till signed.
func (c *Client) Redeem(ctx context.Context, r api.RedemptionRequest, key string) (voucher.Outcome, error) {
	return c.Send(ctx, Command{Request: r, Key: key})
}

// RedeemForReceipt is Redeem, and asks for the receipt, which may be missing.
func (c *Client) RedeemForReceipt(ctx context.Context, r api.RedemptionRequest, key string) (api.ReceiptedOutcome, error) {
	return c.SendForReceipt(ctx, Command{Request: r, Key: key})
}

// Reserve sends a code that reserves and a till's acceptance of it.
func (c *Client) Reserve(ctx context.Context, r api.RedemptionRequest, key string) (voucher.Outcome, error) {
	return c.Send(ctx, Command{Request: api.HoldRequest(r), Key: key})
}

// ReserveForReceipt is Reserve, and asks for the receipt, which may be missing.
func (c *Client) ReserveForReceipt(ctx context.Context, r api.RedemptionRequest, key string) (api.ReceiptedOutcome, error) {
	return c.SendForReceipt(ctx, Command{Request: api.HoldRequest(r), Key: key})
}

// Capture sends a till's capture of a hold. key is like that of Redeem.
func (c *Client) Capture(ctx context.Context, r api.SignedRequest[voucher.Capture], key string) (voucher.Outcome, error) {
	return c.Send(ctx, Command{Request: r, Key: key})
}

// CaptureForReceipt is Capture, and asks for the receipt, which may be missing.
func (c *Client) CaptureForReceipt(ctx context.Context, r api.SignedRequest[voucher.Capture], key string) (api.ReceiptedOutcome, error) {
	return c.SendForReceipt(ctx, Command{Request: r, Key: key})
}

// Release sends a till's release of a hold.
func (c *Client) Release(ctx context.Context, r api.SignedRequest[voucher.Release]) (voucher.Outcome, error) {
	return c.Send(ctx, Command{Request: r})
}

// Cancel sends a cancel.
func (c *Client) Cancel(ctx context.Context, r api.CancelRequest) (voucher.Outcome, error) {
	return c.Send(ctx, Command{Request: r})
}

// Rollback sends a merchant's rollback of a redemption.
func (c *Client) Rollback(ctx context.Context, r api.SignedRequest[voucher.Rollback]) (voucher.Outcome, error) {
	return c.Send(ctx, Command{Request: r})
}

// Void sends a merchant's void of a voucher.
func (c *Client) Void(ctx context.Context, r api.PlacedRequest[voucher.Void]) (voucher.Outcome, error) {
	return c.Send(ctx, Command{Request: r})
}
