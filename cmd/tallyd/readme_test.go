package main

import (
	"context"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/processtest"
)

// TestReadme_FiveMinutesByHand runs the lines of README.md that a stranger is told
// to enter, and then those of the page for auditors that go on from there. A test
// differs in the server's address alone.
func TestReadme_FiveMinutesByHand(t *testing.T) {
	t.Parallel()
	project, err := filepath.Abs(filepath.Join("..", ".."))
	require.NoError(t, err)
	script := shellBlock(t, filepath.Join(project, "README.md"), "## Five minutes by hand") +
		shellBlock(t, filepath.Join(project, "cmd", "tally-verify", "auditing.md"), "## Take evidence away")

	root := t.TempDir()
	require.NoError(t, os.Symlink(filepath.Join(project, "scripts"), filepath.Join(root, "scripts")))
	bin := filepath.Join(root, "bin")
	require.NoError(t, os.Mkdir(bin, 0o755))
	require.NoError(t, processtest.BuildIn(t.Context(), bin, "./cmd/tallyd", "./cmd/tally", "./cmd/tally-verify"))
	address := makeRun(t, root)

	shell := exec.CommandContext(t.Context(), "bash", "-euo", "pipefail", "-c", script)
	shell.Dir = root
	shell.Env = append(os.Environ(), "TALLY_SERVER=http://"+address,
		"TALLY_KEYS="+filepath.Join(root, ".data", "keys"), "TALLY_PASSPHRASE_FILE="+filepath.Join(root, ".data", "passphrase"))
	out, err := shell.CombinedOutput()
	require.NoError(t, err, string(out))
	require.Contains(t, string(out), "already_used")
	require.Contains(t, string(out), "refused, with exit code 3")
}

// shellBlock is what the first shell block below a heading of a page says.
func shellBlock(t *testing.T, page, heading string) string {
	t.Helper()
	text, err := os.ReadFile(page)
	require.NoError(t, err)
	_, section, found := strings.Cut(string(text), "\n"+heading+"\n")
	require.True(t, found, "%s has no %q", page, heading)
	block := regexp.MustCompile("(?s)```sh\n(.*?)```").FindStringSubmatch(section)
	require.NotNil(t, block, "%s, %q", page, heading)
	return block[1]
}

// makeRun does what `make run` does after the build, at an address that is free. It
// returns the address once the server answers, and ends the server with the test.
func makeRun(t *testing.T, root string) string {
	t.Helper()
	free, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := free.Addr().String()
	require.NoError(t, free.Close())

	var log strings.Builder
	run := exec.CommandContext(context.WithoutCancel(t.Context()), "scripts/run.sh", "--listen", address)
	run.Dir, run.Stdout, run.Stderr = root, &log, &log
	require.NoError(t, run.Start())
	t.Cleanup(func() { // run.sh became the server by exec; it may have ended, which the log shows
		_ = run.Process.Signal(syscall.SIGTERM)
		_ = run.Wait()
		if t.Failed() {
			t.Log(log.String())
		}
	})
	require.Eventually(t, func() bool { return isReady(t.Context(), address) }, time.Minute, 50*time.Millisecond)
	return address
}

func isReady(ctx context.Context, address string) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/readyz", http.NoBody)
	if err != nil {
		return false
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	_ = answer.Body.Close() // the status is all that was asked for
	return answer.StatusCode == http.StatusOK
}
