package stage

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
)

// Redis starts Debian's redis-server, which keeps nothing on a disk, on a socket,
// and returns its URL.
func (s *Stage) Redis(ctx context.Context) (url string, p *Process, err error) {
	socket := filepath.Join(s.dir, fmt.Sprintf("redis-%d", len(s.processes)))
	p, err = s.start("redis-server", "redis-server", []string{
		"--port", "0", "--unixsocket", socket, "--dir", s.dir, "--save", "", "--appendonly", "no",
	}, nil)
	if err != nil {
		return "", nil, fmt.Errorf("%w: `make setup` installs it", err)
	}
	return "unix://" + socket, p, p.until(ctx, func(ctx context.Context) error {
		return quiet(exec.CommandContext(ctx, "redis-cli", "-e", "-s", socket, "PING"))
	})
}

// quiet runs a command whose output is of interest only where it fails.
func quiet(cmd *exec.Cmd) error {
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", filepath.Base(cmd.Path), err, bytes.TrimSpace(out))
	}
	return nil
}
