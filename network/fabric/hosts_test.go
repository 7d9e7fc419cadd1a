package fabric_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/processtest"
	"tally/network/fabric"
	"tally/network/fabric/fabrictest"
)

// host is one of several, with a directory of its own.
type host struct {
	t    *testing.T
	name string
	dir  string
	n    *fabric.Network

	lines sync.Mutex
	said  []string
	end   func()
}

// consortium is a host for each organisation, each with an address of its own.
// The orderer is at the last one.
func consortium(t *testing.T, endorsements int, names ...string) map[string]*host {
	t.Helper()
	d := fabrictest.Form(t, "small")
	d.Hosts, d.Organisations, d.Chaincode.Endorsements = nil, nil, endorsements
	for i, name := range names {
		d.Hosts = append(d.Hosts, fabric.Host{Name: strings.ToLower(name), Address: "127.0.0." + string(rune('1'+i))})
		d.Organisations = append(d.Organisations, fabric.Organisation{Name: name, Peers: []string{strings.ToLower(name)}})
	}
	last := &d.Organisations[len(names)-1]
	last.Orderers = slices.Clone(last.Peers)
	d.Ports = fabrictest.Ports(t, len(d.Nodes()))
	founder, err := fabric.Generate(t.Context(), d, options(t, t.TempDir(), nil))
	require.NoError(t, err)
	all := map[string]*host{}
	for _, h := range d.Hosts {
		one := &host{t: t, name: h.Name, dir: t.TempDir(), end: func() {}}
		require.NoError(t, founder.Bundle(h.Name, one.dir))
		one.n, err = fabric.Open(fabric.Options{Dir: one.dir, Host: h.Name, Programs: fabrictest.Programs(t), Attached: true})
		require.NoError(t, err)
		t.Cleanup(func() { one.stop() })
		all[h.Name] = one
	}
	return all
}

