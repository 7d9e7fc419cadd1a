package proof

import (
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"tally/internal/intent"
	"tally/internal/ledger"
	"tally/internal/ledger/journal/block"
	"tally/internal/voucher"
)

// Why a proof does not hold, apart from ErrProof for bytes that are none, and
// block.ErrSeal for a header that is not the sealer's.
var (
	// ErrNoCommand says that the entry comes without its command.
	ErrNoCommand = errors.New("the entry has no command")
	// ErrOtherLedger says that the command, or the header, is not of the pinned ledger.
	ErrOtherLedger = errors.New("the leaf is of another ledger")
	// ErrOtherBlock says that the header is not of the leaf's block or time.
	ErrOtherBlock = errors.New("the header is not that of the leaf's block")
	// ErrOtherRecord says that the block has another record at the leaf's place, or none.
	ErrOtherRecord = errors.New("the block has another command or other events at the leaf's place")
	// ErrRecords says that records are not those of the header they came with.
	ErrRecords = errors.New("the records are not the header's")
	// ErrParent says that a block does not follow the one before it.
	ErrParent = errors.New("the block is not the child of the one before it")
	// ErrUnclaimed says that a block accepted a command that has no leaf.
	ErrUnclaimed = errors.New("the block accepted commands that have no leaf")
)

// Journal is what an auditor has pinned of a journal. The two make the ledger's id.
type Journal struct {
	Genesis voucher.Hash    `json:"genesis"` // hash of block 0
	Sealer  voucher.Address `json:"sealer"`  // who signs the blocks
}

// Ledger is the id of the ledger that they pin.
func (j Journal) Ledger() voucher.Hash { return block.LedgerID(j.Genesis, j.Sealer) }

// Verifier checks proofs of one journal. It may be used concurrently.
type Verifier struct {
	journal Journal
	domain  *intent.Domain
}

// NewVerifier is a verifier of the ledger that is this journal.
func NewVerifier(j Journal) *Verifier { return &Verifier{j, intent.NewDomain(j.Ledger())} }

// VerifyEntry checks that the proof shows a leaf's entry, with the command that the leaf
// holds, to be in the journal. The error says what is wrong, as one of those above.
func (v *Verifier) VerifyEntry(e ledger.Entry, c voucher.Command, proof []byte) error {
	p, err := Decode(proof)
	if err != nil {
		return err
	}
	if err := v.header(p.Header); err != nil {
		return err
	}
	if c == nil {
		return ErrNoCommand
	}
	hash, err := v.record(e, v.ID(c), p.Header)
	if err != nil {
		return err
	}
	h, item := p.Header, int64(e.Outcome.Position.Item)
	if item >= int64(h.Count) {
		return fmt.Errorf("%w: item %d of %d", ErrOtherRecord, item, h.Count)
	}
	if err := tlog.CheckRecord(p.Path, int64(h.Count), tlog.Hash(h.Root), item, hash); err != nil {
		return fmt.Errorf("%w: %w", ErrOtherRecord, err)
	}
	return nil
}

// header checks that the sealer signed a header of this ledger.
func (v *Verifier) header(h block.Header) error {
	if h.Number == 0 || h.Ledger != v.domain.Ledger() {
		return fmt.Errorf("%w: the header of block %d is of %s", ErrOtherLedger, h.Number, h.Ledger)
	}
	return h.Verify(v.journal.Sealer)
}

// ID is a command's id in this ledger.
func (v *Verifier) ID(c voucher.Command) voucher.Hash { return v.domain.ID(c) }

// Ledger is the id of this ledger.
func (v *Verifier) Ledger() voucher.Hash { return v.domain.Ledger() }

// record is the hash of the record that an entry, whose command has this id in this ledger,
// has in a block.
func (v *Verifier) record(e ledger.Entry, id voucher.Hash, h block.Header) (hash tlog.Hash, err error) {
	o := e.Outcome
	switch {
	case id != o.ID:
		return hash, fmt.Errorf("%w: its id is %s, in this ledger it would be %s", ErrOtherLedger, o.ID, id)
	case h.Number != o.Position.Block || o.Position.Tx != 0:
		return hash, fmt.Errorf("%w: block %d, not %s", ErrOtherBlock, h.Number, o.Position)
	case h.Time != o.Time:
		return hash, fmt.Errorf("%w: time %d, not %d", ErrOtherBlock, h.Time, o.Time)
	}
	return block.RecordHash(block.Record{ID: o.ID, Command: e.Command, Events: o.Events}.Encode()), nil
}

// Block is a block that was verified as a whole: its header is the sealer's, it follows
// its parent, and the hashes are those of all its records.
type Block struct {
	Hash voucher.Hash

	verifier *Verifier
	header   block.Header
	hashes   []tlog.Hash
	claimed  int // by leaves so far
}

// EncodeBlock is the form in which Verifier.Block takes a block: the header, and the hash
// of each record.
func EncodeBlock(b block.Block) (header []byte, records [][]byte) {
	for _, h := range block.Hashes(b.Records) {
		records = append(records, h[:])
	}
	return b.Header.Encode(), records
}

// Block verifies a block whose parent has this hash: that of the pinned genesis for
// block 1.
func (v *Verifier) Block(header []byte, records [][]byte, parent voucher.Hash) (*Block, error) {
	h, err := block.DecodeHeader(header)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrProof, err)
	}
	if err := v.header(h); err != nil {
		return nil, err
	}
	if h.Parent != parent {
		return nil, fmt.Errorf("%w: block %d", ErrParent, h.Number)
	}
	b := &Block{Hash: block.HashOf(header), verifier: v, header: h, hashes: make([]tlog.Hash, len(records))}
	for i, raw := range records {
		if len(raw) != tlog.HashSize {
			return nil, fmt.Errorf("%w: a hash of %d bytes", ErrRecords, len(raw))
		}
		b.hashes[i] = tlog.Hash(raw)
	}
	if uint64(len(records)) != uint64(h.Count) || voucher.Hash(block.Root(b.hashes)) != h.Root {
		return nil, fmt.Errorf("block %d: %w", h.Number, ErrRecords)
	}
	return b, nil
}

// Claim verifies that an entry, whose command has this id in the ledger (see Verifier.ID), is
// what the block has at its place. Every entry is claimed once.
func (b *Block) Claim(e ledger.Entry, id voucher.Hash) error {
	hash, err := b.verifier.record(e, id, b.header)
	if err != nil {
		return err
	}
	if item := e.Outcome.Position.Item; int64(item) >= int64(len(b.hashes)) || b.hashes[item] != hash {
		return fmt.Errorf("%w: item %d of %d", ErrOtherRecord, item, len(b.hashes))
	}
	b.claimed++
	return nil
}

// Done verifies that every command which the block accepted was claimed.
func (b *Block) Done() error {
	if b.claimed != len(b.hashes) {
		return fmt.Errorf("%w: block %d accepted %d, and %d of them have one", ErrUnclaimed, b.header.Number, len(b.hashes), b.claimed)
	}
	return nil
}
