package chaincode

import (
	"time"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"

	"tally/internal/ledger/fabric/wire"
)

// ready says that this endorser would judge commands now, or tells its clock.
func (c *Chaincode) ready(stub shim.ChaincodeStubInterface, args [][]byte) *peer.Response {
	if len(args) == 1 && string(args[0]) == wire.ReadyClock {
		return shim.Success(wire.Encode(wire.Clock{
			Now: uint64(c.now().UnixMilli()), Tolerance: uint64(c.tolerance.Milliseconds()), //nolint:gosec // after 1970, and above zero
		}))
	}
	if len(args) > 0 {
		return refuse(wire.StatusMalformed, "ready takes no argument but %q", wire.ReadyClock)
	}
	if _, refused := c.stamp(stub); refused != nil {
		return refused
	}
	return shim.Success(nil)
}

// stamp is the transaction's time in Unix seconds, or the refusal of one that is
// too far off this endorser's clock.
func (c *Chaincode) stamp(stub shim.ChaincodeStubInterface) (uint64, *peer.Response) {
	stamp, err := stub.GetTxTimestamp()
	if err != nil {
		return 0, shim.Error(err.Error())
	}
	off := stamp.AsTime().Sub(c.now())
	if off.Abs() <= c.tolerance {
		return uint64(stamp.GetSeconds()), nil //nolint:gosec // after 1970, by the tolerance
	}
	side := "ahead of"
	if off < 0 {
		side = "behind"
	}
	return 0, refuse(wire.StatusClock, "the transaction's time is %s %s this endorser's clock, at most %s is allowed",
		off.Abs().Round(time.Millisecond), side, c.tolerance)
}
