package proof

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/trie"

	"tally/internal/intent"
	"tally/internal/ledger"
	"tally/internal/ledger/evm/seal"
	"tally/internal/voucher"
)

// Why a proof does not hold, apart from ErrProof for bytes that are none, and
// seal.ErrBad for a header that is not the sealer's.
var (
	// ErrNoCommand says that the entry comes without its command.
	ErrNoCommand = errors.New("the entry has no command")
	// ErrOtherLedger says that the command was not signed for this ledger: it
	// has another genesis or another contract.
	ErrOtherLedger = errors.New("the leaf is of another ledger")
	// ErrOtherBlock says that the header is not of the leaf's block or time.
	ErrOtherBlock = errors.New("the header is not that of the leaf's block")
	// ErrPath says that the path does not lead from the header's receiptsRoot
	// to the receipt of the leaf's transaction.
	ErrPath = errors.New("the path does not lead to the receipt of the leaf's transaction")
	// ErrReceipt says that what the path leads to is no receipt of the contract.
	ErrReceipt = errors.New("not a receipt as the contract writes it")
	// ErrNoItem says that the transaction has fewer items.
	ErrNoItem = errors.New("the transaction has no such item")
	// ErrRefused says that the item is a refusal.
	ErrRefused = errors.New("the item is a refused command")
	// ErrOtherCommand says that the item is another command's acceptance.
	ErrOtherCommand = errors.New("the item is another command")
	// ErrOtherEvents says that the ledger has other events than the leaf.
	ErrOtherEvents = errors.New("the leaf's events are not those of the ledger")
)

// Chain is what an auditor has pinned of an embedded chain.
type Chain struct {
	Genesis  voucher.Hash    `json:"genesis"`  // hash of block 0, whose extra data has the chain id
	Sealer   voucher.Address `json:"sealer"`   // who signs the headers
	Contract voucher.Address `json:"contract"` // who logs the outcomes
}

// Verifier checks proofs of one chain. It may be used concurrently.
type Verifier struct {
	chain    Chain
	domain   *intent.Domain
	accepted common.Hash
	refused  common.Hash
	topics   map[reflect.Type]common.Hash // the first topic of every event of the rules
	events   map[common.Hash]bool         // these topics
}

// NewVerifier is a verifier of the ledger that is on this chain.
func NewVerifier(chain Chain) *Verifier {
	v := &Verifier{
		chain:    chain,
		domain:   intent.NewDomain(intent.LedgerID(chain.Genesis, chain.Contract[:])),
		accepted: topic("Accepted(bytes32,bytes32)"),
		refused:  topic("Refused(bytes32,uint8)"),
		topics:   map[reflect.Type]common.Hash{},
		events:   map[common.Hash]bool{},
	}
	for _, like := range voucher.EventTypes() {
		first := topic(voucher.EventSignature(like))
		v.topics[reflect.TypeOf(like)], v.events[first] = first, true
	}
	return v
}

func topic(signature string) common.Hash { return crypto.Keccak256Hash([]byte(signature)) }

// VerifyEntry checks that the proof shows a leaf's entry, with the command that the
// leaf holds, to be in the ledger. The error says what is wrong, as one of those above.
func (v *Verifier) VerifyEntry(e ledger.Entry, c voucher.Command, proof []byte) error {
	p, err := Decode(proof)
	if err != nil {
		return err
	}
	if c == nil {
		return ErrNoCommand
	}
	if err := isOf(e, v.ID(c)); err != nil {
		return err
	}
	if err := seal.Verify(p.Header, common.Address(v.chain.Sealer)); err != nil {
		return err
	}
	if err := isBlockOf(p.Header, e.Outcome); err != nil {
		return err
	}
	receipt, err := receiptAt(p, e.Outcome.Position.Tx)
	if err != nil {
		return err
	}
	return v.receipt(receipt, e.Outcome)
}

// ID is a command's id in the ledger on this chain.
func (v *Verifier) ID(c voucher.Command) voucher.Hash { return v.domain.ID(c) }

// Ledger is the id of the ledger on this chain.
func (v *Verifier) Ledger() voucher.Hash { return v.domain.Ledger() }

// isOf binds the leaf to the genesis: the id is the digest of the command's
// first intent in the domain of the pinned ledger and in no other.
func isOf(e ledger.Entry, id voucher.Hash) error {
	if id != e.Outcome.ID {
		return fmt.Errorf("%w: its id is %s, in this ledger it would be %s", ErrOtherLedger, e.Outcome.ID, id)
	}
	return nil
}

