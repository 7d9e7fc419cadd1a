package remote_test

import (
	"context"
	"crypto/ecdsa"
	"encoding/binary"
	"errors"
	"fmt"
	"math/big"
	"sync"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/rpc"
	"github.com/stretchr/testify/require"

	"tally/internal/intent"
	"tally/internal/ledger"
	"tally/internal/ledger/evm/remote"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// nonces are an account's transactions in blocks, and with those in the pool.
func nonces(t *testing.T, c *rpc.Client, key *ecdsa.PrivateKey) (mined, pending uint64) {
	t.Helper()
	var latest, next hexutil.Uint64
	from := crypto.PubkeyToAddress(key.PublicKey)
	require.NoError(t, c.CallContext(t.Context(), &latest, "eth_getTransactionCount", from, "latest"))
	require.NoError(t, c.CallContext(t.Context(), &next, "eth_getTransactionCount", from, "pending"))
	return uint64(latest), uint64(next)
}

// shop is a founded ledger with a merchant.
func shop(t *testing.T, opts remote.Options, now func() time.Time) (*remote.Ledger, *ledgertest.World) {
	t.Helper()
	opts.Now = now
	l := open(t, opts)
	w := ledgertest.NewWorld(t, l, now)
	w.Found()
	return l, w
}

// claims are the claims of n customers, of a serial each.
func claims(w *ledgertest.World, id voucher.CampaignID, n int) []voucher.Command {
	out := make([]voucher.Command, n)
	for i := range out {
		out[i] = w.Claim(ledgertest.NewActor(fmt.Sprintf("customer %d", i)), id, 0, uint32(i))
	}
	return out
}

// parallel submits each command by itself, all at once.
func parallel(t *testing.T, l ledger.Ledger, commands []voucher.Command) {
	t.Helper()
	errs := make([]error, len(commands))
	outcomes := make([]voucher.Outcome, len(commands))
	var all sync.WaitGroup
	for i, c := range commands {
		all.Go(func() {
			got, err := l.Submit(t.Context(), intent.NewDomain(l.ID()).AuthorAll(c))
			errs[i], outcomes[i] = err, got[0]
		})
	}
	all.Wait()
	for i := range commands {
		require.NoError(t, errs[i])
		require.Equal(t, voucher.StatusAccepted, outcomes[i].Status, outcomes[i].Kind.String())
	}
}

// TestLanes_ParallelSubmitsLeaveNoGap has 500 callers submit at once by two accounts:
// afterwards every nonce is used, nothing is left in the pool, and both lanes
// still work.
func TestLanes_ParallelSubmitsLeaveNoGap(t *testing.T) {
	t.Parallel()
	first, second := relayer("first"), relayer("second")
	check := func(t *testing.T, c *rpc.Client, opts remote.Options, now func() time.Time) {
		t.Helper()
		l, w := shop(t, opts, now)
		commands := claims(w, w.Campaign(1000, nil), 500)
		before1, _ := nonces(t, c, first)
		before2, _ := nonces(t, c, second)
		parallel(t, l, commands)
		after1, pending1 := nonces(t, c, first)
		after2, pending2 := nonces(t, c, second)
		require.Equal(t, after1, pending1)
		require.Equal(t, after2, pending2)
		require.Equal(t, uint64(500), after1-before1+after2-before2, "a transaction each, and none twice")
		require.NotZero(t, after2-before2)
		parallel(t, l, []voucher.Command{w.PutStore(5, 8, "A")})
		entries := 0
		for e, err := range l.Events(t.Context(), voucher.Position{}, voucher.Position{Block: 1 << 40}) {
			require.NoError(t, err)
			require.NotEmpty(t, e.Command)
			entries++
		}
		require.Equal(t, 5+1+500+1, entries)
	}
	t.Run("geth", func(t *testing.T) {
		g := startGeth(t, 1_000_000_000, "first", "second")
		g.produce()
		check(t, g.eth, deploy(t, options(g.ws, first, second)), g.clock)
	})
	t.Run("anvil", func(t *testing.T) {
		a := startAnvil(t)
		a.fund(first, second)
		check(t, a.rpc, deploy(t, options(a.http, first, second)), a.clock)
	})
}

// stopped is an anvil with a shop that makes no more blocks by itself.
func stopped(t *testing.T, edit func(*remote.Options)) (*anvil, *remote.Ledger, *ledgertest.World) {
	t.Helper()
	a := startAnvil(t)
	a.fund(relayer("one"))
	opts := deploy(t, options(a.ws, relayer("one")))
	opts.Resend = 200 * time.Millisecond
	if edit != nil {
		edit(&opts)
	}
	l, w := shop(t, opts, a.clock)
	a.call("evm_setAutomine", false)
	return a, l, w
}

// answer is what a Submit returns some time.
type answer struct {
	outcomes []voucher.Outcome
	err      error
}

func submit(ctx context.Context, l ledger.Ledger, commands ...voucher.Command) <-chan answer {
	got := make(chan answer, 1)
	go func() {
		outcomes, err := l.Submit(ctx, intent.NewDomain(l.ID()).AuthorAll(commands...))
		got <- answer{outcomes, err}
	}()
	return got
}

// requireAccepted waits for an answer that accepts everything.
func requireAccepted(t *testing.T, got <-chan answer) []voucher.Outcome {
	t.Helper()
	a := <-got
	require.NoError(t, a.err)
	for _, o := range a.outcomes {
		require.Equal(t, voucher.StatusAccepted, o.Status, o.Kind.String())
	}
	return a.outcomes
}

// pooled are the transactions of a key in anvil's pool, by nonce.
func (a *anvil) pooled(key *ecdsa.PrivateKey) map[string]*pooledTransaction {
	a.t.Helper()
	var pool struct {
		Pending, Queued map[common.Address]map[string]*pooledTransaction
	}
	require.NoError(a.t, a.rpc.CallContext(a.t.Context(), &pool, "txpool_content"))
	from := crypto.PubkeyToAddress(key.PublicKey)
	all := map[string]*pooledTransaction{}
	for _, part := range []map[common.Address]map[string]*pooledTransaction{pool.Pending, pool.Queued} {
		for nonce, tx := range part[from] {
			all[nonce] = tx
		}
	}
	return all
}

type pooledTransaction struct {
	Hash   common.Hash    `json:"hash"`
	To     common.Address `json:"to"`
	FeeCap *hexutil.Big   `json:"maxFeePerGas"`
}

// awaitPool waits until n transactions of a key are in the pool.
func (a *anvil) awaitPool(key *ecdsa.PrivateKey, n int) map[string]*pooledTransaction {
	a.t.Helper()
	var all map[string]*pooledTransaction
	require.Eventually(a.t, func() bool {
		all = a.pooled(key)
		return len(all) == n
	}, time.Minute, 10*time.Millisecond)
	return all
}

// TestLanes_ReplaceACheapTransaction lets the base fee rise above what a
// transaction that waits offers.
func TestLanes_ReplaceACheapTransaction(t *testing.T) {
	t.Parallel()
	a, l, w := stopped(t, nil)
	got := submit(t.Context(), l, w.PutStore(5, 8, "Dear"))
	before := a.awaitPool(relayer("one"), 1)
	a.call("anvil_setNextBlockBaseFeePerGas", hex(50_000_000_000))
	a.call("evm_mine") // without it: it offers too little
	require.Eventually(t, func() bool {
		for nonce, tx := range a.pooled(relayer("one")) {
			if tx.FeeCap.ToInt().Cmp(big.NewInt(50_000_000_000)) > 0 {
				require.Contains(t, before, nonce, "the same nonce")
				return true
			}
		}
		return false
	}, time.Minute, 10*time.Millisecond)
	a.call("evm_mine")
	requireAccepted(t, got)
	mined, pending := nonces(t, a.rpc, relayer("one"))
	require.Equal(t, mined, pending)
}

// TestLanes_ReplaceATransactionThatBlocksPassBy: geth has it and makes a block without it.
// It is replaced by one with the same nonce that offers a tenth more at least.
func TestLanes_ReplaceATransactionThatBlocksPassBy(t *testing.T) {
	t.Parallel()
	c := newCrossroads(t, remote.Instant(), func(o *remote.Options) { o.Resend = 200 * time.Millisecond })
	got := submit(t.Context(), c.l, c.put)
	c.awaitWaiting(1)
	before := c.pooled(relayer("one"))
	c.pass()
	require.Eventually(t, func() bool {
		for nonce, tx := range c.pooled(relayer("one")) {
			if tx.Hash != before[nonce].Hash {
				least := new(big.Int).Mul(before[nonce].FeeCap.ToInt(), big.NewInt(11))
				return new(big.Int).Mul(tx.FeeCap.ToInt(), big.NewInt(10)).Cmp(least) >= 0
			}
		}
		return false
	}, time.Minute, 10*time.Millisecond)
	c.awaitWaiting(1)
	require.Len(t, c.block().Transactions, 1)
	requireAccepted(t, got)
}

// pooled are the transactions of a key in geth's pool, by nonce.
func (g *geth) pooled(key *ecdsa.PrivateKey) map[string]*pooledTransaction {
	g.t.Helper()
	var pool struct{ Pending map[string]*pooledTransaction }
	require.NoError(g.t, g.eth.CallContext(g.t.Context(), &pool, "txpool_contentFrom", crypto.PubkeyToAddress(key.PublicKey)))
	return pool.Pending
}

// TestLanes_FeesStopAtTheirLimit: a transaction whose fees may not rise waits until
// they fall again, and is not lost.
func TestLanes_FeesStopAtTheirLimit(t *testing.T) {
	t.Parallel()
	a, l, w := stopped(t, func(o *remote.Options) { o.MaxFee = big.NewInt(20_000_000_000) })
	a.call("anvil_setNextBlockBaseFeePerGas", hex(50_000_000_000))
	a.call("evm_mine")
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	command := w.PutStore(5, 8, "Dear")
	late := <-submit(ctx, l, command)
	require.Error(t, late.err)
	require.Equal(t, voucher.StatusUnknown, late.outcomes[0].Status)
	got := submit(t.Context(), l, command)
	a.call("anvil_setNextBlockBaseFeePerGas", hex(1_000_000_000))
	a.call("evm_mine")
	a.call("evm_setAutomine", true)
	requireAccepted(t, got)
}

// TestLanes_SendADroppedTransactionAgain takes the first of several transactions
// out of the pool, so that those behind it wait at a gap.
func TestLanes_SendADroppedTransactionAgain(t *testing.T) {
	t.Parallel()
	a, l, w := stopped(t, nil)
	a.call("evm_setAutomine", true)
	id := w.Campaign(100, nil)
	a.call("evm_setAutomine", false)
	var all []<-chan answer
	all = append(all, submit(t.Context(), l, w.PutStore(5, 8, "First")))
	a.awaitPool(relayer("one"), 1)
	for _, c := range claims(w, id, 3) {
		all = append(all, submit(t.Context(), l, c))
	}
	pool := a.awaitPool(relayer("one"), 4)
	mined, _ := nonces(t, a.rpc, relayer("one"))
	first := pool[fmt.Sprint(mined)]
	require.NotNil(t, first)
	a.call("anvil_dropTransaction", first.Hash)
	a.awaitPool(relayer("one"), 4) // it is back, with the same nonce
	require.NotNil(t, a.pooled(relayer("one"))[fmt.Sprint(mined)])
	a.call("evm_mine")
	for _, one := range all {
		requireAccepted(t, one)
	}
}

// TestLanes_FillAnEmptiedPoolAgain drops everything that waits.
func TestLanes_FillAnEmptiedPoolAgain(t *testing.T) {
	t.Parallel()
	a, l, w := stopped(t, nil)
	got := submit(t.Context(), l, w.PutStore(5, 8, "A"), w.PutStore(6, 9, "B"))
	a.awaitPool(relayer("one"), 1)
	a.call("anvil_dropAllTransactions")
	a.awaitPool(relayer("one"), 1)
	a.call("evm_mine")
	requireAccepted(t, got)
}

// TestLanes_NonceTakenBySomebodyElse: somebody else uses the relayer's key. The command gets
// another nonce and takes effect once.
func TestLanes_NonceTakenBySomebodyElse(t *testing.T) {
	t.Parallel()
	a, l, w := stopped(t, nil)
	got := submit(t.Context(), l, w.PutStore(5, 8, "Mine"))
	pool := a.awaitPool(relayer("one"), 1)
	mined, _ := nonces(t, a.rpc, relayer("one"))
	a.call("anvil_dropTransaction", pool[fmt.Sprint(mined)].Hash)
	a.send(relayer("one"), mined, 900_000_000_000)
	a.call("evm_mine")
	a.call("evm_setAutomine", true)
	out := requireAccepted(t, got)
	found, ok, err := l.Outcome(t.Context(), out[0].ID)
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, string(out[0].Canonical()), string(found.Canonical()))
}

