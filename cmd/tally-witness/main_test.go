package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	policy "github.com/transparency-dev/formats/witness"
	"golang.org/x/mod/sumdb/tlog"

	"tally/internal/audit/audittest"
	"tally/internal/audit/pack"
	"tally/internal/audit/pins"
	"tally/internal/audit/witness"
	"tally/internal/ledger"
	"tally/internal/ledger/ledgertest"
	"tally/internal/processtest"
	"tally/internal/voucher"
)

// childEnv makes the test's binary the program: it is what a test kills.
const childEnv = "TALLY_WITNESS_TEST_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(childEnv) != "" {
		main()
	}
	os.Exit(m.Run())
}

// process is a witness that runs.
type process struct {
	*exec.Cmd
	url, metrics, key string
	ended             chan struct{} // its log was read to the end
}

func start(t *testing.T, dir string, f *audittest.Forger) *process {
	t.Helper()
	p := &process{ended: make(chan struct{}), Cmd: exec.CommandContext(t.Context(), os.Args[0], "serve", "--data", dir, "--name", "example.org/w1",
		"--log", f.LogKey.Public(), "--listen", "127.0.0.1:0", "--metrics-listen", "127.0.0.1:0")}
	p.Env = append(os.Environ(), childEnv+"=1")
	log, err := p.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, p.Start())
	lines := bufio.NewScanner(log)
	for p.url == "" && lines.Scan() {
		var line struct{ Msg, Address, Key string }
		require.NoError(t, json.Unmarshal(lines.Bytes(), &line), lines.Text())
		switch line.Msg {
		case "serving metrics":
			p.metrics = "http://" + line.Address + "/metrics"
		case "listening":
			p.url, p.key = "http://"+line.Address, line.Key
		}
	}
	require.NotEmpty(t, p.url, "it did not start")
	go func() {
		defer close(p.ended)
		for lines.Scan() { // else it would wait for a reader
		}
	}()
	return p
}

// end sends a signal and waits.
func (p *process) end(signal os.Signal) error {
	err := p.Process.Signal(signal)
	<-p.ended
	return errors.Join(err, p.Wait())
}

// policy is one that this witness alone satisfies.
func (p *process) policy(t *testing.T) (text string, group policy.Group) {
	t.Helper()
	text = fmt.Sprintf("witness w1 %s %s\nquorum w1\n", p.key, p.url)
	group, err := policy.ParsePolicy([]byte(text))
	require.NoError(t, err)
	return text, group
}

func sold(t *testing.T) (*audittest.Forger, []ledger.Entry) {
	t.Helper()
	f := audittest.NewForger(t)
	f.World.Found()
	id := f.World.Campaign(10, nil)
	f.World.Must(f.World.Redeem(f.World.Alice, f.World.Claimed(f.World.Alice, id, 0, 0)))
	f.World.Claimed(f.World.Bob, id, 0, 1)
	return f, f.Entries()
}

// rewritten is a history without the sale, and one command longer by others
// that the rules allow.
func rewritten(f *audittest.Forger, honest []ledger.Entry) []ledger.Entry {
	history := append([]ledger.Entry{}, honest[:len(honest)-2]...)
	for i := range byte(3) {
		in := ledgertest.NewActor(fmt.Sprint("merchant ", i))
		history = append(history, f.Says(history, f.World.Admit(in, "Another"),
			voucher.MerchantAdmitted{Merchant: in.Address, Operator: f.World.Operator.Address, Name: "Another"}))
	}
	return history
}

