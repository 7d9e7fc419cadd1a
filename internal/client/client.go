package client

import (
	"crypto/ecdsa"
	"errors"
	"net/http"
	"strings"
	"time"

	"tally/internal/httpclient"
	"tally/internal/intent"
	"tally/internal/voucher"
)

// Client speaks to one server. It signs nothing by itself. Its errors are
// *api.Problem where the server answered, and ErrNoAnswer where a request may or may
// not have arrived.
type Client struct {
	base  string
	http  *http.Client
	token string

	patience time.Duration
	waiting  func(time.Duration)
}

// ErrNoAnswer says that a request may or may not have arrived.
var ErrNoAnswer = errors.New("no answer from the server")

// New is a client of the server at a base address, "http://127.0.0.1:8480" for
// one. It follows no redirect, whatever h does: codes and tokens are for that server.
func New(base string, h *http.Client) *Client {
	return &Client{base: strings.TrimSuffix(base, "/"), http: httpclient.Direct(h)}
}

// As is the same client with a bearer token: a read token (Token) or a delegation.
func (c *Client) As(token string) *Client {
	as := *c
	as.token = token
	return &as
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
