package jsonrpc_test

import (
	"encoding/json"
	"math/big"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/ethdb/memorydb"
	"github.com/ethereum/go-ethereum/rpc"
	"github.com/ethereum/go-ethereum/trie"
	"github.com/stretchr/testify/require"

	"tally/internal/ledger/evm/contract"
	"tally/internal/ledger/evm/contract/bind"
	"tally/internal/ledger/evm/embedded/chain"
	"tally/internal/ledger/evm/embedded/jsonrpc"
	"tally/internal/ledger/evm/seal"
)

// TestEth_ClientReadsWhatTheChainHas compares every block as go-ethereum's
// client sees it with the chain.
func TestEth_ClientReadsWhatTheChainHas(t *testing.T) {
	s := serve(t, loopback())
	c, chain, ctx := s.client(t), s.l.Chain(), t.Context()
	id, err := c.ChainID(ctx)
	require.NoError(t, err)
	require.Equal(t, chain.ChainID(), id)
	network, err := c.NetworkID(ctx)
	require.NoError(t, err)
	require.Equal(t, id, network)
	head, err := c.BlockNumber(ctx)
	require.NoError(t, err)
	require.Equal(t, chain.Head().Number.Uint64(), head)
	transactions := 0
	for n := range head + 1 {
		want, err := chain.Block(n)
		require.NoError(t, err)
		got, err := c.BlockByNumber(ctx, new(big.Int).SetUint64(n))
		require.NoError(t, err)
		require.Equal(t, want.Hash(), got.Hash(), "of the header as it was read")
		require.Equal(t, want.TxHash(), types.DeriveSha(got.Transactions(), trie.NewStackTrie(nil)))
		header, err := c.HeaderByHash(ctx, want.Hash())
		require.NoError(t, err)
		require.Equal(t, want.Hash(), header.Hash())
		if n > 0 {
			require.NoError(t, seal.Verify(header, chain.Sealer()))
		}
		receipts, err := c.BlockReceipts(ctx, rpc.BlockNumberOrHashWithHash(want.Hash(), false))
		require.NoError(t, err)
		require.Equal(t, want.ReceiptHash(), types.DeriveSha(types.Receipts(receipts), trie.NewStackTrie(nil)))
		stored, err := chain.Receipts(n)
		require.NoError(t, err)
		for i, tx := range want.Transactions() {
			transactions++
			got, pending, err := c.TransactionByHash(ctx, tx.Hash())
			require.NoError(t, err)
			require.False(t, pending)
			require.Equal(t, tx.Hash(), got.Hash())
			sender, err := c.TransactionSender(ctx, got, want.Hash(), uint(i))
			require.NoError(t, err)
			require.Equal(t, chain.Sealer(), sender)
			receipt, err := c.TransactionReceipt(ctx, tx.Hash())
			require.NoError(t, err)
			require.Equal(t, asJSON(t, stored[i]), asJSON(t, receipt))
			require.Equal(t, asJSON(t, receipts[i]), asJSON(t, receipt))
		}
	}
	require.Greater(t, transactions, 9)
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	require.NoError(t, err)
	return string(text)
}

func TestEth_StateIsTheHeads(t *testing.T) {
	s := serve(t, loopback())
	c, chain, ctx := s.client(t), s.l.Chain(), t.Context()
	code, err := c.CodeAt(ctx, contract.Address(), nil)
	require.NoError(t, err)
	want, err := chain.Code(ctx, contract.Address())
	require.NoError(t, err)
	require.Equal(t, want, code)
	nonce, err := c.NonceAt(ctx, chain.Sealer(), chain.Head().Number)
	require.NoError(t, err)
	require.NotZero(t, nonce)
	balance, err := c.BalanceAtHash(ctx, chain.Sealer(), chain.Head().Hash())
	require.NoError(t, err)
	require.Zero(t, balance.Sign())
	slot, err := c.StorageAt(ctx, contract.Address(), common.Hash{}, nil)
	require.NoError(t, err)
	stored, err := chain.StorageAt(ctx, contract.Address(), common.Hash{})
	require.NoError(t, err)
	require.Equal(t, stored[:], slot)

	to := contract.Address()
	call := ethereum.CallMsg{To: &to, Data: bind.NewTally().PackLedgerId()}
	for _, number := range []*big.Int{nil, chain.Head().Number, big.NewInt(-3), big.NewInt(-4), big.NewInt(-1)} {
		id, err := c.CallContract(ctx, call, number)
		require.NoError(t, err)
		require.Equal(t, s.l.ID().String(), hexutil.Encode(id))
	}
	_, err = c.CallContract(ctx, call, common.Big1)
	require.ErrorContains(t, err, "latest block only")
	_, err = c.CallContractAtHash(ctx, call, chain.GenesisHash())
	require.ErrorContains(t, err, "latest block only")
	_, err = c.NonceAt(ctx, chain.Sealer(), new(big.Int).Add(chain.Head().Number, common.Big1))
	require.ErrorContains(t, err, "latest block only")
}

