package main

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/rpc"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tally/internal/ledger/evm/remote"
	"tally/internal/ledger/ledgertest"
	"tally/internal/processtest"
)

// startNetwork runs anvil, and writes the key of an account with money.
func startNetwork(t *testing.T) (url, keyFile string) {
	t.Helper()
	port := startAnvil(t)
	url = "http://127.0.0.1:" + port
	return url, fundRelayer(t, url, "relayer")
}

// startAnvil runs anvil, which makes a block of every transaction, and returns
// its port. fundRelayer waits until it answers.
func startAnvil(t *testing.T, args ...string) (port string) {
	t.Helper()
	port = processtest.Port(t)
	anvil := exec.Command("../../scripts/npm/node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil",
		append([]string{"--port", port, "--hardfork", "cancun", "--accounts", "1", "--quiet"}, args...)...)
	anvil.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	require.NoError(t, anvil.Start(), "run `make setup`")
	t.Cleanup(func() {
		_ = syscall.Kill(-anvil.Process.Pid, syscall.SIGKILL) // it may be gone
		_ = anvil.Wait()                                      // it says that it was killed
	})
	return port
}

// fundRelayer gives the account of a name money, and writes its key.
func fundRelayer(t *testing.T, url, name string) (keyFile string) {
	t.Helper()
	relayer := ledgertest.NewActor(name)
	keyFile = filepath.Join(t.TempDir(), "relayer.key")
	require.NoError(t, os.WriteFile(keyFile, []byte(hex.EncodeToString(crypto.FromECDSA(relayer.Key))+"\n"), 0o600))
	node, err := rpc.DialContext(t.Context(), url)
	require.NoError(t, err)
	defer node.Close()
	require.Eventually(t, func() bool {
		return node.CallContext(t.Context(), nil, "anvil_setBalance", relayer.Address.String(), "0x21e19e0c9bab2400000") == nil
	}, time.Minute, 20*time.Millisecond)
	return keyFile
}

// blocksOf is the height of a node's chain.
func blocksOf(t *testing.T, url string) uint64 {
	t.Helper()
	var height hexutil.Uint64
	if node, err := rpc.DialContext(t.Context(), url); assert.NoError(t, err) {
		defer node.Close()
		assert.NoError(t, node.CallContext(t.Context(), &height, "eth_blockNumber"))
	}
	return uint64(height)
}

// found founds a ledger by the command.
func found(t *testing.T, url, keyFile string) (made remote.Deployment) {
	t.Helper()
	deploy := exec.Command(os.Args[0], "deploy", "--json", "--rpc", url, "--relayer-key", keyFile,
		"--operator", ledgertest.NewActor("operator").Address.String())
	deploy.Env = append(os.Environ(), childEnv+"=1")
	text, err := deploy.Output()
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &made))
	return made
}

// TestServe_OnANetwork founds a ledger on anvil and serves it, by way of the
// commands. The server is killed in between, and has kept nothing of its own.
func TestServe_OnANetwork(t *testing.T) {
	url, key := startNetwork(t)
	made := found(t, url, key)

	s := &server{t: t, dir: t.TempDir(), args: []string{
		"--ledger", "remote", "--rpc", url, "--contract", made.Contract.String(), "--relayer-key", key,
	}}
	s.start()
	w, id := openShop(t, s.client(), 100)
	require.Equal(t, made.LedgerID, w.Domain.Ledger())
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
}

// TestRelayerBudget_EndsInUnavailable: when the budget is used up, commands are answered
// 503 with a code of its own, after a restart too, and reading goes on.
func TestRelayerBudget_EndsInUnavailable(t *testing.T) {
	t.Parallel() // it waits most of its time
	url, key := startNetwork(t)
	made := found(t, url, key)
	s := &server{t: t, dir: t.TempDir(), args: []string{
		"--ledger", "remote", "--rpc", url, "--contract", made.Contract.String(), "--relayer-key", key,
		"--relayer-budget", "0.01ether", "--relayer-floor", "1ether",
	}}
	s.start()
	w, id := openShop(t, s.client(), 1000)
	spend := func() error {
		for n := range 1000 {
			if err := newVisit(w, id, fmt.Sprintf("customer %d", n)).goOn(t.Context(), w, s.client()); err != nil {
				return err
			}
		}
		return nil
	}
	require.ErrorContains(t, spend(), "ledger_unavailable (503)")
	require.True(t, s.books(w, id).Holds)
	s.kill()
	s.start()
	defer s.kill()
	require.ErrorContains(t, newVisit(w, id, "tomorrow's").goOn(t.Context(), w, s.client()), "ledger_unavailable (503)")
	require.FileExists(t, filepath.Join(s.dir, spendingFile))
}

// TestServe_ExplainsANetwork: what an operator can mend is said so.
func TestServe_ExplainsANetwork(t *testing.T) {
	require.ErrorContains(t, explain(remote.ErrUnreachable), "--rpc")
	require.ErrorContains(t, explain(remote.ErrNoContract), "tallyd deploy")
	require.ErrorContains(t, explain(remote.ErrNoFunds), "--relayer-key")
	bad := filepath.Join(t.TempDir(), "bad.key")
	require.NoError(t, os.WriteFile(bad, []byte("not a key"), 0o600))
	require.Equal(t, exitFailed, run(t.Context(), []string{"serve", "--ledger", "remote", "--rpc", "http://127.0.0.1:1", "--relayer-key", bad}))
	require.Equal(t, exitFailed, run(t.Context(), []string{"serve", "--ledger", "remote", "--rpc", "http://127.0.0.1:1"}))
	require.Equal(t, exitMisused, run(t.Context(), []string{"serve", "--ledger", "remote", "--finality", "soon"}))
}
