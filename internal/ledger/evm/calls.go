package evm

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"

	"tally/internal/ledger"
	"tally/internal/ledger/evm/bind"
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

// Group is the commands of one transaction, by their places in the batch, and
// the call of the contract that submits them.
type Group struct {
	Places []int
	Call   []byte
}

// Groups packs the encoded commands at the given places, in order, so many to a call.
func (c Calls) Groups(encoded [][]byte, places []int, each int) []Group {
	var groups []Group
	for start := 0; start < len(places); start += each {
		g := Group{Places: places[start:min(start+each, len(places))]}
		items := make([][]byte, len(g.Places))
		for i, at := range g.Places {
			items[i] = encoded[at]
		}
		g.Call = c.contract.PackSubmit(items)
		groups = append(groups, g)
	}
	return groups
}

// Fitting encodes commands, each at its place, and lists the places of those that
// the contract reads. A longer one is refused as malformed, at the block that is the head: sent, it would revert
// its transaction, and the commands beside it would be judged after those that
// follow them.
func Fitting(commands []voucher.Authored, outcomes []voucher.Outcome, block, time uint64) (encoded [][]byte, places []int) {
	encoded = make([][]byte, len(commands))
	for i, c := range commands {
		encoded[i] = voucher.EncodeCommand(c.Command)
		if len(encoded[i]) <= voucher.MaxCommand {
			places = append(places, i)
			continue
		}
		Group{Places: []int{i}}.Reverted(block, time, outcomes)
	}
	return encoded, places
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

// Collect puts the outcomes of a group's transaction at their places in the
// batch, whose ids are there already.
func (g Group) Collect(read, outcomes []voucher.Outcome) error {
	if err := g.fits(read, outcomes); err != nil {
		return err
	}
	for i, at := range g.Places {
		outcomes[at] = read[i]
	}
	return nil
}

// fits checks that there is one outcome for each command, with its id.
func (g Group) fits(read, outcomes []voucher.Outcome) error {
	if len(read) != len(g.Places) {
		return fmt.Errorf("%d commands have %d outcomes: %w", len(g.Places), len(read), ErrLogs)
	}
	for i, at := range g.Places {
		if read[i].ID != outcomes[at].ID {
			return fmt.Errorf("the contract calls %s %s: %w", outcomes[at].ID, read[i].ID, ErrLogs)
		}
	}
	return nil
}

// Reverted says what becomes of a group whose transaction had no effect: it
// lists the places that have to be tried alone; what was alone is refused as
// malformed, at the block that judged it.
func (g Group) Reverted(block, time uint64, outcomes []voucher.Outcome) (again []int) {
	if len(g.Places) > 1 {
		return g.Places
	}
	at := g.Places[0]
	outcomes[at] = voucher.Outcome{
		ID: outcomes[at].ID, Status: voucher.StatusRefused, Kind: voucher.KindMalformed, Time: time,
		Position: voucher.Position{Block: block},
	}
	return nil
}

// ErrLogs says that a transaction's logs do not fit the contract's interface or
// its call.
var ErrLogs = errors.New("the contract's logs are not as its interface says")
