package fabric_test

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/stretchr/testify/require"

	"tally/internal/processtest"
	"tally/network/fabric"
	"tally/network/fabric/fabrictest"
)

const notes = "./network/fabric/testdata/notes"

// TestUp_UsedHealedAndUpgraded: a network is used through every peer, healed and
// upgraded.
func TestUp_UsedHealedAndUpgraded(t *testing.T) {
	t.Parallel() // much of it is waiting
	d := fabrictest.Form(t, "small")
	d.Ports = fabrictest.Ports(t, len(d.Nodes()))
	dir := t.TempDir()
	program := fabric.Program{Path: processtest.Build(t, notes), Ready: "ready", Environment: []string{"GREETING=hello"}}
	n := fabrictest.UpIn(t, dir, d, &program)

	for i, peer := range n.Endpoints() {
		contract := connect(t, n, peer)
		_, err := contract.SubmitTransaction("write", "peer"+strconv.Itoa(i), "was here")
		require.NoError(t, err, peer.Name)
		greeting, err := contract.EvaluateTransaction("greeting")
		require.NoError(t, err)
		require.Equal(t, "hello", string(greeting))
	}
	requireUsable(t, n)

	t.Run("up again changes nothing", func(t *testing.T) {
		before := status(t, n)
		require.Equal(t, before, status(t, up(t, dir, d, &program)))
	})
	t.Run("without a program it goes on with the one it has", func(t *testing.T) {
		before := status(t, n)
		require.Equal(t, before, status(t, up(t, dir, d, nil)))
	})
	t.Run("a dead peer and a dead chaincode show, and heal", func(t *testing.T) {
		require.NoError(t, n.Kill(t.Context(), "peer1.oolong"))
		require.NoError(t, n.KillChaincode(t.Context(), "peer1.jasmine"))
		require.Equal(t, map[string]string{"peer1.oolong": "does not run", "peer1.jasmine": "its chaincode does not run"}, problems(t, n))
		requireUsable(t, up(t, dir, d, nil))
	})
	t.Run("after down everything is there again", func(t *testing.T) {
		require.NoError(t, n.Down(t.Context()))
		require.Len(t, problems(t, n), len(d.Nodes()))
		requireUsable(t, up(t, dir, d, nil))
		text, err := connect(t, n, n.Endpoints()[2]).EvaluateTransaction("read", "peer0")
		require.NoError(t, err)
		require.Equal(t, "was here", string(text))
	})
	t.Run("an upgrade keeps the state", func(t *testing.T) {
		require.EqualValues(t, 1, status(t, n).Chaincode.Sequence)
		better := program
		better.Version, better.Environment = "better", []string{"GREETING=good day"}
		n := up(t, dir, d, &better)
		require.EqualValues(t, 2, status(t, n).Chaincode.Sequence)
		contract := connect(t, n, n.Endpoints()[1])
		greeting, err := contract.EvaluateTransaction("greeting")
		require.NoError(t, err)
		require.Equal(t, "good day", string(greeting))
		text, err := contract.EvaluateTransaction("read", "peer0")
		require.NoError(t, err)
		require.Equal(t, "was here", string(text))
	})
	t.Run("a node says what it is doing", func(t *testing.T) {
		node, err := n.Node("orderer1.platform")
		require.NoError(t, err)
		traced := func() bool { return strings.Contains(string(read(t, n.Log(node))), "goroutine 1 [") }
		require.False(t, traced())
		require.NoError(t, n.Trace(node.Name))
		require.Eventually(t, traced, fabrictest.Patience, 10*time.Millisecond)
	})
	t.Run("renewed certificates are used", func(t *testing.T) {
		requireRenewal(t, n, fabric.Peer)
		// What peers keep of their way to the chaincode, two packages each.
		kept, err := filepath.Glob(filepath.Join(dir, "nodes", "*", "data", "externalbuilder", "builds", "*", "release", "chaincode", "server", "connection.json"))
		require.NoError(t, err)
		require.Len(t, kept, 2*len(n.Endpoints()))
		for _, path := range kept {
			var way struct {
				Certificate string `json:"client_cert"`
			}
			require.NoError(t, json.Unmarshal(read(t, path), &way))
			node := strings.Split(strings.TrimPrefix(path, filepath.Join(dir, "nodes")+"/"), "/")[0]
			require.Equal(t, string(read(t, filepath.Join(dir, "nodes", node, "tls", "cert.pem"))), way.Certificate)
		}
	})
	t.Run("another environment is another process", func(t *testing.T) {
		friendly := program
		friendly.Version, friendly.Environment = "better", []string{"GREETING=welcome"}
		greeting, err := connect(t, up(t, dir, d, &friendly), n.Endpoints()[0]).EvaluateTransaction("greeting")
		require.NoError(t, err)
		require.Equal(t, "welcome", string(greeting))
	})
	t.Run("another program of the same version is refused", func(t *testing.T) {
		other := program
		other.Path, other.Version = processtest.Build(t, notes, "-ldflags=-s"), "better"
		_, err := fabric.Up(t.Context(), d, options(t, dir, &other))
		require.ErrorIs(t, err, fabric.ErrSameVersion)
	})
	t.Run("another description is refused", func(t *testing.T) {
		other := d
		other.Batch.Messages++
		_, err := fabric.Up(t.Context(), other, options(t, dir, nil))
		require.ErrorIs(t, err, fabric.ErrOther)
	})
}

