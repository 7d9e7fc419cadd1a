package contract

import (
	"bytes"
	"fmt"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"

	"tally/internal/ledger"
	"tally/internal/ledger/evm/contract/bind"
	"tally/internal/voucher"
)

// PerTransaction is how many commands share a transaction. It keeps receipts,
// which prove a command's outcome, small: a proof carries all logs of its
// transaction.
const PerTransaction = 10

// Calls is the contract's calldata: commands in, commands out.
type Calls struct {
	contract *bind.Tally
	abi      *abi.ABI
}

// ErrOperators says that a ledger cannot be founded by these operators.
var ErrOperators = fmt.Errorf("operators are 1 to %d addresses in ascending order, and a threshold among them: %w",
	voucher.MaxOperators, voucher.ErrText)

// NewCalls reads the contract's interface.
func NewCalls() (Calls, error) {
	parsed, err := bind.TallyMetaData.ParseABI()
	if err != nil {
		return Calls{}, fmt.Errorf("contract's interface: %w", err)
	}
	return Calls{contract: bind.NewTally(), abi: parsed}, nil
}

// Found is the call that names a ledger and its first operators, once.
func (c Calls) Found(genesis common.Hash, operators []voucher.Address, threshold uint32, administration common.Address) []byte {
	members := make([]common.Address, len(operators))
	for i, m := range operators {
		members[i] = common.Address(m)
	}
	return c.contract.PackFound(genesis, members, threshold, administration)
}

// Group is the commands of one transaction, by their indexes in the batch, and the
// call of the contract that submits them.
type Group struct {
	Indexes []int
	Call    []byte
}

// Groups packs the encoded commands with the given indexes, in order, into calls of
// each commands at most.
func (c Calls) Groups(encoded [][]byte, indexes []int, each int) []Group {
	var groups []Group
	for start := 0; start < len(indexes); start += each {
		g := Group{Indexes: indexes[start:min(start+each, len(indexes))]}
		items := make([][]byte, len(g.Indexes))
		for i, at := range g.Indexes {
			items[i] = encoded[at]
		}
		g.Call = c.contract.PackSubmit(items)
		groups = append(groups, g)
	}
	return groups
}

// Encode encodes a batch, and lists the indexes of the commands that the contract
// reads. A command over voucher.MaxCommand is refused here as malformed, at the block
// that is the head: on the chain it would revert its whole transaction, and the
// other commands there would be judged after those that follow them.
func Encode(commands []voucher.Authored, outcomes []voucher.Outcome, block, time uint64) (encoded [][]byte, indexes []int) {
	encoded = make([][]byte, len(commands))
	for i, c := range commands {
		encoded[i] = voucher.EncodeCommand(c.Command)
		if len(encoded[i]) <= voucher.MaxCommand {
			indexes = append(indexes, i)
			continue
		}
		Group{Indexes: []int{i}}.Reverted(block, time, outcomes)
	}
	return encoded, indexes
}

// Items takes the commands out of a call to submit, as the contract takes them.
// ok is false where the call is none, or where the contract reverts because of
// how the list is written. The commands share the call's memory.
func (c Calls) Items(call []byte) (items [][]byte, ok bool) {
	if !bytes.HasPrefix(call, c.abi.Methods["submit"].ID) {
		return nil, false
	}
	return calldata(call).byteArrays()
}

// Entries joins the accepted ones of a transaction's outcomes with the commands
// of its call. An entry whose command is not in the call, at its place and with
// its hash, has no Command: the contract's word that it was accepted stands
// without it. The contract that this program knows takes commands from a
// transaction's own call only; nothing else of the chain is bound to that.
func (c Calls) Entries(outcomes []voucher.Outcome, call []byte) []ledger.Entry {
	if len(outcomes) == 0 {
		return nil
	}
	items, ok := c.Items(call)
	known := ok && len(items) == len(outcomes)
	var entries []ledger.Entry
	for i, o := range outcomes {
		if o.Status != voucher.StatusAccepted {
			continue
		}
		entry := ledger.Entry{Outcome: o}
		if known && voucher.Hash(crypto.Keccak256Hash(items[i])) == o.CommandHash {
			entry.Command = items[i]
		}
		entries = append(entries, entry)
	}
	return entries
}

// Collect puts the outcomes of a group's transaction into those of the batch, whose
// ids are there already.
func (g Group) Collect(read, outcomes []voucher.Outcome) error {
	if err := g.Check(read, outcomes); err != nil {
		return err
	}
	for i, at := range g.Indexes {
		outcomes[at] = read[i]
	}
	return nil
}

// Check checks that there is one outcome for each command, with its id.
func (g Group) Check(read, outcomes []voucher.Outcome) error {
	if len(read) != len(g.Indexes) {
		return fmt.Errorf("%d commands have %d outcomes: %w", len(g.Indexes), len(read), ErrLogs)
	}
	for i, at := range g.Indexes {
		if read[i].ID != outcomes[at].ID {
			return fmt.Errorf("the contract calls %s %s: %w", outcomes[at].ID, read[i].ID, ErrLogs)
		}
	}
	return nil
}

// Reverted says what becomes of a group whose transaction had no effect: it lists the
// indexes of the commands that have to be tried alone; a command that was alone is
// refused as malformed, at the block that judged it.
func (g Group) Reverted(block, time uint64, outcomes []voucher.Outcome) (again []int) {
	if len(g.Indexes) > 1 {
		return g.Indexes
	}
	at := g.Indexes[0]
	outcomes[at] = voucher.Outcome{
		ID: outcomes[at].ID, Status: voucher.StatusRefused, Kind: voucher.KindMalformed, Time: time,
		Position: voucher.Position{Block: block},
	}
	return nil
}