func isBlockOf(h *types.Header, o voucher.Outcome) error {
	if !h.Number.IsUint64() || h.Number.Uint64() != o.Position.Block {
		return fmt.Errorf("%w: block %s, not %d", ErrOtherBlock, clip(h.Number.String()), o.Position.Block)
	}
	if h.Time != o.Time {
		return fmt.Errorf("%w: time %d, not %d", ErrOtherBlock, h.Time, o.Time)
	}
	return nil
}

// clip keeps error texts short whatever was sent.
func clip(s string) string { return s[:min(len(s), 24)] }

// receiptAt walks the path to the receipt of a transaction.
func receiptAt(p Proof, tx uint32) (*types.Receipt, error) {
	walk := &steps{nodes: p.Path}
	value, err := trie.VerifyProof(p.Header.ReceiptHash, receiptKey(tx), walk)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrPath, err)
	}
	if value == nil || walk.taken != len(p.Path) {
		return nil, fmt.Errorf("%w: transaction %d", ErrPath, tx)
	}
	receipt := new(types.Receipt)
	if err := receipt.UnmarshalBinary(value); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrReceipt, err)
	}
	if receipt.Status != types.ReceiptStatusSuccessful {
		return nil, fmt.Errorf("%w: the transaction was reverted", ErrReceipt)
	}
	return receipt, nil
}

// steps hands out the nodes of a path one by one, each only by its hash and
// only in its turn, so that a path has one form.
type steps struct {
	nodes [][]byte
	taken int
}

// Get implements ethdb.KeyValueReader.
func (s *steps) Get(hash []byte) ([]byte, error) {
	if s.taken == len(s.nodes) || !bytes.Equal(crypto.Keccak256(s.nodes[s.taken]), hash) {
		return nil, ErrPath
	}
	s.taken++
	return s.nodes[s.taken-1], nil
}

// Has implements ethdb.KeyValueReader; a walk does not ask.
func (s *steps) Has([]byte) (bool, error) { return false, errors.ErrUnsupported }

// receipt finds the leaf's item among the logs: each command has Accepted
// followed by its events, or Refused.
func (v *Verifier) receipt(r *types.Receipt, o voucher.Outcome) error {
	at, logs := -1, v.ofContract(r)
	for i, log := range logs {
		if !v.isItem(log) {
			continue
		}
		if at++; at == int(o.Position.Item) {
			return v.item(log, logs[i+1:], o)
		}
	}
	return fmt.Errorf("%w: item %d of %d", ErrNoItem, o.Position.Item, at+1)
}

// ofContract is the logs of the contract, in order.
func (v *Verifier) ofContract(r *types.Receipt) (logs []*types.Log) {
	for _, log := range r.Logs {
		if log.Address == common.Address(v.chain.Contract) && len(log.Topics) > 0 {
			logs = append(logs, log)
		}
	}
	return logs
}

func (v *Verifier) isItem(log *types.Log) bool {
	return log.Topics[0] == v.accepted || log.Topics[0] == v.refused
}

// item compares one command's logs with its outcome. after is what follows.
func (v *Verifier) item(log *types.Log, after []*types.Log, o voucher.Outcome) error {
	switch {
	case len(log.Topics) != 2 || len(log.Data) != common.HashLength:
		return fmt.Errorf("%w: item %d", ErrReceipt, o.Position.Item)
	case log.Topics[0] == v.refused:
		return fmt.Errorf("%w: %s", ErrRefused, log.Topics[1])
	case voucher.Hash(log.Topics[1]) != o.ID:
		return fmt.Errorf("%w: %s, not %s", ErrOtherCommand, log.Topics[1], o.ID)
	case voucher.Hash(log.Data) != o.CommandHash:
		return fmt.Errorf("%w: commandHash %#x, not %s", ErrOtherCommand, log.Data, o.CommandHash)
	}
	return v.happened(after, o.Events)
}

// happened compares the logs up to the next item with the leaf's events. Logs
// that are no event of the rules, such as those of a face of the contract for
// others, are passed over, as when a ledger is read.
func (v *Verifier) happened(logs []*types.Log, want voucher.Events) error {
	n := 0
	for _, log := range logs {
		if v.isItem(log) {
			break
		}
		if !v.events[log.Topics[0]] {
			continue
		}
		if n == len(want) || log.Topics[0] != v.topics[reflect.TypeOf(want[n])] || !bytes.Equal(log.Data, voucher.EncodeEvent(want[n])) {
			return fmt.Errorf("%w: event %d", ErrOtherEvents, n)
		}
		n++
	}
	if n != len(want) {
		return fmt.Errorf("%w: %d, not %d", ErrOtherEvents, n, len(want))
	}
	return nil
}