// TestUp_ConsortiumWithoutAnOrderer: a consortium orders without one of its orderers.
func TestUp_ConsortiumWithoutAnOrderer(t *testing.T) {
	t.Parallel()
	d := fabrictest.Form(t, "default")
	n := upWithFirstLeader(t, d, &fabric.Program{Path: processtest.Build(t, notes), Ready: "ready"})
	t.Run("a frozen leader is followed by another", func(t *testing.T) {
		require.NoError(t, n.Freeze("orderer1.jasmine"))
		write(t, n, "without", "the first leader")
		leader, err := n.Leader(t.Context())
		require.NoError(t, err)
		require.NotEqual(t, "orderer1.jasmine", leader)
		require.NoError(t, n.Thaw("orderer1.jasmine"))
		requireUsable(t, n)
	})
	t.Run("renewed certificates are used", func(t *testing.T) { requireRenewal(t, n, fabric.Orderer) })
	require.NoError(t, n.Kill(t.Context(), "orderer1.witness"))
	require.ErrorIs(t, n.Freeze("orderer1.witness"), fabric.ErrNode)
	require.NoError(t, n.Kill(t.Context(), "peer2.oolong"))
	contract := connect(t, n, n.Endpoints()[0])
	_, err := contract.SubmitTransaction("write", "a", "b")
	require.NoError(t, err)
	t.Run("without two of them transactions wait", func(t *testing.T) {
		require.Eventually(t, func() bool { return waiting(t, n) == 0 }, fabrictest.Patience, 50*time.Millisecond)
		require.NoError(t, n.Kill(t.Context(), "orderer1.platform"))
		proposal, err := contract.NewProposal("write", client.WithArguments("a", "c"))
		require.NoError(t, err)
		endorsed, err := proposal.Endorse()
		require.NoError(t, err)
		_, _ = endorsed.Submit() // two orderers are too few to be sure, and say so; they have it
		require.Eventually(t, func() bool { return waiting(t, n) > 0 }, fabrictest.Patience, 50*time.Millisecond)
	})
}

// upWithFirstLeader brings a network up whose orderers have no reason to complain about
// the first of them. On a machine that gives them no processor for seconds they have
// one, so there are three trials.
func upWithFirstLeader(t *testing.T, d fabric.Description, program *fabric.Program) *fabric.Network {
	t.Helper()
	var complaints []string
	for range 3 {
		n := fabrictest.Up(t, d, program)
		requireUsable(t, n)
		if complaints = complaintsAboutTheFirst(t, n); complaints == nil {
			return n
		}
		require.NoError(t, n.Down(t.Context()))
	}
	require.Empty(t, complaints, "it starts with the first leader")
	return nil
}

// complaintsAboutTheFirst are the nodes that complained about a leader, or the leader
// that is another one.
func complaintsAboutTheFirst(t *testing.T, n *fabric.Network) (by []string) {
	t.Helper()
	if leader := status(t, n).Leader; leader != "orderer1.jasmine" {
		by = append(by, "led by "+leader)
	}
	for _, node := range n.Description().Nodes() {
		if strings.Contains(string(read(t, n.Log(node))), "complaining about leader") {
			by = append(by, node.Name)
		}
	}
	return by
}

// waiting is how many transactions the orderers have that are in no block.
func waiting(t *testing.T, n *fabric.Network) (all int) {
	t.Helper()
	for _, node := range status(t, n).Nodes {
		all += node.Waiting
	}
	return all
}

// TestUp_PortTaken: a taken port starts nothing.
func TestUp_PortTaken(t *testing.T) {
	d := fabrictest.Form(t, "small")
	d.Ports = fabrictest.Ports(t, len(d.Nodes()))
	taken, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(d.Ports+10)))
	require.NoError(t, err)
	defer taken.Close() //nolint:errcheck // nothing was accepted
	dir := t.TempDir()
	_, err = fabric.Up(t.Context(), d, options(t, dir, nil))
	require.ErrorIs(t, err, fabric.ErrPortTaken)
	require.ErrorContains(t, err, "peer1.oolong")
	require.ErrorContains(t, err, taken.Addr().String())
	n, err := fabric.Open(options(t, dir, nil))
	require.NoError(t, err)
	require.Len(t, problems(t, n), len(d.Nodes()))
}

