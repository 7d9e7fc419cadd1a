package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// byHand is the commands of the page for auditors.
func byHand(t *testing.T) string {
	t.Helper()
	page, err := os.ReadFile("auditing.md")
	require.NoError(t, err)
	_, section, found := strings.Cut(string(page), "\n## By hand\n")
	require.True(t, found)
	blocks := regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(section, -1)
	require.GreaterOrEqual(t, len(blocks), 4)
	var script strings.Builder
	for _, block := range blocks {
		script.WriteString(block[1])
	}
	return script.String()
}

// runByHand runs them from the root of a project that has what they read.
func runByHand(t *testing.T, root string) (string, error) {
	t.Helper()
	shell := exec.CommandContext(t.Context(), "bash", "-euo", "pipefail", "-c", byHand(t))
	shell.Dir = root
	shell.Env = append(os.Environ(), "TMPDIR="+t.TempDir())
	out, err := shell.CombinedOutput()
	return string(out), err
}

// TestAuditingPage_WorksAsWritten: the page for auditors works as written. The test
// runs what it says to do by hand.
func TestAuditingPage_WorksAsWritten(t *testing.T) {
	out, err := runByHand(t, filepath.Join("..", ".."))
	require.NoError(t, err, out)
	require.Contains(t, out, "at 2.0.0")
	require.Contains(t, out, "Signature Verified Successfully")
	require.Contains(t, out, "block 2 says so too")
}

// TestAuditingPage_ByHandFindsChanges does the same by hand, to a checkpoint, a
// signature and pins that are not those of the receipt.
func TestAuditingPage_ByHandFindsChanges(t *testing.T) {
	root, err := filepath.Abs(filepath.Join("..", ".."))
	require.NoError(t, err)
	literals := filepath.Join(root, "internal", "audit", "testdata")
	for name, change := range map[string]struct{ file, old, new string }{
		"another root":      {"admission.checkpoint", "hktovVJr", "hktovVJs"},
		"another signature": {"admission.checkpoint", "t7BkLxOb", "t7BkLxOc"},
		"another sealer":    {"pins.json", "0xe1567e7c", "0xe1567e7d"},
		"another contract":  {"pins.json", "0x7a117000", "0x7a117001"},
	} {
		t.Run(name, func(t *testing.T) {
			copied := t.TempDir()
			require.NoError(t, os.CopyFS(filepath.Join(copied, "internal", "audit", "testdata"), os.DirFS(literals)))
			require.NoError(t, os.MkdirAll(filepath.Join(copied, "scripts", "npm"), 0o700))
			require.NoError(t, os.Symlink(filepath.Join(root, "scripts", "npm", "node_modules"), filepath.Join(copied, "scripts", "npm", "node_modules")))
			file := filepath.Join(copied, "internal", "audit", "testdata", change.file)
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			changed := strings.ReplaceAll(string(text), change.old, change.new)
			require.NotEqual(t, string(text), changed)
			require.NoError(t, os.WriteFile(file, []byte(changed), 0o600))
			out, err := runByHand(t, copied)
			require.Error(t, err, out)
		})
	}
}
