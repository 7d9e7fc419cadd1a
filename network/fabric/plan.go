package fabric

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
)

// ErrMeasured means that a file of measurements has none that a plan can rest on.
var ErrMeasured = errors.New("no rate of a BFT network with shared transactions was measured")

// Measured is what one channel carried, and what a redemption took at one node
// of a kind, on average: a line of what make bench-fabric writes.
type Measured struct {
	Consensus Consensus `json:"consensus"`
	Way       string    `json:"way"`       // "shared": commands that arrive together share transactions
	PerSecond float64   `json:"perSecond"` // redemptions
	Cost      struct {
		Peer      float64 `json:"peerMs"` // milliseconds of a processor
		Chaincode float64 `json:"chaincodeMs"`
		Orderer   float64 `json:"ordererMs"`
		Server    float64 `json:"serverMs"`
		Disk      float64 `json:"diskBytes"` // of a peer
	} `json:"cost"`
}

// ReadMeasured finds the best rate of a BFT channel among measurements, as JSON.
// The error is ErrMeasured, or the reader's.
func ReadMeasured(from io.Reader) (best Measured, err error) {
	var all []Measured
	if err := json.NewDecoder(from).Decode(&all); err != nil {
		return best, fmt.Errorf("%w: %w", ErrMeasured, err)
	}
	for _, m := range all {
		if m.Consensus == BFT && m.Way == "shared" && m.PerSecond > best.PerSecond {
			best = m
		}
	}
	if best.PerSecond == 0 {
		return best, ErrMeasured
	}
	return best, nil
}

// Demand is what a consortium wants of its network.
type Demand struct {
	PerSecond float64 // redemptions in the busiest second
	Use       float64 // how much of a channel's rate and of a host's processors may be used then: 0.5 leaves half
	Cores     int     // processors of a host
	Peers     int     // of each organisation on each channel; each does all of the channel's work
}

// Plan is what that takes. A host is one machine of Demand.Cores processors.
type Plan struct {
	PerSecond    float64 `json:"perSecond"`
	Channels     int     `json:"channels"`     // each a ledger of its own: a campaign and its vouchers are on one
	PeerHosts    int     `json:"peerHosts"`    // of each organisation that endorses
	OrdererHosts int     `json:"ordererHosts"` // of each of the four organisations that order
	ServerHosts  int     `json:"serverHosts"`  // for tallyd, one more than is needed
	DiskPerDay   float64 `json:"diskPerDay"`   // bytes at each peer's copy of all channels, at this rate all day
}

// Plan counts channels by the rate that one carries, and hosts by the processor time
// that a redemption takes. It assumes two things: a channel on more processors is no
// slower than the one that was measured, and channels share nothing but processors.
func (m Measured) Plan(d Demand) Plan {
	hosts := func(milliseconds float64) int {
		return atLeastOne(d.PerSecond * milliseconds / 1000 / (d.Use * float64(d.Cores)))
	}
	return Plan{
		PerSecond: d.PerSecond, Channels: atLeastOne(d.PerSecond / (d.Use * m.PerSecond)),
		PeerHosts: d.Peers * hosts(m.Cost.Peer+m.Cost.Chaincode), OrdererHosts: hosts(m.Cost.Orderer),
		ServerHosts: 1 + hosts(m.Cost.Server), DiskPerDay: d.PerSecond * m.Cost.Disk * 24 * 60 * 60,
	}
}

func atLeastOne(n float64) int { return max(1, int(math.Ceil(n))) }
