package jsonrpc_test

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/ledger/evm/embedded/jsonrpc"
)

// gethMethods is what geth v1.17 answers with all its namespaces open, apart
// from what Methods lists.
func gethMethods() []string {
	return strings.Fields(`
		eth_accounts eth_baseFee eth_blobBaseFee eth_capabilities eth_config eth_createAccessList eth_estimateGas eth_etherbase
		eth_feeHistory eth_fillTransaction eth_gasPrice eth_getBlockAccessListByBlockHash eth_getBlockTransactionCountByHash
		eth_getBlockTransactionCountByNumber eth_getFilterChanges eth_getFilterLogs eth_getHeaderByHash eth_getHeaderByNumber
		eth_getRawTransactionByBlockHashAndIndex eth_getRawTransactionByBlockNumberAndIndex eth_getRawTransactionByHash
		eth_getStorageValues eth_getTransactionByBlockHashAndIndex eth_getTransactionByBlockNumberAndIndex eth_getTransactionBySenderAndNonce
		eth_getUncleByBlockHashAndIndex eth_getUncleByBlockNumberAndIndex eth_getUncleCountByBlockHash eth_getUncleCountByBlockNumber
		eth_maxPriorityFeePerGas eth_mining eth_newBlockFilter eth_newFilter eth_newPendingTransactionFilter eth_pendingTransactions
		eth_protocolVersion eth_resend eth_sendRawTransaction eth_sendRawTransactionSync eth_sendTransaction eth_sign
		eth_signTransaction eth_signTypedData eth_simulateV1 eth_subscribe eth_syncing eth_uninstallFilter eth_unsubscribe
		net_listening net_peerCount web3_sha3 rpc_modules
		admin_addPeer admin_addTrustedPeer admin_datadir admin_exportChain admin_importChain admin_nodeInfo admin_peers admin_removePeer
		admin_startHTTP admin_startRPC admin_startWS admin_stopHTTP admin_stopRPC admin_stopWS admin_subscribe
		debug_accountRange debug_backtraceAt debug_chaindbCompact debug_chaindbProperty debug_cpuProfile debug_dbAncient debug_dbGet
		debug_dumpBlock debug_executionWitness debug_freeOSMemory debug_gcStats debug_getBadBlocks debug_getModifiedAccountsByHash
		debug_getRawBlock debug_getRawHeader debug_getRawReceipts debug_getRawTransaction debug_goTrace debug_intermediateRoots debug_memStats
		debug_preimage debug_printBlock debug_setBlockProfileRate debug_setGCPercent debug_setHead debug_setMemoryLimit debug_stacks
		debug_standardTraceBlockToFile debug_startCPUProfile debug_startGoTrace debug_stopCPUProfile debug_storageRangeAt debug_sync
		debug_traceBlock debug_traceBlockByHash debug_traceBlockByNumber debug_traceBlockFromFile debug_traceCall debug_traceChain
		debug_traceTransaction debug_verbosity debug_vmodule debug_writeBlockProfile debug_writeMemProfile
		engine_exchangeCapabilities engine_exchangeTransitionConfigurationV1 engine_forkchoiceUpdatedV3 engine_getBlobsV1
		engine_getClientVersionV1 engine_getPayloadBodiesByHashV1 engine_getPayloadV3 engine_newPayloadV3
		miner_setEtherbase miner_setExtra miner_setGasLimit miner_setGasPrice miner_start miner_stop
		personal_ecRecover personal_importRawKey personal_listAccounts personal_lockAccount personal_newAccount personal_sendTransaction
		personal_sign personal_unlockAccount personal_openWallet
		txpool_content txpool_contentFrom txpool_inspect txpool_status clique_propose clique_getSigners dev_addWithdrawal dev_setFeeRecipient
		tally_refused tally_Refused`)
}