// start runs the host's service. It ends with stop.
func (h *host) start(program *fabric.Program) {
	h.t.Helper()
	o := options(h.t, h.dir, program)
	o.Host, o.Progress = h.name, func(line string) {
		h.lines.Lock()
		defer h.lines.Unlock()
		h.said = append(h.said, line)
	}
	ctx, end := context.WithCancel(context.WithoutCancel(h.t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- fabric.Run(ctx, o) }()
	h.end = func() {
		h.end = func() {} // also where it fails
		end()
		require.NoError(h.t, <-ended)
	}
}

func (h *host) stop() { h.end() }

// wipe loses the disk of the host, which has ended; its bundle is unpacked again.
func (h *host) wipe() {
	h.t.Helper()
	for _, node := range h.n.Description().Nodes() {
		require.NoError(h.t, os.RemoveAll(filepath.Join(h.dir, "nodes", node.Name, "data")))
	}
	require.NoError(h.t, os.RemoveAll(filepath.Join(h.dir, "chaincode")))
	require.NoError(h.t, os.RemoveAll(filepath.Join(h.dir, "pending.json")))
}

// heard is what the host said since it was asked last.
func (h *host) heard() string {
	h.lines.Lock()
	defer h.lines.Unlock()
	defer func() { h.said = nil }()
	return strings.Join(h.said, "\n")
}

// endorse changes how many endorsements the host's description asks for.
func (h *host) endorse(more string) {
	h.t.Helper()
	path := filepath.Join(h.dir, "description.yaml")
	text := string(read(h.t, path))
	at := strings.Index(text, "endorsements: ")
	require.Positive(h.t, at)
	at += len("endorsements: ")
	require.NoError(h.t, os.WriteFile(path, []byte(text[:at]+more+text[at+1:]), 0o600))
}

func (h *host) requireSays(text string) {
	h.t.Helper()
	var all string
	require.Eventually(h.t, func() bool {
		all += h.heard() + "\n"
		return strings.Contains(all, text)
	}, fabrictest.Patience, 100*time.Millisecond, "%s", &all)
}

// TestRun_HostsOfAConsortium goes through upgrades that reach hosts one after the
// other, and through lost disks meanwhile.
func TestRun_HostsOfAConsortium(t *testing.T) {
	t.Parallel() // much of it is waiting
	hosts := consortium(t, 2, "Jasmine", "Oolong", "Platform")
	jasmine, oolong, platform := hosts["jasmine"], hosts["oolong"], hosts["platform"]
	one := &fabric.Program{Path: processtest.Build(t, notes), Version: "one", Ready: "ready"}
	two := &fabric.Program{Path: processtest.Build(t, notes, "-ldflags=-s"), Version: "two", Ready: "ready"}

	platform.start(one)
	platform.requireSays("it is not known whether the channel is new: an orderer without blocks waits until peers of a majority of the organisations answer; those that do not: peer1.jasmine, peer1.oolong")
	jasmine.start(one)
	oolong.start(one)
	for _, h := range hosts {
		requireEveryPeerEndorses(t, h.n)
	}
	t.Run("the first host of an upgrade says for whom it waits", func(t *testing.T) {
		jasmine.stop()
		jasmine.start(two)
		jasmine.requireSays("not yet approved by Oolong, Platform")
		requireProblem(t, jasmine.n, "this host waits since ")
		requireEveryPeerEndorses(t, oolong.n)
	})
	t.Run("the last host of an upgrade", func(t *testing.T) {
		platform.stop()
		platform.start(two)
		requireEveryPeerEndorses(t, jasmine.n)
		requireEveryPeerEndorses(t, platform.n)
		requireProblem(t, oolong.n, "peer1.oolong: Oolong has not approved chaincode tally, version two, sequence 2: its peers do not endorse")
		oolong.stop() // and its machine starts again with what it had
		oolong.start(one)
		oolong.requireSays("at sequence 2 the channel has version two, this host has version one")
		oolong.stop()
		oolong.start(two)
		oolong.stop() // before it is up
		oolong.start(two)
		requireEveryPeerEndorses(t, oolong.n)
	})
	t.Run("a disk that is lost after an upgrade", func(t *testing.T) {
		oolong.stop()
		oolong.wipe()
		oolong.start(two)
		requireEveryPeerEndorses(t, oolong.n)
	})
	if long() {
		t.Run("a disk that is lost during an upgrade, with other endorsements", func(t *testing.T) {
			jasmine.stop()
			jasmine.endorse("3")
			jasmine.start(one)
			jasmine.requireSays("not yet approved by Oolong, Platform")
			oolong.stop()
			oolong.wipe()
			oolong.endorse("3")
			oolong.start(one)
			requireEndorse(t, jasmine.n)
			requireEndorse(t, oolong.n)
			requireProblem(t, platform.n, "peer1.platform: Platform has not approved chaincode tally, version one, sequence 3: its peers do not endorse")
			platform.stop()
			platform.endorse("3")
			platform.start(one)
			for _, h := range hosts {
				requireEveryPeerEndorses(t, h.n)
			}
		})
	}
	if long() {
		t.Run("a host that is away", func(t *testing.T) {
			jasmine.stop()
			requireProblem(t, oolong.n, "peer1.jasmine: does not answer within ")
			jasmine.start(nil)
			requireEveryPeerEndorses(t, jasmine.n)
			requireEveryPeerEndorses(t, oolong.n)
		})
	}
	t.Run("another program of a version that the organisation approved", func(t *testing.T) {
		oolong.stop()
		require.NoError(t, os.RemoveAll(filepath.Join(oolong.dir, "chaincode")))
		approved := status(t, jasmine.n).Committed.Version
		path := map[string]string{"one": two.Path, "two": one.Path}[approved] // the other one's
		oolong.start(&fabric.Program{Path: path, Version: approved, Ready: "ready"})
		oolong.requireSays(fabric.ErrSameVersion.Error())
		oolong.stop()
		oolong.start(map[string]*fabric.Program{"one": one, "two": two}[approved])
		requireEveryPeerEndorses(t, oolong.n)
	})
}
