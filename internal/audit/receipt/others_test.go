package receipt_test

import (
	"testing"

	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/ethdb/memorydb"
	"github.com/ethereum/go-ethereum/rlp"
	"github.com/ethereum/go-ethereum/trie"
	"github.com/stretchr/testify/require"
	tlogproof "github.com/transparency-dev/formats/proof"
	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"

	"tally/internal/audit/audittest"
	"tally/internal/audit/checkpoints"
	evmproof "tally/internal/ledger/evm/proof"
)

// TestReceipt_OtherImplementationsVerify: proofs hold for implementations that are
// not ours. The test checks the two ways out of a receipt without any code of this
// tree: the log's path with transparency-dev's merkle, and the ledger's with
// go-ethereum's trie over its own database.
func TestReceipt_OtherImplementationsVerify(t *testing.T) {
	i := open(t)
	for _, out := range audittest.Play(i.World) {
		r := i.receipt(t, out.Position)
		var p tlogproof.TLogProof
		require.NoError(t, p.Unmarshal(encode(t, r)))
		head, err := checkpoints.Open(p.Checkpoint, i.pins.Log)
		require.NoError(t, err)
		path := make([][]byte, len(p.Hashes))
		for n, h := range p.Hashes {
			path[n] = h[:]
		}
		leaf := rfc6962.DefaultHasher.HashLeaf(r.Leaf)
		require.NoError(t, proof.VerifyInclusion(rfc6962.DefaultHasher, p.Index, uint64(head.Tree.N), leaf, path, head.Tree.Hash[:]))

		chain, err := evmproof.Decode(r.Proof)
		require.NoError(t, err)
		nodes := memorydb.New()
		for _, node := range chain.Path {
			require.NoError(t, nodes.Put(crypto.Keccak256(node), node))
		}
		value, err := trie.VerifyProof(chain.Header.ReceiptHash, rlp.AppendUint64(nil, uint64(out.Position.Tx)), nodes)
		require.NoError(t, err)
		var receipt types.Receipt
		require.NoError(t, receipt.UnmarshalBinary(value))
		require.NotEmpty(t, receipt.Logs)
	}
}
