package disktest

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// smallEnv names the directory of a small disk to the process that a test runs in
// again.
const smallEnv = "DISKTEST_SMALL"

// Small runs a test with a directory on a disk of its own, of a number of bytes. It
// runs the test's program again in a mount namespace, so the disk ends with the test
// and nobody else sees it. It needs a kernel that lets the user make one.
func Small(t *testing.T, bytes int, test func(t *testing.T, dir string)) {
	t.Helper()
	if dir := os.Getenv(smallEnv); dir != "" {
		test(t, dir)
		return
	}
	name := "^" + strings.ReplaceAll(t.Name(), "/", "$/^") + "$"
	run := exec.CommandContext(t.Context(), "sh", "-c",
		`mount --make-rprivate / && mount -t tmpfs -o size="$1" small "$2" && exec "$3" -test.v -test.count=1 -test.run="$4"`,
		"sh", strconv.Itoa(bytes), t.TempDir(), os.Args[0], name)
	run.Env = append(os.Environ(), smallEnv+"="+run.Args[5])
	run.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS, Pdeathsig: syscall.SIGKILL}
	if os.Geteuid() != 0 {
		run.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		run.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{HostID: os.Geteuid(), Size: 1}}
		run.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{HostID: os.Getegid(), Size: 1}}
	}
	said, err := run.CombinedOutput()
	require.NoError(t, err, string(said))
	require.Contains(t, string(said), "--- PASS: "+t.Name(), "the test was run")
}

// Fill fills a disk until a number of bytes are left, and returns what makes room
// again.
func Fill(t *testing.T, dir string, left int64) (empty func()) {
	t.Helper()
	path := filepath.Join(dir, "filler")
	f, err := os.Create(path)
	require.NoError(t, err)
	size := int64(0)
	for block := make([]byte, 64<<10); ; {
		n, err := f.Write(block)
		size += int64(n)
		if errors.Is(err, syscall.ENOSPC) {
			break
		}
		require.NoError(t, err)
	}
	require.NoError(t, f.Truncate(max(0, size-left)))
	require.NoError(t, f.Close())
	return func() { require.NoError(t, os.Remove(path)) }
}
