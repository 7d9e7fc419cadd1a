package chaincode

import (
	"errors"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"

	"tally/internal/intent"
	"tally/internal/ledger/fabric/wire"
	"tally/internal/voucher"
)

// found sets the operators and the ledger's id, once.
func (c *Chaincode) found(stub shim.ChaincodeStubInterface, args [][]byte) *peer.Response {
	if len(args) != 1 {
		return refuse(wire.StatusMalformed, "found takes one argument")
	}
	founding, err := wire.Decode[wire.Founding](args[0])
	if err != nil || founding.Genesis.IsZero() {
		return refuse(wire.StatusMalformed, "not a founding")
	}
	name, err := invoked(stub)
	if err != nil {
		return shim.Error(err.Error())
	}
	state := newOverlay(stub)
	switch err := voucher.Found(state, founding.Operators, founding.Threshold); {
	case errors.Is(err, voucher.ErrFounded):
		return refuse(wire.StatusFounded, "%s", voucher.ErrFounded)
	case errors.Is(err, voucher.ErrText):
		return refuse(wire.StatusMalformed, "%s", err)
	case err != nil:
		return shim.Error(err.Error())
	}
	ledger := wire.Ledger{
		ID: intent.LedgerID(founding.Genesis, []byte(name)), Genesis: founding.Genesis, Name: name, TxID: stub.GetTxID(),
	}
	if err := errors.Join(state.Put(wire.LedgerKey, wire.Encode(ledger)), state.flush()); err != nil {
		return shim.Error(err.Error())
	}
	return shim.Success(wire.Encode(ledger))
}
