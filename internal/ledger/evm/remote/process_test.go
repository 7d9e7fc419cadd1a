package remote_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/rpc"
	"github.com/stretchr/testify/require"

	"tally/internal/processtest"
)

// process is a node's program. It dies with the test, and whatever it started too.
type process struct {
	t    testing.TB
	name string
	args []string
	cmd  *exec.Cmd
	out  bytes.Buffer
}

// start runs the program, for the first time or again.
func (p *process) start() {
	p.t.Helper()
	p.cmd = exec.Command(p.name, p.args...)
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	p.cmd.Stdout, p.cmd.Stderr = &p.out, &p.out
	require.NoError(p.t, p.cmd.Start())
}

// kill ends it as a power cut would.
func (p *process) kill() {
	if p.cmd.ProcessState == nil {
		_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL) // it may be gone
		_ = p.cmd.Wait()                                      // it says that it was killed
	}
}

func startProcess(t testing.TB, name string, args ...string) *process {
	t.Helper()
	p := &process{t: t, name: name, args: args}
	p.start()
	t.Cleanup(func() {
		p.kill()
		if t.Failed() {
			t.Logf("%s:\n%s", filepath.Base(name), tail(p.out.Bytes()))
		}
	})
	return p
}

func tail(b []byte) []byte {
	const most = 8 << 10
	return b[max(0, len(b)-most):]
}

// client talks to a node as soon as it answers.
func client(t testing.TB, url string, options ...rpc.ClientOption) *rpc.Client {
	t.Helper()
	c, err := rpc.DialOptions(t.Context(), url, options...)
	require.NoError(t, err)
	t.Cleanup(c.Close)
	await(t, c)
	return c
}

func await(t testing.TB, c *rpc.Client) {
	t.Helper()
	require.Eventually(t, func() bool {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		var id string
		return c.CallContext(ctx, &id, "eth_chainId") == nil
	}, time.Minute, 20*time.Millisecond)
}

// anvilProgram is installed with the npm packages.
func anvilProgram(t *testing.T) string {
	t.Helper()
	path := filepath.Join(processtest.Root(t), "scripts/npm/node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil")
	require.FileExists(t, path, "run `make setup`")
	return path
}

// gethProgram is built by the first who asks for it, unless make did it before.
func gethProgram(t testing.TB) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), filepath.Join(processtest.Root(t), "scripts/tools.sh"), "geth")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	require.NoError(t, err)
	return string(bytes.TrimSpace(out))
}

// hex is a number as JSON-RPC writes it.
func hex(n uint64) string { return "0x" + strconv.FormatUint(n, 16) }

// shortly is a context for what is expected to fail soon.
func shortly(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	t.Cleanup(cancel)
	return ctx
}
