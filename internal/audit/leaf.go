package audit

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/rlp"

	"tally/internal/intent"
	"tally/internal/ledger"
	"tally/internal/voucher"
)

// LeafFormat is the first member of a leaf: the format and its version.
const LeafFormat = "tally-leaf-1"

// UnreadFormat is the first member of the leaf of an entry without its command.
const UnreadFormat = "tally-leaf-unread-1"

// MaxLeaf is the greatest length of a leaf, in bytes: C2SP tlog-tiles writes an
// entry's length as an uint16. The largest leaf that the rules allow, a hold of
// 30 issued vouchers each placed by the longest proof, has 54,934.
const MaxLeaf = 1<<16 - 1

var (
	// ErrLeaf says that bytes are not a leaf in its one form.
	ErrLeaf = errors.New("not a leaf in its canonical form")
	// ErrNotAccepted says that only accepted commands have leaves.
	ErrNotAccepted = errors.New("only an accepted command has a leaf")
	// ErrUnread says that a leaf has no command: the ledger says that it accepted
	// one, and does not show it. Nothing says who signed it.
	ErrUnread = errors.New("the ledger accepted this command and does not show it")
	// ErrReceiptTooLong says that a receipt would be longer than receipt.MaxReceipt.
	// A server that knows it links no verifier of receipts.
	ErrReceiptTooLong = errors.New("the receipt would be too long; an evidence pack has the command")
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
//
// An entry without its command has a leaf too, of another format: the ledger's
// word that it accepted a command of this hash, and what it changed. So one entry
// that cannot be read stops no log. The contract of this program takes commands
// from a transaction's own call alone and logs what it takes, so that it makes no
// such entry from any call. A ledger that has such an entry is served by another
// contract, or by a node that does not show transactions as they are. The
// hash stands where the command would:
//
//	format       "tally-leaf-unread-1"
//	position, time, id
//	commandHash  32 bytes, as the ledger logged it
//	events
//
// Example (testdata/unread.leaf): the same entry without its command. Its LeafHash
// is 0x41cb018544e3297f2ad3988fa072da533ffef248432f00566102b5c8d97ce5b2.
//
//	0xf901409374616c6c792d6c6561662d756e726561642d318631322e302e33846ab13b80a0ddf753c5666391b6191e172b
//	1c58c0c24eae88ae417218816402c793cd350691a03fde182a45dded77cf26903f34431c868b1d6063d781c0f85cae4393
//	db341703f8dcf8dab7566f756368657244656c69766572656428627974657331362c75696e7433322c627974657333322c
//	627974657333322c75696e74333229b8a0000102030405060708090a0b0c0d0e0f00000000000000000000000000000000
//	000000000000000000000000000000000000000000000000000000000000002a00112233445566778899aabbccddeeff00
//	11223300000000a1e7f2000000000100000000000000000000000000000000000000000000000000000000000000070000
//	000000000000000000000000000000000000000000000000000000000000
func Leaf(e ledger.Entry) ([]byte, error) {
	if e.Outcome.Status != voucher.StatusAccepted {
		return nil, fmt.Errorf("command %s: %w", e.Outcome.ID, ErrNotAccepted)
	}
	l, err := newLeaf(e)
	if err != nil {
		return nil, err
	}
	raw, err := rlp.EncodeToBytes(l)
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
	if errors.Is(err, ErrUnread) {
		return e, nil
	}
	return e, err
}

// ReadLeaf is DecodeLeaf for those who need the command too. The error is
// ErrUnread, beside the entry, where the leaf has none.
func ReadLeaf(raw []byte) (ledger.Entry, voucher.Command, error) {
	if len(raw) > MaxLeaf {
		return ledger.Entry{}, nil, fmt.Errorf("%d bytes, at most %d: %w", len(raw), MaxLeaf, ErrLeaf)
	}
	var l leaf
	if err := rlp.DecodeBytes(raw, &l); err != nil {
		return ledger.Entry{}, nil, fmt.Errorf("%w: %w", ErrLeaf, err)
	}
	if l.Format != LeafFormat && l.Format != UnreadFormat {
		return ledger.Entry{}, nil, fmt.Errorf("format is not %s or %s: %w", LeafFormat, UnreadFormat, ErrLeaf)
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
	if c == nil {
		return e, nil, fmt.Errorf("command %s at %s: %w", e.Outcome.ID, e.Outcome.Position, ErrUnread)
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
	Command  []byte // of UnreadFormat: its hash
	Events   []leafEvent
}

type leafEvent struct {
	Signature string
	Data      []byte
}

func newLeaf(e ledger.Entry) (leaf, error) {
	o := e.Outcome
	l := leaf{Format: LeafFormat, Position: o.Position.String(), Time: o.Time, ID: o.ID, Command: e.Command}
	switch hash, err := commandHash(e.Command); {
	case len(e.Command) == 0, err != nil && hash == o.CommandHash: // not there, or of a verb that is unknown here
		l.Format, l.Command = UnreadFormat, o.CommandHash[:]
	case err != nil:
		return l, err
	case hash != o.CommandHash:
		return l, fmt.Errorf("commandHash is %s, the command's is %s: %w", o.CommandHash, hash, ErrLeaf)
	}
	for _, event := range o.Events {
		l.Events = append(l.Events, leafEvent{voucher.EventSignature(event), voucher.EncodeEvent(event)})
	}
	return l, nil
}

// entry is what a leaf says. c is nil for a leaf without a command.
func (l leaf) entry() (e ledger.Entry, c voucher.Command, err error) {
	e.Outcome = voucher.Outcome{ID: l.ID, Status: voucher.StatusAccepted, Time: l.Time, Events: make(voucher.Events, len(l.Events))}
	if e.Outcome.Position, err = voucher.ParsePosition(l.Position); err != nil {
		return e, nil, fmt.Errorf("%w: %w", ErrLeaf, err)
	}
	if c, err = l.command(&e); err != nil {
		return e, nil, err
	}
	for i, event := range l.Events {
		if e.Outcome.Events[i], err = event.decode(); err != nil {
			return e, nil, err
		}
	}
	return e, c, nil
}

// command reads the command, or the hash that stands in its place.
func (l leaf) command(e *ledger.Entry) (voucher.Command, error) {
	if l.Format == UnreadFormat {
		if len(l.Command) != len(e.Outcome.CommandHash) {
			return nil, fmt.Errorf("a commandHash of %d bytes: %w", len(l.Command), ErrLeaf)
		}
		e.Outcome.CommandHash = voucher.Hash(l.Command)
		return nil, nil // there is none
	}
	c, err := voucher.DecodeCommand(l.Command)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrLeaf, err)
	}
	e.Command, e.Outcome.CommandHash = l.Command, intent.CommandHash(c) // of the same bytes: a command has one encoding
	return c, nil
}

func (l leafEvent) decode() (voucher.Event, error) {
	e, err := voucher.ParseEvent(l.Signature, l.Data)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrLeaf, err)
	}
	return e, nil
}

// commandHash is the keccak of a command's bytes. The error says that they are
// no command's.
func commandHash(command []byte) (voucher.Hash, error) {
	hash := voucher.Hash(crypto.Keccak256Hash(command))
	if _, err := voucher.DecodeCommand(command); err != nil {
		return hash, fmt.Errorf("%w: %w", ErrLeaf, err)
	}
	return hash, nil
}
