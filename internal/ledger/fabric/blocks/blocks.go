// Package blocks reads the blocks of a channel as far as they are Tally's: the
// commands that were submitted and what became of them. The driver and the
// auditor derive the same entries by it. It checks what a block says of itself;
// whether it is the channel's, and its verdicts are right, is its users' business.
package blocks

import (
	"bytes"
	"crypto/sha256"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"time"

	"github.com/ethereum/go-ethereum/crypto"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	peerproto "github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/protobuf/proto"

	"tally/internal/ledger"
	"tally/internal/ledger/fabric/wire"
	"tally/internal/voucher"
)

// ErrBlock says that a block is not what it says, or not where it belongs.
var ErrBlock = errors.New("a peer's block does not follow from the one before")

// Block is a block's place in the hash chain, and every transaction's id and
// verdict.
type Block struct {
	Number       uint64
	Hash         [32]byte // of the header
	Previous     []byte
	Verdicts     []byte // a peerproto.TxValidationCode for each transaction; not covered by the hash
	Transactions []Transaction
	Size         int // in bytes
}

// Transaction is one of a block's. Only those of the chaincode that are valid
// have a record, and a command for each of its outcomes.
type Transaction struct {
	ID       string
	Time     time.Time // that its client stamped it with; zero where there is none
	Verdict  peerproto.TxValidationCode
	Commands [][]byte
	Record   wire.Record
}

// Read reads a block and checks that it is whole: the header's data hash is
// of this data, and each record is of the commands beside it. The error is
// ErrBlock or wire.ErrWire.
func Read(raw *common.Block, chaincode string) (*Block, error) {
	header := raw.GetHeader()
	if data := DataHash(raw); !bytes.Equal(data[:], header.GetDataHash()) {
		return nil, fmt.Errorf("%w: block %d is not what its header says", ErrBlock, header.GetNumber())
	}
	b := Outline(raw)
	if len(b.Verdicts) != len(raw.GetData().GetData()) {
		return nil, fmt.Errorf("%w: block %d has %d transactions and %d verdicts",
			ErrBlock, b.Number, len(raw.GetData().GetData()), len(b.Verdicts))
	}
	for i, envelope := range raw.GetData().GetData() {
		tx, err := readTransaction(envelope, peerproto.TxValidationCode(b.Verdicts[i]), chaincode)
		if err != nil {
			return nil, fmt.Errorf("block %d, transaction %d: %w", b.Number, i, err)
		}
		b.Transactions = append(b.Transactions, tx)
	}
	return b, nil
}

// Outline is a block without its transactions: enough to compare it with the one
// that another peer brought.
func Outline(raw *common.Block) *Block {
	header := raw.GetHeader()
	b := &Block{
		Number: header.GetNumber(), Hash: HeaderHash(header), Previous: header.GetPreviousHash(), Size: proto.Size(raw),
	}
	if all := raw.GetMetadata().GetMetadata(); len(all) > int(common.BlockMetadataIndex_TRANSACTIONS_FILTER) {
		b.Verdicts = all[common.BlockMetadataIndex_TRANSACTIONS_FILTER]
	}
	return b
}

// DataHash is how Fabric hashes a block's transactions: SHA-256 of all of them, one
// after the other.
func DataHash(raw *common.Block) (sum [32]byte) {
	h := sha256.New()
	for _, one := range raw.GetData().GetData() {
		h.Write(one)
	}
	h.Sum(sum[:0])
	return sum
}

// HeaderHash is how Fabric hashes a block: SHA-256 of the DER of its header.
func HeaderHash(h *common.BlockHeader) [32]byte { return sha256.Sum256(HeaderBytes(h)) }

// HeaderBytes is the DER of a block's header, which orderers sign.
func HeaderBytes(h *common.BlockHeader) []byte {
	raw, err := asn1.Marshal(struct {
		Number       *big.Int
		PreviousHash []byte
		DataHash     []byte
	}{new(big.Int).SetUint64(h.GetNumber()), h.GetPreviousHash(), h.GetDataHash()})
	if err != nil {
		panic(err) // these types all have an encoding
	}
	return raw
}

// readTransaction reads an envelope of a block. What is not a valid transaction
// of the chaincode is not read further than its id.
func readTransaction(raw []byte, verdict peerproto.TxValidationCode, chaincode string) (Transaction, error) {
	var envelope common.Envelope
	if err := Unmarshal(raw, &envelope); err != nil {
		return Transaction{Verdict: verdict}, nil // an orderer may put anything into a block
	}
	tx, name, data := head(&envelope)
	tx.Verdict = verdict
	if verdict != peerproto.TxValidationCode_VALID || name != chaincode {
		return tx, nil
	}
	var err error
	tx.Commands, tx.Record, err = readCall(data, chaincode)
	return tx, err
}

// head reads the id of a transaction, the chaincode that it calls and its data;
// "" where it calls none.
func head(envelope *common.Envelope) (tx Transaction, chaincode string, data []byte) {
	var payload common.Payload
	var channel common.ChannelHeader
	var extension peerproto.ChaincodeHeaderExtension
	if Unmarshal(envelope.GetPayload(), &payload) != nil ||
		Unmarshal(payload.GetHeader().GetChannelHeader(), &channel) != nil {
		return tx, "", nil
	}
	tx.ID = channel.GetTxId()
	if channel.GetTimestamp() != nil {
		tx.Time = channel.GetTimestamp().AsTime()
	}
	if channel.GetType() != int32(common.HeaderType_ENDORSER_TRANSACTION) ||
		Unmarshal(channel.GetExtension(), &extension) != nil {
		return tx, "", nil
	}
	return tx, extension.GetChaincodeId().GetName(), payload.GetData()
}

