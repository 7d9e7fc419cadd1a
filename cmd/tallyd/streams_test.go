package main

import (
	"errors"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/rpc"
	"github.com/stretchr/testify/require"

	"tally/internal/audit/checkpoints"
	"tally/internal/audit/translog"
	"tally/internal/index"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// TestStreams_Ready: no error makes a server ready.
func TestStreams_Ready(t *testing.T) {
	now := time.Unix(1_795_420_800, 0)
	failing := func(ago time.Duration) translog.Failure {
		return translog.Failure{Since: now.Add(-ago), Err: errors.New("no such block")}
	}
	for name, c := range map[string]struct {
		stats    index.Stats
		log      translog.Failure
		caughtUp bool
		alone    bool
		began    time.Duration // ago
		want     error
	}{
		"at the start":                        {want: errCatchingUp},
		"at the start, and alone":             {alone: true, began: indexPatience - 1, want: errCatchingUp},
		"alone, and the index takes long":     {alone: true, began: indexPatience},
		"not alone, and the index takes long": {began: time.Hour, want: errCatchingUp},
		"alone, and the stream fails":         {alone: true, began: time.Hour, stats: index.Stats{StreamFrom: now}, want: errStream},
		"alone, and the log's stream fails":   {alone: true, began: time.Hour, log: failing(0), want: errStream},
		"caught up":                           {caughtUp: true},
		"other errors at the start":           {stats: index.Stats{Errors: 7, LastError: "x"}, want: errCatchingUp},
		"the index is out of reach":           {stats: index.Stats{Errors: 1, IndexLost: true}},
		"the stream fails at the start":       {stats: index.Stats{StreamFrom: now}, want: errStream},
		"and the index is out of reach":       {stats: index.Stats{StreamFrom: now, IndexLost: true}, want: errStream},
		"the stream fails later":              {stats: index.Stats{StreamFrom: now.Add(-streamPatience + 1)}, caughtUp: true},
		"the stream fails for long":           {stats: index.Stats{StreamFrom: now.Add(-streamPatience)}, caughtUp: true, want: errStream},
		"the log's stream fails at the start": {stats: index.Stats{}, log: failing(0), want: errStream},
		"the log's stream fails later":        {log: failing(streamPatience - 1), caughtUp: true},
		"the log's stream fails for long":     {log: failing(streamPatience), caughtUp: true, want: errStream},
	} {
		s := streams{
			index: func() index.Stats { return c.stats }, log: func() translog.Failure { return c.log },
			caughtUp: func() bool { return c.caughtUp }, alone: c.alone, began: now.Add(-c.began), now: func() time.Time { return now },
		}
		require.ErrorIs(t, s.ready(), c.want, name)
		if c.want == nil {
			require.NoError(t, s.ready(), name)
		}
		require.Equal(t, c.caughtUp && !c.stats.IndexLost, s.lists(), name)
	}
}

// logsWhatItIsTold is the code of a contract that logs its calldata: two topics,
// and the rest as data.
var logsWhatItIsTold = hexutil.MustDecode("0x6020355f35604036038060405f375fa200")

// possessed is a contract on anvil that says what the test wants, as one whose
// code is another than it was when the server looked.
type possessed struct {
	t        *testing.T
	node     *rpc.Client
	contract common.Address
	code     hexutil.Bytes
	sender   common.Address
}

func possess(t *testing.T, url string, contract voucher.Address) *possessed {
	t.Helper()
	node, err := rpc.DialContext(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(node.Close)
	p := &possessed{t: t, node: node, contract: common.Address(contract)}
	var accounts []common.Address
	p.call(&accounts, "eth_accounts")
	p.sender = accounts[0]
	p.call(&p.code, "eth_getCode", p.contract, "latest")
	return p
}

func (p *possessed) call(into any, method string, args ...any) {
	p.t.Helper()
	require.NoError(p.t, p.node.CallContext(p.t.Context(), into, method, args...), method)
}

// say has the contract log Accepted of an id with this data, in a transaction that is no
// call to submit.
func (p *possessed) say(id common.Hash, data []byte) {
	p.t.Helper()
	p.call(nil, "anvil_setCode", p.contract, hexutil.Bytes(logsWhatItIsTold))
	topic := crypto.Keccak256Hash([]byte("Accepted(bytes32,bytes32)"))
	var hash common.Hash
	p.call(&hash, "eth_sendTransaction", map[string]any{ // and a block is made of it
		"from": p.sender, "to": p.contract, "input": hexutil.Bytes(append(append(topic[:], id[:]...), data...)),
	})
	require.Eventually(p.t, func() bool {
		var receipt *struct {
			Logs []any `json:"logs"`
		}
		p.call(&receipt, "eth_getTransactionReceipt", hash)
		return receipt != nil && len(receipt.Logs) == 1
	}, time.Minute, 20*time.Millisecond)
	p.call(nil, "anvil_setCode", p.contract, p.code)
	p.call(nil, "evm_mine") // whose state has the contract again
}

func (s *server) ready() bool { return s.client().Ready(s.t.Context()) == nil }

// leaves is how many leaves the server's log has.
func (s *server) leaves(w *ledgertest.World) int64 {
	s.t.Helper()
	info, err := s.client().Ledger(s.t.Context())
	require.NoError(s.t, err)
	raw, err := auditor(s.t, w, s.client()).Checkpoint(s.t.Context())
	require.NoError(s.t, err)
	head, err := checkpoints.Open(raw, info.Log.Key)
	require.NoError(s.t, err)
	return head.Tree.N
}

// TestAttack_Stream_Unread: an entry without its command stops neither the log
// nor the index, now and after a restart.
func TestAttack_Stream_Unread(t *testing.T) {
	t.Parallel() // it waits most of its time
	url, key := startNetwork(t)
	made := found(t, url, key)
	s := &server{t: t, dir: t.TempDir(), args: []string{
		"--ledger", "remote", "--rpc", url, "--contract", made.Contract.String(), "--relayer-key", key,
	}}
	s.start()
	w, id := openShop(t, s.client(), 100)
	possess(t, url, made.Contract).say(common.Hash{1}, make([]byte, 32))
	v := newVisit(w, id, "customer")
	require.Eventually(t, func() bool { // the server sees soon that the contract is back
		return v.goOn(t.Context(), w, s.client()) == nil
	}, time.Minute, 50*time.Millisecond)
	follows := func() {
		require.Eventually(t, func() bool { return s.ready() && s.leaves(w) == 4+1+2+1 }, time.Minute, 50*time.Millisecond)
		require.Equal(t, uint64(1), s.books(w, id).Vouchers.Spent)
	}
	follows()
	s.kill()
	s.start()
	defer s.kill()
	follows()
}

// TestAttack_Stream_Broken: where the ledger's logs are not what any version of
// the contract writes, the server says that it is not ready, now and after a restart.
func TestAttack_Stream_Broken(t *testing.T) {
	t.Parallel() // it waits most of its time
	url, key := startNetwork(t)
	made := found(t, url, key)
	s := &server{t: t, dir: t.TempDir(), args: []string{
		"--ledger", "remote", "--rpc", url, "--contract", made.Contract.String(), "--relayer-key", key,
	}}
	s.start()
	require.Eventually(t, s.ready, time.Minute, 50*time.Millisecond)
	possess(t, url, made.Contract).say(common.Hash{1}, []byte{1})
	require.Eventually(t, func() bool { return !s.ready() }, 2*time.Minute, 200*time.Millisecond)
	s.kill()
	s.start()
	defer s.kill()
	require.Never(t, s.ready, 5*time.Second, 100*time.Millisecond)
}
