// Package fabrictest brings real Fabric networks up for tests: in a temporary
// directory, on ports of their own, ending with the test.
package fabrictest

import (
	"bytes"
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gofrs/flock"
	"github.com/stretchr/testify/require"

	"tally/network/fabric"
)

// Patience is how long bringing a network up may take: it is short of every
// test's own limit, and far beyond what a busy machine needs.
const Patience = 3 * time.Minute

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
	cmd := exec.CommandContext(t.Context(), filepath.Join(root(t), "scripts", "fabric.sh"))
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	require.NoError(t, err)
	return string(bytes.TrimSpace(out))
}

// Build builds a chaincode's package, as "./chaincode/cmd/tally-chaincode" seen
// from the repository's directory, and returns the path of a program that is the
// test's own. What the packages of one run of go test build is linked once, below
// .cache/chaincode: go build leaves a program alone that is what it would make.
func Build(t testing.TB, pkg string, flags ...string) string {
	t.Helper()
	kept := filepath.Join(root(t), ".cache", "chaincode", filepath.Base(pkg)+strings.Join(flags, ""))
	require.NoError(t, os.MkdirAll(filepath.Dir(kept), 0o755))
	lock := flock.New(kept + ".lock")
	require.NoError(t, lock.Lock())
	defer func() { require.NoError(t, lock.Unlock()) }()
	cmd := exec.CommandContext(t.Context(), "go", append(append([]string{"build", "-o", kept}, flags...), pkg)...)
	cmd.Dir = root(t)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	path := filepath.Join(t.TempDir(), "chaincode")
	program, err := os.ReadFile(kept)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, program, 0o755))
	return path
}

// Ports is the first of the ports for n nodes. They are free, and no other test
// gets them while this one's process lives.
func Ports(t testing.TB, n int) int {
	t.Helper()
	const least, last = 20_000, 32_000 // below those that systems give to outgoing connections
	n *= fabric.PortsEach
	for base := least; base+n <= last; base += n {
		if reserve(t, base, n) {
			return base
		}
	}
	require.FailNow(t, "no free ports")
	return 0
}

// reserve takes the ports in whole hundreds, so that reservations of different
// sizes meet.
func reserve(t testing.TB, base, n int) bool {
	t.Helper()
	var locks []*flock.Flock
	for hundred := base / 100; hundred <= (base+n-1)/100; hundred++ {
		l := flock.New(filepath.Join(os.TempDir(), "tally-ports-"+strconv.Itoa(hundred)+".lock"))
		ok, err := l.TryLock()
		require.NoError(t, err)
		if ok {
			locks = append(locks, l)
		}
		if !ok || !free(hundred*100) {
			release(locks)
			return false
		}
	}
	t.Cleanup(func() { release(locks) })
	return true
}

func release(locks []*flock.Flock) {
	for _, l := range locks {
		_ = l.Unlock() // it ends with the process at the latest
	}
}

func free(base int) bool {
	for port := base; port < base+100; port++ {
		l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if err != nil {
			return false
		}
		_ = l.Close() // nothing was accepted
	}
	return true
}

// root is the repository's directory.
func root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	require.NoError(t, err)
	for !exists(filepath.Join(dir, "go.mod")) {
		require.NotEqual(t, "/", dir, "no go.mod above the test")
		dir = filepath.Dir(dir)
	}
	return dir
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
