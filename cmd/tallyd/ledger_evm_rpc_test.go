package main

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/ledger"
	"tally/internal/ledger/evm/embedded"
	"tally/internal/ledger/evm/embedded/jsonrpc"
	"tally/internal/ledger/ledgertest"
	"tally/internal/ledger/memory"
)

func TestJSONRPC_ServedWhenAskedFor(t *testing.T) {
	l := openEmbedded(t)
	var logged bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&logged, nil))
	stop, err := RPC{}.open(t.Context(), log, l)
	require.NoError(t, err)
	require.Empty(t, logged.String(), "closed by default")
	require.NoError(t, stop())

	stop, err = RPC{RPCListen: "127.0.0.1:0"}.open(t.Context(), log, l)
	require.NoError(t, err)
	var line struct{ Address string }
	require.NoError(t, json.Unmarshal(logged.Bytes(), &line))
	client := &http.Client{Transport: &http.Transport{}}
	ask := func() error {
		r, err := client.Post("http://"+line.Address, "application/json", strings.NewReader(`{"jsonrpc":"2.0","id":1,"method":"eth_chainId"}`))
		if err != nil {
			return err
		}
		require.Equal(t, http.StatusOK, r.StatusCode)
		return r.Body.Close()
	}
	require.NoError(t, ask())
	require.NoError(t, stop())
	require.Error(t, ask())
}

func TestJSONRPC_RefusedWhereItMayNotBe(t *testing.T) {
	log, l := slog.New(slog.DiscardHandler), openEmbedded(t)
	_, err := RPC{RPCListen: ":0"}.open(t.Context(), log, l)
	require.ErrorIs(t, err, jsonrpc.ErrNoToken)
	require.ErrorContains(t, err, "--rpc-token-file")
	_, err = RPC{RPCListen: ":0", RPCTokenFile: filepath.Join(t.TempDir(), "none")}.open(t.Context(), log, l)
	require.ErrorContains(t, err, "token file")
	m, err := memory.New(ledgertest.LedgerID(1), ledgertest.Operators(), 1, time.Now)
	require.NoError(t, err)
	_, err = RPC{RPCListen: "127.0.0.1:0"}.open(t.Context(), log, m)
	require.ErrorIs(t, err, errNoChain)
}

func openEmbedded(t *testing.T) ledger.Ledger {
	t.Helper()
	l, err := embedded.Open(t.Context(), embedded.Options{
		Dir: t.TempDir(), Operators: ledgertest.Operators(), Threshold: 1, Log: slog.New(slog.DiscardHandler),
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, l.Close()) })
	return l
}
