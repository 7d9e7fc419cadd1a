package contract

import (
	"errors"
	"fmt"
	"iter"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"

	"tally/internal/voucher"
)

// ErrLogs says that a transaction's logs do not fit the contract's interface or
// its call.
var ErrLogs = errors.New("the contract's logs are not as its interface says")

// Logs turns the logs of a transaction into outcomes. Each command has Accepted
// followed by its events, or Refused.
type Logs struct {
	contract common.Address
	founded  common.Hash
	accepted common.Hash
	refused  common.Hash
	events   map[common.Hash]voucher.Event
}

// NewLogs reads the logs of the contract at an address.
func NewLogs(contract common.Address) Logs {
	r := Logs{
		contract: contract,
		founded:  topic("Founded(bytes32)"),
		accepted: topic("Accepted(bytes32,bytes32)"),
		refused:  topic("Refused(bytes32,uint8)"),
		events:   map[common.Hash]voucher.Event{},
	}
	for _, like := range voucher.EventTypes() {
		r.events[topic(voucher.EventSignature(like))] = like
	}
	return r
}

func topic(signature string) common.Hash { return crypto.Keccak256Hash([]byte(signature)) }

// Accepted is the topic of Accepted; the command's id is the one after it.
func (r Logs) Accepted() common.Hash { return r.accepted }

// Founded is the topic of Founded, which the contract logs once, before all else.
func (r Logs) Founded() common.Hash { return r.founded }

// LogPos is where a transaction stands on the chain, and what time it was there.
type LogPos struct {
	Block uint64
	Tx    uint
	Time  uint64 // Unix seconds
}

// Outcomes reads the logs of one transaction, in order.
func (r Logs) Outcomes(at LogPos, logs []*types.Log) ([]voucher.Outcome, error) {
	var out []voucher.Outcome
	for _, log := range logs {
		if log.Address != r.contract || len(log.Topics) == 0 {
			continue
		}
		if log.Topics[0] != r.accepted && log.Topics[0] != r.refused {
			if err := r.event(log, out); err != nil {
				return nil, err
			}
			continue
		}
		next, err := r.outcome(log)
		if err != nil {
			return nil, err
		}
		next.Time = at.Time
		next.Position = voucher.Position{Block: at.Block, Tx: uint32(at.Tx), Item: uint32(len(out))} //nolint:gosec // items of one transaction, which gas bounds
		out = append(out, next)
	}
	return out, nil
}

// outcome reads Accepted or Refused.
func (r Logs) outcome(log *types.Log) (o voucher.Outcome, err error) {
	if len(log.Topics) != 2 || len(log.Data) != common.HashLength {
		return o, fmt.Errorf("log %d: %w", log.Index, ErrLogs)
	}
	o.ID = voucher.Hash(log.Topics[1])
	if log.Topics[0] == r.accepted {
		o.Status, o.CommandHash = voucher.StatusAccepted, voucher.Hash(log.Data)
	} else {
		o.Status, o.Kind = voucher.StatusRefused, voucher.Kind(log.Data[common.HashLength-1])
	}
	return o, nil
}

// event adds an event to the command that was accepted last. What comes before
// any command, as at the founding, belongs to none.
func (r Logs) event(log *types.Log, out []voucher.Outcome) error {
	like, known := r.events[log.Topics[0]]
	if !known || len(out) == 0 {
		return nil // a face of the contract for others, or the founding
	}
	e, err := voucher.DecodeEvent(log.Data, like)
	if err != nil {
		return fmt.Errorf("log %d: %w: %w", log.Index, ErrLogs, err)
	}
	last := &out[len(out)-1]
	last.Events = append(last.Events, e)
	return nil
}

// Accepting yields the id of each command that the logs of one transaction say was
// accepted, and its number among the transaction's commands.
func (r Logs) Accepting(logs []*types.Log) iter.Seq2[uint32, voucher.Hash] {
	return func(yield func(uint32, voucher.Hash) bool) {
		item := uint32(0)
		for _, log := range logs {
			if log.Address != r.contract || len(log.Topics) != 2 {
				continue
			}
			switch log.Topics[0] {
			case r.accepted:
				if !yield(item, voucher.Hash(log.Topics[1])) {
					return
				}
				item++
			case r.refused:
				item++
			}
		}
	}
}
