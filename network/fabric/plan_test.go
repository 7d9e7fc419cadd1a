package fabric_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/network/fabric"
)

const measurements = `[
	{"consensus": "bft", "way": "shared", "perSecond": 400, "cost": {"peerMs": 1}},
	{"consensus": "bft", "way": "own", "perSecond": 5000},
	{"consensus": "raft", "way": "shared", "perSecond": 9000},
	{"consensus": "bft", "way": "shared", "perSecond": 1000,
		"cost": {"peerMs": 2, "chaincodeMs": 1, "ordererMs": 0.5, "serverMs": 1, "diskBytes": 1000}}
]`

// TestPlan_RestsOnMeasurements: a plan rests on what was measured.
func TestPlan_RestsOnMeasurements(t *testing.T) {
	m, err := fabric.ReadMeasured(strings.NewReader(measurements))
	require.NoError(t, err)
	require.InDelta(t, 1000, m.PerSecond, 0, "the best of BFT with shared transactions")
	// 10,000 a second take 30 processors at each peer; 8 of a host's 16 may be used.
	require.Equal(t, fabric.Plan{
		PerSecond: 10_000, Channels: 20, PeerHosts: 2 * 4, OrdererHosts: 1, ServerHosts: 3, DiskPerDay: 864e9,
	}, m.Plan(fabric.Demand{PerSecond: 10_000, Use: 0.5, Cores: 16, Peers: 2}))
	require.Equal(t, fabric.Plan{
		PerSecond: 1, Channels: 1, PeerHosts: 2, OrdererHosts: 1, ServerHosts: 2, DiskPerDay: 86.4e6,
	}, m.Plan(fabric.Demand{PerSecond: 1, Use: 0.5, Cores: 16, Peers: 2}), "no less than one of each")
}

// TestPlan_WithoutMeasurements: a plan requires measurements.
func TestPlan_WithoutMeasurements(t *testing.T) {
	for _, text := range []string{"", "[]", `[{"consensus": "raft", "way": "shared", "perSecond": 9000}]`, `{"perSecond": 1}`} {
		_, err := fabric.ReadMeasured(strings.NewReader(text))
		require.ErrorIs(t, err, fabric.ErrMeasured, text)
	}
}
