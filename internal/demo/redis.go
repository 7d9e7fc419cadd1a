package demo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
)

// demoRedis is a Redis that the demo starts for its server, and wipes in the
// middle of the crowd. Nil is none.
type demoRedis struct {
	dir     string // of its socket alone, whose path may have 107 bytes
	process *exec.Cmd
}

// startRedis starts one that keeps nothing.
func startRedis(ctx context.Context) (*demoRedis, error) {
	dir, err := os.MkdirTemp("", "tally-demo-redis-")
	if err != nil {
		return nil, fmt.Errorf("room for redis: %w", err)
	}
	r := &demoRedis{dir: dir}
	r.process = exec.Command("redis-server", "--port", "0", "--unixsocket", r.socket(), "--dir", dir, "--save", "") //nolint:gosec // the demo's own
	r.process.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := r.process.Start(); err != nil {
		return nil, errors.Join(fmt.Errorf("start redis: %w: `make setup` installs it", err), os.RemoveAll(dir))
	}
	err = eventually(ctx, readyAfter, func(ctx context.Context) error { return r.do(ctx, "PING") })
	if err != nil {
		return nil, errors.Join(fmt.Errorf("redis does not answer: %w", err), r.stop())
	}
	return r, nil
}

func (r *demoRedis) socket() string { return filepath.Join(r.dir, "s") }

// flags are what has a server use it.
func (r *demoRedis) flags() []string {
	if r == nil {
		return nil
	}
	return []string{"--index", "redis", "--redis", "unix://" + r.socket()}
}

// wipe empties it, as a restart without a disk would.
func (r *demoRedis) wipe(ctx context.Context) error {
	if r == nil {
		return nil
	}
	return r.do(ctx, "FLUSHALL")
}

// do has redis-cli, which Debian installs beside the server, send a command.
func (r *demoRedis) do(ctx context.Context, command string) error {
	out, err := exec.CommandContext(ctx, "redis-cli", "-e", "-s", r.socket(), command).CombinedOutput() //nolint:gosec // the demo's own
	if err != nil {
		return fmt.Errorf("redis-cli %s: %w: %s", command, err, bytes.TrimSpace(out))
	}
	return nil
}

func (r *demoRedis) stop() error {
	if r == nil {
		return nil
	}
	_ = r.process.Process.Kill() // it keeps nothing
	_ = r.process.Wait()         // it says that it was killed
	return os.RemoveAll(r.dir)
}
