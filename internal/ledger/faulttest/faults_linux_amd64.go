package faulttest

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/disk/disktest"
	"tally/internal/disk/disktest/calls"
	"tally/internal/ledger"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// What a process that plays a fault is told in its environment.
const (
	faultDir  = "TALLY_FAULT_DIR"
	faultPart = "TALLY_FAULT_PART"
)

// Parts of a process's life in which every call is tried.
const (
	partCommand = "command" // from before a command is submitted until its outcome is known
	partStart   = "start"   // while the ledger opens
)

// faultsShort is how many calls of a part are tried with each fault in the short form.
const faultsShort = 4

// Run has every system call of a part fail by which a ledger changes its files: with
// EIO and with ENOSPC, that one alone and each from it on; and it kills the process there,
// with what was not synced lost and with it kept. After each, the ledger opens, has what
// was acknowledged before and at the fault, proves all of it, and takes the same command
// once. The calls are spread evenly over the part; each is tried where TALLY_LONG is set.
//
// open opens the ledger of a directory with clocks of the suite (see ledgertest.Start), and founds one
// there. The process that is killed is this test, run again.
func Run(t *testing.T, open func(dir string) (ledger.Ledger, error)) {
	t.Helper()
	if dir := os.Getenv(faultDir); dir != "" {
		play(t, dir, os.Getenv(faultPart), open)
		return
	}
	for _, part := range []string{partCommand, partStart} {
		t.Run(part, func(t *testing.T) {
			f := &faults{part: part, open: open, test: strings.TrimSuffix(t.Name(), "/"+part), image: filepath.Join(t.TempDir(), "image")}
			f.found(t)
			f.each(t)
		})
	}
}

// each counts the calls of the part, and then plays every fault.
func (f *faults) each(t *testing.T) {
	t.Helper()
	made := f.run(t, calls.Fault{})
	require.NotEmpty(t, made, "a part without a call shows nothing")
	step := 1
	if os.Getenv("TALLY_LONG") == "" {
		step = max(1, len(made)/faultsShort)
	}
	t.Logf("%d calls: %v", len(made), namesOf(made))
	for _, fault := range everyFault(len(made), step) {
		t.Logf("%+v", fault) // what failed stands last
		f.run(t, fault)
	}
}

// everyFault is each fault at each step-th of the calls.
func everyFault(made, step int) (all []calls.Fault) {
	for at := made; at > 0; at -= step { // the last one is after the outcome
		all = append(all,
			calls.Fault{At: at, Errno: syscall.EIO}, calls.Fault{At: at, Errno: syscall.ENOSPC, From: true},
			calls.Fault{At: at}, calls.Fault{At: at, Lose: true})
	}
	return all
}

func namesOf(made []calls.Call) (names []string) {
	for _, c := range made {
		names = append(names, c.Name+" "+filepath.Base(c.Path))
	}
	return names
}

// faults is a directory with what its ledger acknowledged.
type faults struct {
	part, test string
	open       func(dir string) (ledger.Ledger, error)
	image      string
	outcomes   []voucher.Outcome
}

// found founds the ledger whose copies are spoiled.
func (f *faults) found(t *testing.T) {
	t.Helper()
	l, err := f.open(f.image)
	require.NoError(t, err)
	w := ledgertest.NewWorld(t, l, ledgertest.Start)
	for i := range 3 {
		f.outcomes = append(f.outcomes, w.Must(w.Admit(ledgertest.NewActor(fmt.Sprint("merchant ", i)), "merchant")))
	}
	require.NoError(t, l.Close())
}

// play is the process that meets the fault: it opens the ledger and submits a command.
func play(t *testing.T, dir, part string, open func(dir string) (ledger.Ledger, error)) {
	t.Helper()
	if part == partStart {
		calls.Begin()
	}
	l, err := open(dir)
	if part == partStart {
		calls.End()
	}
	require.NoError(t, err)
	w := ledgertest.NewWorld(t, l, ledgertest.Start)
	command := late(w)
	if part == partCommand {
		calls.Begin()
	}
	outcomes, err := l.Submit(context.Background(), w.Domain.AuthorAll(command))
	if err == nil && outcomes[0].Status == voucher.StatusAccepted {
		fmt.Println("acknowledged", outcomes[0].ID)
	}
	if part == partCommand {
		calls.End()
	}
	require.NoError(t, err)
	require.NoError(t, l.Close())
}

// late is the command that meets the fault.
func late(w *ledgertest.World) voucher.Command {
	return w.Admit(ledgertest.NewActor("late"), "Late & Sons")
}

// run plays one fault on a copy, and holds what is left against what was acknowledged.
func (f *faults) run(t *testing.T, fault calls.Fault) []calls.Call {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "ledger")
	require.NoError(t, os.Mkdir(dir, 0o700))
	require.NoError(t, disktest.Copy(dir, f.image))
	var said bytes.Buffer
	cmd := exec.Command(os.Args[0], "-test.run=^"+f.test+"$", "-test.timeout=2m")
	cmd.Env, cmd.Stdout, cmd.Stderr = append(os.Environ(), faultDir+"="+dir, faultPart+"="+f.part), &said, &said
	made, err := calls.Run(cmd, dir, fault)
	require.NoError(t, err)
	acknowledged := strings.Contains(said.String(), "acknowledged 0x")
	if fault.At == 0 {
		require.True(t, acknowledged, said.String())
	}
	f.holds(t, dir, acknowledged, said.String())
	return made
}

// holds opens the ledger as it was left. It has what was acknowledged, nothing twice, and
// takes the command that met the fault, once.
func (f *faults) holds(t *testing.T, dir string, acknowledged bool, said string) {
	t.Helper()
	l, err := f.open(dir)
	require.NoError(t, err, said)
	defer func() { require.NoError(t, l.Close()) }()
	w := ledgertest.NewWorld(t, l, ledgertest.Start)
	command := late(w)
	first, there, err := l.Outcome(t.Context(), w.Domain.ID(command))
	require.NoError(t, err)
	if acknowledged {
		require.True(t, there, "what was acknowledged is lost: %s", said)
	}
	again := w.Must(command)
	if there {
		require.Equal(t, string(first.Canonical()), string(again.Canonical()))
	}
	want := append(f.outcomes[:len(f.outcomes):len(f.outcomes)], again)
	head, err := l.Head(t.Context())
	require.NoError(t, err)
	n := 0
	for e, err := range l.Events(t.Context(), voucher.Position{}, head) {
		require.NoError(t, err)
		require.Less(t, n, len(want), "nothing is there twice")
		require.Equal(t, string(want[n].Canonical()), string(e.Outcome.Canonical()))
		if p, ok := l.(ledger.Prover); ok {
			_, err := p.Prove(t.Context(), e.Outcome.Position)
			require.NoError(t, err)
		}
		n++
	}
	require.Equal(t, len(want), n)
}
