package fabric_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"tally/internal/ledger"
	"tally/internal/ledger/fabric"
	"tally/internal/ledger/fabric/wire"
	"tally/internal/ledger/ledgertest"
	"tally/internal/processtest"
	network "tally/network/fabric"
	"tally/network/fabric/fabrictest"
)

// channel is a running network, on whose one channel every test has a ledger of
// its own: the same program under another name.
type channel struct {
	*network.Network
	description network.Description
	at          network.Options
	program     network.Program
	next        atomic.Int32 // of the names
}

// spare is how many names are agreed upon at once.
const spare = 24

// start runs a network of a form for one test. The endorsers take any time: a
// test's clock is where it wants to be.
func start(t testing.TB, form string) *channel {
	t.Helper()
	c := &channel{description: fabrictest.Form(t, form), at: network.Options{
		Dir: t.TempDir(), Programs: patientPrograms(t), Attached: true,
	}}
	c.description.Batch.Timeout = network.Wait(10 * time.Millisecond) // most tests send one command after the other
	c.description.Ports = fabrictest.Ports(t, len(c.description.Nodes()))
	c.program = network.Program{
		Path:        processtest.Build(t, "./cmd/tally-chaincode"),
		Environment: []string{"TALLY_CLOCK_TOLERANCE=1000000h"}, Ready: wire.FunctionReady,
	}
	c.up(t, c.program)
	t.Cleanup(func() { require.NoError(t, c.Down(context.Background())) })
	return c
}

// up brings the network up with a program: another one than before is an upgrade.
func (c *channel) up(t testing.TB, program network.Program) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), fabrictest.Patience)
	defer cancel()
	options := c.at
	options.Program = &program
	up, err := network.Up(ctx, c.description, options)
	require.NoError(t, err)
	c.Network = up
}

// patientPrograms are Fabric's own. Peers refuse proposals that are 15 minutes
// off their clock, whatever the chaincode says; these do not.
func patientPrograms(t testing.TB) string {
	t.Helper()
	built, dir := fabrictest.Programs(t), t.TempDir()
	require.NoError(t, os.CopyFS(filepath.Join(dir, "sampleconfig"), os.DirFS(filepath.Join(built, "sampleconfig"))))
	for _, name := range []string{"peer", "orderer", "configtxgen"} {
		require.NoError(t, os.Symlink(filepath.Join(built, name), filepath.Join(dir, name)))
	}
	core := filepath.Join(dir, "sampleconfig", "core.yaml")
	text, err := os.ReadFile(core)
	require.NoError(t, err)
	patient := strings.Replace(string(text), "timewindow: 15m", "timewindow: 1000000h", 1)
	require.NotEqual(t, string(text), patient)
	require.NoError(t, os.WriteFile(core, []byte(patient), 0o600))
	return dir
}

// name is a chaincode that no test has used. The organisations agree on a good
// many at once: each takes them two blocks.
func (c *channel) name(t testing.TB) string {
	t.Helper()
	n := int(c.next.Add(1)) - 1
	if n%spare == 0 {
		ctx, cancel := context.WithTimeout(t.Context(), fabrictest.Patience)
		defer cancel()
		var all errgroup.Group
		for i := n; i < n+spare; i++ {
			all.Go(func() error { return define(ctx, c, nameOf(i)) })
		}
		require.NoError(t, all.Wait())
	}
	return nameOf(n)
}

func nameOf(n int) string { return fmt.Sprintf("ledger%d", n) }

// options reach a chaincode as a client of the first organisation, by every peer.
func (c *channel) options(chaincode string) fabric.Options {
	user := c.Client(c.Endpoints()[0].Organisation)
	opts := fabric.Options{
		MSPID: user.MSPID, Certificate: user.CertificateFile, Key: user.KeyFile,
		Channel: c.Description().Channel, Chaincode: chaincode, Log: slog.New(slog.DiscardHandler),
	}
	for _, e := range c.Endpoints() {
		opts.Peers = append(opts.Peers, fabric.PeerOptions{Endpoint: e.Address, CA: e.TLSCAFile, ServerName: e.Name})
	}
	return opts
}

// found founds a ledger under a new name and returns how to open it.
func (c *channel) found(t testing.TB, now func() time.Time) fabric.Options {
	t.Helper()
	opts := c.options(c.name(t))
	opts.Now = now
	_, err := fabric.Found(t.Context(), opts, ledgertest.Operators(), 1)
	require.NoError(t, err)
	return opts
}

func open(t testing.TB, opts fabric.Options) *fabric.Ledger {
	t.Helper()
	l, err := fabric.Open(t.Context(), opts)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, l.Close()) })
	return l
}

// garbage is how many unsigned commands of each verb the suite sends.
func garbage() int {
	if os.Getenv("TALLY_LONG") != "" {
		return ledgertest.GarbageEach
	}
	return 20
}

// fixture is a new ledger with a clock of its own.
func (c *channel) fixture(t testing.TB) ledgertest.Fixture {
	t.Helper()
	var now atomic.Int64 // nanoseconds: the driver looks at the network by itself, with this clock
	now.Store(ledgertest.Start().UnixNano())
	clock := func() time.Time { return time.Unix(0, now.Load()).UTC() }
	opts := c.found(t, clock)
	l := open(t, opts)
	return ledgertest.Fixture{
		Ledger: l, Now: clock, Garbage: garbage(), Advance: func(d time.Duration) { now.Add(int64(d)) },
		Reopen: func() ledger.Ledger {
			require.NoError(t, l.Close())
			return open(t, opts)
		},
	}
}