// send sends a transaction that the ledger knows nothing of.
func (a *anvil) send(key *ecdsa.PrivateKey, nonce uint64, fee int64) {
	a.t.Helper()
	from := crypto.PubkeyToAddress(key.PublicKey)
	tx, err := types.SignNewTx(key, types.LatestSignerForChainID(big.NewInt(31337)), &types.DynamicFeeTx{
		ChainID: big.NewInt(31337), Nonce: nonce, GasTipCap: big.NewInt(fee), GasFeeCap: big.NewInt(fee), Gas: 21_000, To: &from,
	})
	require.NoError(a.t, err)
	raw, err := tx.MarshalBinary()
	require.NoError(a.t, err)
	a.call("eth_sendRawTransaction", hexutil.Bytes(raw))
}

// TestLanes_GoOnAfterAnotherProcess: a transaction of an earlier process is in
// the pool with fees that no block takes, and one waits behind a gap. Neither
// keeps the lane from going on.
func TestLanes_GoOnAfterAnotherProcess(t *testing.T) {
	t.Parallel()
	a := startAnvil(t)
	key := relayer("one")
	a.fund(key)
	opts := deploy(t, options(a.ws, key))
	opts.Resend = 200 * time.Millisecond
	mined, _ := nonces(t, a.rpc, key)
	a.call("evm_setAutomine", false)
	a.send(key, mined, 2_000_000_000)
	a.send(key, mined+2, 2_000_000_000)
	a.call("anvil_setNextBlockBaseFeePerGas", hex(50_000_000_000))
	a.call("evm_mine")
	l := open(t, opts)
	w := ledgertest.NewWorld(t, l, a.clock)
	a.call("evm_setAutomine", true)
	requireAccepted(t, submit(t.Context(), l, w.Admit(w.Merchant, "A"), w.Admit(w.Bob, "B")))
	requireAccepted(t, submit(t.Context(), l, w.PutStore(1, 1, "C")))
	requireAccepted(t, submit(t.Context(), l, w.PutStore(2, 2, "D")))
}

