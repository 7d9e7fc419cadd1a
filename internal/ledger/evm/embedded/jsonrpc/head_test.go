package jsonrpc

import (
	"log/slog"
	"testing"

	"github.com/ethereum/go-ethereum/rpc"
	"github.com/stretchr/testify/require"

	"tally/internal/ledger/evm/embedded"
	"tally/internal/ledger/ledgertest"
)

// small is the namespace eth over a chain of three blocks, six logs in all,
// with small limits.
func small(t *testing.T) *eth {
	t.Helper()
	l, err := embedded.Open(t.Context(), embedded.Options{
		Dir: t.TempDir(), Operators: ledgertest.Operators(), Threshold: 1, Now: ledgertest.Start, AnyClock: true,
		Log: slog.New(slog.DiscardHandler),
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, l.Close()) })
	w := ledgertest.NewWorld(t, l, ledgertest.Start)
	w.Must(w.Admit(w.Merchant, "Jasmine & Co"))
	w.Must(w.PutStore(1, 1, "Central"))
	e := newEth(l.Chain(), slog.New(slog.DiscardHandler))
	e.maxLogBlocks, e.maxLogs = 4, 6
	return e
}

// TestHead_StateIsNeverAnotherBlocks has a block sealed in the middle of a read.
func TestHead_StateIsNeverAnotherBlocks(t *testing.T) {
	e := small(t)
	moving := func() (int, error) {
		_, err := e.chain.Seal(t.Context(), nil)
		return 7, err
	}
	head := e.chain.Head()
	byNumber := rpc.BlockNumberOrHashWithNumber(rpc.BlockNumber(head.Number.Int64()))
	_, err := atHead(e, &byNumber, moving)
	require.ErrorContains(t, err, "latest block only")
	byHash := rpc.BlockNumberOrHashWithHash(e.chain.Head().Hash(), false)
	_, err = atHead(e, &byHash, moving)
	require.ErrorContains(t, err, "latest block only")
	byTag := rpc.BlockNumberOrHashWithNumber(rpc.LatestBlockNumber)
	for _, at := range []*rpc.BlockNumberOrHash{nil, &byTag} {
		value, err := atHead(e, at, moving)
		require.NoError(t, err)
		require.Equal(t, 7, value)
	}
}

func TestHead_LogsAreBounded(t *testing.T) {
	e := small(t)
	span := func(from, to rpc.BlockNumber) filter { return filter{FromBlock: &from, ToBlock: &to} }
	logs, err := e.GetLogs(t.Context(), span(0, 3)) // as many blocks and logs as may be
	require.NoError(t, err)
	require.Len(t, logs, 6)
	e.maxLogs = 5
	_, err = e.GetLogs(t.Context(), span(0, 3))
	require.ErrorContains(t, err, "more than 5 logs")
	e.maxLogBlocks = 3
	_, err = e.GetLogs(t.Context(), span(0, 3))
	require.ErrorContains(t, err, "4 blocks, at most 3")
	_, err = e.GetLogs(t.Context(), span(1, rpc.LatestBlockNumber))
	require.ErrorContains(t, err, "more than 5 logs")
}
