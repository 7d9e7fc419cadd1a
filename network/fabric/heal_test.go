package fabric_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"mime/multipart"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/processtest"
	"tally/network/fabric"
	"tally/network/fabric/fabrictest"
)

// TestUp_EveryPeerItselfEndorses goes through what an operator does to a chaincode
// and what disks do to peers. After each, every peer itself endorses: a gateway
// would find others for one that does not.
func TestUp_EveryPeerItselfEndorses(t *testing.T) {
	t.Parallel() // much of it is waiting
	d := fabrictest.Form(t, "small")
	d.Ports = fabrictest.Ports(t, len(d.Nodes()))
	dir := t.TempDir()
	program := fabric.Program{Path: processtest.Build(t, notes), Version: "one", Ready: "ready"}
	n := fabrictest.UpIn(t, dir, d, &program)
	requireEveryPeerEndorses(t, n)

	t.Run("a lost disk at the first sequence", func(t *testing.T) { requireLostDiskHeals(t, n, dir, d, &program) })
	t.Run("an endorsement more", func(t *testing.T) {
		before := status(t, n)
		d.Chaincode.Endorsements++
		n := up(t, dir, d, &program)
		requireEveryPeerEndorses(t, n)
		now := status(t, n)
		require.EqualValues(t, 2, now.Chaincode.Sequence)
		require.Equal(t, before.Chaincode.Package, now.Chaincode.Package)
		for i := range now.Nodes {
			require.Equal(t, before.Nodes[i].Chaincode, now.Nodes[i].Chaincode, "the processes stay")
		}
	})
	if long() {
		t.Run("a lost disk at a later one", func(t *testing.T) { requireLostDiskHeals(t, n, dir, d, nil) })
	}
	t.Run("back, and another program in the same step", func(t *testing.T) {
		d.Chaincode.Endorsements--
		program.Version, program.Environment = "two", []string{"GREETING=two"}
		n := up(t, dir, d, &program)
		requireEveryPeerEndorses(t, n)
		require.EqualValues(t, 3, status(t, n).Chaincode.Sequence)
	})
	if long() {
		t.Run("two changes in a row", func(t *testing.T) {
			before := status(t, n).Chaincode.Sequence
			for range 2 {
				d.Chaincode.Endorsements = 5 - d.Chaincode.Endorsements
				requireEveryPeerEndorses(t, up(t, dir, d, &program))
			}
			require.Equal(t, before+2, status(t, n).Chaincode.Sequence)
		})
	}
	t.Run("the former program again", func(t *testing.T) {
		before := status(t, n).Chaincode.Sequence
		program.Version = "one"
		requireEveryPeerEndorses(t, up(t, dir, d, &program))
		require.Equal(t, before+1, status(t, n).Chaincode.Sequence)
	})
	t.Run("a whole organisation's disks, and what this host knew of the program", func(t *testing.T) {
		wipe(t, n, dir, "peer1.jasmine")
		require.NoError(t, os.RemoveAll(filepath.Join(dir, "chaincode")))
		_, err := fabric.Up(t.Context(), d, options(t, dir, nil))
		require.ErrorIs(t, err, fabric.ErrNoProgram)
		requireProblem(t, n, "peer1.jasmine: this host has no program of chaincode tally, version one, sequence ")
		requireEveryPeerEndorses(t, up(t, dir, d, &program))
	})
	t.Run("a package that somebody removed", func(t *testing.T) {
		require.NoError(t, n.Stop(t.Context(), "peer1.oolong"))
		data := filepath.Join(dir, "nodes", "peer1.oolong", "data")
		require.NoError(t, os.RemoveAll(filepath.Join(data, "lifecycle", "chaincodes")))
		require.NoError(t, os.RemoveAll(filepath.Join(data, "externalbuilder")))
		require.NoError(t, n.Start(t.Context(), "peer1.oolong"))
		requireProblem(t, n, "peer1.oolong: lacks the chaincode's package tally_one:")
		requireEveryPeerEndorses(t, up(t, dir, d, nil))
	})
	if long() {
		t.Run("certificates that are renewed after a lost disk", func(t *testing.T) {
			wipe(t, n, dir, "peer1.oolong")
			require.NoError(t, n.Renew("Oolong"))
			require.NoError(t, n.Restart(t.Context(), "peer1.oolong"))
			requireEveryPeerEndorses(t, up(t, dir, d, nil))
		})
	}
	t.Run("another program of a version that was there", func(t *testing.T) {
		other := fabric.Program{Path: processtest.Build(t, notes, "-ldflags=-s"), Version: "two", Ready: "ready"}
		_, err := fabric.Up(t.Context(), d, options(t, dir, &other))
		require.ErrorIs(t, err, fabric.ErrSameVersion)
		requireEveryPeerEndorses(t, n)
	})
}

