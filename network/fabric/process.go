package fabric

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/gofrs/flock"
)

const (
	stopPatience = 10 * time.Second // from SIGTERM to SIGKILL
	maxLog       = 64 << 20         // bytes of a log; then it becomes the old one, and an older one goes
	pollEvery    = 50 * time.Millisecond
	askAgain     = 250 * time.Millisecond // what is a line in a node's log
)

// process is a program of a node. It outlives the process that started it. What is
// known of it is a file with its id and its start time, for ids are used again.
type process struct {
	name        string // for people
	state       string // path of the file
	log         string // path of its output
	program     string
	arguments   []string
	environment []string
}

// start runs the program in a session of its own, unless it runs. Attached, it
// ends with this process.
func (p process) start(attached bool) error {
	l := flock.New(p.state + ".lock") // somebody at the command line, beside a service that revives
	if err := l.Lock(); err != nil {
		return fmt.Errorf("start %s: %w", p.name, err)
	}
	defer l.Unlock() //nolint:errcheck // it ends with this process at the latest
	if p.pid() != 0 {
		return nil
	}
	if err := rotate(p.log); err != nil {
		return err
	}
	log, err := os.OpenFile(p.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("log of %s: %w", p.name, err)
	}
	defer log.Close()                              //nolint:errcheck // the process has it now
	cmd := exec.Command(p.program, p.arguments...) //nolint:gosec // Fabric's own; it outlives the call
	cmd.Env, cmd.Dir, cmd.Stdout, cmd.Stderr = p.environment, filepath.Dir(p.log), log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if attached {
		cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start %s: %w", p.name, err)
	}
	go func() { _ = cmd.Wait() }() // so that it is no zombie while this process lives
	since, ok := startTime(cmd.Process.Pid)
	if !ok {
		return fmt.Errorf("%w: %s: %s", errEnded, p.name, p.lastWords())
	}
	return writeFile(p.state, fmt.Appendf(nil, "%d %s\n", cmd.Process.Pid, since), 0o644)
}

var errEnded = errors.New("the process ended at once")

// pid is the running process's id, or 0.
func (p process) pid() int { return p.life().pid }

// life is one run of a process. A process that was started again has another.
type life struct {
	pid   int
	since string // startTime
}

// life is the run that goes on, or zero.
func (p process) life() life {
	text, err := os.ReadFile(p.state)
	if err != nil {
		return life{}
	}
	var l life
	if _, err := fmt.Sscan(string(text), &l.pid, &l.since); err != nil {
		return life{}
	}
	if now, ok := startTime(l.pid); !ok || now != l.since {
		return life{}
	}
	return l
}

// asAsked reports whether the process runs with the environment that it should
// have now. Another one means another program, or other settings. The search
// path does not count: it comes from the shell that started the process.
func (p process) asAsked() bool {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(p.pid()) + "/environ")
	return err == nil && maps.Equal(variables(strings.Split(string(text), "\x00")), variables(p.environment))
}

func variables(environment []string) map[string]string {
	all := map[string]string{}
	for _, text := range environment {
		if name, value, ok := strings.Cut(text, "="); ok && name != "PATH" {
			all[name] = value
		}
	}
	return all
}

// stop ends the process: SIGTERM, and SIGKILL when that took too long.
func (p process) stop(ctx context.Context) error {
	ending := p.life()
	if ending.pid == 0 {
		return nil
	}
	patience, cancel := context.WithTimeout(ctx, stopPatience)
	defer cancel()
	if err := p.end(patience, ending, syscall.SIGTERM); patience.Err() == nil {
		return err
	}
	return p.end(ctx, ending, syscall.SIGKILL)
}

// kill ends the process as a power cut would, and returns when it is gone.
func (p process) kill(ctx context.Context) error {
	ending := p.life()
	if ending.pid == 0 {
		return nil
	}
	return p.end(ctx, ending, syscall.SIGKILL)
}

// end sends a signal and waits until that run of the process is over. A service
// that watches over the process may have started it again by then.
func (p process) end(ctx context.Context, ending life, signal syscall.Signal) error {
	if p.life() != ending {
		return nil // another process may have its number
	}
	if err := syscall.Kill(ending.pid, signal); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("%s to %s: %w", signal, p.name, err)
	}
	if !poll(ctx, func() bool { return p.life() != ending }) {
		return fmt.Errorf("end %s: %w", p.name, ctx.Err())
	}
	return nil
}

// lastWords are the end of the process's log.
func (p process) lastWords() string {
	text, err := os.ReadFile(p.log)
	if err != nil {
		return ""
	}
	return lastLine(text)
}

func lastLine(text []byte) string {
	const most = 400
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	last := lines[len(lines)-1]
	return last[:min(len(last), most)]
}

// poll asks this machine until the answer is yes, or ctx ends.
func poll(ctx context.Context, done func() bool) bool { return pollEach(ctx, pollEvery, done) }

func pollEach(ctx context.Context, interval time.Duration, done func() bool) bool {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for !done() {
		select {
		case <-ctx.Done():
			return done()
		case <-tick.C:
		}
	}
	return true
}

// startTime tells a process from a later one with the same id: field 22 of
// /proc/PID/stat. A zombie has ended when its other threads have: until then its
// ports are taken.
func startTime(pid int) (string, bool) {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return "", false
	}
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:])) // the name before may hold anything
	if len(fields) < 20 || fields[0] == "X" || fields[0] == "Z" && fields[17] == "1" {
		return "", false
	}
	return fields[19], true
}

func rotate(log string) error {
	info, err := os.Stat(log)
	if err != nil || info.Size() < maxLog {
		return nil // there is none yet
	}
	if err := os.Rename(log, log+".old"); err != nil {
		return fmt.Errorf("rotate a log: %w", err)
	}
	return nil
}

// shorten moves what a running process has written aside when that is much. The
// process goes on at the beginning of the same file; what it writes between the
// copy and the cut is lost.
func shorten(log string, most int64) error {
	info, err := os.Stat(log)
	if err != nil || info.Size() < most {
		return nil // there is none yet
	}
	from, err := os.Open(log)
	if err != nil {
		return fmt.Errorf("shorten a log: %w", err)
	}
	defer from.Close() //nolint:errcheck // it was only read
	part := log + ".old.part"
	to, err := os.OpenFile(part, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("shorten a log: %w", err)
	}
	_, err = io.Copy(to, from)
	if err = errors.Join(err, to.Close()); err == nil {
		err = os.Rename(part, log+".old")
	}
	// The log is cut even where the copy failed: a full disk needs the room.
	if err = errors.Join(err, os.Truncate(log, 0)); err != nil {
		return fmt.Errorf("shorten a log: %w", err)
	}
	return nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// nodeProcess is a node's own program.
func (n Node) process(files layout, programs string) process {
	p := process{
		name: n.Name, state: files.node(n.Name, "node.pid"), log: files.node(n.Name, "node.log"),
		program: filepath.Join(programs, string(n.Kind)), environment: n.environment(files),
	}
	if n.Kind == Peer {
		p.arguments = []string{"node", "start"}
	}
	return p
}
