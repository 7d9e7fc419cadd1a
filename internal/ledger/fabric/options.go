package fabric

import (
	"fmt"
	"log/slog"
	"net"
	"slices"
	"time"
)

// Limits of the driver.
const (
	// DefaultCommitTimeout is how long a transaction may be out before it is sent
	// again, by another peer. The same envelope is sent: it can be valid once.
	DefaultCommitTimeout = 5 * time.Second
	// DefaultProbeEvery is how often every peer itself is asked whether it endorses.
	DefaultProbeEvery = 10 * time.Second
	// MaxPeers is how many peers a driver speaks to.
	MaxPeers = 16

	endorseTimeout  = 10 * time.Second       // for one gateway to collect endorsements
	callTimeout     = 10 * time.Second       // for one question to one peer
	sendTimeout     = 5 * time.Second        // for one gateway to reach the orderers
	dialTimeout     = 10 * time.Second       // for the first answer of any peer, when a ledger is opened
	agreeTimeout    = 250 * time.Millisecond // that peers get to reach the same block before they endorse
	firstPause      = 100 * time.Millisecond // after a failure; doubled each time
	longPause       = 5 * time.Second        // the longest one
	closeAfter      = 10 * time.Second       // what is under way may finish so long
	endorsePatience = 5 * time.Second        // for peers to come back or to agree, before a transaction is given up
	probeTimeout    = 8 * time.Second        // for the questions of one beat, and then for its endorsement
	probeAgain      = time.Second            // between a write that failed and the beat that it brings forward
	maxVoided       = 20                     // tries of a lone command that others' transactions void
	maxMessage      = 128 << 20              // bytes of one message of a peer: a block
	maxRecent       = 256                    // blocks kept in memory
	maxRecentBytes  = 64 << 20               // and their size
)

// PeerOptions is how to reach one peer.
type PeerOptions struct {
	Endpoint   string // host:port
	CA         string // PEM file with the CA of its TLS certificate
	ServerName string // that the certificate has, if it is not the endpoint's host
}

// Options says how to reach a ledger.
type Options struct {
	// Peers are tried in this order: the nearest first, and those of other
	// organisations after it.
	Peers []PeerOptions
	// MSPID is the organisation of Certificate, a PEM file; Key is the PEM file
	// with its key.
	MSPID, Certificate, Key string
	// Channel and Chaincode name the ledger.
	Channel, Chaincode string
	// Witnesses is how many of the peers must have shown a block before it counts,
	// 1 if 0. With 2 or more, of different organisations, no single one can make
	// this process tell what is not so; while fewer are connected, outcomes stay
	// unknown.
	Witnesses int
	// CommitTimeout is DefaultCommitTimeout if 0.
	CommitTimeout time.Duration
	// ProbeEvery is DefaultProbeEvery if 0.
	ProbeEvery time.Duration
	// Now is the clock that transactions are stamped with, time.Now if nil. The
	// endorsers refuse what is too far off theirs.
	Now func() time.Time
	Log *slog.Logger
}

func (o Options) withDefaults() Options {
	if o.CommitTimeout == 0 {
		o.CommitTimeout = DefaultCommitTimeout
	}
	if o.ProbeEvery == 0 {
		o.ProbeEvery = DefaultProbeEvery
	}
	if o.Witnesses == 0 {
		o.Witnesses = 1
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	return o
}

// check refuses what is missing or out of its limits with ErrOptions.
func (o Options) check() error {
	if len(o.Peers) == 0 || len(o.Peers) > MaxPeers {
		return fmt.Errorf("%w: %d peers, 1 to %d wanted", ErrOptions, len(o.Peers), MaxPeers)
	}
	for _, p := range o.Peers {
		if _, _, err := net.SplitHostPort(p.Endpoint); err != nil {
			return fmt.Errorf("%w: the peer %q is not host:port", ErrOptions, p.Endpoint)
		}
	}
	if o.Witnesses < 1 || o.Witnesses > len(o.Peers) {
		return fmt.Errorf("%w: %d witnesses among %d peers", ErrOptions, o.Witnesses, len(o.Peers))
	}
	if slices.Contains([]string{o.MSPID, o.Certificate, o.Key, o.Channel, o.Chaincode}, "") {
		return fmt.Errorf("%w: MSP id, certificate, key, channel and chaincode are needed", ErrOptions)
	}
	return nil
}
