package calls_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/disk/disktest/calls"
)

const dirEnv = "TALLY_CALLS_DIR"

// TestMain is the program that is watched, where it is told a directory.
func TestMain(m *testing.M) {
	if dir := os.Getenv(dirEnv); dir != "" {
		if err := writes(dir); err != nil {
			fmt.Print(err)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// writes changes a directory by fourteen calls in the part that is of interest, and one that ends it.
func writes(dir string) error {
	before, err := os.Create(filepath.Join(dir, "before")) // not counted
	if err != nil {
		return err
	}
	calls.Begin()
	defer calls.End()
	sync := func(f *os.File) error { // of a directory, too
		return f.Sync()
	}
	names, err := os.Open(dir)
	if err != nil {
		return err
	}
	file, err := os.Create(filepath.Join(dir, "new")) // 1
	if err != nil {
		return err
	}
	for _, step := range []func() error{
		func() error { _, err := file.WriteString("synced"); return err },                           // 2
		func() error { return sync(file) },                                                          // 3
		func() error { return sync(names) },                                                         // 4
		func() error { _, err := file.WriteString(", not synced"); return err },                     // 5
		func() error { _, err := file.WriteAt([]byte("SYNC"), 0); return err },                      // 6
		func() error { return os.Rename(filepath.Join(dir, "new"), filepath.Join(dir, "old")) },     // 7
		func() error { return os.Remove(filepath.Join(dir, "gone")) },                               // 8
		func() error { _, err := before.WriteString("x"); return err },                              // 9
		func() error { return before.Truncate(0) },                                                  // 10
		func() error { return os.WriteFile(filepath.Join(dir, "whole"), []byte("changed"), 0o600) }, // 11, 12
		func() error { return os.Mkdir(filepath.Join(dir, "sub"), 0o700) },                          // 13
		func() error { _, err := before.WriteString("y"); return err },                              // 14
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// files are a directory's, with their texts.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	all := map[string]string{}
	for _, e := range entries {
		text := "directory"
		if !e.IsDir() {
			raw, err := os.ReadFile(filepath.Join(dir, e.Name()))
			require.NoError(t, err)
			text = string(raw)
		}
		all[e.Name()] = text
	}
	return all
}

// watched runs the program on a new directory.
func watched(t *testing.T, fault calls.Fault) (dir string, made []calls.Call, said string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "watched")
	require.NoError(t, os.Mkdir(dir, 0o700))
	for name, text := range map[string]string{"old": "of before", "gone": "is back", "whole": "as it was"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	var out bytes.Buffer
	cmd := exec.Command(os.Args[0])
	cmd.Env, cmd.Stdout, cmd.Stderr = append(os.Environ(), dirEnv+"="+dir), &out, &out
	made, err := calls.Run(cmd, dir, fault)
	require.NoError(t, err)
	left, err := os.ReadDir(filepath.Dir(dir))
	require.NoError(t, err)
	require.Len(t, left, 1, "links of its own go")
	return dir, made, out.String()
}

func TestCalls_CountsTheCallsOfAPart(t *testing.T) {
	dir, made, said := watched(t, calls.Fault{})
	require.Empty(t, said)
	var names []string
	for _, c := range made {
		names = append(names, c.Name+" "+filepath.Base(c.Path))
	}
	require.Equal(t, []string{
		"openat new", "write new", "fsync new", "fsync watched", "write new", "pwrite64 new", "renameat new", "unlinkat gone",
		"write before", "ftruncate before", "openat whole", "write whole", "mkdirat sub", "write before", "end tally-calls-end",
	}, names)
	require.Equal(t, "SYNCed, not synced", files(t, dir)["old"])
}

func TestCalls_ACallFails(t *testing.T) {
	for at, want := range map[int]string{2: "write", 3: "sync", 7: "rename", 8: "remove", 13: "mkdir"} {
		for _, errno := range []syscall.Errno{syscall.EIO, syscall.ENOSPC} {
			_, made, said := watched(t, calls.Fault{At: at, Errno: errno})
			require.GreaterOrEqual(t, len(made), at, "os.Remove asks twice")
			require.Contains(t, said, want)
			require.Contains(t, said, errno.Error())
		}
	}
}

// TestCalls_KilledLosesWhatWasNotSynced kills the program at each of its calls.
func TestCalls_KilledLosesWhatWasNotSynced(t *testing.T) {
	before := map[string]string{"old": "of before", "gone": "is back", "whole": "as it was", "before": ""}
	synced := map[string]string{"old": "of before", "gone": "is back", "whole": "as it was", "before": "", "new": "synced"}
	for at := 1; at <= 15; at++ {
		dir, made, _ := watched(t, calls.Fault{At: at, Lose: true})
		require.Len(t, made, at)
		want := before
		if at > 4 {
			want = synced
		}
		require.Equal(t, want, files(t, dir), "killed before call %d, %s", at, made[at-1].Name)
	}
}

// TestCalls_KilledKeepsWhatWasWritten is a process that ends while its machine goes on.
func TestCalls_KilledKeepsWhatWasWritten(t *testing.T) {
	dir, _, _ := watched(t, calls.Fault{At: 6})
	require.Equal(t, "synced, not synced", files(t, dir)["new"])
	dir, _, _ = watched(t, calls.Fault{At: 14})
	require.Equal(t, map[string]string{"old": "SYNCed, not synced", "whole": "changed", "before": "", "sub": "directory"}, files(t, dir))
}
