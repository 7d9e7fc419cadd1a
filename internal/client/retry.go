package client

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"tally/internal/api"
)

// Patient is the same client, which waits where the server asks it to come again:
// where it was too fast, or where an answer is not there yet. longest bounds the waits
// of one request together; what would take longer is the server's problem. waiting is
// told of each wait before it.
//
// A command is sent again only where it was not looked at. A command that may have had
// an effect is its sender's to settle.
func (c *Client) Patient(longest time.Duration, waiting func(time.Duration)) *Client {
	patient := *c
	patient.patience, patient.waiting = longest, waiting
	return &patient
}

// leastWait is how long a client waits at least before it comes again.
const leastWait = time.Second

// comeAgain is how long to wait before the same request is sent again; 0 is never.
func (r reply) comeAgain(method string) time.Duration {
	if r.media() != mediaProblem {
		return 0
	}
	var p *api.Problem
	if !errors.As(r.problem(), &p) {
		return 0
	}
	switch p.Code {
	case api.FaultRateLimited.Code():
		return max(p.Wait, leastWait)
	case api.FaultUnavailable.Code(), api.FaultLedgerUnavailable.Code(), api.FaultStorageFull.Code(), api.FaultReceiptPending.Code():
		if method != http.MethodPost { // sent again, it is the same
			return max(p.Wait, leastWait)
		}
	}
	return 0
}

// pause waits, unless the context ends before.
func pause(ctx context.Context, wait time.Duration) error {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// retryAfter is how long a server asks its client to wait, 0 where it does not say.
// Tally says it in seconds; a proxy may say it as a date.
func retryAfter(header http.Header) time.Duration {
	text := header.Get("Retry-After")
	if seconds, err := strconv.ParseUint(text, 10, 32); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(0, time.Until(at))
	}
	return 0
}
