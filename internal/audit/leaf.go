package audit

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/rlp"

	"tally/internal/ledger"
	"tally/internal/rlplist"
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
	format, command, err := opened(e)
	if err != nil {
		return nil, err
	}
	raw := encode(format, command, e.Outcome)
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
	e, c, err := readLeaf(raw)
	switch {
	case err != nil:
		return ledger.Entry{}, nil, fmt.Errorf("%w: %w", ErrLeaf, err)
	case c == nil:
		return e, nil, fmt.Errorf("command %s at %s: %w", e.Outcome.ID, e.Outcome.Position, ErrUnread)
	default:
		return e, c, nil
	}
}

// readLeaf is what a leaf says. c is nil for a leaf without a command. Each part is held
// to its one form while it is read, so nothing is encoded again to compare.
func readLeaf(raw []byte) (e ledger.Entry, c voucher.Command, err error) {
	l := rlplist.Of(raw)
	format, position := l.Bytes(), l.Bytes()
	e.Outcome.Status, e.Outcome.Time = voucher.StatusAccepted, l.Uint64()
	l.Fixed(e.Outcome.ID[:])
	command, events := l.Bytes(), l.List()
	if err := l.End(); err != nil {
		return e, nil, err
	}
	if e.Outcome.Position, err = voucher.ParsePosition(string(position)); err != nil {
		return e, nil, err
	}
	switch string(format) {
	case LeafFormat:
		c, err = voucher.DecodeCommand(command)
		e.Command, e.Outcome.CommandHash = bytes.Clone(command), voucher.Hash(crypto.Keccak256Hash(command))
	case UnreadFormat:
		e.Outcome.CommandHash, err = readHash(command)
	default:
		err = fmt.Errorf("format is not %s or %s", LeafFormat, UnreadFormat)
	}
	if err != nil {
		return e, nil, err
	}
	e.Outcome.Events, err = rlplist.ReadEvents(events)
	return e, c, err
}

// readHash reads the hash that stands where the command would.
func readHash(raw []byte) (h voucher.Hash, err error) {
	if len(raw) != len(h) {
		return h, fmt.Errorf("a commandHash of %d bytes", len(raw))
	}
	return voucher.Hash(raw), nil
}

// LeafHash is the leaf's hash in the log's tree (RFC 6962, section 2.1):
// SHA-256 of a zero byte and the leaf.
func LeafHash(raw []byte) voucher.Hash {
	return sha256.Sum256(append([]byte{0}, raw...))
}

// opened is the format of an entry's leaf, and its command, or the hash that stands in
// the command's place.
func opened(e ledger.Entry) (format string, command []byte, err error) {
	switch hash, err := commandHash(e.Command); {
	case len(e.Command) == 0, err != nil && hash == e.Outcome.CommandHash: // not there, or of a verb that is unknown here
		return UnreadFormat, e.Outcome.CommandHash[:], nil
	case err != nil:
		return "", nil, err
	case hash != e.Outcome.CommandHash:
		return "", nil, fmt.Errorf("commandHash is %s, the command's is %s: %w", e.Outcome.CommandHash, hash, ErrLeaf)
	default:
		return LeafFormat, e.Command, nil
	}
}

func encode(format string, command []byte, o voucher.Outcome) []byte {
	return rlplist.Encode(func(w rlp.EncoderBuffer) {
		w.WriteString(format)
		w.WriteString(o.Position.String())
		w.WriteUint64(o.Time)
		w.WriteBytes(o.ID[:])
		w.WriteBytes(command)
		rlplist.WriteEvents(w, o.Events)
	})
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