func TestEth_CallsAreBounded(t *testing.T) {
	s := serve(t, loopback())
	to := contract.Address()
	_, err := s.client(t).CallContract(t.Context(), ethereum.CallMsg{To: &to, Data: []byte{1, 2, 3, 4}}, nil)
	require.ErrorContains(t, err, "execution reverted")
	var data rpc.DataError
	require.ErrorAs(t, err, &data)
	var code rpc.Error
	require.ErrorAs(t, err, &code)
	require.Equal(t, 3, code.ErrorCode())
	_, err = s.l.Chain().Call(t.Context(), ethereum.CallMsg{To: &to, Data: []byte{1, 2, 3, 4}})
	var reverted *chain.RevertError
	require.ErrorAs(t, err, &reverted)
	require.Equal(t, hexutil.Encode(reverted.Data), data.ErrorData())
	// Code that never ends: JUMPDEST, PUSH0, JUMP. It runs out of gas or time.
	a := s.ask(t, "eth_call", map[string]any{"data": "0x5b5f56", "gas": "0xffffffffffff"}, "latest")
	require.NotNil(t, a.Error)
	require.Contains(t, []int{-32000, -32002}, a.Error.Code)
	s.refused(t, -32000, "eth_call", map[string]any{"to": to, "gas": "0x1"}, "latest")
	s.refused(t, -32602, "eth_call", map[string]any{"to": to}, "latest", map[string]any{}) // overriding state
	s.refused(t, -32602, "eth_call", map[string]any{"to": "0x12"}, "latest")
}

func TestEth_ProofsOfStateHold(t *testing.T) {
	s := serve(t, loopback())
	head := s.l.Chain().Head()
	empty := common.HexToHash("0xfe")
	p := s.proof(t, contract.Address(), "0x0", empty.Hex())
	account := walk(t, head.Root, contract.Address().Bytes(), p.AccountProof)
	require.NotEmpty(t, account)
	want, err := s.l.Chain().Code(t.Context(), contract.Address())
	require.NoError(t, err)
	require.Equal(t, crypto.Keccak256Hash(want), p.CodeHash)
	require.Contains(t, string(account), string(p.StorageHash[:]))
	require.Len(t, p.StorageProof, 2)
	require.Equal(t, "0x0", p.StorageProof[0].Key)
	slot0, err := s.l.Chain().StorageAt(t.Context(), contract.Address(), common.Hash{})
	require.NoError(t, err)
	require.Equal(t, slot0.Big(), p.StorageProof[0].Value.ToInt())
	walk(t, p.StorageHash, common.Hash{}.Bytes(), p.StorageProof[0].Proof)
	require.Empty(t, walk(t, p.StorageHash, empty.Bytes(), p.StorageProof[1].Proof))

	nobody := common.HexToAddress("0x1234")
	none := s.proof(t, nobody, "0x1")
	require.Empty(t, walk(t, head.Root, nobody.Bytes(), none.AccountProof))

	s.refused(t, -32602, "eth_getProof", contract.Address(), make([]string, jsonrpc.MaxSlots+1), "latest")
	s.refused(t, -32602, "eth_getProof", contract.Address(), []string{"0x" + strings.Repeat("0", 66)}, "latest")
	s.refused(t, -32602, "eth_getStorageAt", contract.Address(), "0xzz", "latest")
	s.refused(t, -32000, "eth_getProof", contract.Address(), []string{}, "0x0")
}

// stateProof is eth_getProof's answer (EIP-1186).
type stateProof struct {
	AccountProof []string    `json:"accountProof"`
	CodeHash     common.Hash `json:"codeHash"`
	StorageHash  common.Hash `json:"storageHash"`
	StorageProof []struct {
		Key   string       `json:"key"`
		Value *hexutil.Big `json:"value"`
		Proof []string     `json:"proof"`
	} `json:"storageProof"`
}

func (s *served) proof(t *testing.T, addr common.Address, slots ...string) (p stateProof) {
	t.Helper()
	a := s.ask(t, "eth_getProof", addr, slots, "latest")
	require.Nil(t, a.Error)
	require.NoError(t, json.Unmarshal(a.Result, &p))
	return p
}

// walk is go-ethereum's verifier on the nodes by their hashes alone.
func walk(t *testing.T, root common.Hash, key []byte, path []string) []byte {
	t.Helper()
	db := memorydb.New()
	for _, node := range path {
		raw := common.FromHex(node)
		require.NoError(t, db.Put(crypto.Keccak256(raw), raw))
	}
	value, err := trie.VerifyProof(root, crypto.Keccak256(key), db)
	require.NoError(t, err)
	return value
}

