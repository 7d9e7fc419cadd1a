package main

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/api"
	"tally/internal/disk/disktest"
	"tally/internal/httpapi/apitest"
	"tally/internal/ledger/ledgertest"
	"tally/internal/processtest"
)

// smallDisk is how large the disk is on which a server runs out of room, in bytes.
const smallDisk = 96 << 20

// TestFullDisk_Reserve fills the disk of a server up to its reserve. It takes no
// command, says so with a code of its own, is not ready, and goes on answering. With
// room it goes on as before.
func TestFullDisk_Reserve(t *testing.T) { fullDisk(t, "evm") }

// TestFullDisk_ReserveOfAJournal is the same on a journal.
func TestFullDisk_ReserveOfAJournal(t *testing.T) { fullDisk(t, "journal") }

func fullDisk(t *testing.T, ledger string) {
	t.Helper()
	t.Parallel()
	disktest.Small(t, smallDisk, func(t *testing.T, dir string) {
		t.Helper()
		metrics := "127.0.0.1:" + processtest.Port(t)
		s := &server{t: t, dir: filepath.Join(dir, "data"), args: []string{
			"--ledger", ledger, "--operator", ledgertest.NewActor("operator").Address.String(), "--drain-grace", "0s",
			"--disk-reserve", "16777216", "--metrics-listen", metrics,
		}}
		s.start()
		t.Cleanup(s.end)
		w, id := openShop(t, s.client(), 10)
		first, second := newVisit(w, id, "first"), newVisit(w, id, "second")
		out, err := s.client().Send(t.Context(), apitest.Command(w.Domain, first.claim))
		require.NoError(t, err)

		empty := disktest.Fill(t, dir, 8<<20)
		var p *api.Problem
		require.Eventually(t, func() bool {
			_, err := s.client().Send(t.Context(), apitest.Command(w.Domain, second.claim))
			return errors.As(err, &p)
		}, time.Minute, 100*time.Millisecond)
		require.Equal(t, "storage_full", p.Code)
		require.Equal(t, http.StatusServiceUnavailable, p.Status)
		require.Eventually(t, func() bool { return s.client().Ready(t.Context()) != nil }, time.Minute, 100*time.Millisecond)
		_, err = s.client().Campaign(t.Context(), id)
		require.NoError(t, err, "reads go on")
		_, text := get(t, http.DefaultClient, "http://"+metrics+"/metrics", "")
		require.Contains(t, text, fmt.Sprintf("tally_data_free_bytes %v\n", float64(8<<20)))
		require.Contains(t, text, "tally_ledger_writable 0\n")
		check := exec.CommandContext(t.Context(), os.Args[0], "check-config", "--ledger", ledger, "--data", s.dir, "--listen", "127.0.0.1:0", "--disk-reserve", "16777216")
		check.Env = append(os.Environ(), childEnv+"=1")
		said, err := check.CombinedOutput()
		require.Error(t, err)
		require.Contains(t, string(said), "FAIL  disk: 8388608 bytes are free")

		empty()
		require.Eventually(t, func() bool {
			_, err := s.client().Send(t.Context(), apitest.Command(w.Domain, second.claim))
			return err == nil
		}, time.Minute, 100*time.Millisecond)
		require.Eventually(t, func() bool { return s.client().Ready(t.Context()) == nil }, time.Minute, 100*time.Millisecond)
		again, err := s.client().Send(t.Context(), apitest.Command(w.Domain, first.claim))
		require.NoError(t, err)
		require.Equal(t, string(out.Canonical()), string(again.Canonical()))
	})
}

// TestFullDisk_NoReserve fills the disk of a server that keeps no reserve. It ends,
// and its last line says why; so does a start on the full disk. Nothing that was
// answered is lost.
func TestFullDisk_NoReserve(t *testing.T) {
	t.Parallel()
	disktest.Small(t, smallDisk, func(t *testing.T, dir string) {
		t.Helper()
		s := &server{t: t, dir: filepath.Join(dir, "data"), args: []string{
			"--operator", ledgertest.NewActor("operator").Address.String(), "--drain-grace", "0s", "--disk-reserve", "0",
		}}
		s.start()
		t.Cleanup(s.end)
		w, id := openShop(t, s.client(), 100_000)
		empty := disktest.Fill(t, dir, 0)
		answered := 0
		ended := make(chan error, 1)
		go func() { ended <- s.cmd.Wait() }()
		for n := 0; ; n++ {
			request := newVisit(w, id, fmt.Sprint("visitor ", n)).claim
			if _, err := s.client().Send(t.Context(), apitest.Command(w.Domain, request)); err != nil {
				t.Log("after", n, "claims:", err)
				break
			}
			answered++
		}
		select {
		case err := <-ended:
			var exit *exec.ExitError
			require.ErrorAs(t, err, &exit)
			require.Equal(t, exitFailed, exit.ExitCode())
		case <-time.After(time.Minute):
			require.Fail(t, "it goes on with a full disk")
		}

		begun := time.Now()
		said := ends(t, append([]string{"serve", "--data", s.dir, "--listen", "127.0.0.1:0"}, s.args...)...)
		require.Contains(t, said, "the disk does not take a write, it is full")
		require.Contains(t, said, "make room")
		t.Log("the start ended after", time.Since(begun))

		empty()
		s.start()
		books := s.books(w, id)
		require.GreaterOrEqual(t, books.Vouchers.Minted-books.Vouchers.Unclaimed, uint64(answered))
		require.NoError(t, s.cmd.Process.Signal(syscall.SIGTERM))
		require.NoError(t, s.cmd.Wait())
	})
}