// long reports whether to try what make test has no time for.
func long() bool { return os.Getenv("TALLY_LONG") == "1" }

// requireLostDiskHeals loses the disk of a peer and wants status to say so, and
// Up to mend it.
func requireLostDiskHeals(t *testing.T, n *fabric.Network, dir string, d fabric.Description, program *fabric.Program) {
	t.Helper()
	wipe(t, n, dir, "peer1.oolong")
	requireProblem(t, n, "peer1.oolong: does not run")
	n = up(t, dir, d, program)
	requireEveryPeerEndorses(t, n)
	require.Equal(t, n.Description().Chaincode.Endorsements, d.Chaincode.Endorsements)
}

// wipe ends a node and loses its disk.
func wipe(t *testing.T, n *fabric.Network, dir, node string) {
	t.Helper()
	require.NoError(t, n.Kill(t.Context(), node))
	require.NoError(t, os.RemoveAll(filepath.Join(dir, "nodes", node, "data")))
}

// requireEveryPeerEndorses asks the peers of this host themselves, and wants
// status to find nothing wrong.
func requireEveryPeerEndorses(t *testing.T, n *fabric.Network) {
	t.Helper()
	requireEndorse(t, n)
	require.Eventually(t, func() bool { return len(status(t, n).Problems) == 0 }, fabrictest.Patience, 100*time.Millisecond, "%v", problemsOf{t, n})
}

// requireEndorse asks the peers of this host themselves.
func requireEndorse(t *testing.T, n *fabric.Network) {
	t.Helper()
	for _, peer := range n.Endpoints() {
		if _, err := n.Node(peer.Name); err != nil {
			continue // another host's
		}
		var last lastError
		require.Eventually(t, func() bool {
			ctx, cancel := context.WithTimeout(t.Context(), fabrictest.Patience)
			defer cancel()
			last.err = n.Endorses(ctx, peer.Name)
			return last.err == nil
		}, fabrictest.Patience, 100*time.Millisecond, "%s: %v", peer.Name, &last)
	}
}

// lastError is for a message.
type lastError struct{ err error }

func (l *lastError) String() string { return fmt.Sprint(l.err) }

// problemsOf are those of now, for a message.
type problemsOf struct {
	t *testing.T
	n *fabric.Network
}

func (p problemsOf) String() string { return strings.Join(status(p.t, p.n).Problems, "\n") }

// requireProblem wants status to name a problem that begins so.
func requireProblem(t *testing.T, n *fabric.Network, begins string) {
	t.Helper()
	require.Eventually(t, func() bool {
		for _, problem := range status(t, n).Problems {
			if strings.HasPrefix(problem, begins) {
				return true
			}
		}
		return false
	}, fabrictest.Patience, 100*time.Millisecond, "%s: %v", begins, problemsOf{t, n})
}

