package remote_test

import (
	"context"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/stretchr/testify/require"

	"tally/internal/ledger"
	"tally/internal/ledger/evm/contract"
	"tally/internal/ledger/evm/remote"
	"tally/internal/ledger/ledgertest"
	"tally/internal/processtest"
	"tally/internal/voucher"
)

func TestOpen_UnreachableNode(t *testing.T) {
	t.Parallel()
	for _, scheme := range []string{"http", "ws"} {
		url := scheme + "://user:secret@127.0.0.1:" + processtest.Port(t) + "/key"
		_, err := remote.Open(t.Context(), options(url))
		require.ErrorIs(t, err, remote.ErrUnreachable)
		require.NotContains(t, err.Error(), "secret")
		require.NotContains(t, err.Error(), "/key")
		_, err = remote.Deploy(t.Context(), remote.DeployOptions{Options: options(url, relayer("one"))})
		require.ErrorIs(t, err, remote.ErrUnreachable)
	}
}

func TestOpen_WrongChain(t *testing.T) {
	t.Parallel()
	a := startAnvil(t)
	a.fund(relayer("one"))
	opts := deploy(t, options(a.http, relayer("one")))
	opts.ChainID = 31337
	l, w := shop(t, opts, a.clock)
	opts.ChainID = 1
	_, err := remote.Open(t.Context(), opts)
	require.ErrorIs(t, err, remote.ErrOtherChain)

	// The node is started afresh: the same chain id, and nothing else.
	a.process.kill()
	a.process.args = append(a.process.args, "--gas-limit", "20000000")
	a.process.start()
	await(t, a.rpc)
	require.Eventually(t, func() bool {
		_, _, err := l.Merchant(context.Background(), w.Merchant.Address)
		return err != nil
	}, time.Minute, 10*time.Millisecond)
	_, _, err = l.Merchant(t.Context(), w.Merchant.Address)
	require.ErrorIs(t, err, remote.ErrOtherChain)
	got := <-submit(shortly(t), l, w.PutStore(5, 8, "Lost"))
	require.Error(t, got.err)
	require.Equal(t, voucher.StatusUnknown, got.outcomes[0].Status)
	opts.ChainID = 0
	_, err = remote.Open(t.Context(), opts)
	require.ErrorIs(t, err, remote.ErrNoContract)
}

func TestOpen_WrongContract(t *testing.T) {
	t.Parallel()
	a := startAnvil(t)
	a.fund(relayer("one"))
	d, err := remote.Deploy(t.Context(), remote.DeployOptions{
		Options: options(a.http, relayer("one")), Operators: ledgertest.Operators(), Threshold: 1,
	})
	require.NoError(t, err)
	code, administration, err := contract.Codes()
	require.NoError(t, err)
	unfounded, foreign := common.Address{0xaa}, common.Address{0xbb}
	a.call("anvil_setCode", unfounded, hexutil.Bytes(code))
	a.call("anvil_setCode", foreign, hexutil.Bytes(code))
	a.foundElsewhere(foreign, common.Address(d.Administration))
	for at, want := range map[common.Address]error{
		{0x99}:                           remote.ErrNoContract,
		common.Address(d.Administration): contract.ErrOtherContract,
		unfounded:                        remote.ErrNotFounded,
		foreign:                          remote.ErrOtherChain,
	} {
		opts := options(a.http, relayer("one"))
		opts.Contract = at
		_, err = remote.Open(t.Context(), opts)
		require.ErrorIs(t, err, want)
	}
	a.call("anvil_setCode", common.Address(d.Administration), hexutil.Bytes(append(administration, 0)))
	opts := options(a.http, relayer("one"))
	opts.Contract = common.Address(d.Contract)
	_, err = remote.Open(t.Context(), opts)
	require.ErrorIs(t, err, contract.ErrOtherContract, "half of it is of another version")
}

// foundElsewhere founds a contract as if the chain started with another block,
// which it can only check while it remembers its first.
func (a *anvil) foundElsewhere(at, administration common.Address) {
	a.t.Helper()
	calls, err := contract.NewCalls()
	require.NoError(a.t, err)
	a.call("anvil_mine", hex(300))
	a.transact(at, calls.Found(common.Hash{7}, ledgertest.Operators(), 1, administration))
}

// transact sends a transaction by anvil's own account.
func (a *anvil) transact(to common.Address, data []byte) {
	a.t.Helper()
	var accounts []common.Address
	require.NoError(a.t, a.rpc.CallContext(a.t.Context(), &accounts, "eth_accounts"))
	a.call("eth_sendTransaction", map[string]any{"from": accounts[0], "to": to, "data": hexutil.Bytes(data), "gas": hex(3_000_000)})
}