func TestGate_OnlyListedMethods(t *testing.T) {
	s := serve(t, loopback())
	const noMethod = -32601
	odd := []string{
		"", "_", "eth", "eth_", "eth_call ", " eth_call", "ETH_CALL", "eth_Call", "eth_ChainId", "eth_getblockbynumber", "eth.call", "eth_call_", "net_", "web3_",
		"eth_call\x00", "eth_collect", "eth_find", "eth_number", strings.Repeat("eth_call", 4000),
	}
	for _, method := range append(gethMethods(), odd...) {
		t.Run(method[:min(len(method), 40)], func(t *testing.T) {
			require.NotContains(t, jsonrpc.Methods(), method)
			s.refused(t, noMethod, method)
			s.refused(t, noMethod, method, "latest", "0x00")
		})
	}
	for _, method := range jsonrpc.Methods() {
		if a := s.ask(t, method); a.Error != nil {
			require.NotEqual(t, noMethod, a.Error.Code, method)
		}
	}
}

func TestGate_BatchIsJudgedCallByCall(t *testing.T) {
	s := serve(t, loopback())
	status, text := s.post(t, `[{"jsonrpc":"2.0","id":1,"method":"eth_chainId"},
		{"jsonrpc":"2.0","id":"<&>","method":"eth_sendRawTransaction","params":["0x00"]},
		{"jsonrpc":"2.0","method":"debug_setHead","params":["0x0"]},
		{"jsonrpc":"2.0","id":3,"method":"eth_subscribe","params":["newHeads"]},
		{"jsonrpc":"2.0","id":4,"method":"rpc_modules"},
		{"jsonrpc":"2.0","id":5,"method":"net_version"}]`)
	require.Equal(t, http.StatusOK, status)
	var answers []answer
	require.NoError(t, json.Unmarshal([]byte(text), &answers))
	require.Len(t, answers, 5)
	require.JSONEq(t, `"0x1cf3"`, string(answers[0].Result))
	require.JSONEq(t, `"<&>"`, string(answers[1].ID))
	require.Equal(t, -32601, answers[1].Error.Code)
	require.Contains(t, answers[1].Error.Message, "eth_sendRawTransaction")
	require.Equal(t, -32601, answers[2].Error.Code)
	require.Equal(t, -32601, answers[3].Error.Code)
	require.JSONEq(t, `"7411"`, string(answers[4].Result))
}

// TestGate_NoTextMeansTwoThings sends members twice, and in other cases, which
// readers of JSON differ about.
func TestGate_NoTextMeansTwoThings(t *testing.T) {
	s := serve(t, loopback())
	for _, body := range []string{
		`{"jsonrpc":"2.0","id":1,"method":"eth_chainId","method":"rpc_modules"}`,
		`{"jsonrpc":"2.0","id":1,"method":"eth_chainId","METHOD":"rpc_modules"}`,
		`{"jsonrpc":"2.0","id":1,"Method":"rpc_modules"}`,
	} {
		_, text := s.post(t, body)
		require.Contains(t, text, "-32601", body)
		require.NotContains(t, text, "1.0", body)
	}
	for _, body := range []string{
		`{"jsonrpc":"2.0","id":1,"method":"rpc_modules","method":"eth_chainId"}`,
		`{"jsonrpc":"2.0","id":1,"method":"rpc_modules","\u006dethod":"eth_chainId"}`,
	} {
		_, text := s.post(t, body)
		require.Contains(t, text, "0x1cf3", body)
	}
}