// TestServe_RewrittenHistory: a rewritten history is refused and caught. The test
// has an operator take a sale back after a witness cosigned it. What it tells then
// follows the rules to the end, in a chain and a log that are right.
func TestServe_RewrittenHistory(t *testing.T) {
	f, honest := sold(t)
	w := start(t, t.TempDir(), f)
	dir := t.TempDir()
	verify := processtest.Build(t, "./cmd/tally-verify")
	text, group := w.policy(t)
	file := func(name string, raw []byte) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, raw, 0o600))
		return path
	}
	against := func(witnesses string) string {
		p := f.Pins()
		raw, err := json.Marshal(pins.Pins{
			Ledger: p.Ledger, Log: p.Log, Witnesses: witnesses, Operators: ledgertest.Operators(), Threshold: 1,
			EVM: p.EVM,
		})
		require.NoError(t, err)
		return file(fmt.Sprintf("pins%d.json", len(witnesses)), raw)
	}
	holds := func(args ...string) (string, error) {
		out, err := exec.CommandContext(t.Context(), verify, args...).CombinedOutput()
		return string(out), err
	}
	packed := func(name string, told *audittest.Told, checkpoint []byte, tree tlog.Tree) string {
		out, err := os.Create(filepath.Join(dir, name))
		require.NoError(t, err)
		require.NoError(t, pack.Write(t.Context(), out, told, pack.Job{Ledger: f.Pins().Ledger, Scope: pack.All(), Checkpoint: checkpoint, Tree: tree, Proofs: pack.OfTransactions}))
		require.NoError(t, out.Close())
		return out.Name()
	}

	told := f.Tell(honest)
	signed, tree := told.Checkpoint()
	cosigned, err := witness.NewAsker(group, told.Log.Consistency, &http.Client{}).Cosign(t.Context(), signed, tree)
	require.NoError(t, err)
	out, err := holds("--pins", against(text), "pack", packed("honest.pack", told, cosigned, tree))
	require.NoError(t, err, out)
	require.Contains(t, out, "as many as your policy wants")

	lied := f.Tell(rewritten(f, honest))
	forged, tree := lied.Checkpoint()
	_, err = witness.NewAsker(group, lied.Log.Consistency, &http.Client{}).Cosign(t.Context(), forged, tree)
	require.ErrorIs(t, err, witness.ErrTooFew)
	require.ErrorIs(t, err, witness.ErrInconsistent)
	out, err = holds("--pins", against(""), "pack", packed("forged.pack", lied, forged, tree))
	require.NoError(t, err, "who asks for no witness believes it: %s", out)
	out, err = holds("--pins", against(text), "pack", packed("forged.pack", lied, forged, tree))
	require.Error(t, err)
	require.Contains(t, out, "too few witnesses signed the checkpoint")
	lines := cosigned[len(signed):]
	out, err = holds("--pins", against(text), "pack", packed("borrowed.pack", lied, append(bytes.Clone(forged), lines...), tree))
	require.Error(t, err)
	require.Contains(t, out, "too few witnesses signed the checkpoint", "of another checkpoint")
	out, err = holds("--pins", against(""), "checkpoint", file("earlier", cosigned), file("later", forged))
	require.Error(t, err)
	require.Contains(t, out, "the log was forked or rewritten")

	counted := body(t, w.metrics)
	require.Contains(t, counted, `tally_witness_checkpoints_total{verdict="inconsistent"} 1`)
	require.Contains(t, counted, fmt.Sprintf(`tally_witness_log_size{origin="tally/%s"} %d`, strings.TrimPrefix(f.Pins().Ledger.String(), "0x"), len(honest)))
	require.NoError(t, w.end(syscall.SIGTERM), "it ends in good order")
}

func body(t *testing.T, url string) string {
	t.Helper()
	response, err := http.Get(url)
	require.NoError(t, err)
	raw, err := io.ReadAll(response.Body)
	require.NoError(t, errors.Join(err, response.Body.Close()))
	require.Equal(t, http.StatusOK, response.StatusCode)
	return string(raw)
}

