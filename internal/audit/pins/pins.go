// Package pins is the file in which an auditor keeps what everything else is
// held against: it comes by a way of the auditor's own, never from a receipt or
// a pack.
package pins

import (
	"errors"
	"fmt"

	"github.com/transparency-dev/formats/witness"
	"golang.org/x/mod/sumdb/note"

	"tally/internal/audit/translog"
	"tally/internal/exact"
	"tally/internal/intent"
	evmproof "tally/internal/ledger/evm/proof"
	journalproof "tally/internal/ledger/journal/proof"
	"tally/internal/voucher"
)

// MaxFile is the greatest length of a file of pins, in bytes.
const MaxFile = 64 << 10

// ErrPins says that a file does not pin what has to be pinned.
var ErrPins = errors.New("not a file of pins")

// Pins are what an auditor knows of a ledger:
//
//	{
//	  "ledger": "0x8f3a…",
//	  "log": "tally/8f3a…+a7c1d2e3+ATLg…",
//	  "witnesses": "witness w1 example.org/w1+…\nquorum w1\n",
//	  "operators": ["0x0123…"],
//	  "threshold": 1,
//	  "evm": {"genesis": "0x…", "sealer": "0x…", "contract": "0x…"},
//	  "journal": {"genesis": "0x…", "sealer": "0x…"},
//	  "fabric": {"genesis": "0x…", "chaincode": "tally"}
//	}
//
// ledger is always there, and log too unless fabric is: a channel's blocks are
// audited without a server's log. witnesses is a policy in the form of C2SP
// tlog-policy: who must have cosigned a checkpoint; each witness and each member
// of a group is named once, and URLs are not needed. operators and threshold are
// those that the ledger was founded with; only a replay needs them. evm is
// there for an embedded chain, and journal for a journal: then the ledger's own proofs
// are demanded. fabric is there for a channel of Hyperledger Fabric, to audit its
// blocks. The members of journal, and those of fabric, make the ledger's id: pins where
// they do not are refused. A ledger is of one kind.
type Pins struct {
	Ledger    voucher.Hash      `json:"ledger"`
	Log       string            `json:"log,omitempty"`
	Witnesses string            `json:"witnesses,omitempty"`
	Operators []voucher.Address `json:"operators,omitempty"` // ascending
	Threshold uint32            `json:"threshold,omitempty"`
	EVM       *EVM              `json:"evm,omitempty"`
	Journal   *Journal          `json:"journal,omitempty"`
	Fabric    *Fabric           `json:"fabric,omitempty"`
}

// EVM is what is pinned of an embedded chain: all that its proofs are held against.
type EVM = evmproof.Chain

// Journal is what is pinned of a journal: all that its proofs are held against.
type Journal = journalproof.Journal

// Fabric is what is pinned of a Fabric channel.
type Fabric struct {
	Genesis   voucher.Hash `json:"genesis"` // SHA-256 of the DER of the header of block 0
	Chaincode string       `json:"chaincode"`
}

// Ledger is the id of the ledger that they pin.
func (f Fabric) Ledger() voucher.Hash { return intent.LedgerID(f.Genesis, []byte(f.Chaincode)) }

// Policy is who must have cosigned a checkpoint, or nil.
func (p Pins) Policy() (*witness.Group, error) {
	if p.Witnesses == "" {
		return nil, nil // no policy is no error
	}
	return ParsePolicy(p.Witnesses)
}

// Parse reads a file of pins. The error is ErrPins and says what is wrong.
func Parse(raw []byte) (p Pins, err error) {
	if len(raw) > MaxFile {
		return p, fmt.Errorf("%w: %d bytes, at most %d", ErrPins, len(raw), MaxFile)
	}
	if err := exact.JSON(raw, &p); err != nil {
		return p, fmt.Errorf("%w: %w", ErrPins, err)
	}
	return p, p.check()
}

func (p Pins) check() error {
	if p.Ledger.IsZero() {
		return fmt.Errorf("%w: ledger is missing", ErrPins)
	}
	if err := p.checkLog(); err != nil {
		return err
	}
	if p.EVM != nil && (p.EVM.Genesis.IsZero() || p.EVM.Sealer.IsZero() || p.EVM.Contract.IsZero()) {
		return fmt.Errorf("%w: evm: genesis, sealer and contract are wanted", ErrPins)
	}
	if p.Journal != nil && p.Journal.Ledger() != p.Ledger {
		return fmt.Errorf("%w: journal: genesis and sealer are those of ledger %s", ErrPins, p.Journal.Ledger())
	}
	if p.Journal != nil && (p.EVM != nil || p.Fabric != nil) {
		return fmt.Errorf("%w: a journal is neither an embedded chain nor a channel", ErrPins)
	}
	if p.Fabric != nil && p.Fabric.Ledger() != p.Ledger {
		return fmt.Errorf("%w: fabric: genesis and chaincode are those of ledger %s", ErrPins, p.Fabric.Ledger())
	}
	_, err := p.Policy()
	return err
}

func (p Pins) checkLog() error {
	if p.Log == "" && p.Fabric != nil {
		return nil
	}
	key, err := note.NewVerifier(p.Log)
	switch {
	case err != nil:
		return fmt.Errorf("%w: log: a key as C2SP signed-note has it is wanted: %w", ErrPins, err)
	case key.Name() != translog.Origin(p.Ledger):
		return fmt.Errorf("%w: the log's key is of %s, the ledger's log is %s", ErrPins, key.Name(), translog.Origin(p.Ledger))
	}
	return nil
}
