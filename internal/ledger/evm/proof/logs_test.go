package proof_test

import (
	"math/big"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/trie"
	"github.com/stretchr/testify/require"

	"tally/internal/intent"
	"tally/internal/ledger"
	evmproof "tally/internal/ledger/evm/proof"
	"tally/internal/ledger/evm/seal"
	"tally/internal/voucher"
)

// TestLogs_OnlyTheContractsCount seals receipts that no contract of ours wrote:
// others may log what they like, under the same names too.
func TestLogs_OnlyTheContractsCount(t *testing.T) {
	key, err := crypto.GenerateKey()
	require.NoError(t, err)
	pins := evmproof.Chain{
		Genesis: voucher.Hash{1}, Sealer: voucher.Address(crypto.PubkeyToAddress(key.PublicKey)), Contract: voucher.Address{0x7a},
	}
	e := delivery(intent.NewDomain(intent.LedgerID(pins.Genesis, pins.Contract[:])))
	event := e.Outcome.Events[0]
	ours, other := common.Address(pins.Contract), common.Address{0x66}
	topic := func(signature string) common.Hash { return crypto.Keccak256Hash([]byte(signature)) }
	accepted := func(at common.Address) *types.Log {
		return &types.Log{Address: at, Topics: []common.Hash{topic("Accepted(bytes32,bytes32)"), common.Hash(e.Outcome.ID)}, Data: e.Outcome.CommandHash[:]}
	}
	refused := func(at common.Address) *types.Log {
		return &types.Log{Address: at, Topics: []common.Hash{topic("Refused(bytes32,uint8)"), {5}}, Data: make([]byte, 32)}
	}
	happened := func(at common.Address) *types.Log {
		return &types.Log{Address: at, Topics: []common.Hash{topic(voucher.EventSignature(event))}, Data: voucher.EncodeEvent(event)}
	}
	unknown := &types.Log{Address: ours, Topics: []common.Hash{topic("TransferSingle(address,address,address,uint256,uint256)"), {}, {}, {}}}
	for name, c := range map[string]struct {
		logs []*types.Log
		want error
	}{
		"plain":                      {[]*types.Log{refused(ours), accepted(ours), happened(ours)}, nil},
		"others between":             {[]*types.Log{accepted(other), refused(ours), accepted(other), accepted(ours), refused(other), happened(ours), happened(other)}, nil},
		"a face, and no topics":      {[]*types.Log{refused(ours), accepted(ours), unknown, happened(ours), unknown, {Address: ours}, {Address: other}}, nil},
		"another item after":         {[]*types.Log{refused(ours), accepted(ours), happened(ours), refused(ours), happened(ours)}, nil},
		"another contract's":         {[]*types.Log{refused(ours), accepted(other), happened(other)}, evmproof.ErrNoItem},
		"another contract's event":   {[]*types.Log{refused(ours), accepted(ours), happened(other)}, evmproof.ErrOtherEvents},
		"an event of the next item":  {[]*types.Log{refused(ours), accepted(ours), refused(ours), happened(ours)}, evmproof.ErrOtherEvents},
		"not as the interface says":  {[]*types.Log{refused(ours), {Address: ours, Topics: accepted(ours).Topics[:1], Data: make([]byte, 32)}}, evmproof.ErrReceipt},
		"commandHash of other bytes": {[]*types.Log{refused(ours), {Address: ours, Topics: accepted(ours).Topics, Data: make([]byte, 31)}}, evmproof.ErrReceipt},
		"none":                       {nil, evmproof.ErrNoItem},
	} {
		t.Run(name, func(t *testing.T) {
			receipts := types.Receipts{{Status: types.ReceiptStatusSuccessful, Logs: c.logs}}
			header := &types.Header{
				Number: new(big.Int).SetUint64(e.Outcome.Position.Block), Time: e.Outcome.Time, Difficulty: new(big.Int),
				ReceiptHash: types.DeriveSha(receipts, trie.NewStackTrie(nil)), Extra: make([]byte, seal.Vanity),
			}
			require.NoError(t, seal.Sign(header, key))
			p, err := evmproof.Make(header, receipts, 0)
			require.NoError(t, err)
			_, err = verify(evmproof.NewVerifier(pins), leafOf(t, e), encode(t, p))
			require.ErrorIs(t, err, c.want)
		})
	}
}

// delivery is an accepted command, the second item of its transaction.
func delivery(d *intent.Domain) ledger.Entry {
	c := voucher.DeliverCommand{Deliver: voucher.Deliver{Owner: voucher.Address{1}}}
	return ledger.Entry{Command: voucher.EncodeCommand(c), Outcome: voucher.Outcome{
		ID: d.ID(c), Status: voucher.StatusAccepted, CommandHash: intent.CommandHash(c), Time: 9,
		Position: voucher.Position{Block: 3, Item: 1}, Events: voucher.Events{voucher.VoucherDelivered{Serial: 7}},
	}}
}
