package chain

import (
	"context"
	"crypto/ecdsa"
	"crypto/rand"
	"log/slog"
	"math/big"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	ethereum "github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

// start is the genesis time of all tests; their clocks begin there.
const start = 1_700_000_000

var (
	counterAddr = common.HexToAddress("0xc0")
	writerAddr  = common.HexToAddress("0xc1")
	slot0       = common.Hash{}

	// counterCode adds one to slot 0, logs and returns the sum; called with
	// any data it reverts with 0xab.
	counterCode = common.FromHex("366018575f54600101805f555f52602a60205fa160205ff35b60ab5f5260205ffd")
	// writerCode stores the block number in the slot named by its data, and logs.
	writerCode = common.FromHex("435f3555602a60205fa100")
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(childEnv); dir != "" {
		sealForever(dir)
	}
	// go-ethereum starts these for good when blocks are executed again.
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("github.com/ethereum/go-ethereum/core.(*txSenderCacher).cache"))
}

// fixture is a genesis, its keys and a clock that stands until moved.
type fixture struct {
	sealer, user *ecdsa.PrivateKey
	genesis      Genesis
	clock        atomic.Int64
}

func newFixture(t testing.TB) *fixture {
	t.Helper()
	f := &fixture{sealer: newKey(t), user: newKey(t)}
	f.genesis = testGenesis(crypto.PubkeyToAddress(f.sealer.PublicKey))
	f.clock.Store(start)
	return f
}

func newKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := crypto.GenerateKey()
	require.NoError(t, err)
	return key
}

func testGenesis(sealer common.Address) Genesis {
	g := Genesis{ChainID: 7001, Time: start, Sealer: sealer, Alloc: types.GenesisAlloc{
		counterAddr: {Code: counterCode, Balance: new(big.Int)},
		writerAddr:  {Code: writerCode, Balance: new(big.Int)},
	}}
	_, _ = rand.Read(g.Salt[:])
	return g
}

func (f *fixture) options(dir string) Options {
	return Options{
		Dir: dir, Genesis: &f.genesis, Key: f.sealer, Logger: slog.New(slog.DiscardHandler),
		Now: func() time.Time { return time.Unix(f.clock.Load(), 0) },
	}
}

func (f *fixture) open(t testing.TB, dir string) *Chain {
	t.Helper()
	return openWith(t, f.options(dir), defaultTuning())
}

func openWith(t testing.TB, opts Options, tune tuning) *Chain {
	t.Helper()
	c, err := open(context.Background(), opts, tune)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	return c
}

func (f *fixture) userAddr() common.Address { return crypto.PubkeyToAddress(f.user.PublicKey) }

// tx signs a free transaction with the user's key.
func (f *fixture) tx(t testing.TB, nonce uint64, to common.Address, data []byte) *types.Transaction {
	t.Helper()
	tx, err := signedTx(f.user, f.genesis.ChainID, nonce, to, data)
	require.NoError(t, err)
	return tx
}

func signedTx(key *ecdsa.PrivateKey, chainID, nonce uint64, to common.Address, data []byte) (*types.Transaction, error) {
	signer := types.LatestSignerForChainID(new(big.Int).SetUint64(chainID))
	return types.SignNewTx(key, signer, &types.LegacyTx{
		Nonce: nonce, To: &to, Gas: 200_000, GasPrice: new(big.Int), Value: new(big.Int), Data: data,
	})
}

// count seals blocks of one counter transaction each and returns the last.
func (f *fixture) count(t testing.TB, c *Chain, blocks int) *Sealed {
	t.Helper()
	var s *Sealed
	nonce, err := c.Nonce(t.Context(), f.userAddr())
	require.NoError(t, err)
	for i := range blocks {
		s, err = c.Seal(t.Context(), []*types.Transaction{f.tx(t, nonce+uint64(i), counterAddr, nil)})
		require.NoError(t, err)
	}
	return s
}

func counter(t testing.TB, c *Chain) uint64 {
	t.Helper()
	v, err := c.StorageAt(t.Context(), counterAddr, slot0)
	require.NoError(t, err)
	return v.Big().Uint64()
}

// crashImage copies the directory of an idle, open chain: what a crash now
// would leave on the disk.
func crashImage(t testing.TB, c *Chain) string {
	t.Helper()
	image := filepath.Join(t.TempDir(), "image")
	require.NoError(t, os.CopyFS(image, os.DirFS(c.opts.Dir)))
	return image
}

