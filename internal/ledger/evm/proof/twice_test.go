package proof_test

import (
	"context"
	"log/slog"
	"math/big"
	"net/http"
	"testing"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/ethclient"
	"github.com/ethereum/go-ethereum/rpc"
	"github.com/stretchr/testify/require"

	"tally/internal/audit"
	"tally/internal/audit/audittest"
	"tally/internal/ledger"
	"tally/internal/ledger/evm/contract/bind"
	"tally/internal/ledger/evm/embedded"
	"tally/internal/ledger/evm/embedded/jsonrpc"
	evmproof "tally/internal/ledger/evm/proof"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// TestLeaves_DerivedTwice derives the leaves of one history by the driver in
// this process, and by a stranger who reads blocks, transactions and receipts
// over JSON-RPC with go-ethereum's client; and proves each from what was read.
func TestLeaves_DerivedTwice(t *testing.T) {
	l := open(t)
	accepted := audittest.Play(ledgertest.NewWorld(t, l, ledgertest.Start))
	_, err := l.Chain().Seal(t.Context(), nil) // an empty block
	require.NoError(t, err)

	head, err := l.Head(t.Context())
	require.NoError(t, err)
	var here [][]byte
	for e, err := range l.Events(t.Context(), voucher.Position{}, head) {
		require.NoError(t, err)
		require.Equal(t, accepted[len(here)].Canonical(), e.Outcome.Canonical())
		here = append(here, leafOf(t, e))
	}
	there := derive(t, dial(t, l))
	require.Len(t, here, len(accepted))
	require.Len(t, there, len(here))
	v := evmproof.NewVerifier(pins(l))
	for i := range here {
		require.Equal(t, here[i], there[i].leaf)
		require.Equal(t, audit.LeafHash(here[i]), audit.LeafHash(there[i].leaf))
		_, err := verify(v, here[i], there[i].proof)
		require.NoError(t, err)
	}
}

// dial serves a ledger's chain and connects to it.
func dial(t *testing.T, l *embedded.Ledger) *ethclient.Client {
	t.Helper()
	server, err := jsonrpc.Open(t.Context(), l.Chain(), jsonrpc.Config{Listen: "127.0.0.1:0"}, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	ended := make(chan error, 1)
	go func() { ended <- server.Serve() }()
	t.Cleanup(func() {
		require.NoError(t, server.Close(context.Background()))
		require.NoError(t, <-ended)
	})
	transport := &http.Transport{}
	c, err := rpc.DialOptions(t.Context(), "http://"+server.Addr().String(), rpc.WithHTTPClient(&http.Client{Transport: transport}))
	require.NoError(t, err)
	t.Cleanup(func() { c.Close(); transport.CloseIdleConnections() })
	return ethclient.NewClient(c)
}

// found is what a stranger derived.
type found struct{ leaf, proof []byte }

// derive derives all leaves of a chain, from what its contract's interface says
// and nothing else.
func derive(t *testing.T, c *ethclient.Client) (all []found) {
	t.Helper()
	head, err := c.BlockNumber(t.Context())
	require.NoError(t, err)
	parsed, err := bind.TallyMetaData.ParseABI()
	require.NoError(t, err)
	for n := range head + 1 {
		block, err := c.BlockByNumber(t.Context(), new(big.Int).SetUint64(n))
		require.NoError(t, err)
		receipts, err := c.BlockReceipts(t.Context(), rpc.BlockNumberOrHashWithNumber(rpc.BlockNumber(n)))
		require.NoError(t, err)
		for i, r := range receipts {
			for _, e := range entriesOf(t, parsed, block, r) {
				p, err := evmproof.Make(block.Header(), receipts, uint32(i))
				require.NoError(t, err)
				all = append(all, found{leafOf(t, e), encode(t, p)})
			}
		}
	}
	return all
}

// entriesOf reads the accepted commands of one transaction.
func entriesOf(t *testing.T, parsed *abi.ABI, block *types.Block, r *types.Receipt) (entries []ledger.Entry) {
	t.Helper()
	data := block.Transactions()[r.TransactionIndex].Data()
	method, err := parsed.MethodById(data)
	require.NoError(t, err)
	if method.Name != "submit" {
		return nil
	}
	values, err := method.Inputs.Unpack(data[4:])
	require.NoError(t, err)
	item := uint32(0)
	for _, log := range r.Logs {
		switch log.Topics[0] {
		case crypto.Keccak256Hash([]byte("Accepted(bytes32,bytes32)")):
			entries = append(entries, ledger.Entry{Command: values[0].([][]byte)[item], Outcome: voucher.Outcome{
				ID: voucher.Hash(log.Topics[1]), Status: voucher.StatusAccepted, CommandHash: voucher.Hash(log.Data), Time: block.Time(),
				Position: voucher.Position{Block: block.NumberU64(), Tx: uint32(r.TransactionIndex), Item: item},
			}})
			item++
		case crypto.Keccak256Hash([]byte("Refused(bytes32,uint8)")):
			item++
		default:
			last := &entries[len(entries)-1].Outcome
			last.Events = append(last.Events, eventOf(t, log))
		}
	}
	require.Len(t, values[0], int(item))
	return entries
}

func eventOf(t *testing.T, log *types.Log) voucher.Event {
	t.Helper()
	for _, like := range voucher.EventTypes() {
		if common.Hash(crypto.Keccak256([]byte(voucher.EventSignature(like)))) == log.Topics[0] {
			e, err := voucher.DecodeEvent(log.Data, like)
			require.NoError(t, err)
			return e
		}
	}
	require.Fail(t, "an unknown log")
	return nil
}
