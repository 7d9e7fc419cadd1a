package wire

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/ethereum/go-ethereum/rlp"

	"tally/internal/voucher"
)

// RecordName is the name of the chaincode event that carries a Record: the
// format and its version.
const RecordName = "tally-record-1"

// Record is what became of the commands of one transaction, in their order. A
// block has all of it, under the endorsers' signatures: the commands are the
// transaction's arguments, the record is its chaincode event.
//
// It is the RLP (Ethereum Yellow Paper, appendix B) of a list:
//
//	time       the ledger's clock when it judged: the transaction's time, Unix seconds
//	outcomes   a list of lists of four:
//	             id           32 bytes: the digest of the first intent
//	             kind         why it was refused, 0 if it was accepted
//	             commandHash  32 bytes: the keccak of the command; empty if it was refused
//	             events       a list of lists of two, as in a leaf of the log:
//	                            signature   voucher.EventSignature, text
//	                            data        voucher.EncodeEvent
//
// Example (testdata/record.hex): command 0700… was accepted at 1798761600 and
// cancelled the code of voucher 42, command 0800… was refused as already_used.
type Record struct {
	Time     uint64
	Outcomes []Outcome
}

// Outcome is what became of one command. Its place in the ledger is the
// transaction's, and its place in the record.
type Outcome struct {
	ID          voucher.Hash
	Kind        voucher.Kind
	CommandHash voucher.Hash // zero unless accepted
	Events      voucher.Events
}

type record struct {
	Time     uint64
	Outcomes []outcome
}

type outcome struct {
	ID          voucher.Hash
	Kind        voucher.Kind
	CommandHash []byte
	Events      []event
}

type event struct {
	Signature string
	Data      []byte
}

// EncodeRecord writes a record. What was refused has no events.
func EncodeRecord(r Record) []byte {
	raw, err := rlp.EncodeToBytes(newRecord(r))
	if err != nil {
		panic(err) // these types all have an encoding
	}
	return raw
}

func newRecord(r Record) record {
	out := record{Time: r.Time}
	for _, o := range r.Outcomes {
		raw := outcome{ID: o.ID, Kind: o.Kind}
		if o.Kind == voucher.KindAccepted {
			raw.CommandHash = o.CommandHash[:]
		}
		for _, e := range o.Events {
			raw.Events = append(raw.Events, event{voucher.EventSignature(e), voucher.EncodeEvent(e)})
		}
		out.Outcomes = append(out.Outcomes, raw)
	}
	return out
}

// DecodeRecord reads what EncodeRecord writes and nothing else. The error is ErrWire.
func DecodeRecord(raw []byte) (Record, error) {
	if len(raw) > MaxRecord {
		return Record{}, fmt.Errorf("record: %d bytes, at most %d: %w", len(raw), MaxRecord, ErrWire)
	}
	var from record
	if err := rlp.DecodeBytes(raw, &from); err != nil {
		return Record{}, fmt.Errorf("record: %w: %w", ErrWire, err)
	}
	r := Record{Time: from.Time}
	for _, o := range from.Outcomes {
		one, err := o.read()
		if err != nil {
			return Record{}, fmt.Errorf("record: command %s: %w", o.ID, errors.Join(ErrWire, err))
		}
		r.Outcomes = append(r.Outcomes, one)
	}
	// What was read has one form; it is this one if it comes out again.
	if !bytes.Equal(EncodeRecord(r), raw) {
		return Record{}, fmt.Errorf("record: another encoding of the same: %w", ErrWire)
	}
	return r, nil
}

func (o outcome) read() (Outcome, error) {
	one := Outcome{ID: o.ID, Kind: o.Kind}
	if _, known := o.Kind.Refusal(); !known || o.Kind != voucher.KindAccepted && len(o.Events) > 0 {
		return one, fmt.Errorf("kind %d with %d events: %w", o.Kind, len(o.Events), ErrWire)
	}
	copy(one.CommandHash[:], o.CommandHash) // another length does not come out again
	for _, e := range o.Events {
		parsed, err := voucher.ParseEvent(e.Signature, e.Data)
		if err != nil {
			return one, err
		}
		one.Events = append(one.Events, parsed)
	}
	return one, nil
}

// Refused are the positions of the commands that were refused, in ascending order.
// A driver leaves what is refused out of its transactions; blocks of before have
// refusals too, and readers take both.
func (r Record) Refused() (positions []int) {
	for i, o := range r.Outcomes {
		if o.Kind != voucher.KindAccepted {
			positions = append(positions, i)
		}
	}
	return positions
}
