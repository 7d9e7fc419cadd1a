// Package redistest starts real Redis servers for tests: processes of their own,
// on a Unix socket in a temporary directory, that end with the test. Debian's
// package is redis-server; make setup installs it.
package redistest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
	"github.com/stretchr/testify/require"

	"tally/internal/processtest"
)

// Server is one Redis.
type Server struct {
	t      testing.TB
	dir    string
	config []string
	cmd    *exec.Cmd
}

// Start runs a Redis that keeps nothing, unless config says otherwise:
// redis-server's own options, as "--appendonly", "yes".
func Start(t testing.TB, config ...string) *Server {
	t.Helper()
	dir, err := os.MkdirTemp("", "redis") //nolint:usetesting // a socket's path has at most 107 bytes, and t.TempDir's are long
	require.NoError(t, err)
	s := &Server{t: t, dir: dir, config: config}
	t.Cleanup(func() {
		s.Kill()
		require.NoError(t, os.RemoveAll(dir))
	})
	s.Restart()
	return s
}

func (s *Server) socket() string { return filepath.Join(s.dir, "s") }

// URL is where it listens.
func (s *Server) URL() string { return "unix://" + s.socket() }

// Restart runs it again on the same directory, and returns when it answers.
func (s *Server) Restart() {
	s.t.Helper()
	args := append([]string{"--port", "0", "--unixsocket", s.socket(), "--dir", s.dir, "--save", ""}, s.config...)
	s.cmd = exec.Command("redis-server", args...)
	require.NoError(s.t, s.cmd.Start())
	c := s.Client()
	defer c.Close() //nolint:errcheck // nothing is kept in it
	require.Eventually(s.t, func() bool { return c.Ping(s.t.Context()).Err() == nil }, time.Minute, 5*time.Millisecond)
}

// Client is a plain client that waits long enough for anything. Close it.
func (s *Server) Client() *redis.Client {
	var password string
	if i := slices.Index(s.config, "--requirepass"); i >= 0 {
		password = s.config[i+1]
	}
	return redis.NewClient(&redis.Options{
		Password: password, Network: "unix", Addr: s.socket(), MaxRetries: -1, ReadTimeout: time.Minute, DisableIdentity: true,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	})
}

// Do runs one command, as redis-cli would.
func (s *Server) Do(args ...any) any {
	s.t.Helper()
	c := s.Client()
	defer c.Close() //nolint:errcheck // nothing is kept in it
	got, err := c.Do(s.t.Context(), args...).Result()
	require.NoError(s.t, err, fmt.Sprint(args...))
	return got
}

// Kill ends it as a power cut would.
func (s *Server) Kill() {
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait() // it says that it was killed, or was before
}

// Stop has it hang until Continue.
func (s *Server) Stop() { require.NoError(s.t, s.cmd.Process.Signal(syscall.SIGSTOP)) }

// Continue ends Stop.
func (s *Server) Continue() { require.NoError(s.t, s.cmd.Process.Signal(syscall.SIGCONT)) }

// Follow makes it a replica of another that has caught up.
func (s *Server) Follow(of *Server) {
	s.t.Helper()
	port := processtest.Port(s.t) // replication wants TCP
	of.Do("CONFIG", "SET", "port", port)
	s.Do("CONFIG", "SET", "repl-diskless-sync-delay", "0")
	of.Do("CONFIG", "SET", "repl-diskless-sync-delay", "0")
	s.Do("REPLICAOF", "127.0.0.1", port)
	require.Eventually(s.t, func() bool { return s.says("replication", "master_link_status:up") }, time.Minute, 10*time.Millisecond)
}

// says reports whether a section of INFO has a text now. It does not where Redis gives no
// answer: a Sentinel that makes a replica the master ends the connections of its clients.
func (s *Server) says(section, text string) bool {
	c := s.Client()
	defer c.Close() //nolint:errcheck // nothing is kept in it
	info, err := c.Info(s.t.Context(), section).Result()
	return err == nil && strings.Contains(info, text)
}

// Promote ends Follow: what the other is told from here on is lost to it.
func (s *Server) Promote() { s.Do("REPLICAOF", "NO", "ONE") }

// Replace kills another and answers where it listened.
func (s *Server) Replace(other *Server) {
	other.Kill()
	require.NoError(s.t, os.Rename(s.socket(), other.socket()))
	s.dir, other.dir = other.dir, s.dir
}

// Memory is what its data takes, in bytes.
func (s *Server) Memory() int {
	s.t.Helper()
	info, _ := s.Do("INFO", "memory").(string)
	_, text, _ := strings.Cut(info, "\nused_memory_dataset:")
	text, _, _ = strings.Cut(text, "\r\n")
	n, err := strconv.Atoi(text)
	require.NoError(s.t, err)
	return n
}

// Wipe takes from a killed server what it kept on disk.
func (s *Server) Wipe() {
	s.t.Helper()
	require.NoError(s.t, os.RemoveAll(s.dir))
	require.NoError(s.t, os.Mkdir(s.dir, 0o700))
}
