package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"tally/internal/api"
)

// MaxAnswer is the greatest length of an answer that a client takes, in bytes.
const MaxAnswer = 20 << 20

// reply is what came back for a request, from whatever answered it. Nothing of it is
// believed before it was judged: see judge.go.
type reply struct {
	request *http.Request
	status  int
	header  http.Header
	body    []byte
}

// exchange sends a request and reads the whole reply, and waits and sends the same
// again where the server asks for that: see Patient. The error is ErrNoAnswer, and
// ErrNotSent, too, where the request cannot have left.
func (c *Client) exchange(ctx context.Context, method, path string, body []byte, key string) (reply, error) {
	for waited := time.Duration(0); ; {
		r, err := c.once(ctx, method, path, body, key)
		if err != nil {
			return r, err
		}
		wait := r.comeAgain(method)
		if wait == 0 || waited+wait > c.patience {
			return r, nil
		}
		waited += wait
		c.waiting(wait)
		if err := pause(ctx, wait); err != nil {
			return reply{}, fmt.Errorf("%w: %w", ErrNoAnswer, err)
		}
	}
}

// once sends one request and reads the whole reply.
func (c *Client) once(ctx context.Context, method, path string, body []byte, key string) (reply, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, bytes.NewReader(body))
	if err != nil {
		return reply{}, fmt.Errorf("make request: %w", err)
	}
	if body != nil {
		req.Header.Set("Content-Type", mediaJSON)
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	if key != "" {
		req.Header.Set(api.HeaderKey, key)
	}
	res, err := c.http.Do(req)
	if err != nil {
		return reply{}, fmt.Errorf("%w: %w", ErrNoAnswer, err)
	}
	text, err := io.ReadAll(io.LimitReader(res.Body, MaxAnswer+1))
	if err := errors.Join(err, res.Body.Close()); err != nil {
		return reply{}, fmt.Errorf("%w: the answer broke off: %w", ErrNoAnswer, err)
	}
	if len(text) > MaxAnswer {
		return reply{}, fmt.Errorf("%w: the answer is longer than %d bytes", ErrNoAnswer, MaxAnswer)
	}
	return reply{req, res.StatusCode, res.Header, text}, nil
}

// get reads a JSON answer into a value.
func (c *Client) get(ctx context.Context, path string, into any) error {
	r, err := c.exchange(ctx, http.MethodGet, path, nil, "")
	if err != nil {
		return err
	}
	return r.value(into)
}

// bytes reads an answer that is not JSON.
func (c *Client) bytes(ctx context.Context, path string) ([]byte, error) {
	r, err := c.exchange(ctx, http.MethodGet, path, nil, "")
	if err != nil {
		return nil, err
	}
	return r.raw()
}

// post sends the body of a request.
func (c *Client) post(ctx context.Context, path string, request api.Request, key string) (reply, error) {
	raw, err := json.Marshal(request)
	if err != nil {
		return reply{}, fmt.Errorf("encode request: %w", err)
	}
	return c.exchange(ctx, http.MethodPost, path, raw, key)
}
