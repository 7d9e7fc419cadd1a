package demo

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"tally/internal/cli"
	"tally/internal/voucher"
)

// Server is the server that the demo starts, and starts again whenever it dies.
type Server struct {
	program, ledger, dir string
	flags                []string // besides

	mu      sync.Mutex
	operate voucher.Address
	address string // where it listens: chosen at the first start, kept afterwards
	process *exec.Cmd
	gone    chan struct{} // closed when the process has ended
	ending  bool          // nobody starts it again
	starts  int
}

const (
	readyAfter = 20 * time.Second
	lookEvery  = 20 * time.Millisecond
	mostStarts = 5             // of a server that dies again and again
	anyPort    = "127.0.0.1:0" // the system chooses one
)

// NewServer is a server that is not started yet: its program, its ledger and index,
// and the directory of its data.
func NewServer(program, ledger, dir string, flags []string) *Server {
	return &Server{program: program, ledger: ledger, dir: dir, flags: flags, address: anyPort}
}

func (c *Server) logPath() string { return filepath.Join(c.dir, "tallyd.log") }

// Start founds the ledger and waits until the server listens.
func (c *Server) Start(ctx context.Context, operator voucher.Address) error {
	c.mu.Lock()
	c.operate = operator
	err := c.found(ctx)
	if err == nil {
		err = c.launch()
	}
	c.mu.Unlock()
	if err != nil {
		return err
	}
	return c.listening(ctx)
}

// found founds the ledger where the server does not do that itself.
func (c *Server) found(ctx context.Context) error {
	if c.ledger != "fabric" {
		return nil
	}
	out, err := exec.CommandContext(ctx, c.program, "found", "--operator", c.operate.String()).CombinedOutput() //nolint:gosec // the demo's own server
	if err != nil {
		return fmt.Errorf("found the ledger: %w: %s", err, bytes.TrimSpace(out))
	}
	return nil
}

// launch starts the process and watches over it. The caller holds mu.
func (c *Server) launch() error {
	log, err := os.OpenFile(c.logPath(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, cli.OwnersFile)
	if err != nil {
		return fmt.Errorf("open server's log: %w", err)
	}
	args := append([]string{
		"serve", "--drain-grace", "0s", "--data", filepath.Join(c.dir, "ledger"),
		"--listen", c.address, "--ledger", c.ledger, "--operator", c.operate.String(),
	}, c.flags...)
	cmd := exec.Command(c.program, args...) //nolint:gosec // the demo's own server
	cmd.Stdout, cmd.Stderr = log, log
	if err := errors.Join(cmd.Start(), log.Close()); err != nil {
		return fmt.Errorf("start server: %w", err)
	}
	c.process, c.gone = cmd, make(chan struct{})
	c.starts++
	go c.watch(cmd, c.gone)
	return nil
}

// watch starts the server again when it dies.
func (c *Server) watch(cmd *exec.Cmd, gone chan struct{}) {
	_ = cmd.Wait() // how it ended is in its log; a killed server always ends so
	close(gone)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ending || c.address == anyPort || c.starts >= mostStarts { // one that never listened would never do
		return
	}
	_ = c.launch() // if that fails, the caller that waits for it says so
}

// listening waits for the line of the log that says where the server listens.
func (c *Server) listening(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, readyAfter)
	defer cancel()
	for {
		if address, ok := listenAddress(c.logPath()); ok {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.address = address
			return nil
		}
		select {
		case <-c.gone:
			return &wrong{"a server that listens", "it ended: see its log"}
		case <-ctx.Done():
			return &wrong{"a server that listens", "it did not within 20 s"}
		case <-time.After(lookEvery):
		}
	}
}

func listenAddress(log string) (string, bool) {
	text, err := os.ReadFile(log) //nolint:gosec // the demo's own
	if err != nil {
		return "", false
	}
	lines := bufio.NewScanner(bytes.NewReader(text))
	for lines.Scan() {
		var line struct {
			Msg     string `json:"msg"`
			Address string `json:"address"`
		}
		if json.Unmarshal(lines.Bytes(), &line) == nil && line.Msg == "listening" {
			return line.Address, true
		}
	}
	return "", false
}

func (c *Server) URL() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return "http://" + c.address
}

// Crash kills the server as a power cut would; watch starts it again.
func (c *Server) Crash() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.process.Process.Kill()
}

// startedAgain tells how often the server was started after the first time.
func (c *Server) startedAgain() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.starts - 1
}

// Stop asks the server to end and waits for it.
func (c *Server) Stop(ctx context.Context) error {
	process, gone := c.end()
	if err := process.Process.Signal(syscall.SIGTERM); err != nil {
		return fmt.Errorf("stop server: %w", err)
	}
	select {
	case <-gone:
		return expect("exit code", 0, process.ProcessState.ExitCode())
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Kill makes sure that no server stays behind.
func (c *Server) Kill() error {
	process, gone := c.end()
	if process == nil {
		return nil
	}
	if err := process.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("kill server: %w", err)
	}
	<-gone
	return nil
}

func (c *Server) end() (*exec.Cmd, chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ending = true
	return c.process, c.gone
}