func TestChain_SealAndReopen(t *testing.T) {
	f, dir := newFixture(t), t.TempDir()
	c := f.open(t, dir)
	require.Equal(t, f.genesis.Hash(), c.GenesisHash())
	require.Equal(t, c.GenesisHash(), c.Head().Hash())

	s := f.count(t, c, 3)
	require.Equal(t, uint64(3), s.Block.NumberU64())
	require.Equal(t, s.Block.Hash(), c.Head().Hash())
	require.Equal(t, types.ReceiptStatusSuccessful, s.Receipts[0].Status)
	require.NoError(t, c.Close())
	require.NoError(t, c.Close())

	opts := f.options(dir)
	opts.Genesis = nil // the stored one is found
	c = openWith(t, opts, defaultTuning())
	require.Equal(t, f.genesis.Hash(), c.GenesisHash())
	require.Equal(t, uint64(7001), c.ChainID().Uint64())
	require.Equal(t, s.Block.Hash(), c.Head().Hash())
	require.Equal(t, uint64(3), counter(t, c))
	require.Equal(t, uint64(4), f.count(t, c, 1).Block.NumberU64())
}

func TestChain_EmptyBlocks(t *testing.T) {
	f := newFixture(t)
	c := f.open(t, t.TempDir())
	for range 3 {
		s, err := c.Seal(t.Context(), nil)
		require.NoError(t, err)
		require.Empty(t, s.Receipts)
	}
	f.count(t, c, 1)
	_, err := c.Seal(t.Context(), nil)
	require.NoError(t, err)
	require.Equal(t, uint64(5), c.Head().Number.Uint64())
	receipts, err := c.Receipts(5)
	require.NoError(t, err)
	require.Empty(t, receipts)

	again := openWith(t, f.options(crashImage(t, c)), defaultTuning())
	require.Equal(t, c.Head().Hash(), again.Head().Hash())
	require.Equal(t, uint64(1), counter(t, again))
}

// The receipts that Seal returns must be the ones that a later read finds:
// proofs are made from either.
func TestSeal_ReceiptsAreTheStoredOnes(t *testing.T) {
	f, dir := newFixture(t), t.TempDir()
	c := f.open(t, dir)
	s, err := c.Seal(t.Context(), []*types.Transaction{
		f.tx(t, 0, counterAddr, nil),
		f.tx(t, 1, counterAddr, []byte{1}), // reverts
		f.tx(t, 2, writerAddr, slot0[:]),
	})
	require.NoError(t, err)
	require.Equal(t, types.ReceiptStatusFailed, s.Receipts[1].Status)
	require.Equal(t, types.ReceiptStatusSuccessful, s.Receipts[2].Status)
	require.Len(t, s.Receipts[2].Logs, 1)
	require.Equal(t, s.Block.Hash(), s.Receipts[2].Logs[0].BlockHash)
	require.Equal(t, uint(1), s.Receipts[2].Logs[0].Index)
	require.Equal(t, uint64(1), counter(t, c))
	require.NoError(t, c.Close())

	stored, err := f.open(t, dir).Receipts(1)
	require.NoError(t, err)
	require.Equal(t, []*types.Receipt(s.Receipts), []*types.Receipt(stored))
}

func TestSeal_TransactionThatCannotBeIncluded(t *testing.T) {
	f := newFixture(t)
	c := f.open(t, t.TempDir())
	head := c.Head().Hash()

	_, err := c.Seal(t.Context(), []*types.Transaction{f.tx(t, 0, counterAddr, nil), f.tx(t, 2, counterAddr, nil)})
	var txErr *TxError
	require.ErrorAs(t, err, &txErr)
	require.Equal(t, 1, txErr.Index)
	require.ErrorIs(t, err, core.ErrNonceTooHigh)

	poor, err := types.SignNewTx(f.user, types.LatestSignerForChainID(c.ChainID()), &types.LegacyTx{To: &counterAddr, Gas: 20_000, GasPrice: new(big.Int)})
	require.NoError(t, err)
	_, err = c.Seal(t.Context(), []*types.Transaction{poor})
	require.ErrorIs(t, err, core.ErrIntrinsicGas)

	foreign, err := signedTx(f.user, 1, 0, counterAddr, nil)
	require.NoError(t, err)
	_, err = c.Seal(t.Context(), []*types.Transaction{foreign})
	require.ErrorIs(t, err, types.ErrInvalidChainId)

	require.Equal(t, head, c.Head().Hash())
	require.Zero(t, counter(t, c))
	require.Equal(t, uint64(1), f.count(t, c, 1).Block.NumberU64())
}

