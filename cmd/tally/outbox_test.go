package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/api"
	"tally/internal/cli"
	"tally/internal/ledger/ledgertest"
	"tally/internal/outbox"
	"tally/internal/voucher"
)

// box is the outbox beside the stage's keys.
func (s *stage) box() outbox.Dir {
	return outbox.Dir(filepath.Join(filepath.Dir(string(s.keys)), "outbox"))
}

// process is a command line in a process of its own, which takes the machine's time.
func (s *stage) process(ctx context.Context, server string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, os.Args[0], append([]string{
		"--server", server, "--keys", string(s.keys), "--passphrase-file", s.secret, "--ledger-id", ledgertest.LedgerID(7).String(),
	}, args...)...)
	cmd.Env = append(os.Environ(), childEnv+"=1")
	return cmd
}

// lossy is a front of the server that keeps POSTs to itself while it is told to:
// before the server has them, or after. held has a value for each.
type lossy struct {
	*httptest.Server
	loses   atomic.Bool
	reaches atomic.Bool
	held    chan string // what was posted
}

func (s *stage) lossy() *lossy {
	to, err := url.Parse(s.honest)
	require.NoError(s.t, err)
	proxy, l := httputil.NewSingleHostReverseProxy(to), &lossy{held: make(chan string, 10)}
	l.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			proxy.ServeHTTP(w, r)
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		loses := l.loses.Load()
		switch {
		case !loses:
			proxy.ServeHTTP(w, r)
		case l.reaches.Load():
			proxy.ServeHTTP(httptest.NewRecorder(), r)
		}
		l.held <- string(body)
		if loses {
			<-r.Context().Done()
			panic(http.ErrAbortHandler)
		}
	}))
	s.t.Cleanup(l.Close)
	s.known(l.URL)
	return l
}

// TestOutbox_AKilledCommandTakesEffectOnce kills the command line while a command is
// on its way, and gives it again: what was signed is sent again, the same bytes.
func TestOutbox_AKilledCommandTakesEffectOnce(t *testing.T) {
	for name, reaches := range map[string]bool{"before the server has it": false, "after the server did it": true} {
		t.Run(name, func(t *testing.T) {
			s := onstageAt(t, time.Now)
			s.found()
			front := s.lossy()
			campaign := s.campaign(strings.Replace(loosely, "Ten cups", "Ten loose cups", 1))
			ref := s.claim("alice", campaign)
			code := s.file("code", s.must("code", "--as", "alice", "--units", "4", ref.String()))
			sale := redeem(code, "--discount", "32.00", "--units", "4", "--details", "tea")
			sold := s.killedAndGivenAgain(front, reaches, sale...)
			require.Equal(t, uint64(6), mustJSON[api.VoucherInfo](s, "show", "--as", "alice", ref.String()).Units)
			s.killedAndGivenAgain(front, reaches, "rollback", "--as", "root", "--merchant", "root", "--units", "1", sold)
			require.Equal(t, uint64(7), mustJSON[api.VoucherInfo](s, "show", "--as", "alice", ref.String()).Units)
			s.must("rollback", "--as", "root", "--merchant", "root", "--units", "1", sold)
			require.Equal(t, uint64(8), mustJSON[api.VoucherInfo](s, "show", "--as", "alice", ref.String()).Units, "given once more it is another")
		})
	}
}

// killedAndGivenAgain returns the id of the command.
func (s *stage) killedAndGivenAgain(front *lossy, reaches bool, args ...string) (id string) {
	s.t.Helper()
	before := s.accepted()
	front.reaches.Store(reaches)
	front.loses.Store(true)
	cmd := s.process(s.t.Context(), front.URL, args...)
	require.NoError(s.t, cmd.Start())
	first := <-front.held
	require.NoError(s.t, cmd.Process.Kill())
	_ = cmd.Wait() // it says that it was killed
	front.loses.Store(false)

	items, damaged, err := s.box().List()
	require.NoError(s.t, err)
	require.Empty(s.t, damaged)
	require.Len(s.t, items, 1)
	require.Equal(s.t, first, items[0].Body)

	again := s.process(s.t.Context(), front.URL, append(args, "--json")...)
	out, err := again.Output()
	require.NoError(s.t, err)
	require.Equal(s.t, first, <-front.held, "the same bytes")
	told := decode[cli.SentAgain](s.t, string(out))
	require.NotEmpty(s.t, told.Signed)
	require.Equal(s.t, items[0].ID, told.ID)
	if strings.Contains(strings.Join(args, " "), "--details") {
		require.Len(s.t, told.Salt, 66)
	}
	require.Equal(s.t, 1, s.accepted()-before)
	items, _, err = s.box().List()
	require.NoError(s.t, err)
	require.Empty(s.t, items)
	return told.ID.String()
}

