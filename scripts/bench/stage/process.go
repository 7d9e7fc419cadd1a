package stage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// endAfter is how long a process may take to end in good order.
const endAfter = 30 * time.Second

// lookEvery is between two looks whether a process is as far as it should be.
const lookEvery = 5 * time.Millisecond

// ErrEnded says that a process ended by itself.
var ErrEnded = errors.New("it has ended")

// Process is one program that runs.
type Process struct {
	name string
	log  string // file of what it says
	cmd  *exec.Cmd
	gone chan struct{} // closed when it has ended
}

// start runs a program, as another user where one is named.
func (s *Stage) start(name, program string, args []string, as *syscall.Credential) (*Process, error) {
	p := &Process{name: name, log: filepath.Join(s.dir, fmt.Sprintf("%s-%d.log", name, len(s.processes))), gone: make(chan struct{})}
	log, err := os.Create(p.log)
	if err != nil {
		return nil, fmt.Errorf("log of %s: %w", name, err)
	}
	p.cmd = exec.Command(program, args...)
	p.cmd.Dir = s.dir
	p.cmd.Stdout, p.cmd.Stderr = log, log
	// A benchmark that is killed leaves nothing running behind.
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Credential: as, Setpgid: true}
	if err := errors.Join(p.cmd.Start(), log.Close()); err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	go func() {
		_ = p.cmd.Wait() // how it ended is in its state
		close(p.gone)
	}()
	s.processes = append(s.processes, p)
	return p, nil
}

// End has the process end, in good order if it does so in time. One that ended
// already has nothing to say.
func (p *Process) End() error {
	select {
	case <-p.gone:
		return nil
	default:
	}
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("end %s: %w", p.name, err)
	}
	select {
	case <-p.gone:
		return nil
	case <-time.After(endAfter):
		_ = p.cmd.Process.Kill() // there is no more to be done
		<-p.gone
		return fmt.Errorf("end %s: it had to be killed after %s", p.name, endAfter)
	}
}

// Kill ends the process as a power cut would.
func (p *Process) Kill() {
	_ = p.cmd.Process.Kill() // one that has ended already cannot be killed
	<-p.gone
}

// until asks again and again whether the process is as far as it should be. The
// error is ErrEnded or ctx's, with what was wrong last and what the process said.
func (p *Process) until(ctx context.Context, done func(context.Context) error) error {
	for {
		err := done(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-p.gone:
			return fmt.Errorf("%s: %w: %w: %s", p.name, ErrEnded, err, p.said())
		case <-ctx.Done():
			return fmt.Errorf("%s: %w: %w: %s", p.name, ctx.Err(), err, p.said())
		case <-time.After(lookEvery):
		}
	}
}

// said is the end of what the process said.
func (p *Process) said() string {
	const most = 2000
	text, err := os.ReadFile(p.log)
	if err != nil {
		return err.Error()
	}
	return string(bytes.TrimSpace(text[max(0, len(text)-most):]))
}

// Memory is what the process has in memory now (resident), in bytes.
func (p *Process) Memory() (int64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0, fmt.Errorf("memory of %s: %w", p.name, err)
	}
	_, rest, _ := strings.Cut(string(text), "\nVmRSS:")
	kilobytes, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
	n, err := strconv.ParseInt(kilobytes, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("memory of %s: %w", p.name, err)
	}
	return n << 10, nil
}
