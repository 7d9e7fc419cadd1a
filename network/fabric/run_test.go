package fabric_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/processtest"
	"tally/network/fabric"
	"tally/network/fabric/fabrictest"
)

// TestRun_StartsAgainWhatEnds: a running host starts again what ends.
func TestRun_StartsAgainWhatEnds(t *testing.T) {
	t.Parallel()
	d := fabrictest.Form(t, "small")
	d.Ports = fabrictest.Ports(t, len(d.Nodes()))
	o := options(t, t.TempDir(), &fabric.Program{Path: processtest.Build(t, notes), Ready: "ready"})
	n, err := fabric.Generate(t.Context(), d, o)
	require.NoError(t, err)
	ctx, end := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- fabric.Run(ctx, o) }()
	t.Cleanup(func() {
		end()
		require.NoError(t, n.Down(context.Background()))
	})

	write(t, n, "first", "written")
	_, err = fabric.Up(t.Context(), d, o)
	require.ErrorIs(t, err, fabric.ErrBusy)
	before := status(t, n)
	require.NoError(t, n.Kill(t.Context(), "peer1.oolong"))
	require.NoError(t, n.KillChaincode(t.Context(), "peer1.jasmine"))
	require.Eventually(t, func() bool {
		now := status(t, n)
		return len(problems(t, n)) == 0 && now.Nodes[1].PID != before.Nodes[1].PID && now.Nodes[0].Chaincode != before.Nodes[0].Chaincode
	}, fabrictest.Patience, 100*time.Millisecond)

	end()
	require.NoError(t, <-ended)
	require.Len(t, problems(t, n), len(d.Nodes()), "it ends its nodes too")
}

// TestBundle_OnlyItsHostsKeys: a bundle has only its host's keys.
func TestBundle_OnlyItsHostsKeys(t *testing.T) {
	n, err := fabric.Generate(t.Context(), fabrictest.Form(t, "hosts"), options(t, t.TempDir(), nil))
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, n.Bundle("oolong", dir))
	var keys []string
	for path, content := range files(t, dir) {
		if strings.Contains(content, "PRIVATE KEY") {
			keys = append(keys, path)
		}
	}
	require.ElementsMatch(t, []string{
		"nodes/orderer1.oolong/msp/keystore/priv_sk", "nodes/orderer1.oolong/tls/key.pem",
		"nodes/peer1.oolong/msp/keystore/priv_sk", "nodes/peer1.oolong/tls/key.pem", "nodes/peer1.oolong/chaincode/key.pem",
		"organisations/oolong/users/admin/msp/keystore/priv_sk", "organisations/oolong/users/admin/tls/key.pem",
		"organisations/oolong/users/client/msp/keystore/priv_sk", "organisations/oolong/users/client/tls/key.pem",
	}, keys)
	require.Contains(t, string(read(t, filepath.Join(dir, "start"))), "--host oolong")
	require.Contains(t, string(read(t, filepath.Join(dir, "tally-network.service"))), "--host oolong")

	bundle, err := fabric.Open(fabric.Options{Dir: dir, Host: "oolong"})
	require.NoError(t, err)
	_, err = bundle.Node("peer1.jasmine")
	require.ErrorIs(t, err, fabric.ErrNoNode)
	require.Error(t, bundle.Renew("Oolong"), "its authority is not here")

	require.ErrorIs(t, n.Bundle("mars", dir), fabric.ErrDescription)
	_, err = fabric.Open(fabric.Options{Dir: dir, Host: "mars"})
	require.ErrorIs(t, err, fabric.ErrDescription)
	_, err = fabric.Open(fabric.Options{Dir: t.TempDir()})
	require.ErrorIs(t, err, fabric.ErrNotGenerated)
}
