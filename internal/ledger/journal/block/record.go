package block

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/rlp"
	"golang.org/x/mod/sumdb/tlog"

	"tally/internal/rlplist"
	"tally/internal/voucher"
)

// ErrRecord says that bytes are not a record in its one form.
var ErrRecord = errors.New("not a journal's record in its canonical form")

// Record is one command that the ledger accepted, and what it changed. Its place in
// the block is the item of its position.
type Record struct {
	ID      voucher.Hash // digest of the first intent
	Command []byte       // voucher.EncodeCommand
	Events  voucher.Events
}

// Encode is the record in its one form: the RLP of the list of id, command and events.
func (r Record) Encode() []byte {
	return rlplist.Encode(func(w rlp.EncoderBuffer) {
		w.WriteBytes(r.ID[:])
		w.WriteBytes(r.Command)
		rlplist.WriteEvents(w, r.Events)
	})
}

// DecodeRecord reads what Encode writes and nothing else. The command it leaves to
// voucher.DecodeCommand. The error is ErrRecord.
func DecodeRecord(raw []byte) (r Record, err error) {
	list := rlplist.Of(raw)
	list.Fixed(r.ID[:])
	r.Command = bytes.Clone(list.Bytes())
	events := list.List()
	if err := list.End(); err != nil {
		return Record{}, fmt.Errorf("%w: %w", ErrRecord, err)
	}
	if r.Events, err = rlplist.ReadEvents(events); err != nil {
		return Record{}, fmt.Errorf("%w: %w", ErrRecord, err)
	}
	return r, nil
}

// Outcome is the outcome of the record at an item of a block.
func (r Record) Outcome(h Header, item uint32) voucher.Outcome {
	return voucher.Outcome{
		ID: r.ID, Status: voucher.StatusAccepted, CommandHash: voucher.Hash(crypto.Keccak256Hash(r.Command)),
		Position: voucher.Position{Block: h.Number, Item: item}, Time: h.Time, Events: r.Events,
	}
}

// RecordHash is a record's hash in its block's tree: RFC 6962, section 2.1.
func RecordHash(record []byte) tlog.Hash { return tlog.RecordHash(record) }

// Root is the tree hash of a block's records (RFC 6962, section 2.1); of none it is
// the SHA-256 of nothing.
func Root(hashes []tlog.Hash) tlog.Hash {
	switch len(hashes) {
	case 0:
		return empty
	case 1:
		return hashes[0]
	}
	k := split(len(hashes))
	return tlog.NodeHash(Root(hashes[:k]), Root(hashes[k:]))
}

// Path leads from the hash at an index to Root (RFC 6962, section 2.1.1): see
// tlog.CheckRecord. The index is less than the number of hashes.
func Path(hashes []tlog.Hash, index int) tlog.RecordProof {
	if len(hashes) == 1 {
		return tlog.RecordProof{}
	}
	if k := split(len(hashes)); index < k {
		return append(Path(hashes[:k], index), Root(hashes[k:]))
	} else {
		return append(Path(hashes[k:], index-k), Root(hashes[:k]))
	}
}

// split is the greatest power of two below n, which is 2 at least.
func split(n int) int {
	k := 1
	for k*2 < n {
		k *= 2
	}
	return k
}
