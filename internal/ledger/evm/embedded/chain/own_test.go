package chain

import (
	"testing"

	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/stretchr/testify/require"
)

func TestTransactions_SenderIsKnown(t *testing.T) {
	f := newFixture(t)
	c := f.open(t, t.TempDir())
	calls := []Call{{To: counterAddr, Gas: 200_000}, {To: counterAddr, Gas: 200_000}}
	txs, err := c.Transactions(0, calls)
	require.NoError(t, err)
	h := c.Head()
	signer := types.MakeSigner(c.bc.Config(), h.Number, h.Time)
	for i, tx := range txs {
		require.Equal(t, uint64(i), tx.Nonce())
		require.Equal(t, uint64(7001), tx.ChainId().Uint64())
		from, err := types.Sender(signer, tx)
		require.NoError(t, err)
		require.Equal(t, c.Sealer(), from)
		recovered, err := signer.Sender(tx)
		require.NoError(t, err)
		require.Equal(t, from, recovered, "the signature says so, too")
	}
	s, err := c.Seal(t.Context(), txs)
	require.NoError(t, err)
	require.Equal(t, types.ReceiptStatusSuccessful, s.Receipts[1].Status)
	nonce, err := c.Nonce(t.Context(), crypto.PubkeyToAddress(f.sealer.PublicKey))
	require.NoError(t, err)
	require.Equal(t, uint64(2), nonce)
}

// What was noted with a transaction is what the signer of a block answers: it would
// recover another address here.
func TestTransactions_NoSignatureIsRecovered(t *testing.T) {
	f := newFixture(t)
	c := f.open(t, t.TempDir())
	h := c.Head()
	signer := types.MakeSigner(c.bc.Config(), h.Number, h.Time)
	tx := f.tx(t, 0, counterAddr, nil)
	_, err := types.Sender(sentBySealer{types.LatestSigner(c.bc.Config()), c.Sealer()}, tx)
	require.NoError(t, err)
	from, err := types.Sender(signer, tx)
	require.NoError(t, err)
	require.Equal(t, c.Sealer(), from)
	recovered, err := signer.Sender(tx)
	require.NoError(t, err)
	require.Equal(t, f.userAddr(), recovered)
}

func TestTransactions_WithoutKey(t *testing.T) {
	f := newFixture(t)
	opts := f.options(t.TempDir())
	opts.Key = nil
	_, err := openWith(t, opts, defaultTuning()).Transactions(0, nil)
	require.ErrorIs(t, err, ErrNotSealer)
}