func TestChain_Call(t *testing.T) {
	f := newFixture(t)
	c := f.open(t, t.TempDir())
	f.count(t, c, 2)
	ret, err := c.Call(t.Context(), ethereum.CallMsg{To: &counterAddr})
	require.NoError(t, err)
	require.Equal(t, uint64(3), new(big.Int).SetBytes(ret).Uint64())
	require.Equal(t, uint64(2), counter(t, c), "a call has no effect")

	_, err = c.Call(t.Context(), ethereum.CallMsg{To: &counterAddr, Data: []byte{1}})
	var revert *RevertError
	require.ErrorAs(t, err, &revert)
	require.Equal(t, byte(0xab), revert.Data[31])

	code, err := c.Code(t.Context(), counterAddr)
	require.NoError(t, err)
	require.Equal(t, counterCode, code)

	done, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = c.Call(done, ethereum.CallMsg{To: &counterAddr})
	require.ErrorIs(t, err, context.Canceled)
	_, err = c.Seal(done, nil)
	require.ErrorIs(t, err, context.Canceled)
}

func TestChain_BlocksThatDoNotExist(t *testing.T) {
	f := newFixture(t)
	c := f.open(t, t.TempDir())
	_, err := c.Block(1)
	require.ErrorIs(t, err, ErrNotFound)
	_, err = c.Receipts(1)
	require.ErrorIs(t, err, ErrNotFound)
	b, err := c.Block(0)
	require.NoError(t, err)
	require.Equal(t, c.GenesisHash(), b.Hash())
}

func TestChain_Closed(t *testing.T) {
	f := newFixture(t)
	c := f.open(t, t.TempDir())
	require.NoError(t, c.Close())
	_, err := c.Seal(t.Context(), nil)
	require.ErrorIs(t, err, ErrClosed)
	_, err = c.Nonce(t.Context(), f.userAddr())
	require.ErrorIs(t, err, ErrClosed)
	_, err = c.Block(0)
	require.ErrorIs(t, err, ErrClosed)
	_, err = c.Lookup(nil)
	require.ErrorIs(t, err, ErrClosed)
}

func TestChain_DirectoryInUse(t *testing.T) {
	f, dir := newFixture(t), t.TempDir()
	c := f.open(t, dir)
	_, err := Open(t.Context(), f.options(dir+"/."))
	require.ErrorIs(t, err, ErrInUse)
	f.count(t, c, 1)
	require.NoError(t, c.Close())
	f.open(t, dir)
}

func TestChain_Genesis(t *testing.T) {
	f, dir := newFixture(t), t.TempDir()
	opts := f.options(dir)
	opts.Genesis = nil
	_, err := Open(t.Context(), opts)
	require.ErrorIs(t, err, ErrNoGenesis)
	require.NoError(t, f.open(t, dir).Close())

	changes := map[string]func(*Genesis){
		"chain id": func(g *Genesis) { g.ChainID++ },
		"time":     func(g *Genesis) { g.Time++ },
		"sealer":   func(g *Genesis) { g.Sealer[0]++ },
		"salt":     func(g *Genesis) { g.Salt[0]++ },
		"alloc":    func(g *Genesis) { g.Alloc = types.GenesisAlloc{counterAddr: {Code: counterCode}} },
	}
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			g, opts := f.genesis, f.options(dir)
			change(&g)
			opts.Genesis = &g
			_, err := Open(t.Context(), opts)
			require.ErrorIs(t, err, ErrGenesisMismatch)
		})
	}
	t.Run("key", func(t *testing.T) {
		opts := f.options(dir)
		opts.Key = f.user
		_, err := Open(t.Context(), opts)
		require.ErrorIs(t, err, ErrNotSealer)
	})
	t.Run("no key", func(t *testing.T) {
		opts := f.options(dir)
		opts.Key = nil
		_, err := openWith(t, opts, defaultTuning()).Seal(t.Context(), nil)
		require.ErrorIs(t, err, ErrNotSealer)
	})
	for name, g := range map[string]Genesis{"no salt": {ChainID: 1, Sealer: counterAddr}, "no sealer": {ChainID: 1, Salt: [32]byte{1}}, "no chain id": {Salt: [32]byte{1}, Sealer: counterAddr}} {
		t.Run(name, func(t *testing.T) {
			_, err := Open(t.Context(), Options{Dir: t.TempDir(), Genesis: &g})
			require.ErrorContains(t, err, "genesis: ")
		})
	}
}
