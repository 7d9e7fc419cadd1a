package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// demo plays the demo in process, with the server program given.
func demo(t *testing.T, tallyd string, args ...string) result {
	t.Helper()
	var out, errs bytes.Buffer
	m := Main{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs, Env: os.LookupEnv, Now: time.Now}
	args = append([]string{
		"demo", "--tallyd", tallyd, "--campaign", filepath.Join("..", "..", "scripts", "demo", "buy-one-get-one.yaml"),
	}, args...)
	return result{m.Run(context.Background(), args), out.String(), errs.String()}
}

func TestTheDemo(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and starts a server")
	}
	tallyd := filepath.Join(t.TempDir(), "tallyd")
	out, err := exec.Command("go", "build", "-o", tallyd, "tally/cmd/tallyd").CombinedOutput()
	require.NoError(t, err, string(out))
	for _, index := range []string{"memory", "redis"} {
		r := demo(t, tallyd, "--json", "--wallets", "60", "--index", index, "--data", filepath.Join(t.TempDir(), "demo"))
		require.Equal(t, exitOK, r.code, r.errors)
		lines := strings.Split(strings.TrimSpace(r.out), "\n")
		for i, text := range lines {
			var line stepLine
			require.NoError(t, json.Unmarshal([]byte(text), &line), text)
			require.Equal(t, i+1, line.Step)
			require.True(t, line.OK, text)
		}
		require.Greater(t, len(lines), 10)
	}
}

// A server that never comes up ends the demo at once, with its log.
func TestTheDemoStopsAtTheFirstWrongStep(t *testing.T) {
	s := offstage(t)
	broken := s.file("tallyd", "#!/bin/sh\necho 'the disk is on fire' >&2\nexit 1\n")
	require.NoError(t, os.Chmod(broken, 0o700))
	r := demo(t, broken, "--data", filepath.Join(t.TempDir(), "demo"))
	require.Equal(t, exitFailed, r.code)
	require.Contains(t, r.out, "✗ The server founds a ledger")
	require.Contains(t, r.out, "expected: a server that listens; happened: it ended")
	require.Contains(t, r.errors, "the disk is on fire")
	require.NotContains(t, r.out, "\x1b", "no colours without a terminal")
}

func TestTheDemoNeedsAServerAndRoom(t *testing.T) {
	require.Equal(t, exitMisused, demo(t, "/nowhere/tallyd").code)
	require.Equal(t, exitMisused, demo(t, os.Args[0], "--wallets", "5").code)
	require.Equal(t, exitMisused, demo(t, os.Args[0], "--data", ".").code)
}