func TestGate_Limits(t *testing.T) {
	s := serve(t, loopback())
	one := `{"jsonrpc":"2.0","id":1,"method":"eth_chainId"}`
	batch := func(n int) string { return "[" + strings.TrimSuffix(strings.Repeat(one+",", n), ",") + "]" }
	status, text := s.post(t, batch(jsonrpc.MaxBatch))
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, jsonrpc.MaxBatch, strings.Count(text, "0x1cf3"))
	for name, c := range map[string]struct {
		body   string
		status int
		want   string
	}{
		"batch":        {batch(jsonrpc.MaxBatch + 1), http.StatusOK, "-32600"},
		"body":         {one + strings.Repeat(" ", jsonrpc.MaxBody), http.StatusRequestEntityTooLarge, "too large"},
		"no JSON":      {`{"jsonrpc":`, http.StatusOK, "-32700"},
		"nothing":      {``, http.StatusOK, "-32700"},
		"empty batch":  {`[]`, http.StatusOK, "-32600"},
		"a number":     {`7`, http.StatusOK, "-32600"},
		"null":         {`null`, http.StatusOK, "-32600"},
		"numbers":      {`[1,2]`, http.StatusOK, "-32600"},
		"method":       {`{"jsonrpc":"2.0","id":1,"method":7}`, http.StatusOK, "-32600"},
		"two requests": {one + one, http.StatusOK, "-32700"},
		"deep":         {strings.Repeat("[", 60_000) + strings.Repeat("]", 60_000), http.StatusOK, "-32700"},
	} {
		t.Run(name, func(t *testing.T) {
			status, text := s.post(t, c.body)
			require.Equal(t, c.status, status, text)
			require.Contains(t, text, c.want)
		})
	}
}

func TestGate_OnlyPOST(t *testing.T) {
	s := serve(t, loopback())
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPut, http.MethodDelete, http.MethodOptions, http.MethodPatch} {
		status, _ := s.post(t, "", func(r *http.Request) { r.Method = method })
		require.Equal(t, http.StatusMethodNotAllowed, status, method)
	}
	status, _ := s.post(t, `{"jsonrpc":"2.0","id":1,"method":"eth_chainId"}`, func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") })
	require.Equal(t, http.StatusUnsupportedMediaType, status, "what a web page may send unasked")
}

func TestGate_Hosts(t *testing.T) {
	s := serve(t, jsonrpc.Config{Listen: "localhost:0"})
	for host, want := range map[string]int{
		"":                 http.StatusOK, // the client sets the address
		"localhost":        http.StatusOK,
		"LOCALHOST:1":      http.StatusOK,
		"127.0.0.1":        http.StatusOK,
		"10.1.2.3:8545":    http.StatusOK,
		"[::1]:8545":       http.StatusOK,
		"[::1]":            http.StatusOK,
		"ledger.example":   http.StatusForbidden,
		"localhost.evil":   http.StatusForbidden,
		"evil:8545":        http.StatusForbidden,
		"127.0.0.1.evil":   http.StatusForbidden,
		"127.0.0.1:1:evil": http.StatusForbidden,
	} {
		status, text := s.post(t, `{"jsonrpc":"2.0","id":1,"method":"eth_chainId"}`, func(r *http.Request) { r.Host = host })
		require.Equal(t, want, status, "%q %s", host, text)
	}
}

func TestGate_Tokens(t *testing.T) {
	s := serve(t, jsonrpc.Config{Listen: "127.0.0.1:0", TokenFile: tokenFile(t, token+"\r\n")})
	for header, want := range map[string]int{
		"Bearer " + token:        http.StatusOK,
		"bearer " + token:        http.StatusOK,
		"":                       http.StatusUnauthorized,
		token:                    http.StatusUnauthorized,
		"Bearer":                 http.StatusUnauthorized,
		"Bearer ":                http.StatusUnauthorized,
		"Bearer  " + token:       http.StatusUnauthorized,
		"Bearer " + token + "\t": http.StatusOK, // HTTP takes white space off
		"Bearer " + token + "0":  http.StatusUnauthorized,
		"Bearer " + token[:31]:   http.StatusUnauthorized,
		"Basic " + token:         http.StatusUnauthorized,
	} {
		status, text := s.post(t, `{"jsonrpc":"2.0","id":1,"method":"eth_chainId"}`, func(r *http.Request) {
			if header != "" {
				r.Header.Set("Authorization", header)
			}
		})
		require.Equal(t, want, status, "%q %s", header, text)
	}
}

