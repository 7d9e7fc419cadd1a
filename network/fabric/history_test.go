package fabric_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/processtest"
	"tally/network/fabric"
	"tally/network/fabric/fabrictest"
)

// TestUp_OrderersThatLostTheirDisks: the blocks come back from the others while
// those without are no quorum. A quorum of them would begin another history.
func TestUp_OrderersThatLostTheirDisks(t *testing.T) {
	t.Parallel() // much of it is waiting
	d := fabrictest.Form(t, "default")
	for i := range d.Organisations {
		d.Organisations[i].Peers = d.Organisations[i].Peers[:min(1, len(d.Organisations[i].Peers))]
	}
	d.Ports = fabrictest.Ports(t, len(d.Nodes()))
	dir := t.TempDir()
	n := fabrictest.UpIn(t, dir, d, &fabric.Program{Path: processtest.Build(t, notes), Ready: "ready"})
	write(t, n, "one", "block more")
	requireEveryPeerEndorses(t, n)

	t.Run("one of four", func(t *testing.T) {
		wipe(t, n, dir, "orderer1.witness")
		requireProblem(t, n, "orderer1.witness: does not run")
		requireEveryPeerEndorses(t, up(t, dir, d, nil))
	})
	t.Run("a quorum", func(t *testing.T) {
		lost := []string{"orderer1.jasmine", "orderer1.platform", "orderer1.witness"}
		for _, node := range lost {
			wipe(t, n, dir, node)
		}
		_, err := fabric.Up(t.Context(), d, options(t, dir, nil))
		require.ErrorIs(t, err, fabric.ErrHistory)
		require.ErrorContains(t, err, "1 of the other 3 orderers have them all, 2 are needed")
		for _, node := range lost {
			requireProblem(t, n, node+": is not in the channel")
		}
		requireEndorse(t, n)

		require.NoError(t, n.Down(t.Context()))
		for _, node := range lost {
			data := filepath.Join(dir, "nodes", node, "data")
			require.NoError(t, os.RemoveAll(data))
			require.NoError(t, os.CopyFS(filepath.Join(data, "ledger"), os.DirFS(filepath.Join(dir, "nodes", "orderer1.oolong", "data", "ledger"))))
		}
		requireEveryPeerEndorses(t, up(t, dir, d, nil))
		write(t, n, "one", "block more, with copies")
		requireEveryPeerEndorses(t, n)
	})
}