// TestStatus_NamesWhatIsWrong breaks one thing after the other.
func TestStatus_NamesWhatIsWrong(t *testing.T) {
	t.Parallel() // much of it is waiting
	d := fabrictest.Form(t, "small")
	d.Ports = fabrictest.Ports(t, len(d.Nodes()))
	dir := t.TempDir()
	n := fabrictest.UpIn(t, dir, d, &fabric.Program{Path: processtest.Build(t, notes), Ready: "ready"})
	requireEveryPeerEndorses(t, n)

	t.Run("a chaincode that was killed", func(t *testing.T) {
		require.NoError(t, n.KillChaincode(t.Context(), "peer1.oolong"))
		requireProblem(t, n, "peer1.oolong: its chaincode does not run")
		s := status(t, n)
		require.False(t, *s.Nodes[1].Endorses)
		require.False(t, *s.Nodes[1].Reachable)
		require.True(t, *s.Nodes[0].Endorses)
		requireEveryPeerEndorses(t, up(t, dir, d, nil))
	})
	t.Run("a way to the chaincode that leads nowhere", func(t *testing.T) {
		kept, err := filepath.Glob(filepath.Join(dir, "nodes", "peer1.jasmine", "data", "externalbuilder", "builds", "*", "release", "chaincode", "server", "connection.json"))
		require.NoError(t, err)
		require.Len(t, kept, 1)
		wrong := strings.Replace(string(read(t, kept[0])), "127.0.0.1:", "127.0.0.9:", 1)
		require.NoError(t, os.WriteFile(kept[0], []byte(wrong), 0o600))
		requireProblem(t, n, "peer1.jasmine: cannot reach its chaincode at 127.0.0.9:")
		requireEveryPeerEndorses(t, up(t, dir, d, nil))
	})
	t.Run("a way to the chaincode that cannot be read", func(t *testing.T) {
		kept, err := filepath.Glob(filepath.Join(dir, "nodes", "peer1.jasmine", "data", "externalbuilder", "builds", "*", "release", "chaincode", "server", "connection.json"))
		require.NoError(t, err)
		require.Len(t, kept, 1)
		require.NoError(t, os.WriteFile(kept[0], []byte(`{"address": "127.`), 0o600))
		requireProblem(t, n, "peer1.jasmine: cannot read the way to its chaincode: ")
		requireEveryPeerEndorses(t, up(t, dir, d, nil))
	})
	t.Run("a chaincode that stands still", func(t *testing.T) {
		pid := status(t, n).Nodes[2].Chaincode
		require.NoError(t, syscall.Kill(pid, syscall.SIGSTOP))
		requireProblem(t, n, "peer1.platform: cannot reach its chaincode at ")
		require.NoError(t, syscall.Kill(pid, syscall.SIGCONT))
		requireEveryPeerEndorses(t, n)
	})
	t.Run("what a peer made of its packages is lost", func(t *testing.T) {
		require.NoError(t, n.Stop(t.Context(), "peer1.oolong"))
		require.NoError(t, os.RemoveAll(filepath.Join(dir, "nodes", "peer1.oolong", "data", "externalbuilder")))
		require.NoError(t, n.Start(t.Context(), "peer1.oolong"))
		requireEveryPeerEndorses(t, up(t, dir, d, nil))
	})
	t.Run("certificates that have expired", func(t *testing.T) {
		for of, c := range map[string]struct{ authority, file string }{
			"client of Jasmine":           {"jasmine/ca", "organisations/jasmine/users/client/msp/signcerts/cert.pem"},
			"admin of Oolong for TLS":     {"oolong/tlsca", "organisations/oolong/users/admin/tls/cert.pem"},
			"peer1.oolong for TLS":        {"oolong/tlsca", "nodes/peer1.oolong/tls/cert.pem"},
			"orderer1.platform":           {"platform/ca", "nodes/orderer1.platform/msp/signcerts/cert.pem"},
			"authority of Jasmine":        {"jasmine/ca", "organisations/jasmine/msp/cacerts/ca.pem"},
			"chaincode of peer1.platform": {"platform/tlsca", "nodes/peer1.platform/chaincode/cert.pem"},
		} {
			path := filepath.Join(dir, filepath.FromSlash(c.file))
			before := read(t, path)
			expire(t, path, filepath.Join(dir, "organisations", filepath.FromSlash(c.authority)))
			requireProblem(t, n, "the certificate of "+of+" has expired: ")
			require.NoError(t, os.WriteFile(path, before, 0o600))
		}
		requireEveryPeerEndorses(t, n)
	})
	t.Run("another host's clock", func(t *testing.T) {
		for _, name := range []string{"peer1.jasmine", "orderer1.platform"} {
			for _, off := range []time.Duration{0, 40 * time.Second, -3 * time.Minute} {
				node, err := n.Node(name)
				require.NoError(t, err)
				found, err := n.ClockOffset(t.Context(), node, func() time.Time { return time.Now().Add(-off) })
				require.NoError(t, err)
				require.InDelta(t, off.Seconds(), found.Seconds(), 5, "%s, %s", name, off)
			}
		}
	})
	t.Run("an orderer that lost its disk, and nobody else has the blocks to go on with", func(t *testing.T) {
		require.NoError(t, n.Stop(t.Context(), "orderer1.platform"))
		data := filepath.Join(dir, "nodes", "orderer1.platform", "data")
		require.NoError(t, os.Rename(data, data+".kept"))
		_, err := fabric.Up(t.Context(), d, options(t, dir, nil))
		require.ErrorIs(t, err, fabric.ErrHistory)
		requireProblem(t, n, "orderer1.platform: is not in the channel")
		requireEndorse(t, n) // peers go on as far as they can
		forceJoin(t, n, dir, "orderer1.platform")
		requireProblem(t, n, "orderer1.platform: is behind: it has 1 of ")
		err = upUntil(t, dir, d, "waiting for orderer1.platform, which has 1 of ")
		require.ErrorIs(t, err, fabric.ErrNode)
		require.ErrorContains(t, err, "orderer1.platform has 1 of ")
		require.NoError(t, n.Stop(t.Context(), "orderer1.platform"))
		require.NoError(t, os.RemoveAll(data))
		require.NoError(t, os.Rename(data+".kept", data))
		requireEveryPeerEndorses(t, up(t, dir, d, nil))
	})
	t.Run("a member that was removed", func(t *testing.T) {
		require.NoError(t, n.RemoveMember(t.Context(), "Oolong", "Jasmine", "Platform"))
		requireProblem(t, n, "peer1.oolong: ")
		require.Eventually(t, func() bool {
			return strings.Contains(problems(t, n)["peer1.oolong"], "Oolong is not a member of the channel any more")
		}, fabrictest.Patience, 100*time.Millisecond, "%v", problemsOf{t, n})
		require.NotContains(t, problems(t, n), "peer1.jasmine")
	})
}

