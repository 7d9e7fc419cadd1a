// Package wire is what the chaincode and its callers agree on: the functions,
// their arguments, the keys of the state, and the record that every
// transaction leaves in its block. The driver, the chaincode and an auditor read
// it; it needs nothing of Fabric.
package wire

import (
	"errors"

	"github.com/ethereum/go-ethereum/rlp"

	"tally/internal/voucher"
)

// The chaincode's functions: the first argument of a call.
const (
	// FunctionFound founds the ledger. Its argument is a Founding.
	FunctionFound = "found"
	// FunctionSubmit judges commands one after the other. Each argument is one,
	// as voucher.EncodeCommand writes it. The transaction's event is a Record.
	FunctionSubmit = "submit"
	// FunctionRead reads the state. Its arguments are keys; it answers with Values.
	FunctionRead = "read"
	// FunctionReady does nothing. Where it is endorsed, so are the others: it is
	// refused with StatusClock where they would be. With the argument ReadyClock it
	// answers with the endorser's Clock instead, whatever the time; one peer is
	// asked for that, since every one answers something else. A chaincode of
	// before ReadyClock answers with nothing.
	FunctionReady = "ready"
	// ReadyClock asks FunctionReady for the endorser's clock.
	ReadyClock = "clock"
)

// Limits of one call.
const (
	MaxCommands     = 100     // of one transaction
	MaxCommandBytes = 1 << 20 // all commands of one transaction
	MaxKeys         = 1000    // of one read
	MaxRecord       = 4 << 20 // bytes of a record
)

// LedgerKey is where the state keeps what the ledger was founded as. It and
// AcceptedKey's are the chaincode's own; all other keys are voucher.State's.
const LedgerKey = "ledger"

// AcceptedKey is where the state keeps in which transaction a command was
// accepted: its txid, in text. Nothing is judged by it.
func AcceptedKey(id voucher.Hash) string { return "accepted/" + id.String() }

// The statuses with which the chaincode refuses a call as a whole. Nothing of
// the call has had an effect.
const (
	StatusMalformed  = 400 // not a call that a driver makes
	StatusForeign    = 403 // called by another chaincode, or under another name than it was founded
	StatusNotFounded = 404
	StatusFounded    = 409 // it was founded before
	StatusClock      = 425 // the transaction's time is too far off the endorser's clock
)

// ErrWire says that bytes are not what this package writes.
var ErrWire = errors.New("not what the chaincode writes")

// Founding is what a ledger is founded with.
type Founding struct {
	Genesis   voucher.Hash // SHA-256 of the header of the channel's block 0
	Operators []voucher.Address
	Threshold uint32
}

// Ledger is what a ledger was founded as.
type Ledger struct {
	ID      voucher.Hash // intent.LedgerID(Genesis, Name)
	Genesis voucher.Hash
	Name    string // the chaincode's
	TxID    string // of the transaction that founded it
}

// Clock is an endorser's clock, and how far a transaction's time may be off it.
//
// Example: at the start of 2027, with a tolerance of 30 s:
//
//	ca 86 01a2ce8bd400 82 7530
type Clock struct {
	Now       uint64 // milliseconds since 1970
	Tolerance uint64 // milliseconds
}

// Values are the answers of a read, in the order of its keys; an empty one
// stands for none.
type Values [][]byte

// Encode writes one of this package's structs: its RLP.
func Encode[T Founding | Ledger | Clock | Values](v T) []byte {
	raw, err := rlp.EncodeToBytes(v)
	if err != nil {
		panic(err) // these types all have an encoding
	}
	return raw
}

// Decode reads what Encode writes. The error is ErrWire.
func Decode[T Founding | Ledger | Clock | Values](raw []byte) (v T, err error) {
	if err := rlp.DecodeBytes(raw, &v); err != nil {
		return v, errors.Join(ErrWire, err)
	}
	return v, nil
}
