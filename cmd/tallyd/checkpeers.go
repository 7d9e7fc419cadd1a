package main

import (
	"context"
	"crypto/tls"
	"log/slog"
	"time"

	"tally/internal/ledger/fabric"
)

const (
	peersTimeout    = 30 * time.Second    // for all peers together
	clockWarning    = 10 * time.Second    // between a peer's clock and this machine's; a peer refuses 30 s by default
	mspExpiryNotice = 30 * 24 * time.Hour // of the certificate towards the peers: one that ends sooner is said to
)

// checkMSP checks how long the certificate towards the peers is good.
func (c *CheckConfig) checkMSP() []check {
	s := &c.Settings
	if s.Ledger != "fabric" || s.Reach.MSPCert == "" {
		return nil
	}
	pair, err := tls.LoadX509KeyPair(s.Reach.MSPCert, s.Reach.MSPKey)
	if err != nil {
		return []check{failed("msp-cert", "%v", err)}
	}
	ends := pair.Leaf.NotAfter
	switch left := time.Until(ends); {
	case left <= 0:
		return []check{failed("msp-cert", "it ended on %s: put another into its file", ends.Format(time.RFC3339))}
	case left < mspExpiryNotice:
		return []check{warned("msp-cert", "it ENDS SOON, on %s", ends.Format(time.RFC3339))}
	default:
		return []check{passed("msp-cert", "until %s", ends.Format(time.DateOnly))}
	}
}

// checkPeers asks every peer itself to endorse a call that does nothing, and has
// it endorsed as a write would be. Nothing is sent to the orderers.
func (c *CheckConfig) checkPeers(ctx context.Context) (done []check) {
	if c.Settings.Ledger != "fabric" {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, peersTimeout)
	defer cancel()
	l, err := fabric.Open(ctx, c.Settings.Reach.options(slog.New(slog.DiscardHandler)))
	if err != nil {
		return []check{failed("peers", "%v", explain(err))}
	}
	defer l.Close() //nolint:errcheck // nothing was written
	written := l.Probe(ctx)
	for _, h := range l.Peers() {
		done = append(done, checkPeer(h))
	}
	if written != nil {
		return append(done, failed("ledger", "a write would not be endorsed: %v", written))
	}
	return append(done, passed("ledger", "%s; a write would be endorsed", l.ID()))
}

// checkPeer judges what a peer answered by itself.
func checkPeer(h fabric.Health) check {
	name := "peer " + h.Endpoint
	switch {
	case !h.Endorses:
		return failed(name, "it does not endorse: %s", h.Reason)
	case h.Clock && h.Offset.Abs() > clockWarning:
		return warned(name, "its clock is %s ahead of this machine's", h.Offset.Round(time.Millisecond))
	default:
		return passed(name, "of %s, it endorses", h.Organisation)
	}
}
