package audit

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/ethereum/go-ethereum/rlp"

	"tally/internal/intent"
	"tally/internal/ledger"
	"tally/internal/voucher"
)

// LeafFormat is the first member of every leaf: the format and its version.
const LeafFormat = "tally-leaf-1"

// MaxLeaf is the greatest length of a leaf, in bytes: C2SP tlog-tiles writes an
// entry's length as an uint16. The largest leaf that the rules allow, a hold of
// 30 issued vouchers each placed by the longest proof, has 54,934.
const MaxLeaf = 1<<16 - 1

var (
	// ErrLeaf says that bytes are not a leaf in its one form.
	ErrLeaf = errors.New("not a leaf in its canonical form")
	// ErrNotAccepted says that only accepted commands have leaves.
	ErrNotAccepted = errors.New("only an accepted command has a leaf")
)

// Leaf is the entry of the transparency log for one accepted command. It holds
// all of the entry, so it is a function of the ledger and nothing else: any two
// servers and the auditor derive the same bytes.
//
// It is the RLP (Ethereum Yellow Paper, appendix B) of a list:
//
//	format     "tally-leaf-1"
//	position   text: block.transaction.item
//	time       the ledger's clock when it judged, Unix seconds
//	id         32 bytes: the digest of the first intent
//	command    voucher.EncodeCommand: intents, signatures, the relayer's part
//	events     a list of lists of two:
//	             signature   voucher.EventSignature, text
//	             data        voucher.EncodeEvent: the ABI encoding of the members
//
// Its relation to the ledger: the keccak of command is the commandHash, which
// an EVM logs in Accepted(id, commandHash), so the leaf opens that log. The
// keccak of an event's signature is its first topic there and data is its data,
// byte for byte. The leaf does not name the ledger: the id does, since the
// ledger id is the salt of the domain that the intent was digested in.
//
// Why not the outcome's JSON and the command in hex: a C2SP log takes 65,535
// bytes an entry, which the largest command exceeds in hex; and JSON cannot
// carry every text that a ledger accepts, since no rule holds names and terms
// to be UTF-8. RLP keeps every byte, and any EVM toolkit reads it without being
// told a schema (cast from-rlp, viem's fromRlp).
//
// Example (testdata/delivered.leaf): voucher 42 of a campaign appears for its
// owner, block 12, transaction 0, item 3. Its LeafHash is
// 0xf5eed9d7dc4ce591266c0ed4880283d72b08ac664ba632c9830c73066b071b23.
//
//	0xf901db8c74616c6c792d6c6561662d318631322e302e33846ab13b80a0ddf753c5666391b6191e172b1c58c0c24eae88ae
//	417218816402c793cd350691b8c10c0000000000000000000000000000000000000000000000000000000000000020000000
//	0000000000000000000000000000000000000000000000000000000007000000000000000000000000000000000000000000
//	000000000000000000000000000000000000000000000000112233445566778899aabbccddeeff0011223300000000000000
//	0000000000000000000000000000000000000000000000008000000000000000000000000000000000000000000000000000
//	00000000000000f8dcf8dab7566f756368657244656c69766572656428627974657331362c75696e7433322c627974657333
//	322c627974657333322c75696e74333229b8a0000102030405060708090a0b0c0d0e0f000000000000000000000000000000
//	00000000000000000000000000000000000000000000000000000000000000002a00112233445566778899aabbccddeeff00
//	11223300000000a1e7f200000000010000000000000000000000000000000000000000000000000000000000000007000000
//	0000000000000000000000000000000000000000000000000000000000
func Leaf(e ledger.Entry) ([]byte, error) {
	if e.Outcome.Status != voucher.StatusAccepted {
		return nil, fmt.Errorf("command %s: %w", e.Outcome.ID, ErrNotAccepted)
	}
	hash, err := commandHash(e.Command)
	if err != nil {
		return nil, err
	}
	if hash != e.Outcome.CommandHash {
		return nil, fmt.Errorf("commandHash is %s, the command's is %s: %w", e.Outcome.CommandHash, hash, ErrLeaf)
	}
	raw, err := rlp.EncodeToBytes(newLeaf(e))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrLeaf, err)
	}
	if len(raw) > MaxLeaf {
		return nil, fmt.Errorf("%d bytes, at most %d: %w", len(raw), MaxLeaf, ErrLeaf)
	}
	return raw, nil
}

