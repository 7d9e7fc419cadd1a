package main

import (
	"log/slog"
	"os"
	"os/exec"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tally/internal/index/redis/redistest"
	"tally/internal/ledger"
	"tally/internal/ledger/fabric"
	"tally/internal/ledger/ledgertest"
	"tally/internal/processtest"
	network "tally/network/fabric"
	"tally/network/fabric/fabrictest"
)

// consortium is two servers over one Redis and one Fabric network. Each is an
// organisation's own, and prefers that one's peers.
type consortium struct {
	*cluster
	*network.Network
}

// sharedForm is the small network, or the default one where the long form is
// asked for.
func sharedForm(t *testing.T) network.Description {
	t.Helper()
	if os.Getenv(ledgertest.LongForm) != "" {
		return fabrictest.Form(t, "default")
	}
	return fabrictest.Form(t, "small")
}

// startConsortium founds a ledger on a network and serves it twice.
func startConsortium(t *testing.T, d network.Description) *consortium {
	t.Helper()
	skipShort(t)
	n := fabrictest.Up(t, d, &network.Program{
		Path: processtest.Build(t, "./cmd/tally-chaincode"), Ready: "ready",
	})
	foundOnFabric(t, fabricFlags(n, "Jasmine"))
	c := &consortium{Network: n, cluster: &cluster{redis: redistest.Start(t)}}
	c.open = func(t *testing.T) ledger.Ledger {
		t.Helper()
		l, err := fabric.Open(t.Context(), fabricOptions(n, "Platform"))
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, l.Close()) })
		return l
	}
	c.cluster.height = func() uint64 { return newestOn(t, n) }
	var servers []*server
	for _, organisation := range []string{"Jasmine", "Oolong"} {
		servers = append(servers, serveSecurely(t, c.redis, append([]string{"--ledger", "fabric"}, fabricFlags(n, organisation)...)...))
	}
	c.shop = newShop(t, 4, servers...)
	return c
}

// endpointsFor are a network's peers, an organisation's own before the others'.
func endpointsFor(n *network.Network, organisation string) []network.Endpoint {
	all := n.Endpoints()
	slices.SortStableFunc(all, func(a, b network.Endpoint) int {
		switch {
		case a.Organisation == b.Organisation:
			return 0
		case a.Organisation == organisation:
			return -1
		case b.Organisation == organisation:
			return 1
		}
		return 0
	})
	return all
}

// fabricFlags reach a network's chaincode as a client of an organisation.
func fabricFlags(n *network.Network, organisation string) []string {
	user := n.Client(organisation)
	flags := []string{"--msp", user.MSPID, "--msp-cert", user.CertificateFile, "--msp-key", user.KeyFile}
	for _, e := range endpointsFor(n, organisation) {
		flags = append(flags, "--peer", e.Name+"@"+e.Address+"="+e.TLSCAFile)
	}
	return flags
}

// fabricOptions are the same for the driver.
func fabricOptions(n *network.Network, organisation string) fabric.Options {
	user, d := n.Client(organisation), n.Description()
	opts := fabric.Options{
		MSPID: user.MSPID, Certificate: user.CertificateFile, Key: user.KeyFile,
		Channel: d.Channel, Chaincode: d.Chaincode.Name, Log: slog.New(slog.DiscardHandler),
	}
	for _, e := range endpointsFor(n, organisation) {
		opts.Peers = append(opts.Peers, fabric.PeerOptions{Endpoint: e.Address, CA: e.TLSCAFile, ServerName: e.Name})
	}
	return opts
}

// foundOnFabric founds a ledger by the command, and returns what it printed.
func foundOnFabric(t *testing.T, flags []string) string {
	t.Helper()
	found := exec.Command(os.Args[0], append([]string{"found", "--operator", ledgertest.NewActor("operator").Address.String()}, flags...)...)
	found.Env = append(os.Environ(), childEnv+"=1")
	text, err := found.Output()
	require.NoError(t, err)
	return string(text)
}

// newestOn is the number of the newest block that any peer has.
func newestOn(t *testing.T, n *network.Network) (block uint64) {
	t.Helper()
	status, err := n.Status(t.Context())
	assert.NoError(t, err)
	for _, node := range status.Nodes {
		if node.Kind == network.Peer && node.Height > 0 {
			block = max(block, node.Height-1)
		}
	}
	return block
}