func TestGate_WhereItMayListen(t *testing.T) {
	l := ledgerWithHistory(t)
	good := tokenFile(t, token)
	for name, c := range map[string]struct {
		cfg  jsonrpc.Config
		want error
	}{
		"loopback":            {jsonrpc.Config{Listen: "127.0.0.1:0"}, nil},
		"loopback by name":    {jsonrpc.Config{Listen: "localhost:0"}, nil},
		"loopback, token":     {jsonrpc.Config{Listen: "127.0.0.1:0", TokenFile: good}, nil},
		"anywhere":            {jsonrpc.Config{Listen: ":0"}, jsonrpc.ErrNoToken},
		"anywhere, IPv4":      {jsonrpc.Config{Listen: "0.0.0.0:0"}, jsonrpc.ErrNoToken},
		"anywhere, token":     {jsonrpc.Config{Listen: "0.0.0.0:0", TokenFile: good}, nil},
		"short token":         {jsonrpc.Config{Listen: "127.0.0.1:0", TokenFile: tokenFile(t, token[:31])}, jsonrpc.ErrToken},
		"long token":          {jsonrpc.Config{Listen: "127.0.0.1:0", TokenFile: tokenFile(t, strings.Repeat("a", 513))}, jsonrpc.ErrToken},
		"longest token":       {jsonrpc.Config{Listen: "127.0.0.1:0", TokenFile: tokenFile(t, strings.Repeat("a", 512)+"\r\n")}, nil},
		"empty token":         {jsonrpc.Config{Listen: "127.0.0.1:0", TokenFile: tokenFile(t, "")}, jsonrpc.ErrToken},
		"two tokens":          {jsonrpc.Config{Listen: "127.0.0.1:0", TokenFile: tokenFile(t, token+"\n"+token)}, jsonrpc.ErrToken},
		"token with a space":  {jsonrpc.Config{Listen: "127.0.0.1:0", TokenFile: tokenFile(t, token+" x")}, jsonrpc.ErrToken},
		"token with a letter": {jsonrpc.Config{Listen: "127.0.0.1:0", TokenFile: tokenFile(t, token+"é")}, jsonrpc.ErrToken},
	} {
		t.Run(name, func(t *testing.T) {
			server, err := jsonrpc.Open(t.Context(), l.Chain(), c.cfg, slog.New(slog.DiscardHandler))
			require.ErrorIs(t, err, c.want)
			if err == nil {
				require.NoError(t, server.Close(t.Context()))
			}
		})
	}
	_, err := jsonrpc.Open(t.Context(), l.Chain(), jsonrpc.Config{Listen: "127.0.0.1:0", TokenFile: good + ".none"}, slog.New(slog.DiscardHandler))
	require.ErrorContains(t, err, "token file")
}

// TestGate_OneRequestTooMany has requests hang by never sending their bodies. A
// server gives a body up after ten seconds: on a machine that stood still for so
// long they are sent again.
func TestGate_OneRequestTooMany(t *testing.T) {
	s := serve(t, loopback())
	body := `{"jsonrpc":"2.0","id":1,"method":"eth_chainId"}`
	var open []net.Conn
	require.Eventually(t, func() bool {
		for _, conn := range open {
			require.NoError(t, conn.Close())
		}
		open = nil
		for range jsonrpc.MaxRequests {
			conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", s.server.Addr().String())
			require.NoError(t, err)
			open = append(open, conn)
			_, err = fmt.Fprintf(conn, "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n", len(body))
			require.NoError(t, err)
			const inside = "HTTP/1.1 100 Continue\r\n\r\n" // comes when the body is read
			answered, err := io.ReadAll(io.LimitReader(conn, int64(len(inside))))
			require.NoError(t, err)
			if string(answered) != inside {
				return false // requests of the attempt before are still there
			}
		}
		status, _ := s.post(t, body)
		return status == http.StatusServiceUnavailable
	}, time.Minute, 10*time.Millisecond)
	for _, conn := range open {
		_, err := io.WriteString(conn, body)
		require.NoError(t, err)
		answered, err := io.ReadAll(io.LimitReader(conn, 15))
		require.NoError(t, err)
		require.Equal(t, "HTTP/1.1 200 OK", string(answered))
		require.NoError(t, conn.Close())
	}
	require.Eventually(t, func() bool {
		status, _ := s.post(t, body)
		return status == http.StatusOK
	}, time.Minute, 10*time.Millisecond)
}
