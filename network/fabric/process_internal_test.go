package fabric

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestShorten_KeepsWhatARunningProcessWrote: the process has the file open and
// appends to it.
func TestShorten_KeepsWhatARunningProcessWrote(t *testing.T) {
	const most = 1 << 10 // bytes
	path := filepath.Join(t.TempDir(), "node.log")
	require.NoError(t, shorten(path, most), "there is none yet")
	log, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	require.NoError(t, err)
	defer log.Close() //nolint:errcheck // the test's own
	write := func(text string) {
		_, err := log.WriteString(text)
		require.NoError(t, err)
	}
	has := func(path, want string) {
		t.Helper()
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, want, string(text))
	}
	first, second := strings.Repeat("a", most), strings.Repeat("b", most)
	write(first[1:])
	require.NoError(t, shorten(path, most))
	has(path, first[1:])
	write("a")
	require.NoError(t, shorten(path, most))
	has(path, "")
	has(path+".old", first)
	write(second)
	has(path, second)
	require.NoError(t, shorten(path, most))
	has(path+".old", second)
}

// TestProcess_KnowsWithWhatItRuns: another environment is another program.
func TestProcess_KnowsWithWhatItRuns(t *testing.T) {
	dir := t.TempDir()
	p := process{
		name: "sleep", state: filepath.Join(dir, "pid"), log: filepath.Join(dir, "log"), program: "/bin/sleep", arguments: []string{"600"},
		environment: []string{"PATH=/bin", "A=1", "B=first", "B=2"},
	}
	require.False(t, p.asAsked(), "it does not run")
	require.NoError(t, p.start(true))
	defer func() { require.NoError(t, p.kill(t.Context())) }()
	require.True(t, p.asAsked())
	for name, environment := range map[string][]string{
		"a path of another shell": {"PATH=/usr/bin", "A=1", "B=2"},
		"another value":           {"PATH=/bin", "A=1", "B=3"},
		"one more":                {"PATH=/bin", "A=1", "B=2", "C=3"},
		"one less":                {"PATH=/bin", "A=1"},
	} {
		other := p
		other.environment = environment
		require.Equal(t, name == "a path of another shell", other.asAsked(), name)
	}
}

// TestProcess_EndsThoughItIsStartedAgain: a service that watches over a process
// starts it at once, and who ended it does not wait for the new one's end.
func TestProcess_EndsThoughItIsStartedAgain(t *testing.T) {
	dir := t.TempDir()
	p := process{name: "sleep", state: filepath.Join(dir, "pid"), log: filepath.Join(dir, "log"), program: "/bin/sleep", arguments: []string{"600"}}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	watching, leave := context.WithCancel(ctx)
	left := make(chan error, 1)
	go func() {
		var err error
		for err == nil && watching.Err() == nil {
			err = p.start(true)
		}
		left <- err
	}()
	for name, end := range map[string]func(context.Context) error{"kill": p.kill, "stop": p.stop} {
		for range 3 {
			require.True(t, poll(ctx, func() bool { return p.pid() != 0 }))
			before := p.life()
			require.NoError(t, end(ctx), name)
			require.NotEqual(t, before, p.life(), name)
		}
	}
	leave()
	require.NoError(t, <-left)
	require.NoError(t, p.kill(ctx))
}
