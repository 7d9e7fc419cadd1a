package load

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
)

// Request is one that was made before the clock starts: it is sent as it stands.
type Request struct {
	Method string
	Path   string
	Body   []byte // JSON
	Key    string // Idempotency-Key; may be empty
	Token  string // bearer; may be empty
}

// Clients speak to one server over connections that they keep: as many as there
// are clients, at most the number that New is told.
type Clients struct {
	base string
	http *http.Client
}

// New is clients of a server, at most most of them.
func New(base string, most int) *Clients {
	return &Clients{base: base, http: &http.Client{Transport: &http.Transport{
		MaxIdleConns: most, MaxIdleConnsPerHost: most, DisableCompression: true,
	}}}
}

// Close closes the connections.
func (c *Clients) Close() { c.http.CloseIdleConnections() }

// Connect opens a connection for each of the clients.
func (c *Clients) Connect(ctx context.Context, clients int) error {
	_, err := Run(ctx, clients, clients, func(ctx context.Context, _ int) (Told, error) {
		status, _, err := c.Send(ctx, Request{Method: http.MethodGet, Path: "/healthz"})
		if err == nil && status != http.StatusOK {
			err = fmt.Errorf("%w: status %d of /healthz", ErrAnswer, status)
		}
		return Accepted, err
	})
	return err
}

// Send sends a request and reads the answer.
func (c *Clients) Send(ctx context.Context, r Request) (status int, body []byte, err error) {
	request, err := http.NewRequestWithContext(ctx, r.Method, c.base+r.Path, bytes.NewReader(r.Body))
	if err != nil {
		return 0, nil, fmt.Errorf("make request: %w", err)
	}
	if len(r.Body) > 0 {
		request.Header.Set("Content-Type", "application/json")
	}
	if r.Key != "" {
		request.Header.Set("Idempotency-Key", r.Key)
	}
	if r.Token != "" {
		request.Header.Set("Authorization", "Bearer "+r.Token)
	}
	answer, err := c.http.Do(request)
	if err != nil {
		return 0, nil, fmt.Errorf("send request: %w", err)
	}
	defer answer.Body.Close() //nolint:errcheck // it was read
	if body, err = io.ReadAll(answer.Body); err != nil {
		return 0, nil, fmt.Errorf("read answer: %w", err)
	}
	return answer.StatusCode, body, nil
}

// Tell sends a request and says what it was told: 200 and 201 are accepted, 202
// and no answer are unknown, and what is to be refused is by its status, as 409.
// The error is ErrAnswer for every other status, and ctx's.
func (c *Clients) Tell(ctx context.Context, r Request, refused ...int) (Told, error) {
	status, body, err := c.Send(ctx, r)
	switch {
	case ctx.Err() != nil:
		return Unknown, ctx.Err()
	case err != nil, status == http.StatusAccepted:
		return Unknown, nil
	case status == http.StatusOK, status == http.StatusCreated:
		return Accepted, nil
	}
	for _, no := range refused {
		if status == no {
			return Refused, nil
		}
	}
	return Unknown, fmt.Errorf("%w: status %d: %.300s", ErrAnswer, status, body)
}