func TestEth_Logs(t *testing.T) {
	s := serve(t, loopback())
	c, ctx := s.client(t), t.Context()
	accepted := crypto.Keccak256Hash([]byte("Accepted(bytes32,bytes32)"))
	claimed := crypto.Keccak256Hash([]byte("VoucherClaimed(bytes16,uint32,bytes32,uint32,address,bytes32)"))
	count := func(q ethereum.FilterQuery) int {
		t.Helper()
		logs, err := c.FilterLogs(ctx, q)
		require.NoError(t, err)
		return len(logs)
	}
	all := ethereum.FilterQuery{FromBlock: common.Big0}
	var stored []*types.Log
	for n := range s.l.Chain().Head().Number.Uint64() + 1 {
		receipts, err := s.l.Chain().Receipts(n)
		require.NoError(t, err)
		for _, r := range receipts {
			stored = append(stored, r.Logs...)
		}
	}
	got, err := c.FilterLogs(ctx, all)
	require.NoError(t, err)
	require.Equal(t, asJSON(t, stored), asJSON(t, got))

	of := func(change func(*ethereum.FilterQuery)) int {
		q := all
		change(&q)
		return count(q)
	}
	require.Equal(t, 25, of(func(q *ethereum.FilterQuery) { q.Topics = [][]common.Hash{{claimed}} }))
	require.Equal(t, 31, of(func(q *ethereum.FilterQuery) { q.Topics = [][]common.Hash{{accepted}} }))
	require.Equal(t, 56, of(func(q *ethereum.FilterQuery) { q.Topics = [][]common.Hash{{accepted, claimed}} }))
	require.Equal(t, 1, of(func(q *ethereum.FilterQuery) {
		q.Topics = [][]common.Hash{{accepted}, {common.BytesToHash(stored[len(stored)-2].Topics[1][:])}}
	}))
	require.Equal(t, 1, of(func(q *ethereum.FilterQuery) {
		q.Topics = [][]common.Hash{nil, {common.BytesToHash(stored[len(stored)-2].Topics[1][:])}}
	}))
	require.Equal(t, len(stored), of(func(q *ethereum.FilterQuery) { q.Addresses = []common.Address{contract.Address()} }))
	require.Zero(t, of(func(q *ethereum.FilterQuery) { q.Addresses = []common.Address{{1}} }))
	require.Equal(t, 50, strings.Count(string(s.ask(t, "eth_getLogs", map[string]any{}).Result), "blockHash"), "the head's")
	hash := s.l.Chain().Head().Hash()
	require.Equal(t, 50, count(ethereum.FilterQuery{BlockHash: &hash}))
	require.Equal(t, 50, of(func(q *ethereum.FilterQuery) { q.FromBlock, q.ToBlock = s.l.Chain().Head().Number, big.NewInt(9000) }))

	for name, f := range map[string]map[string]any{
		"too many places":    {"topics": make([]any, jsonrpc.MaxTopics+1)},
		"too many choices":   {"address": make([]common.Address, jsonrpc.MaxChoices+1)},
		"too many of topics": {"topics": []any{nil, make([]common.Hash, jsonrpc.MaxChoices+1)}},
		"backwards":          {"fromBlock": "0x2", "toBlock": "0x1"},
		"beyond the head":    {"fromBlock": "0x1000"},
		"hash and range":     {"blockHash": hash, "fromBlock": "0x1"},
		"not a hash":         {"topics": []any{"0x12"}},
	} {
		t.Run(name, func(t *testing.T) { s.refused(t, -32602, "eth_getLogs", f) })
	}
	s.refused(t, -32000, "eth_getLogs", map[string]any{"blockHash": common.Hash{1}})
}

func TestEth_NotThereIsNull(t *testing.T) {
	s := serve(t, loopback())
	for _, call := range [][]any{
		{"eth_getBlockByNumber", "0x1000", true},
		{"eth_getBlockByHash", common.Hash{1}, false},
		{"eth_getTransactionByHash", common.Hash{1}},
		{"eth_getTransactionReceipt", common.Hash{1}},
		{"eth_getBlockReceipts", "0x1000"},
		{"eth_getBlockReceipts", map[string]any{"blockHash": common.Hash{1}}},
	} {
		a := s.ask(t, call[0].(string), call[1:]...)
		require.Nil(t, a.Error, "%v", call)
		require.JSONEq(t, "null", string(a.Result))
	}
	for _, tag := range []string{"latest", "safe", "finalized", "pending"} {
		a := s.ask(t, "eth_getBlockByNumber", tag, false)
		require.Contains(t, string(a.Result), s.l.Chain().Head().Hash().Hex(), tag)
	}
	require.Contains(t, string(s.ask(t, "eth_getBlockByNumber", "earliest", false).Result), s.l.Chain().GenesisHash().Hex())
	require.JSONEq(t, `"Tally/1"`, string(s.ask(t, "web3_clientVersion").Result))
	s.refused(t, -32602, "eth_getBlockByNumber", "newest", false)
	s.refused(t, -32602, "eth_getBlockByNumber")
}

// TestEth_ClosedChainSaysSo asks while the ledger under the endpoint is gone.
func TestEth_ClosedChainSaysSo(t *testing.T) {
	s := serve(t, loopback())
	require.NoError(t, s.l.Chain().Close())
	s.refused(t, -32000, "eth_getBlockByNumber", "0x1", false)
	s.refused(t, -32000, "eth_call", map[string]any{"to": contract.Address()}, "latest")
	s.refused(t, -32000, "eth_getProof", contract.Address(), []string{}, "latest")
	s.refused(t, -32000, "eth_getTransactionByHash", common.Hash{1})
}
