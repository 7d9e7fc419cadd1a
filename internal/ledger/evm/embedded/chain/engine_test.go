package chain

import (
	"math/big"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/rawdb"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/stretchr/testify/require"

	"tally/internal/ledger/evm/seal"
)

func TestEngine_HeadersAreSigned(t *testing.T) {
	f := newFixture(t)
	c := f.open(t, t.TempDir())
	h := f.count(t, c, 1).Block.Header()
	require.NoError(t, seal.Verify(h, c.Sealer()))
	require.NoError(t, c.engine.VerifyHeader(c.bc, h))

	require.ErrorIs(t, seal.Verify(h, f.userAddr()), seal.ErrBad)
	require.ErrorIs(t, seal.Verify(c.bc.Genesis().Header(), c.Sealer()), seal.ErrBad)
}

func TestEngine_ForgedHeaders(t *testing.T) {
	f := newFixture(t)
	c := f.open(t, t.TempDir())
	h := f.count(t, c, 1).Block.Header()
	resign := func(h *types.Header) { require.NoError(t, seal.Sign(h, f.sealer)) }

	forgeries := map[string]func(*types.Header){
		"changed after signing": func(h *types.Header) { h.Root[0]++ },
		"vanity after signing":  func(h *types.Header) { h.Extra[0]++ },
		"another key":           func(h *types.Header) { require.NoError(t, seal.Sign(h, f.user)) },
		"unsigned":              func(h *types.Header) { h.Extra = h.Extra[:seal.Vanity] },
		"mirrored signature": func(h *types.Header) {
			s := new(big.Int).SetBytes(h.Extra[64:96])
			s.Sub(crypto.S256().Params().N, s).FillBytes(h.Extra[64:96])
			h.Extra[96] ^= 1
		},
		"coinbase":  func(h *types.Header) { h.Coinbase = f.userAddr(); resign(h) },
		"gas limit": func(h *types.Header) { h.GasLimit++; resign(h) },
		"base fee":  func(h *types.Header) { h.BaseFee = common.Big1; resign(h) },
		"backwards": func(h *types.Header) { h.Time = start - 1; resign(h) },
		"number":    func(h *types.Header) { h.Number = common.Big2; resign(h) },
	}
	for name, forge := range forgeries {
		t.Run(name, func(t *testing.T) {
			forged := types.CopyHeader(h)
			forge(forged)
			require.Error(t, c.engine.VerifyHeader(c.bc, forged))
			_, results := c.engine.VerifyHeaders(c.bc, []*types.Header{h, forged})
			require.NoError(t, <-results)
			require.Error(t, <-results)
		})
	}
}

// A block that somebody wrote into the database files is refused at Open.
func TestEngine_ForgedBlockOnDisk(t *testing.T) {
	f, dir := newFixture(t), t.TempDir()
	c := f.open(t, dir)
	b := f.count(t, c, 1).Block
	next := b.Header()
	next.ParentHash, next.Number, next.TxHash, next.ReceiptHash, next.Bloom, next.GasUsed = b.Hash(), common.Big2, types.EmptyTxsHash, types.EmptyReceiptsHash, types.Bloom{}, 0
	require.NoError(t, seal.Sign(next, f.user))
	forged := types.NewBlockWithHeader(next).WithBody(types.Body{Withdrawals: []*types.Withdrawal{}})
	rawdb.WriteBlock(c.db, forged)
	rawdb.WriteReceipts(c.db, forged.Hash(), 2, nil)
	rawdb.WriteCanonicalHash(c.db, forged.Hash(), 2)
	require.NoError(t, c.Close())

	_, err := Open(t.Context(), f.options(dir))
	require.ErrorIs(t, err, seal.ErrBad)
}