// upUntil gives up when Up says that it waits for what never comes.
func upUntil(t *testing.T, dir string, d fabric.Description, line string) error {
	t.Helper()
	ctx, giveUp := context.WithTimeout(t.Context(), fabrictest.Patience)
	defer giveUp()
	o := options(t, dir, nil)
	o.Progress = func(said string) {
		if strings.HasPrefix(said, line) {
			giveUp()
		}
	}
	_, err := fabric.Up(ctx, d, o)
	require.NotErrorIs(t, err, context.DeadlineExceeded, "it never said: %s", line)
	return err
}

// forceJoin has an orderer join the channel by its first block, as osnadmin does.
func forceJoin(t *testing.T, n *fabric.Network, dir, name string) {
	t.Helper()
	node, err := n.Node(name)
	require.NoError(t, err)
	admin := filepath.Join(dir, "organisations", strings.ToLower(node.Organisation), "users", "admin", "tls")
	pair, err := tls.LoadX509KeyPair(filepath.Join(admin, "cert.pem"), filepath.Join(admin, "key.pem"))
	require.NoError(t, err)
	pool := x509.NewCertPool()
	require.True(t, pool.AppendCertsFromPEM(read(t, filepath.Join(admin, "ca.pem"))))
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, Certificates: []tls.Certificate{pair}, ServerName: name}}
	defer transport.CloseIdleConnections()
	_, port, err := net.SplitHostPort(node.Address())
	require.NoError(t, err)
	first, err := strconv.Atoi(port)
	require.NoError(t, err)
	var form bytes.Buffer
	writer := multipart.NewWriter(&form)
	part, err := writer.CreateFormFile("config-block", "genesis.block")
	require.NoError(t, err)
	_, err = part.Write(read(t, n.GenesisFile()))
	require.NoError(t, err)
	require.NoError(t, writer.Close())
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://127.0.0.1:"+strconv.Itoa(first+2)+"/participation/v1/channels", &form)
	require.NoError(t, err)
	request.Header.Set("Content-Type", writer.FormDataContentType())
	response, err := (&http.Client{Transport: transport}).Do(request)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusCreated, response.StatusCode)
}

// expire issues a certificate anew that ended a minute ago.
func expire(t *testing.T, path, authority string) {
	t.Helper()
	parse := func(path string) []byte {
		block, _ := pem.Decode(read(t, path))
		require.NotNil(t, block, path)
		return block.Bytes
	}
	by, err := x509.ParseCertificate(parse(filepath.Join(authority, "cert.pem")))
	require.NoError(t, err)
	key, err := x509.ParsePKCS8PrivateKey(parse(filepath.Join(authority, "key.pem")))
	require.NoError(t, err)
	c, err := x509.ParseCertificate(parse(path))
	require.NoError(t, err)
	c.NotAfter = time.Now().Add(-time.Minute)
	der, err := x509.CreateCertificate(rand.Reader, c, by, c.PublicKey, key)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
}
