package chaincode

import (
	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"

	"tally/internal/ledger/fabric/wire"
)

// read answers with the state at keys.
func (c *Chaincode) read(stub shim.ChaincodeStubInterface, args [][]byte) *peer.Response {
	if len(args) == 0 || len(args) > wire.MaxKeys {
		return refuse(wire.StatusMalformed, "%d keys: 1 to %d in a read", len(args), wire.MaxKeys)
	}
	keys := make([]string, len(args))
	for i, arg := range args {
		keys[i] = string(arg)
	}
	values, err := stub.GetMultipleStates(keys...)
	if err != nil {
		return shim.Error(err.Error())
	}
	return shim.Success(wire.Encode(wire.Values(values)))
}