// ReadEndorsed reads a transaction that is in no block yet. The error is ErrBlock
// or wire.ErrWire.
func ReadEndorsed(envelope *common.Envelope, chaincode string) (Transaction, error) {
	tx, _, data := head(envelope)
	var err error
	tx.Commands, tx.Record, err = readCall(data, chaincode)
	return tx, err
}

// readCall reads the commands that a transaction submits, and their record. The
// peers have checked that both belong to what was endorsed.
func readCall(data []byte, chaincode string) ([][]byte, wire.Record, error) {
	var transaction peerproto.Transaction
	var payload peerproto.ChaincodeActionPayload
	var proposal peerproto.ChaincodeProposalPayload
	var invocation peerproto.ChaincodeInvocationSpec
	if err := unmarshal(data, &transaction); err != nil || len(transaction.GetActions()) != 1 {
		return nil, wire.Record{}, fmt.Errorf("%w: a transaction of %d actions", ErrBlock, len(transaction.GetActions()))
	}
	if err := unmarshal(transaction.GetActions()[0].GetPayload(), &payload); err != nil {
		return nil, wire.Record{}, err
	}
	if err := unmarshal(payload.GetChaincodeProposalPayload(), &proposal); err != nil {
		return nil, wire.Record{}, err
	}
	if err := unmarshal(proposal.GetInput(), &invocation); err != nil {
		return nil, wire.Record{}, err
	}
	args := invocation.GetChaincodeSpec().GetInput().GetArgs()
	if len(args) == 0 || string(args[0]) != wire.FunctionSubmit {
		return nil, wire.Record{}, nil // the founding, or of a later version
	}
	record, err := ReadResponse(payload.GetAction().GetProposalResponsePayload(), chaincode, args[1:])
	return args[1:], record, err
}

// ReadResponse reads the record of a proposal's response, and holds it to the
// commands that were proposed. The error is ErrBlock or wire.ErrWire.
func ReadResponse(raw []byte, chaincode string, commands [][]byte) (wire.Record, error) {
	record, err := readRecord(raw, chaincode)
	if err != nil {
		return wire.Record{}, err
	}
	return record, matches(commands, record)
}

func readRecord(raw []byte, chaincode string) (wire.Record, error) {
	var response peerproto.ProposalResponsePayload
	var action peerproto.ChaincodeAction
	var event peerproto.ChaincodeEvent
	if err := unmarshal(raw, &response); err != nil {
		return wire.Record{}, err
	}
	if err := unmarshal(response.GetExtension(), &action); err != nil {
		return wire.Record{}, err
	}
	if err := unmarshal(action.GetEvents(), &event); err != nil {
		return wire.Record{}, err
	}
	if event.GetChaincodeId() != chaincode || event.GetEventName() != wire.RecordName {
		return wire.Record{}, fmt.Errorf("%w: no record but an event %.32q of %.32q", wire.ErrWire, event.GetEventName(), event.GetChaincodeId())
	}
	return wire.DecodeRecord(event.GetPayload())
}

func unmarshal(raw []byte, into proto.Message) error {
	if err := Unmarshal(raw, into); err != nil {
		return fmt.Errorf("%w: %w", ErrBlock, err)
	}
	return nil
}

// matches holds a record to the commands that it is about.
func matches(commands [][]byte, record wire.Record) error {
	if len(record.Outcomes) != len(commands) {
		return fmt.Errorf("%w: a record of %d commands for %d", wire.ErrWire, len(record.Outcomes), len(commands))
	}
	for i, o := range record.Outcomes {
		if o.Kind == voucher.KindAccepted && o.CommandHash != keccak(commands[i]) {
			return fmt.Errorf("%w: the record of command %s is of another command", wire.ErrWire, o.ID)
		}
	}
	return nil
}

// Outcome is what the i-th command of a transaction came to, at its place.
func (t Transaction) Outcome(block uint64, tx uint32, i int) voucher.Outcome {
	from := t.Record.Outcomes[i]
	o := voucher.Outcome{
		ID: from.ID, Status: voucher.StatusAccepted, Kind: from.Kind, CommandHash: from.CommandHash,
		Position: voucher.Position{Block: block, Tx: tx, Item: uint32(i)}, //nolint:gosec // at most wire.MaxCommands
		Time:     t.Record.Time, Events: from.Events,
	}
	if o.Kind != voucher.KindAccepted {
		o.Status = voucher.StatusRefused
	}
	return o
}

// Entries are the accepted commands of a block, in order.
func (b *Block) Entries() (entries []ledger.Entry) {
	for n, tx := range b.Transactions {
		for i, o := range tx.Record.Outcomes {
			if o.Kind == voucher.KindAccepted {
				entries = append(entries, ledger.Entry{Outcome: tx.Outcome(b.Number, uint32(n), i), Command: tx.Commands[i]})
			}
		}
	}
	return entries
}

func keccak(b []byte) voucher.Hash { return voucher.Hash(crypto.Keccak256Hash(b)) }