// TestUp_NodeThatCannotStart: a node that cannot start is named with its log.
func TestUp_NodeThatCannotStart(t *testing.T) {
	d := fabrictest.Form(t, "small")
	d.Ports = fabrictest.Ports(t, len(d.Nodes()))
	o := options(t, t.TempDir(), nil)
	n, err := fabric.Generate(t.Context(), d, o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, n.Down(context.Background())) })
	require.NoError(t, os.Remove(n.Client("Jasmine").KeyFile)) // not needed to start
	require.NoError(t, os.RemoveAll(o.Dir+"/nodes/peer1.jasmine/msp/signcerts"))
	_, err = fabric.Up(t.Context(), d, o)
	require.ErrorIs(t, err, fabric.ErrNode)
	require.ErrorContains(t, err, "peer1.jasmine ended")
}

// requireRenewal renews every certificate, restarts the nodes of a kind one after
// the other, and wants transactions to pass after each.
func requireRenewal(t *testing.T, n *fabric.Network, kind fabric.Kind) {
	t.Helper()
	before := map[string]string{}
	nodes := slices.DeleteFunc(n.Description().Nodes(), func(node fabric.Node) bool { return node.Kind != kind })
	for _, node := range nodes {
		before[node.Name] = served(t, node)
	}
	for _, o := range n.Description().Organisations {
		require.NoError(t, n.Renew(o.Name))
	}
	for i, node := range nodes {
		require.NoError(t, n.Restart(t.Context(), node.Name))
		require.NotEqual(t, before[node.Name], served(t, node), node.Name)
		write(t, n, "renewed", strconv.Itoa(i))
	}
	requireUsable(t, n)
	require.ErrorIs(t, n.Renew("Nobody"), fabric.ErrDescription)
}

// served is the TLS certificate that a node shows.
func served(t *testing.T, node fabric.Node) string {
	t.Helper()
	conn, err := (&tls.Dialer{Config: &tls.Config{InsecureSkipVerify: true}}).DialContext(t.Context(), "tcp", node.Address())
	require.NoError(t, err)
	defer conn.Close() //nolint:errcheck // nothing was sent
	is, ok := conn.(*tls.Conn)
	require.True(t, ok)
	return is.ConnectionState().PeerCertificates[0].SerialNumber.String()
}

// write submits through the first peer that takes it: one that has just started
// may not know the others yet.
func write(t *testing.T, n *fabric.Network, name, text string) {
	t.Helper()
	contract := connect(t, n, n.Endpoints()[0])
	require.Eventually(t, func() bool {
		_, err := contract.SubmitTransaction("write", name, text)
		return err == nil
	}, fabrictest.Patience, 50*time.Millisecond)
}

func options(t *testing.T, dir string, program *fabric.Program) fabric.Options {
	t.Helper()
	return fabric.Options{Dir: dir, Programs: fabrictest.Programs(t), Program: program, Attached: true}
}

func up(t *testing.T, dir string, d fabric.Description, program *fabric.Program) *fabric.Network {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), fabrictest.Patience)
	defer cancel()
	n, err := fabric.Up(ctx, d, options(t, dir, program))
	require.NoError(t, err)
	return n
}

func status(t *testing.T, n *fabric.Network) fabric.Status {
	t.Helper()
	s, err := n.Status(t.Context())
	require.NoError(t, err)
	return s
}

// problems are those of each node that has one.
func problems(t *testing.T, n *fabric.Network) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, node := range status(t, n).Nodes {
		if node.Problem != "" {
			all[node.Name] = node.Problem
		}
	}
	return all
}

// requireUsable wants every node to be well and at the same height.
func requireUsable(t *testing.T, n *fabric.Network) {
	t.Helper()
	require.Eventually(t, func() bool {
		s := status(t, n)
		for _, node := range s.Nodes {
			if node.Problem != "" || node.Height != s.Nodes[0].Height {
				return false
			}
		}
		return true
	}, fabrictest.Patience, 50*time.Millisecond)
}

// connect is the chaincode as it is seen through a peer.
func connect(t *testing.T, n *fabric.Network, peer fabric.Endpoint) *client.Contract {
	t.Helper()
	contract, disconnect, err := n.Contract(peer.Name)
	require.NoError(t, err)
	t.Cleanup(disconnect)
	return contract
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	return text
}