// TestServe_KilledForgetsNothing: a witness that is killed forgets nothing. The
// test kills it while it is asked, again and again. What it cosigned it remembers,
// and it never cosigns anything else of that size or a smaller one.
func TestServe_KilledForgetsNothing(t *testing.T) {
	f, honest := sold(t)
	dir := t.TempDir()
	told := make([]*audittest.Told, 0, len(honest))
	for size := 1; size <= len(honest); size++ {
		told = append(told, f.Tell(honest[:size]))
	}
	other := append([]ledger.Entry{}, honest[1:]...) // none of whose trees is one of the others'
	acknowledged := int64(0)
	for size := 3; size <= len(honest); size += 3 {
		w := start(t, dir, f)
		_, group := w.policy(t)
		var asking sync.WaitGroup
		answered := make(chan int64, size)
		for _, at := range told[:size] {
			asking.Go(func() {
				signed, tree := at.Checkpoint()
				if _, err := witness.NewAsker(group, at.Log.Consistency, &http.Client{}).Cosign(context.Background(), signed, tree); err == nil {
					answered <- tree.N
				}
			})
		}
		acknowledged = max(acknowledged, <-answered)
		require.Error(t, w.end(os.Kill))
		asking.Wait()
		close(answered)
		for n := range answered {
			acknowledged = max(acknowledged, n)
		}

		kept := recorded(t, dir)
		require.GreaterOrEqual(t, kept, acknowledged)
		w = start(t, dir, f)
		_, group = w.policy(t)
		forked := f.Tell(other[:min(int64(len(other)), kept)])
		signed, tree := forked.Checkpoint()
		_, err := witness.NewAsker(group, forked.Log.Consistency, &http.Client{}).Cosign(t.Context(), signed, tree)
		require.ErrorIs(t, err, witness.ErrTooFew)
		require.Error(t, w.end(os.Kill))
		require.Equal(t, kept, recorded(t, dir))
	}
	w := start(t, dir, f)
	_, group := w.policy(t)
	full := told[len(told)-1]
	signed, tree := full.Checkpoint()
	_, err := witness.NewAsker(group, full.Log.Consistency, &http.Client{}).Cosign(t.Context(), signed, tree)
	require.NoError(t, err, "what is right is still cosigned")
	require.NoError(t, w.end(syscall.SIGTERM))
}

// recorded is how much of the only log a witness says that it cosigned.
func recorded(t *testing.T, dir string) int64 {
	t.Helper()
	var out, errs bytes.Buffer
	require.Equal(t, exitOK, run(t.Context(), []string{"show", "--data", dir, "--json"}, &out, &errs), errs.String())
	var s shown
	require.NoError(t, json.Unmarshal(out.Bytes(), &s))
	require.NotEmpty(t, s.Key)
	require.Len(t, s.Logs, 1)
	return int64(s.Logs[0].Size)
}

// TestServe_HealthyAndShowsItsKey: a witness is healthy and shows its key.
func TestServe_HealthyAndShowsItsKey(t *testing.T) {
	f, _ := sold(t)
	dir := t.TempDir()
	w := start(t, dir, f)
	require.Empty(t, body(t, w.url+"/healthz"))
	require.Empty(t, body(t, w.url+"/readyz"))
	var out, errs bytes.Buffer
	require.Equal(t, exitOK, run(t.Context(), []string{"show", "--data", dir}, &out, &errs), errs.String())
	require.Contains(t, out.String(), w.key)
	require.Equal(t, exitFailed, run(t.Context(), []string{"serve", "--data", dir, "--log", f.LogKey.Public(), "--listen", "127.0.0.1:0"}, &out, &errs))
	require.Contains(t, errs.String(), witness.ErrInUse.Error())
	require.NoError(t, w.end(syscall.SIGTERM))
}

func TestServe_Misuse(t *testing.T) {
	f, _ := sold(t)
	for name, c := range map[string]struct {
		args []string
		code int
		says string
	}{
		"no command":   {nil, exitMisused, "expected one of"},
		"no log":       {[]string{"serve"}, exitMisused, "--log"},
		"half of TLS":  {[]string{"serve", "--log", "x", "--tls-cert", "x"}, exitMisused, errTLS.Error()},
		"a long drain": {[]string{"serve", "--log", "x", "--drain-grace", "1h"}, exitMisused, "--drain-grace: a length of time from 0s to 5m is wanted: 1h"},
		"no name":      {[]string{"serve", "--log", f.LogKey.Public()}, exitFailed, "--name makes one"},
		"a bad name":   {[]string{"serve", "--log", f.LogKey.Public(), "--name", "two words"}, exitFailed, "a name has no spaces"},
		"a bad log":    {[]string{"serve", "--log", "x", "--name", "example.org/w1"}, exitFailed, witness.ErrLogs.Error()},
		"nothing kept": {[]string{"show"}, exitFailed, "no such file"},
	} {
		var out, errs bytes.Buffer
		if len(c.args) > 0 {
			c.args = append(c.args, "--data", t.TempDir())
		}
		require.Equal(t, c.code, run(t.Context(), c.args, &out, &errs), "%s: %s", name, errs.String())
		require.Contains(t, errs.String(), c.says, name)
	}
}
