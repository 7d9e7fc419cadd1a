// Package fabrictest brings real Fabric networks up for tests: in a temporary
// directory, on ports of their own, ending with the test.
package fabrictest

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/processtest"
	"tally/network/fabric"
)

// Patience is how long bringing a network up may take: it is short of every
// test's own limit, and far beyond what a busy machine needs.
const Patience = 10 * time.Minute

// Up brings a network up, as it is described, on free ports. When the test
// fails it shows the end of every node's log.
func Up(t testing.TB, d fabric.Description, program *fabric.Program) *fabric.Network {
	t.Helper()
	d.Ports = Ports(t, len(d.Nodes()))
	return UpIn(t, t.TempDir(), d, program)
}

// UpIn does so in a directory and on the ports that the description has: once
// more with another program is an upgrade.
func UpIn(t testing.TB, dir string, d fabric.Description, program *fabric.Program) *fabric.Network {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), Patience)
	defer cancel()
	options := fabric.Options{Dir: dir, Programs: Programs(t), Program: program, Attached: true, Progress: func(line string) { t.Log(line) }}
	t.Cleanup(func() { end(t, options) })
	n, err := fabric.Up(ctx, d, options)
	require.NoError(t, err)
	return n
}

// end ends the network that is there, if any.
func end(t testing.TB, options fabric.Options) {
	t.Helper()
	n, err := fabric.Open(options)
	if err != nil {
		return // it was never made, or ended by the test
	}
	if t.Failed() {
		show(t, options.Dir)
	}
	require.NoError(t, n.Down(context.Background())) // the test's own context has ended
}

func show(t testing.TB, dir string) {
	t.Helper()
	const most = 4 << 10
	for _, pattern := range []string{"nodes/*/node.log", "nodes/*/chaincode/*.log"} {
		logs, err := filepath.Glob(filepath.Join(dir, pattern))
		require.NoError(t, err)
		for _, log := range logs {
			text, err := os.ReadFile(log)
			require.NoError(t, err)
			t.Logf("%s:\n%s", log, text[max(0, len(text)-most):])
		}
	}
}

// Form is a description that comes with Tally: "default" or "small".
func Form(t testing.TB, name string) fabric.Description {
	t.Helper()
	d, err := fabric.Form(name)
	require.NoError(t, err)
	return d
}

// Programs are Fabric's own, built by the first who asks for them, unless make
// did it before.
func Programs(t testing.TB) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), filepath.Join(processtest.Root(t), "scripts", "fabric.sh"))
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	require.NoError(t, err)
	return string(bytes.TrimSpace(out))
}

// Ports is the first of the ports for n nodes, which no other test gets.
func Ports(t testing.TB, n int) int {
	t.Helper()
	return processtest.Ports(t, n*fabric.PortsEach)
}
