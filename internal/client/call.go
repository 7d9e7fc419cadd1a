package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"tally/internal/api"
	"tally/internal/voucher"
)

// MaxAnswer is how many bytes of an answer a client reads.
const MaxAnswer = 20 << 20

func (c *Client) get(ctx context.Context, path string, into any) error {
	body, err := c.do(ctx, http.MethodGet, path, nil, "")
	if err != nil {
		return err
	}
	if err := json.Unmarshal(body, into); err != nil {
		return fmt.Errorf("%w: %w", ErrNoAnswer, err)
	}
	return nil
}

// post sends the body of a command.
func (c *Client) post(ctx context.Context, request api.Request, key string) (out voucher.Outcome, err error) {
	return out, c.postTo(ctx, request.Endpoint(), request, key, &out)
}

// postForReceipt is post, and asks for the receipt, which may be missing.
func (c *Client) postForReceipt(ctx context.Context, request api.Request, key string) (answer api.ReceiptedOutcome, err error) {
	return answer, c.postTo(ctx, request.Endpoint()+"?receipt=1", request, key, &answer)
}

func (c *Client) postTo(ctx context.Context, path string, request api.Request, key string, into any) error {
	raw, err := json.Marshal(request)
	if err != nil {
		return fmt.Errorf("encode request: %w", err)
	}
	body, err := c.do(ctx, http.MethodPost, path, raw, key)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(body, into); err != nil {
		return fmt.Errorf("%w: %w", ErrNoAnswer, err)
	}
	return nil
}

func (c *Client) do(ctx context.Context, method, path string, body []byte, key string) (answer []byte, err error) {
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("make request: %w", err)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
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
