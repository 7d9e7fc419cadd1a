package main

import (
	"context"
	"net"
	"time"

	"tally/internal/index"
	"tally/internal/metrics"
)

// nearby is an address on this machine, if it names no host.
func nearby(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err != nil || host != "" {
		return address
	}
	return net.JoinHostPort("127.0.0.1", port)
}

// indexOf is how far the index of a projector is.
func indexOf(p *index.Projector) func(context.Context) (metrics.Index, error) {
	return func(context.Context) (metrics.Index, error) {
		s := p.Stats()
		blocks, since := s.Lag(time.Now())
		return metrics.Index{Blocks: blocks, Since: since, Rebuilds: s.Rebuilds, Lost: s.IndexLost}, nil
	}
}