// TestOutbox_SettlesByHand lists, sends and drops what is unknown.
func TestOutbox_SettlesByHand(t *testing.T) {
	f := newFront(t)
	f.found()
	id := f.plenty(plenty)
	lost := func(reaches bool, args ...string) voucher.Hash {
		t.Helper()
		f.goWrong(trial{way: wrongWays()["502"], reaches: reaches})
		defer f.goRight()
		return *f.refuses(cli.ExitUnknown, cli.CodeUnknown, args...).ID
	}
	ref := decode[struct{ Voucher string }](t, f.honestly("claim", "--as", "alice", "--json", id)).Voucher
	claim := lost(true, "claim", "--as", "alice", id)
	code := f.shown(ref)
	sale := lost(false, redeem(code, "--discount", "1.00")...)
	list := decode[cli.OutboxItems](t, f.must("outbox", "--json"))
	require.Len(t, list, 2)
	require.NotContains(t, f.must("outbox"), code[10:40], "a code is a secret")
	require.Contains(t, f.must("outbox"), "tally claim --as alice "+id)

	sent := decode[cli.ResentList](t, f.must("outbox", "send", claim.String(), "--json"))
	require.Equal(t, "accepted", sent[0].Status)
	require.Equal(t, claim, sent[0].Outcome.ID)
	require.Equal(t, "cancelled", decode[cli.Dropped](t, f.must("outbox", "drop", sale.String(), "--json")).Status)
	f.refuses(cli.ExitRefused, "already_used", redeem(code, "--discount", "1.00")...)
	require.Empty(t, decode[cli.OutboxItems](t, f.must("outbox", "--json")))

	moved := lost(false, "transfer", "--as", "alice", "--to", "bob", ref)
	require.Equal(t, "cancelled", decode[cli.Dropped](t, f.must("outbox", "drop", moved.String(), "--json")).Status)
	f.refuses(cli.ExitMisused, cli.CodeMisused, "outbox", "drop", moved.String())
	f.clock.Add(1)

	status := lost(true, "claim", "--as", "alice", id)
	f.must("status", "--as", "alice", status.String())
	require.Empty(t, decode[cli.OutboxItems](t, f.must("outbox", "--json")), "tally status settles it")

	store := []string{"merchant", "store", "--as", "root", "--store", "1", "--name", "Pier"}
	opened := lost(false, store...)
	r := f.run("outbox", "drop", opened.String())
	require.Equal(t, cli.ExitUnknown, r.code, "it cannot be cancelled")
	require.Contains(t, r.errors, "may still be accepted until")

	lost(false, store...)
	f.clock.Add(3600)
	before := f.accepted()
	r = f.run(store...)
	require.Equal(t, cli.ExitOK, r.code, r.errors)
	require.Contains(t, r.errors, "signing anew")
	require.Equal(t, 1, f.accepted()-before)
}

// TestOutbox_ARefusalOfALaterCopyIsNotFinal: only the copy that is judged now is
// refused. An earlier one may be under way until its deadline.
func TestOutbox_ARefusalOfALaterCopyIsNotFinal(t *testing.T) {
	f := newFront(t)
	f.found()
	id := f.plenty(plenty)
	f.goWrong(trial{way: wrongWays()["502"]})
	claim := []string{"claim", "--as", "alice", id}
	f.refuses(cli.ExitUnknown, cli.CodeUnknown, claim...)
	f.goRight()
	f.honestly("campaign", "pause", "--as", "root", id)
	r := f.run(claim...)
	require.Equal(t, cli.ExitUnknown, r.code, r.errors)
	require.Contains(t, r.errors, "campaign_inactive")
	require.Contains(t, r.errors, "an earlier copy may still be accepted until")
	f.clock.Add(3600)
	r = f.run(claim...)
	require.Equal(t, cli.ExitRefused, r.code, r.errors)
	require.Empty(t, decode[cli.OutboxItems](t, f.must("outbox", "--json")))
}

