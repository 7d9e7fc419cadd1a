package calls

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// Fault is what happens at one call.
type Fault struct {
	// At is the call, counted from 1. No call is touched if it is 0.
	At int
	// Errno is what the call answers; the kernel does not see the call. The program is
	// killed before the call if it is 0.
	Errno syscall.Errno
	// From has every later call fail, too, if Errno is set: a full disk stays full.
	From bool
	// Lose takes back what was not synced before the kill.
	Lose bool
}

// Call is a call that changes files below the directory, or syncs them.
type Call struct {
	Name string // as pwrite64; "end" for that of End
	Path string // of the file, or of the first name
}

// Run runs a program until it ends, and returns its calls below dir. cmd was not started;
// what it wrote to cmd.Stdout and cmd.Stderr is there when Run returns. Its exit code is
// not: ask the program to say how it fared.
func Run(cmd *exec.Cmd, dir string, fault Fault) ([]Call, error) {
	type result struct {
		calls []Call
		err   error
	}
	done := make(chan result)
	go func() {
		// A tracer is a thread, and so is the parent whose children it waits for.
		runtime.LockOSThread()
		calls, err := run(cmd, dir, fault)
		done <- result{calls, err}
	}()
	r := <-done
	return r.calls, r.err
}

func run(cmd *exec.Cmd, dir string, fault Fault) ([]Call, error) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Ptrace = true
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("trace: %w", err)
	}
	t, err := newTracer(cmd.Process.Pid, dir, fault)
	defer os.RemoveAll(t.unsynced.kept) //nolint:errcheck // links that nobody needs any more
	if err == nil {
		err = t.follow()
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("trace: %w", err), cmd.Process.Kill())
	}
	_ = cmd.Wait() // its end was seen here, and how it ended does not matter
	return t.calls, nil
}

// tracer follows a program and all of its threads.
type tracer struct {
	root     int
	dir      string
	fault    Fault
	begun    bool
	calls    []Call
	inside   map[int]*entered // threads that are in a call
	unsynced unsynced
}

// entered is a call that a thread is in.
type entered struct {
	call   *operation
	answer *syscall.Errno // instead of the kernel's
}

const options = unix.PTRACE_O_TRACESYSGOOD | unix.PTRACE_O_TRACECLONE | unix.PTRACE_O_TRACEFORK |
	unix.PTRACE_O_TRACEVFORK | unix.PTRACE_O_TRACEEXEC | unix.PTRACE_O_EXITKILL

func newTracer(pid int, dir string, fault Fault) (*tracer, error) {
	u, err := newUnsynced(dir)
	t := &tracer{root: pid, dir: u.dir, fault: fault, inside: map[int]*entered{}, unsynced: u}
	if err != nil {
		return t, err
	}
	var status unix.WaitStatus // it stands still at its first instruction
	if _, err := unix.Wait4(pid, &status, unix.WALL, nil); err != nil {
		return t, err
	}
	if err := unix.PtraceSetOptions(pid, options); err != nil {
		return t, err
	}
	return t, unix.PtraceSyscall(pid, 0)
}

// follow lets the program go from stop to stop until it has ended.
func (t *tracer) follow() error {
	known := map[int]bool{t.root: true}
	for {
		id, status, err := wait()
		switch {
		case err != nil:
			return err
		case status.Stopped():
		case id == t.root:
			return nil
		default:
			continue // a thread has ended
		}
		signal := 0
		switch stop := status.StopSignal(); {
		case stop == unix.SIGTRAP|0x80:
			if killed, err := t.stopped(id); killed || err != nil {
				return err
			}
		case stop == unix.SIGTRAP: // a new thread or program
		case stop == unix.SIGSTOP && !known[id]:
			known[id] = true
		default:
			signal = int(stop)
		}
		if err := unix.PtraceSyscall(id, signal); err != nil && !errors.Is(err, unix.ESRCH) {
			return err
		}
	}
}

// wait waits until one of the threads stops or ends.
func wait() (id int, status unix.WaitStatus, err error) {
	for {
		id, err = unix.Wait4(-1, &status, unix.WALL|unix.WNOTHREAD, nil)
		if !errors.Is(err, unix.EINTR) {
			return id, status, err
		}
	}
}

// stopped is told that a thread enters a call, or leaves it.
func (t *tracer) stopped(id int) (killed bool, err error) {
	var regs unix.PtraceRegs
	if err := unix.PtraceGetRegs(id, &regs); err != nil {
		if errors.Is(err, unix.ESRCH) {
			return false, nil // it was killed meanwhile
		}
		return false, err
	}
	if in, ok := t.inside[id]; ok {
		delete(t.inside, id)
		return false, t.leave(id, in, &regs)
	}
	in := &entered{}
	t.inside[id] = in
	if in.call = t.read(id, &regs); in.call == nil || !t.begun {
		return false, nil
	}
	t.calls = append(t.calls, Call{in.call.name, in.call.path})
	t.begun = in.call.name != nameEnd
	n := len(t.calls)
	switch at := t.fault.At; {
	case at == 0 || n < at || n > at && !t.fault.From:
		return false, t.unsynced.before(in.call)
	case t.fault.Errno == 0:
		return true, t.kill()
	}
	in.answer = &t.fault.Errno
	regs.Orig_rax = ^uint64(0)
	return false, unix.PtraceSetRegs(id, &regs)
}

// leave takes note of what a call did.
func (t *tracer) leave(id int, in *entered, regs *unix.PtraceRegs) error {
	if in.answer != nil {
		regs.Rax = uint64(-int64(*in.answer))
		return unix.PtraceSetRegs(id, regs)
	}
	if in.call != nil && t.begun {
		t.unsynced.after(in.call, int64(regs.Rax) < 0)
	}
	return nil
}

// kill ends the program as a power cut does.
func (t *tracer) kill() error {
	if err := unix.Kill(t.root, unix.SIGKILL); err != nil {
		return err
	}
	for {
		id, status, err := wait()
		switch {
		case errors.Is(err, unix.ECHILD), err == nil && id == t.root && !status.Stopped():
			if t.fault.Lose {
				return t.unsynced.takeBack()
			}
			return nil
		case err != nil:
			return err
		}
	}
}
