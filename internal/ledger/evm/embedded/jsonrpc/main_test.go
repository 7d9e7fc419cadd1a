package jsonrpc_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/ethclient"
	"github.com/ethereum/go-ethereum/rpc"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"tally/internal/ledger/evm/embedded"
	"tally/internal/ledger/evm/embedded/jsonrpc"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

func TestMain(m *testing.M) {
	// go-ethereum starts these for good when blocks are executed again.
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("github.com/ethereum/go-ethereum/core.(*txSenderCacher).cache"))
}

const token = "0123456789abcdef0123456789abcdef"

// served is a ledger with some history, and its endpoint.
type served struct {
	l      *embedded.Ledger
	world  *ledgertest.World
	server *jsonrpc.Server
	url    string
}

func serve(t *testing.T, cfg jsonrpc.Config) *served {
	t.Helper()
	l := ledgerWithHistory(t)
	server, err := jsonrpc.Open(t.Context(), l.Chain(), cfg, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	ended := make(chan error, 1)
	go func() { ended <- server.Serve() }()
	t.Cleanup(func() {
		require.NoError(t, server.Close(context.Background()))
		require.NoError(t, <-ended)
	})
	return &served{l, ledgertest.NewWorld(t, l, ledgertest.Start), server, "http://" + server.Addr().String()}
}

func loopback() jsonrpc.Config { return jsonrpc.Config{Listen: "127.0.0.1:0"} }

// ledgerWithHistory has a merchant, a campaign, and a block of three
// transactions.
func ledgerWithHistory(t *testing.T) *embedded.Ledger {
	t.Helper()
	l, err := embedded.Open(t.Context(), embedded.Options{
		Dir: t.TempDir(), Operators: ledgertest.Operators(), Threshold: 1, Now: ledgertest.Start, AnyClock: true,
		Log: slog.New(slog.DiscardHandler),
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, l.Close()) })
	w := ledgertest.NewWorld(t, l, ledgertest.Start)
	w.Found()
	c := w.Campaign(100, func(in *voucher.CreateCampaign) { in.PerHolder = 0 })
	var claims []voucher.Command
	for i := range uint32(25) {
		claims = append(claims, w.Claim(w.Alice, c, i, i))
	}
	_, err = l.Submit(t.Context(), w.Domain.AuthorAll(claims...))
	require.NoError(t, err)
	return l
}

// client is go-ethereum's, not ours.
func (s *served) client(t *testing.T) *ethclient.Client {
	t.Helper()
	transport := &http.Transport{}
	c, err := rpc.DialOptions(t.Context(), s.url, rpc.WithHTTPClient(&http.Client{Transport: transport}))
	require.NoError(t, err)
	t.Cleanup(func() { c.Close(); transport.CloseIdleConnections() })
	return ethclient.NewClient(c)
}

// post sends a body and returns the status and the answer.
func (s *served) post(t *testing.T, body string, change ...func(*http.Request)) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url, bytes.NewReader([]byte(body)))
	require.NoError(t, err)
	r.Header.Set("Content-Type", "application/json")
	for _, c := range change {
		c(r)
	}
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	response, err := (&http.Client{Transport: transport}).Do(r)
	require.NoError(t, err)
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Empty(t, response.Header.Get("Access-Control-Allow-Origin"))
	return response.StatusCode, strings.TrimSpace(string(text))
}

type answer struct {
	ID     json.RawMessage `json:"id"`
	Result json.RawMessage `json:"result"`
	Error  *struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
	} `json:"error"`
}

// ask makes one call.
func (s *served) ask(t *testing.T, method string, params ...any) answer {
	t.Helper()
	if params == nil {
		params = []any{}
	}
	body, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
	require.NoError(t, err)
	status, text := s.post(t, string(body))
	require.Equal(t, http.StatusOK, status, text)
	var a answer
	require.NoError(t, json.Unmarshal([]byte(text), &a), text)
	return a
}

// refused wants a call to fail with a code.
func (s *served) refused(t *testing.T, code int, method string, params ...any) {
	t.Helper()
	a := s.ask(t, method, params...)
	require.NotNil(t, a.Error, "%s %s", method, a.Result)
	require.Equal(t, code, a.Error.Code, a.Error.Message)
	require.Nil(t, a.Result)
}

func tokenFile(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "token")
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}