// DecodeLeaf reads what Leaf writes and nothing else. The error is ErrLeaf.
func DecodeLeaf(raw []byte) (ledger.Entry, error) {
	e, _, err := ReadLeaf(raw)
	return e, err
}

// ReadLeaf is DecodeLeaf for whoever needs the command too.
func ReadLeaf(raw []byte) (ledger.Entry, voucher.Command, error) {
	if len(raw) > MaxLeaf {
		return ledger.Entry{}, nil, fmt.Errorf("%d bytes, at most %d: %w", len(raw), MaxLeaf, ErrLeaf)
	}
	var l leaf
	if err := rlp.DecodeBytes(raw, &l); err != nil {
		return ledger.Entry{}, nil, fmt.Errorf("%w: %w", ErrLeaf, err)
	}
	if l.Format != LeafFormat {
		return ledger.Entry{}, nil, fmt.Errorf("format is not %s: %w", LeafFormat, ErrLeaf)
	}
	e, c, err := l.entry()
	if err != nil {
		return ledger.Entry{}, nil, err
	}
	// What was read has one form; it is this one if it comes out again. The
	// command and the events were held to theirs when they were decoded.
	l.Position = e.Outcome.Position.String()
	if again, err := rlp.EncodeToBytes(l); err != nil || !bytes.Equal(again, raw) {
		return ledger.Entry{}, nil, fmt.Errorf("another encoding of the same entry: %w", ErrLeaf)
	}
	return e, c, nil
}

// LeafHash is the leaf's hash in the log's tree (RFC 6962, section 2.1):
// SHA-256 of a zero byte and the leaf.
func LeafHash(raw []byte) voucher.Hash {
	return sha256.Sum256(append([]byte{0}, raw...))
}

type leaf struct {
	Format   string
	Position string
	Time     uint64
	ID       voucher.Hash
	Command  []byte
	Events   []leafEvent
}

type leafEvent struct {
	Signature string
	Data      []byte
}

func newLeaf(e ledger.Entry) leaf {
	o := e.Outcome
	l := leaf{Format: LeafFormat, Position: o.Position.String(), Time: o.Time, ID: o.ID, Command: e.Command}
	for _, event := range o.Events {
		l.Events = append(l.Events, leafEvent{voucher.EventSignature(event), voucher.EncodeEvent(event)})
	}
	return l
}

func (l leaf) entry() (e ledger.Entry, c voucher.Command, err error) {
	e.Command = l.Command
	e.Outcome = voucher.Outcome{ID: l.ID, Status: voucher.StatusAccepted, Time: l.Time, Events: make(voucher.Events, len(l.Events))}
	if e.Outcome.Position, err = voucher.ParsePosition(l.Position); err != nil {
		return e, nil, fmt.Errorf("%w: %w", ErrLeaf, err)
	}
	if c, err = voucher.DecodeCommand(l.Command); err != nil {
		return e, nil, fmt.Errorf("%w: %w", ErrLeaf, err)
	}
	e.Outcome.CommandHash = intent.CommandHash(c) // of the same bytes: a command has one encoding
	for i, event := range l.Events {
		if e.Outcome.Events[i], err = event.decode(); err != nil {
			return e, nil, err
		}
	}
	return e, c, nil
}

func (l leafEvent) decode() (voucher.Event, error) {
	e, err := voucher.ParseEvent(l.Signature, l.Data)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrLeaf, err)
	}
	return e, nil
}

// commandHash is the keccak of a command's bytes, if they are a command's.
func commandHash(command []byte) (voucher.Hash, error) {
	c, err := voucher.DecodeCommand(command)
	if err != nil {
		return voucher.Hash{}, fmt.Errorf("%w: %w", ErrLeaf, err)
	}
	return intent.CommandHash(c), nil // of the same bytes: a command has one encoding
}
