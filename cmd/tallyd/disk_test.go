package main

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/audit/translog"
	"tally/internal/disk/disktest"
	"tally/internal/ledger/evm/embedded"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// diskCommands is how many commands a data directory has that is spoiled.
const diskCommands = 150

// TestAttack_Disk_EveryFile founds a data directory, and takes it as a clean
// stop and as a kill leaves it. Of each file one bit is turned at a quarter, in
// the middle and near the end, the last 1, 500 and 5,000 bytes are cut, and it
// is emptied and removed. Each time the damage is found, by an error that ends
// the start or by the word that ends the process, or it is harmless: every
// outcome, the ledger's id and the tree that was signed are what they were.
func TestAttack_Disk_EveryFile(t *testing.T) {
	t.Parallel()
	kinds := []string{"stopped", "killed"}
	if testing.Short() {
		kinds = kinds[:1]
	}
	for _, kind := range kinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			d := newSpoiled(t, kind == "killed")
			table := &strings.Builder{}
			whole := t.TempDir() // opening writes to it
			require.NoError(t, disktest.Copy(whole, d.image))
			require.NoError(t, d.open(t, whole), "as it is")
			for _, file := range d.files(t) {
				fmt.Fprintf(table, "\n%-44s", file)
				for _, how := range disktest.Damages() {
					dir := t.TempDir()
					require.NoError(t, disktest.Copy(dir, d.image))
					if !how.Spoil(t, filepath.Join(dir, file)) {
						continue // it is too short
					}
					verdict := "harmless"
					if err := d.open(t, dir); err != nil {
						verdict = "found"
						require.NotContains(t, err.Error(), "silently less", "%s: %s", file, how.Name)
						require.NotContains(t, err.Error(), "unknown ancestor")
					}
					fmt.Fprintf(table, " %s:%s", how.Name, verdict)
				}
			}
			t.Log(table)
		})
	}
}

// spoiled is a data directory with what was acknowledged of it.
type spoiled struct {
	image    string
	id       voucher.Hash
	outcomes []voucher.Outcome
	signed   []byte
}

func newSpoiled(t *testing.T, killed bool) *spoiled {
	t.Helper()
	dir := t.TempDir()
	d := &spoiled{image: t.TempDir()}
	l, err := embedded.Open(t.Context(), d.options(dir, nil))
	require.NoError(t, err)
	d.id = l.ID()
	key, err := translog.MakeKey(filepath.Join(dir, logKeyFile), l.ID())
	require.NoError(t, err)
	w := ledgertest.NewWorld(t, l, time.Now)
	w.Found()
	for i := range diskCommands {
		d.outcomes = append(d.outcomes, w.Must(w.Admit(ledgertest.NewActor(fmt.Sprint("merchant ", i)), "merchant")))
	}
	leaves, err := translog.Open(l, filepath.Join(dir, logDir), key, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	stop := follow(t, leaves, d.outcomes)
	d.signed, err = leaves.Checkpoint()
	require.NoError(t, err)
	if killed {
		require.NoError(t, disktest.Copy(d.image, dir))
	}
	stop()
	require.NoError(t, leaves.Close())
	require.NoError(t, l.Close())
	if !killed {
		require.NoError(t, disktest.Copy(d.image, dir))
	}
	return d
}

func (d *spoiled) options(dir string, fatal func(error)) embedded.Options {
	return embedded.Options{
		Dir: dir, Operators: []voucher.Address{ledgertest.NewActor("operator").Address}, Threshold: 1,
		Fatal: fatal, Log: slog.New(slog.DiscardHandler),
	}
}

// follow has a log grow until it has the last outcome.
func follow(t *testing.T, leaves *translog.Log, outcomes []voucher.Outcome) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); leaves.Run(ctx) }()
	wait, end := context.WithTimeout(t.Context(), time.Minute)
	defer end()
	_, err := leaves.Find(wait, outcomes[len(outcomes)-1].Position)
	require.NoError(t, err)
	return func() { cancel(); <-done }
}

// files are those of the directory, locks apart.
func (d *spoiled) files(t *testing.T) []string {
	t.Helper()
	names := disktest.Files(t, d.image)
	require.Greater(t, len(names), 10)
	return names
}

// open starts on a directory as serve does, and wants all that was acknowledged.
// The error is why it does not start, or ends; less without an error fails.
func (d *spoiled) open(t *testing.T, dir string) error {
	t.Helper()
	ended := make(chan error, 2)
	go func() {
		l, err := embedded.Open(context.Background(), d.options(dir, func(err error) { ended <- err; select {} }))
		if err != nil {
			ended <- err
			return
		}
		err = d.compare(l, dir)
		if closed := l.Close(); err == nil {
			err = closed
		}
		ended <- err
	}()
	select {
	case err := <-ended:
		return err
	case <-time.After(2 * time.Minute):
		require.Fail(t, "it hangs", dir)
		return nil
	}
}

// compare holds what a ledger has against what was acknowledged.
func (d *spoiled) compare(l *embedded.Ledger, dir string) error {
	s := &Serve{Data: dir}
	ctx, log := context.Background(), slog.New(slog.DiscardHandler)
	key, err := s.logKey(ctx, dir, opened{ledger: l, own: true}, log)
	if err != nil {
		return err
	}
	leaves, err := translog.Open(l, filepath.Join(dir, logDir), key, log)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	running := make(chan struct{})
	close(running)
	defer func() {
		cancel()
		<-running
		_ = leaves.Close() // the directory is thrown away
	}()
	if err := s.compare(ctx, true, leaves, log); err != nil {
		return err
	}
	if l.ID() != d.id {
		return fmt.Errorf("silently less: another ledger, %s", l.ID())
	}
	for _, want := range d.outcomes {
		got, ok, err := l.Outcome(ctx, want.ID)
		if err != nil {
			return err
		}
		if !ok || !bytes.Equal(got.Canonical(), want.Canonical()) {
			return fmt.Errorf("silently less: outcome %s", want.ID)
		}
	}
	running = make(chan struct{})
	go func() { defer close(running); leaves.Run(ctx) }()
	if _, err := leaves.Find(ctx, d.outcomes[len(d.outcomes)-1].Position); err != nil {
		return err
	}
	signed, err := leaves.Checkpoint()
	if err == nil && !bytes.Equal(signed, d.signed) {
		err = fmt.Errorf("silently less: another checkpoint")
	}
	return err
}