// TestLanes_OutcomeUnknownThenSettled: the caller gives up before a block comes.
// The outcome is unknown, and known once a block comes.
func TestLanes_OutcomeUnknownThenSettled(t *testing.T) {
	t.Parallel()
	a, l, w := stopped(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	command := w.PutStore(5, 8, "Late")
	submitted := submit(ctx, l, command)
	a.awaitPool(relayer("one"), 1) // it is sent
	cancel()
	got := <-submitted
	require.ErrorIs(t, got.err, ledger.ErrUnknown)
	require.NotErrorIs(t, got.err, ledger.ErrNotSent)
	require.Equal(t, voucher.StatusUnknown, got.outcomes[0].Status)
	id := w.Domain.ID(command)
	_, ok, err := l.Outcome(t.Context(), id)
	require.NoError(t, err)
	require.False(t, ok)
	a.call("evm_mine")
	require.Eventually(t, func() bool {
		out, ok, err := l.Outcome(context.Background(), id)
		return err == nil && ok && out.Status == voucher.StatusAccepted
	}, time.Minute, 10*time.Millisecond)
	a.call("evm_setAutomine", true)
	require.Equal(t, voucher.StatusAccepted, w.Submit(command).Status, "sent again it has its first outcome")
}

// burning is code that takes all gas in one block, and is another contract's in
// every other one, and where a node simulates: that is a block with more gas than any.
func burning(block uint64, else_ common.Address) []byte {
	code := common.FromHex("0x67100000000000000045") // 2^60, GASLIMIT
	code = append(code, 0x10, 0x67)                  // LT, PUSH8 block
	code = binary.BigEndian.AppendUint64(code, block)
	code = append(code, common.FromHex("0x431416604757365f5f375f5f365f73")...) // NUMBER EQ AND, to the end; else the calldata
	code = append(code, else_[:]...)
	return append(code, common.FromHex("0x5af43d5f5f3e6043573d5ffd5b3d5ff35bfe")...) // DELEGATECALL, and what it returns
}

// TestLanes_GroupRunsOutOfGas is judged again and sent one by one: each command
// of it is paid for twice, and no more.
func TestLanes_GroupRunsOutOfGas(t *testing.T) {
	t.Parallel()
	a, l, w := stopped(t, nil)
	before, _ := nonces(t, a.rpc, relayer("one"))
	got := submit(t.Context(), l, w.PutStore(5, 8, "A"), w.PutStore(6, 9, "B"))
	var contract common.Address
	for _, tx := range a.awaitPool(relayer("one"), 1) {
		contract = tx.To
	}
	var code hexutil.Bytes
	require.NoError(t, a.rpc.CallContext(t.Context(), &code, "eth_getCode", contract, "latest"))
	other := common.Address{0xcc}
	a.call("anvil_setCode", other, code)
	a.call("anvil_setCode", contract, hexutil.Bytes(burning(a.height()+1, other)))
	a.call("evm_mine")
	a.call("evm_setAutomine", true)
	a.call("evm_mine")
	requireAccepted(t, got)
	after, _ := nonces(t, a.rpc, relayer("one"))
	require.Equal(t, uint64(3), after-before, "one for both, and one for each")
}

// height is the number of anvil's last block.
func (a *anvil) height() uint64 {
	a.t.Helper()
	var height hexutil.Uint64
	require.NoError(a.t, a.rpc.CallContext(a.t.Context(), &height, "eth_blockNumber"))
	return uint64(height)
}

// TestLanes_CloseWaitsForWhatIsUnderWay: no block comes until the ledger is being closed.
func TestLanes_CloseWaitsForWhatIsUnderWay(t *testing.T) {
	t.Parallel()
	a, l, w := stopped(t, nil)
	got := submit(t.Context(), l, w.PutStore(5, 8, "Last"))
	a.awaitPool(relayer("one"), 1)
	closed := make(chan error, 1)
	go func() { closed <- l.Close() }()
	require.Eventually(t, func() bool {
		refused := <-submit(t.Context(), l, w.PutStore(5, 9, "Too late"))
		return errors.Is(refused.err, ledger.ErrClosed)
	}, time.Minute, 5*time.Millisecond)
	require.Empty(t, got)
	a.call("evm_mine")
	requireAccepted(t, got)
	require.NoError(t, <-closed)
	_, err := l.Submit(t.Context(), w.Domain.AuthorAll(w.PutStore(6, 9, "Too late")))
	require.ErrorIs(t, err, ledger.ErrClosed)
	_, err = l.Wait(t.Context(), voucher.Position{Block: 1 << 40})
	require.ErrorIs(t, err, ledger.ErrClosed)
}

// TestLanes_FreeNetworkTakesEmptyAccounts: the base fee is 0, and the relayer has nothing.
func TestLanes_FreeNetworkTakesEmptyAccounts(t *testing.T) {
	t.Parallel()
	a := startAnvil(t, "--block-base-fee-per-gas", "0", "--gas-price", "0", "--disable-min-priority-fee")
	key := relayer("poor")
	_, w := shop(t, deploy(t, options(a.http, key)), a.clock)
	w.Must(w.PutStore(5, 8, "Free"))
	var wei hexutil.Big
	require.NoError(t, a.rpc.CallContext(t.Context(), &wei, "eth_getBalance", crypto.PubkeyToAddress(key.PublicKey), "latest"))
	require.Zero(t, wei.ToInt().Sign())
}

// TestEvents_ReadInRanges puts commands on both sides of where one range of
// blocks ends, counted from the founding.
func TestEvents_ReadInRanges(t *testing.T) {
	t.Parallel()
	a := startAnvil(t)
	a.fund(relayer("one"))
	opts := options(a.http, relayer("one"))
	d, err := remote.Deploy(t.Context(), remote.DeployOptions{Options: opts, Operators: ledgertest.Operators(), Threshold: 1})
	require.NoError(t, err)
	opts.Contract = common.Address(d.Contract)
	l, w := shop(t, opts, a.clock)
	want := []uint64{d.Block + 999, d.Block + 1000, d.Block + 1001, d.Block + 2000, d.Block + 2999, d.Block + 3000}
	for i, block := range want {
		var head hexutil.Uint64
		require.NoError(t, a.rpc.CallContext(t.Context(), &head, "eth_blockNumber"))
		if skip := block - 1 - uint64(head); skip > 0 {
			a.call("anvil_mine", hex(skip))
		}
		out := w.Must(w.PutStore(5+uint32(i), 10+uint32(i), "Far"))
		require.Equal(t, block, out.Position.Block)
	}
	var got []uint64
	for e, err := range l.Events(t.Context(), voucher.Position{}, voucher.Position{Block: 1 << 40}) {
		require.NoError(t, err)
		got = append(got, e.Outcome.Position.Block)
	}
	require.Equal(t, want, got[5:])
	got = nil
	for e, err := range l.Events(t.Context(), voucher.Position{Block: want[1]}, voucher.Position{Block: want[4], Item: 1}) {
		require.NoError(t, err)
		got = append(got, e.Outcome.Position.Block)
	}
	require.Equal(t, want[1:5], got)
}
