package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"tally/network/fabric"
)

// bridge is the wire between the hosts; this program is on it too.
const (
	bridge        = "wire"
	bridgeAddress = "10.77.0.254/24"
)

// wire makes the network that the hosts will be on.
func wire(ctx context.Context) error {
	return all(ctx,
		"mount -t tmpfs none /run", // where ip keeps the namespaces' names
		"ip link set lo up",
		"ip link add "+bridge+" type bridge",
		"ip link set "+bridge+" up",
		"ip addr add "+bridgeAddress+" dev "+bridge)
}

// machine is one host.
type machine struct {
	host      fabric.Host
	dir       string // its bundle
	chaincode string
	service   *exec.Cmd
}

// plug makes the machine's namespace and connects it to the wire.
func (m *machine) plug(ctx context.Context) error {
	n := m.host.Name
	return all(ctx,
		"ip netns add "+n,
		"ip link add "+n+" type veth peer name eth0 netns "+n,
		"ip link set "+n+" master "+bridge,
		"ip link set "+n+" up",
		"ip -n "+n+" link set lo up",
		"ip -n "+n+" addr add "+m.host.Address+"/24 dev eth0",
		"ip -n "+n+" link set eth0 up")
}

// cut and heal are the machine's cable.
func (m *machine) cut(ctx context.Context) error {
	return all(ctx, "ip link set "+m.host.Name+" down")
}

func (m *machine) heal(ctx context.Context) error {
	return all(ctx, "ip link set "+m.host.Name+" up")
}

// start runs the bundle's start script inside the machine.
func (m *machine) start(ctx context.Context) error {
	log, err := os.OpenFile(m.log(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("log of %s: %w", m.host.Name, err)
	}
	defer log.Close() //nolint:errcheck // the service has it
	m.service = exec.CommandContext(ctx, "ip", "netns", "exec", m.host.Name,
		filepath.Join(m.dir, "start"), "--chaincode", m.chaincode, "--ready", "ready")
	m.service.Stdout, m.service.Stderr = log, log
	m.service.Cancel = func() error { return m.service.Process.Signal(syscall.SIGTERM) }
	if err := m.service.Start(); err != nil {
		return fmt.Errorf("start %s: %w", m.host.Name, err)
	}
	return nil
}

// stop ends the machine's service in good order.
func (m *machine) stop() error {
	if err := m.service.Process.Signal(syscall.SIGTERM); err != nil {
		return fmt.Errorf("stop %s: %w", m.host.Name, err)
	}
	if err := m.service.Wait(); err != nil {
		return fmt.Errorf("stop %s: %w", m.host.Name, err)
	}
	return nil
}

func (m *machine) log() string { return filepath.Join(filepath.Dir(m.dir), m.host.Name+".log") }

// wipe loses the ledgers of the machine's nodes, as a new disk does; its bundle
// is unpacked again, so keys and configuration stay.
func (m *machine) wipe() error {
	nodes, err := filepath.Glob(filepath.Join(m.dir, "nodes", "*", "data"))
	if err != nil {
		return fmt.Errorf("wipe %s: %w", m.host.Name, err)
	}
	for _, path := range append(nodes, filepath.Join(m.dir, "chaincode")) {
		if err := os.RemoveAll(path); err != nil {
			return fmt.Errorf("wipe %s: %w", m.host.Name, err)
		}
	}
	return nil
}

// heights are the blocks of the machine's nodes, as it sees them itself.
func (m *machine) heights(ctx context.Context) ([]uint64, error) {
	cmd := exec.CommandContext(ctx, "ip", "netns", "exec", m.host.Name, os.Getenv("TALLY_NETWORK"),
		"--data", m.dir, "--host", m.host.Name, "status", "--json")
	out, err := cmd.Output()
	if exit := new(exec.ExitError); err != nil && !errors.As(err, &exit) {
		return nil, fmt.Errorf("status of %s: %w", m.host.Name, err)
	}
	var s fabric.Status
	if err := json.Unmarshal(out, &s); err != nil {
		return nil, fmt.Errorf("status of %s: %w", m.host.Name, err)
	}
	var heights []uint64
	for _, node := range s.Nodes {
		heights = append(heights, node.Height)
	}
	return heights, nil
}

// keys are the private keys in the machine's bundle.
func (m *machine) keys() ([]string, error) {
	var paths []string
	err := filepath.WalkDir(m.dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if err == nil && strings.Contains(string(text), "PRIVATE KEY") {
			paths = append(paths, strings.TrimPrefix(path, m.dir+"/"))
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("keys of %s: %w", m.host.Name, err)
	}
	return paths, nil
}

// all runs commands one after the other.
func all(ctx context.Context, commands ...string) error {
	for _, command := range commands {
		words := strings.Fields(command)
		if out, err := exec.CommandContext(ctx, words[0], words[1:]...).CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w: %s", command, err, out)
		}
	}
	return nil
}

// until asks again and again, and says what was wrong in the end.
func until(ctx context.Context, done func() error) error {
	for {
		err := done()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-time.After(200 * time.Millisecond):
		}
	}
}
