package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"tally/internal/api"
	"tally/internal/voucher"
)

// Command is a command that was signed and can be sent: again and again, and to any
// server of its ledger. It takes effect at most once.
type Command struct {
	ID      voucher.Hash // the digest of what was signed: settles the outcome; never zero
	Request api.Request  // what is sent
	Key     string       // the Idempotency-Key; "" where the request takes none
}

// Send sends a command. An outcome that is returned was accepted. The error is
// *UnknownError where the command may have had an effect, a *api.Problem where it was
// refused, and ErrNotSent where it cannot have left.
func (c *Client) Send(ctx context.Context, command Command) (voucher.Outcome, error) {
	r, err := c.postCommand(ctx, command, "")
	if err != nil {
		return voucher.Outcome{}, settle(err, command.ID)
	}
	out, err := r.outcome(http.StatusCreated, command.ID)
	return out, settle(err, command.ID)
}

// SendForReceipt is Send for a redemption, a hold or a capture, and asks for the
// receipt, which may be missing.
func (c *Client) SendForReceipt(ctx context.Context, command Command) (api.ReceiptedOutcome, error) {
	r, err := c.postCommand(ctx, command, "?receipt=1")
	if err != nil {
		return api.ReceiptedOutcome{}, settle(err, command.ID)
	}
	answer, err := r.receipted(http.StatusCreated, command.ID)
	return answer, settle(err, command.ID)
}

// postCommand posts a command. Without its id no answer could be told from the answer
// to another command, so nothing is sent.
func (c *Client) postCommand(ctx context.Context, command Command, query string) (reply, error) {
	if command.ID.IsZero() {
		return reply{}, fmt.Errorf("%w: a command needs its id, the digest of what was signed", ErrNotSent)
	}
	return c.post(ctx, command.Request.Endpoint()+query, command.Request, command.Key)
}

// Sealed is a request that was sent before: its bytes are sent again as they are.
type Sealed struct {
	Path string
	Body []byte // of encoding/json
}

// Endpoint implements api.Request.
func (s Sealed) Endpoint() string { return s.Path }

// MarshalJSON implements json.Marshaler.
func (s Sealed) MarshalJSON() ([]byte, error) { return s.Body, nil }

// Probe sends what no server of Tally's accepts, a claim without a signature, and is
// nil where it is refused as Tally refuses it: then commands reach a server of Tally's.
// Some proxies pass questions on, and answer commands themselves.
func (c *Client) Probe(ctx context.Context) error {
	_, err := c.Send(ctx, Command{ID: voucher.Hash{1}, Request: Sealed{Path: api.ClaimRequest{}.Endpoint(), Body: []byte("{}")}})
	var unknown *UnknownError
	switch {
	case errors.As(err, &unknown):
		return unknown.Err
	case problemOf(err) != nil:
		return nil
	default:
		return err
	}
}

// Redemption is the command of both halves of a redemption. key is the one whose
// hash the till signed as the reference.
func Redemption(r api.RedemptionRequest, key string) Command {
	return Command{r.Accept.Offer, r, key}
}

// Hold is the same of a code that reserves.
func Hold(r api.RedemptionRequest, key string) Command {
	return Command{r.Accept.Offer, api.HoldRequest(r), key}
}
