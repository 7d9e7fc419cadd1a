package blocks

import (
	"crypto/sha256"
	"testing"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	peerproto "github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	"tally/internal/ledger/fabric/wire"
	"tally/internal/voucher"
)

func marshal(t require.TestingT, m proto.Message) []byte {
	raw, err := proto.Marshal(m)
	require.NoError(t, err)
	return raw
}

// envelope is a transaction of a chaincode: its arguments, and its record.
func envelope(t require.TestingT, chaincode string, record wire.Record, args ...[]byte) []byte {
	event := marshal(t, &peerproto.ChaincodeEvent{
		ChaincodeId: chaincode, EventName: wire.RecordName, Payload: wire.EncodeRecord(record),
	})
	response := marshal(t, &peerproto.ProposalResponsePayload{Extension: marshal(t, &peerproto.ChaincodeAction{Events: event})})
	input := marshal(t, &peerproto.ChaincodeInvocationSpec{
		ChaincodeSpec: &peerproto.ChaincodeSpec{Input: &peerproto.ChaincodeInput{Args: args}},
	})
	action := marshal(t, &peerproto.ChaincodeActionPayload{
		ChaincodeProposalPayload: marshal(t, &peerproto.ChaincodeProposalPayload{Input: input}),
		Action:                   &peerproto.ChaincodeEndorsedAction{ProposalResponsePayload: response},
	})
	extension := marshal(t, &peerproto.ChaincodeHeaderExtension{ChaincodeId: &peerproto.ChaincodeID{Name: chaincode}})
	channel := marshal(t, &common.ChannelHeader{
		Type: int32(common.HeaderType_ENDORSER_TRANSACTION), TxId: "tx", Extension: extension,
	})
	return marshal(t, &common.Envelope{Payload: marshal(t, &common.Payload{
		Header: &common.Header{ChannelHeader: channel},
		Data:   marshal(t, &peerproto.Transaction{Actions: []*peerproto.TransactionAction{{Payload: action}}}),
	})})
}

func blockOf(verdicts string, transactions ...[]byte) *common.Block {
	var all []byte
	for _, tx := range transactions {
		all = append(all, tx...)
	}
	data := sha256.Sum256(all)
	return &common.Block{
		Header: &common.BlockHeader{Number: 9, PreviousHash: []byte{8}, DataHash: data[:]},
		Data:   &common.BlockData{Data: transactions},
		Metadata: &common.BlockMetadata{Metadata: [][]byte{
			nil, nil, []byte(verdicts),
		}},
	}
}

// TestRead_AsFarAsItIsOurs: a block is read as far as it is ours.
func TestRead_AsFarAsItIsOurs(t *testing.T) {
	command := []byte{1, 2, 3}
	record := wire.Record{Time: 5, Outcomes: []wire.Outcome{{ID: voucher.Hash{7}, CommandHash: keccak(command)}}}
	ours := envelope(t, "tally", record, []byte(wire.FunctionSubmit), command)
	founding := envelope(t, "tally", record, []byte(wire.FunctionFound), command)
	theirs := envelope(t, "other", record, []byte("pay"))
	b, err := Read(blockOf("\x00\x0b\x00\x00\x00", ours, ours, theirs, founding, []byte("no message at all")), "tally")
	require.NoError(t, err)
	require.Len(t, b.Transactions, 5)
	require.Equal(t, record, b.Transactions[0].Record)
	require.Equal(t, [][]byte{command}, b.Transactions[0].Commands)
	for _, tx := range b.Transactions[1:] {
		require.Empty(t, tx.Record.Outcomes)
	}
	o := b.Transactions[0].Outcome(9, 0, 0)
	require.Equal(t, voucher.Position{Block: 9}, o.Position)
	require.Equal(t, uint64(5), o.Time)
}

// TestRead_BlockThatDoesNotHold: a block that does not hold is refused.
func TestRead_BlockThatDoesNotHold(t *testing.T) {
	record := wire.Record{Outcomes: []wire.Outcome{{ID: voucher.Hash{7}, CommandHash: keccak([]byte{1})}}}
	of := func(args ...[]byte) *common.Block {
		return blockOf("\x00", envelope(t, "tally", record, append([][]byte{[]byte(wire.FunctionSubmit)}, args...)...))
	}
	good := of([]byte{1})
	_, err := Read(good, "tally")
	require.NoError(t, err)
	changed := proto.CloneOf(good)
	changed.Data.Data[0] = append(changed.Data.Data[0], 0)
	_, err = Read(changed, "tally")
	require.ErrorIs(t, err, ErrBlock, "data that the header is not of")
	_, err = Read(blockOf("", good.GetData().GetData()...), "tally")
	require.ErrorIs(t, err, ErrBlock, "no verdict")
	_, err = Read(of([]byte{2}), "tally")
	require.ErrorIs(t, err, wire.ErrWire, "the record of another command")
	_, err = Read(of([]byte{1}, []byte{1}), "tally")
	require.ErrorIs(t, err, wire.ErrWire, "a record of too few")
}

// FuzzTransaction: whatever an orderer puts into a block is refused, or has an
// outcome for each command.
func FuzzTransaction(f *testing.F) {
	record := wire.Record{Time: 5, Outcomes: []wire.Outcome{{ID: voucher.Hash{7}, CommandHash: keccak([]byte{1})}}}
	f.Add(envelope(f, "tally", record, []byte(wire.FunctionSubmit), []byte{1}))
	f.Add(envelope(f, "tally", record, []byte(wire.FunctionFound)))
	f.Fuzz(func(t *testing.T, raw []byte) {
		tx, err := readTransaction(raw, peerproto.TxValidationCode_VALID, "tally")
		if err == nil {
			require.Len(t, tx.Commands, len(tx.Record.Outcomes))
		}
	})
}
