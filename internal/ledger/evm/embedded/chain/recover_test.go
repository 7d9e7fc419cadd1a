package chain

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/rawdb"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/stretchr/testify/require"
)

// never is a tuning under which a crash loses all state since the last Close.
func never() tuning {
	return tuning{scheme: rawdb.PathScheme, flushBlocks: 1 << 60, flushGas: 1 << 60}
}

func TestRecovery_FromGenesis(t *testing.T) {
	f := newFixture(t)
	opts := f.options(t.TempDir())
	opts.Index = txIndex
	c := openWith(t, opts, never())
	f.count(t, c, 200)

	opts.Dir = crashImage(t, c)
	again := openWith(t, opts, defaultTuning())
	require.Equal(t, uint64(200), again.unflushed.blocks, "nothing but the genesis state was on disk")
	require.Equal(t, c.Head(), again.Head())
	require.Equal(t, uint64(200), counter(t, again))
	requireIndexed(t, again, 1, 200)
	f.count(t, again, 1)
}

func TestRecovery_BoundedByTheFlush(t *testing.T) {
	f := newFixture(t)
	for name, tune := range map[string]tuning{
		"by blocks": {scheme: rawdb.PathScheme, flushBlocks: 50, flushGas: 1 << 60},
		"by gas":    {scheme: rawdb.PathScheme, flushBlocks: 1 << 60, flushGas: 1_000_000},
	} {
		t.Run(name, func(t *testing.T) {
			opts := f.options(t.TempDir())
			c := openWith(t, opts, tune)
			f.count(t, c, 230)
			opts.Dir = crashImage(t, c)
			again := openWith(t, opts, never())
			require.Less(t, again.unflushed.blocks, uint64(50))
			require.Equal(t, c.Head(), again.Head())
			require.Equal(t, uint64(230), counter(t, again))
		})
	}
}

func TestRecovery_CanBeCancelled(t *testing.T) {
	f := newFixture(t)
	c := openWith(t, f.options(t.TempDir()), never())
	f.count(t, c, 3)
	image := crashImage(t, c)
	done, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Open(done, f.options(image))
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, uint64(3), counter(t, f.open(t, image)))
}

// The child of TestRecovery_AfterAKill seals as fast as it can and prints each block that
// Seal acknowledged.
const (
	childEnv = "TALLY_CHAIN_TEST_DIR"
	childKey = "b71c71a67e1177ad4e901695e1b4b9ee17ae16c6668d313eac2f96dbcda3f291"
)

func childOptions(dir string) (Options, *ecdsa.PrivateKey) {
	key, err := crypto.HexToECDSA(childKey)
	if err != nil {
		panic(err)
	}
	g := testGenesis(crypto.PubkeyToAddress(key.PublicKey))
	g.Salt = [32]byte{1}
	return Options{Dir: dir, Genesis: &g, Key: key, Index: txIndex, MaxAhead: -1, Logger: slog.New(slog.DiscardHandler)}, key
}

func sealForever(dir string) {
	ctx := context.Background()
	opts, key := childOptions(dir)
	tune := defaultTuning()
	tune.flushBlocks = 1 + rand.Uint64N(300)
	c, err := open(ctx, opts, tune)
	for err == nil {
		var txs []*types.Transaction
		if txs, err = childTxs(ctx, c, key); err != nil {
			break
		}
		var s *Sealed
		if s, err = c.Seal(ctx, txs); err == nil {
			fmt.Println(s.Block.NumberU64(), s.Block.Hash())
		}
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func childTxs(ctx context.Context, c *Chain, key *ecdsa.PrivateKey) ([]*types.Transaction, error) {
	nonce, err := c.Nonce(ctx, crypto.PubkeyToAddress(key.PublicKey))
	if err != nil {
		return nil, err
	}
	txs := make([]*types.Transaction, rand.IntN(4)) // none: an empty block
	for i := range txs {
		if txs[i], err = signedTx(key, c.ChainID().Uint64(), nonce+uint64(i), counterAddr, nil); err != nil {
			return nil, err
		}
	}
	return txs, nil
}

func TestRecovery_AfterAKill(t *testing.T) {
	rounds := 8
	if testing.Short() {
		rounds = 2
	}
	dir, acked := t.TempDir(), map[uint64]common.Hash{}
	for round := range rounds {
		if round%3 == 2 {
			killWhileOpening(t, dir)
		}
		killAfter(t, dir, 30+rand.IntN(200), acked)
		if round%2 == 1 { // otherwise the next child finds what the kill left
			requireAcked(t, dir, acked)
		}
	}
	t.Logf("%d blocks acknowledged", len(acked))
}

func startChild(t *testing.T, dir string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	child := exec.Command(os.Args[0], "-test.run=^$")
	child.Env = append(os.Environ(), childEnv+"="+dir)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, child.Start())
	return child, bufio.NewScanner(out)
}

// killAfter kills a child after it acknowledged a number of blocks, and notes all
// that it acknowledged.
func killAfter(t *testing.T, dir string, blocks int, acked map[uint64]common.Hash) {
	t.Helper()
	child, lines := startChild(t, dir)
	for n := 0; lines.Scan(); n++ {
		if n == blocks {
			require.NoError(t, child.Process.Kill())
		}
		number, hash, ok := strings.Cut(lines.Text(), " ")
		if !ok || len(hash) != 66 {
			continue // cut off by the kill
		}
		height, err := strconv.ParseUint(number, 10, 64)
		require.NoError(t, err)
		require.NotContains(t, acked, height, "acknowledged twice")
		acked[height] = common.HexToHash(hash)
	}
	require.ErrorContains(t, child.Wait(), "killed")
}

// killWhileOpening kills a child that is probably still executing blocks again.
func killWhileOpening(t *testing.T, dir string) {
	t.Helper()
	child, _ := startChild(t, dir)
	time.Sleep(time.Duration(rand.IntN(150)) * time.Millisecond)
	require.NoError(t, child.Process.Kill())
	_ = child.Wait()
}

func requireAcked(t *testing.T, dir string, acked map[uint64]common.Hash) {
	t.Helper()
	opts, key := childOptions(dir)
	c, err := Open(t.Context(), opts)
	require.NoError(t, err)
	defer func() { require.NoError(t, c.Close()) }()
	for n, hash := range acked {
		b, err := c.Block(n)
		require.NoError(t, err)
		require.Equal(t, hash, b.Hash())
	}
	head, total := c.Head().Number.Uint64(), uint64(0)
	for n := uint64(1); n <= head; n++ {
		b, err := c.Block(n)
		require.NoError(t, err)
		require.NoError(t, c.engine.VerifyHeader(c.bc, b.Header()))
		total += uint64(len(b.Transactions()))
	}
	require.Equal(t, total, counter(t, c))
	nonce, err := c.Nonce(t.Context(), crypto.PubkeyToAddress(key.PublicKey))
	require.NoError(t, err)
	require.Equal(t, total, nonce)
	requireIndexed(t, c, 1, head)
}
