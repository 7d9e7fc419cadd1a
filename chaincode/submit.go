package chaincode

import (
	"fmt"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"

	"tally/internal/intent"
	"tally/internal/ledger/fabric/wire"
	"tally/internal/voucher"
)

// submit judges commands and leaves their record. Each stands alone: one that is
// refused writes nothing. What it read is in the transaction all the same, so a
// driver has the others endorsed once more without it.
func (c *Chaincode) submit(stub shim.ChaincodeStubInterface, args [][]byte) *peer.Response {
	commands, err := decode(args)
	if err != nil {
		return refuse(wire.StatusMalformed, "%s", err)
	}
	now, refused := c.stamp(stub)
	if refused != nil {
		return refused
	}
	state := newOverlay(stub)
	ledger, refused := founded(stub, state)
	if refused != nil {
		return refused
	}
	authored := c.authors(ledger.ID, args, commands)
	if err := state.fetch(firstReads(authored)); err != nil {
		return shim.Error(err.Error())
	}
	record := wire.Record{Time: now}
	for _, a := range authored {
		out, err := judge(state, a, record.Time, stub.GetTxID())
		if err != nil {
			return shim.Error(err.Error())
		}
		record.Outcomes = append(record.Outcomes, out)
	}
	if err := state.flush(); err != nil {
		return shim.Error(err.Error())
	}
	if err := stub.SetEvent(wire.RecordName, wire.EncodeRecord(record)); err != nil {
		return shim.Error(err.Error())
	}
	return shim.Success(nil)
}

// decode reads the arguments and holds them to the limits.
func decode(args [][]byte) ([]voucher.Command, error) {
	if len(args) == 0 || len(args) > wire.MaxCommands {
		return nil, fmt.Errorf("%d commands: 1 to %d in a transaction", len(args), wire.MaxCommands)
	}
	size := 0
	commands := make([]voucher.Command, len(args))
	for i, raw := range args {
		if size += len(raw); size > wire.MaxCommandBytes {
			return nil, fmt.Errorf("more than %d bytes of commands", wire.MaxCommandBytes)
		}
		var err error
		if commands[i], err = voucher.DecodeCommand(raw); err != nil {
			return nil, fmt.Errorf("command %d: %w", i, err)
		}
	}
	return commands, nil
}

// firstReads are the keys that the commands are sure to need. A command that is
// refused by itself needs none. Every key that is read is in the transaction's
// read set, and another transaction that changes the key voids this one.
func firstReads(commands []voucher.Authored) (keys []string) {
	for _, a := range commands {
		if voucher.Examine(a) == voucher.KindAccepted {
			keys = append(keys, voucher.Reads(a.Command)...)
		}
	}
	return keys
}

// founded is the ledger that the client called, or why it has called none.
func founded(stub shim.ChaincodeStubInterface, state *overlay) (wire.Ledger, *peer.Response) {
	raw, err := state.Get(wire.LedgerKey)
	if err != nil {
		return wire.Ledger{}, shim.Error(err.Error())
	}
	if raw == nil {
		return wire.Ledger{}, refuse(wire.StatusNotFounded, "the ledger is not founded")
	}
	ledger, err := wire.Decode[wire.Ledger](raw)
	if err != nil {
		return ledger, shim.Error(err.Error())
	}
	name, err := invoked(stub)
	if err != nil {
		return ledger, shim.Error(err.Error())
	}
	if name != ledger.Name {
		return ledger, refuse(wire.StatusForeign, "called as %.64q, founded as %.64q", name, ledger.Name)
	}
	return ledger, nil
}

// judge has a command judged by the rules. An accepted one leaves its
// transaction's id under its own; nothing reads that when judging, so it is
// written blindly and conflicts with nothing. A command is accepted once in all:
// the same one in a second block is refused there by the rules, or voided with
// all of its transaction because what it read has changed.
func judge(state *overlay, a voucher.Authored, now uint64, txID string) (wire.Outcome, error) {
	judged, err := voucher.Apply(state, a.Command, a.Authors, now)
	if err != nil {
		return wire.Outcome{}, err
	}
	out := wire.Outcome{ID: judged.ID, Kind: judged.Kind, Events: judged.Events}
	if judged.Status != voucher.StatusAccepted {
		return out, nil
	}
	out.CommandHash = intent.CommandHash(a.Command)
	return out, state.Put(wire.AcceptedKey(judged.ID), []byte(txID))
}
