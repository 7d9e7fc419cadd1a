package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	network "tally/network/fabric"
)

// cost is what one redemption takes at one node of a kind, on average.
type cost struct {
	Peer      float64 `json:"peerMs"`      // milliseconds of a processor
	Chaincode float64 `json:"chaincodeMs"` // beside that peer
	Orderer   float64 `json:"ordererMs"`
	Server    float64 `json:"serverMs"`  // with the clients and the index in its process
	Disk      float64 `json:"diskBytes"` // of a peer
}

// spent is what the nodes of a network have used so far, at one node of a kind on
// average.
func spent(t testing.TB, n *network.Network, dir string) (sum cost) {
	t.Helper()
	status, err := n.Status(t.Context())
	require.NoError(t, err)
	var peers, orderers float64
	for _, node := range status.Nodes {
		if node.Kind == network.Orderer {
			sum.Orderer += processorTime(t, node.PID)
			orderers++
			continue
		}
		sum.Peer += processorTime(t, node.PID)
		sum.Chaincode += processorTime(t, node.Chaincode)
		peers++
	}
	var self syscall.Rusage
	require.NoError(t, syscall.Getrusage(syscall.RUSAGE_SELF, &self))
	return cost{
		Peer: sum.Peer / peers, Chaincode: sum.Chaincode / peers, Orderer: sum.Orderer / orderers,
		Server: ms(time.Duration(self.Utime.Nano() + self.Stime.Nano())),
		Disk:   float64(sizeOf(filepath.Join(dir, "nodes", "peer1.jasmine", "data"))),
	}
}

// processorTime is what a process has used, in milliseconds.
func processorTime(t testing.TB, pid int) float64 {
	t.Helper()
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	require.NoError(t, err)
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:])) // the name before may hold anything
	const perTick = 10                                                        // milliseconds, on Linux
	user, err := strconv.Atoi(fields[11])
	require.NoError(t, err)
	system, err := strconv.Atoi(fields[12])
	require.NoError(t, err)
	return float64(perTick * (user + system))
}

// sizeOf is the bytes of a directory's files. One that goes meanwhile counts not,
// so no error ends the walk.
func sizeOf(dir string) (size int64) {
	_ = filepath.WalkDir(dir, func(_ string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			if info, err := entry.Info(); err == nil {
				size += info.Size()
			}
		}
		return nil
	})
	return size
}

// each is the cost of each of n redemptions between two readings.
func (c cost) each(since cost, n int) cost {
	by := 1 / float64(max(n, 1))
	return cost{
		Peer: (c.Peer - since.Peer) * by, Chaincode: (c.Chaincode - since.Chaincode) * by,
		Orderer: (c.Orderer - since.Orderer) * by, Server: (c.Server - since.Server) * by, Disk: (c.Disk - since.Disk) * by,
	}
}
