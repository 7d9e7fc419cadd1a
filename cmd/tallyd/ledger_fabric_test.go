package main

import (
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/ledger/fabric"
	"tally/internal/processtest"
	network "tally/network/fabric"
	"tally/network/fabric/fabrictest"
)

// TestServe_OnFabric founds a ledger on a channel and serves it, by way of the
// commands. The server is killed in between, and has kept nothing of its own.
func TestServe_OnFabric(t *testing.T) {
	t.Parallel() // it waits most of its time
	n := fabrictest.Up(t, fabrictest.Form(t, "small"), &network.Program{
		Path: processtest.Build(t, "./cmd/tally-chaincode"), Ready: "ready",
	})
	flags := fabricFlags(n, "Jasmine")
	text := foundOnFabric(t, flags)

	checked, ok := checkedOnFabric(t, flags)
	require.True(t, ok, checked)
	require.Contains(t, checked, "it endorses")
	require.Contains(t, checked, "msp-cert: until ")
	checked, ok = checkedOnFabric(t, append(flags, "--peer", "127.0.0.1:1="+n.Endpoints()[0].TLSCAFile))
	require.False(t, ok, checked)
	require.Contains(t, checked, "FAIL  peer 127.0.0.1:1: it does not endorse")

	metrics := freeAddress(t)
	s := &server{t: t, dir: t.TempDir(), args: append([]string{"--ledger", "fabric", "--metrics-listen", metrics}, flags...)}
	s.start()
	w, id := openShop(t, s.client(), 100)
	require.Contains(t, text, w.Domain.Ledger().String())
	v := newVisit(w, id, "customer")
	require.NoError(t, v.finish(t.Context(), w, s.client()))
	before := v.answers
	s.kill()
	s.start()
	defer s.kill()
	v.answers = nil
	require.NoError(t, v.finish(t.Context(), w, s.client()))
	require.Equal(t, string(before[1].Canonical()), string(v.answers[1].Canonical()))
	require.Equal(t, uint64(1), s.books(w, id).Vouchers.Spent)
	for _, e := range n.Endpoints() {
		require.Eventually(t, func() bool {
			return strings.Contains(scrape(t, metrics), `tally_ledger_peer_up{peer="`+e.Address+`"} 1`)
		}, time.Minute, 20*time.Millisecond)
	}
}

// checkedOnFabric is what check-config says of flags, and whether they would do.
func checkedOnFabric(t *testing.T, flags []string) (text string, ok bool) {
	t.Helper()
	check := exec.Command(os.Args[0], append([]string{"check-config", "--ledger", "fabric", "--listen", freeAddress(t), "--data", t.TempDir()}, flags...)...)
	check.Env = append(os.Environ(), childEnv+"=1")
	out, err := check.Output()
	return string(out), err == nil
}

func freeAddress(t *testing.T) string {
	t.Helper()
	return "127.0.0.1:" + processtest.Port(t)
}

func scrape(t *testing.T, address string) string {
	t.Helper()
	response, err := http.Get("http://" + address + "/metrics")
	require.NoError(t, err)
	defer response.Body.Close() //nolint:errcheck // it is read
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return string(text)
}

// TestServe_ExplainsAFabricNetwork: what an operator can mend is said so.
func TestServe_ExplainsAFabricNetwork(t *testing.T) {
	for kind, flag := range map[error]string{
		fabric.ErrFiles: "--msp-cert", fabric.ErrUnreachable: "--peer", fabric.ErrDenied: "--msp",
		fabric.ErrNoChannel: "--channel", fabric.ErrNoChaincode: "--chaincode", fabric.ErrNotFounded: "tallyd found", fabric.ErrClock: "clock",
	} {
		require.ErrorContains(t, explain(errors.Join(kind)), flag)
	}
	require.Equal(t, exitFailed, run(t.Context(), []string{"serve", "--ledger", "fabric"}))
	require.Equal(t, exitMisused, run(t.Context(), []string{"serve", "--ledger", "fabric", "--peer", "127.0.0.1:7051"}))
}

func TestPeerFlag_ReadsBack(t *testing.T) {
	for _, text := range []string{"127.0.0.1:17510=/etc/ca.pem", "peer1.jasmine@10.0.0.1:17510=ca.pem"} {
		var p Peer
		require.NoError(t, p.UnmarshalText([]byte(text)))
		again, err := p.MarshalText()
		require.NoError(t, err)
		require.Equal(t, text, string(again))
	}
	require.ErrorIs(t, new(Peer).UnmarshalText([]byte("127.0.0.1:17510=")), fabric.ErrOptions)
}