// TestOutbox_WhatCannotBeKeptIsNotSent wants nothing to leave that is not on the disk.
func TestOutbox_WhatCannotBeKeptIsNotSent(t *testing.T) {
	f := newFront(t)
	f.found()
	id := f.plenty(plenty)
	for n := range outbox.MaxItems {
		require.NoError(t, f.box().Keep(outbox.Item{
			Fingerprint: voucher.Hash{1, byte(n), byte(n >> 8)}, ID: voucher.Hash{1}, Server: "http://127.0.0.1:1", Path: "/v1/claims", Body: "{}",
		}))
	}
	before := f.accepted()
	require.Contains(t, f.refuses(cli.ExitMisused, cli.CodeMisused, "claim", "--as", "alice", id).Title, "full")
	require.Equal(t, before, f.accepted())
}

// TestOutbox_ADamagedFileStopsItsCommand: what cannot be sent again is not signed anew
// behind its owner's back, and other commands go on.
func TestOutbox_ADamagedFileStopsItsCommand(t *testing.T) {
	f := newFront(t)
	f.found()
	id := f.plenty(plenty)
	f.goWrong(trial{way: wrongWays()["502"], reaches: true})
	f.refuses(cli.ExitUnknown, cli.CodeUnknown, "claim", "--as", "alice", id)
	f.goRight()
	paths, err := filepath.Glob(filepath.Join(string(f.box()), "*.json"))
	require.NoError(t, err)
	require.Len(t, paths, 1)
	require.NoError(t, os.Truncate(paths[0], 100))
	require.Contains(t, f.refuses(cli.ExitMisused, cli.CodeMisused, "claim", "--as", "alice", id).Title, paths[0])
	f.must("claim", "--as", "bob", id)
	r := f.run("outbox", "list", "--json")
	require.Equal(t, "[]", strings.TrimSpace(r.out))
	require.Contains(t, r.errors, paths[0])
	require.True(t, json.Valid([]byte(r.out)))
}

// TestExit_SaysWhatHappenedOnTheLedger has nobody read what a process prints.
func TestExit_SaysWhatHappenedOnTheLedger(t *testing.T) {
	s := onstageAt(t, time.Now)
	ref := s.claim("alice", s.found())
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	require.NoError(t, err)
	defer full.Close() //nolint:errcheck // a test's
	closed := func() *os.File {
		r, w, err := os.Pipe()
		require.NoError(t, err)
		require.NoError(t, r.Close())
		t.Cleanup(func() { _ = w.Close() })
		return w
	}
	run := func(to *os.File, args ...string) (int, string) {
		t.Helper()
		var told strings.Builder
		cmd := s.process(t.Context(), s.server, args...)
		cmd.Stdout, cmd.Stderr = to, &told
		_ = cmd.Run() // its exit code is looked at
		return cmd.ProcessState.ExitCode(), told.String()
	}
	for _, json := range []string{"", "--json"} {
		for name, to := range map[string]*os.File{"full": full, "closed": closed()} {
			before := s.accepted()
			code := s.file("code", s.must("code", "--as", "alice", ref.String()))
			args := redeem(code, "--discount", "1.00")
			if json != "" {
				args = append(args, json)
			}
			exit, told := run(to, args...)
			require.Equal(t, cli.ExitUnwritten, exit, "%s: %s", name, told)
			require.Equal(t, 1, s.accepted()-before)
			require.Contains(t, told, "accepted_unwritten")
			require.Contains(t, told, "0x", "the command's id")
			time.Sleep(time.Second) // the next code is newer: the clock is the machine's
		}
	}
	exit, told := run(closed(), "campaign", "list")
	require.Equal(t, cli.ExitOK, exit, told)
	require.Empty(t, told, "a reader who has seen enough")
	exit, told = run(full, "campaign", "list")
	require.Equal(t, cli.ExitFailed, exit)
	require.Contains(t, told, "could not be written")
	items, _, err := s.box().List()
	require.NoError(t, err)
	require.Empty(t, items)
}