func TestOpen_WrongKey(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "0x", "12", "zz", "0x" + string(make([]byte, 64))} {
		_, err := remote.ParseKey(text)
		require.ErrorIs(t, err, remote.ErrKey)
	}
	key := relayer("one")
	text := hexutil.Encode(crypto.FromECDSA(key))
	for _, same := range []string{text, text[2:], " " + text + "\n"} {
		got, err := remote.ParseKey(same)
		require.NoError(t, err)
		require.Equal(t, key, got)
	}
	a := startAnvil(t)
	a.fund(key)
	opts := deploy(t, options(a.http, key))
	opts.Keys = append(opts.Keys, relayer("poor"))
	_, err := remote.Open(t.Context(), opts)
	require.ErrorIs(t, err, remote.ErrNoFunds)
	_, err = remote.Deploy(t.Context(), remote.DeployOptions{Options: options(a.http, relayer("poor")), Operators: ledgertest.Operators(), Threshold: 1})
	require.ErrorIs(t, err, remote.ErrNoFunds)

	// Money that goes out while the ledger runs.
	opts.Keys = opts.Keys[:1]
	l, w := shop(t, opts, a.clock)
	a.call("anvil_setBalance", crypto.PubkeyToAddress(key.PublicKey), "0x1")
	got := <-submit(t.Context(), l, w.PutStore(5, 8, "Dear"))
	require.ErrorIs(t, got.err, ledger.ErrNotSent)
	require.ErrorIs(t, got.err, remote.ErrNoFunds)
	a.fund(key)
	w.Must(w.PutStore(5, 8, "Paid"))
}

func TestOpen_WithoutKeysReads(t *testing.T) {
	t.Parallel()
	a := startAnvil(t)
	a.fund(relayer("one"))
	opts := deploy(t, options(a.http, relayer("one")))
	_, w := shop(t, opts, a.clock)
	opts.Keys = nil
	l := open(t, opts)
	require.Equal(t, uint32(5), version(t, l, w))
	got := <-submit(t.Context(), l, w.PutStore(5, 8, "No"))
	require.ErrorIs(t, got.err, ledger.ErrNotSent)
	require.ErrorIs(t, got.err, remote.ErrNoRelayer)
	_, err := remote.Deploy(t.Context(), remote.DeployOptions{Options: options(a.http)})
	require.ErrorIs(t, err, remote.ErrNoRelayer)
}

func TestDeploy_NeedsOperators(t *testing.T) {
	t.Parallel()
	a := startAnvil(t)
	a.fund(relayer("one"))
	for _, threshold := range []uint32{0, 2} {
		_, err := remote.Deploy(t.Context(), remote.DeployOptions{
			Options: options(a.http, relayer("one")), Operators: ledgertest.Operators(), Threshold: threshold,
		})
		require.ErrorIs(t, err, contract.ErrOperators)
		require.ErrorIs(t, err, remote.ErrFounding)
	}
}

// TestSubmit_ByAnotherContract has a contract forward a call of submit, whose
// command would not be in the transaction: it changes nothing.
func TestSubmit_ByAnotherContract(t *testing.T) {
	t.Parallel()
	a := startAnvil(t)
	a.fund(relayer("one"))
	opts := deploy(t, options(a.http, relayer("one")))
	l, w := shop(t, opts, a.clock)
	forwarder := common.Address{0xcc}
	code := append([]byte{0x36, 0x5f, 0x5f, 0x37, 0x5f, 0x5f, 0x36, 0x5f, 0x5f, 0x73}, opts.Contract[:]...) // copy the call, and
	code = append(code, 0x5a, 0xf1, 0x00)                                                                   // call with all gas
	a.call("anvil_setCode", forwarder, hexutil.Bytes(code))
	calls, err := contract.NewCalls()
	require.NoError(t, err)
	command := w.PutStore(5, 8, "Forwarded")
	a.transact(forwarder, calls.Groups([][]byte{voucher.EncodeCommand(command)}, []int{0}, 1)[0].Call)
	w.Must(w.PutStore(5, 9, "Direct"))
	var last []ledger.Entry
	for e, err := range l.Events(t.Context(), voucher.Position{}, voucher.Position{Block: 1 << 40}) {
		require.NoError(t, err)
		last = append(last, e)
	}
	require.Len(t, last, 6)
	require.NotEmpty(t, last[5].Command)
	_, ok, err := l.Outcome(t.Context(), w.Domain.ID(command))
	require.NoError(t, err)
	require.False(t, ok)
}
