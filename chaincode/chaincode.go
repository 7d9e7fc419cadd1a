// Package chaincode is Tally on Hyperledger Fabric: a thin shell that decodes
// commands, has them judged by the rules of package voucher, and puts state and
// record into the transaction. What it takes and gives is written down in
// package wire.
//
// The ledger's clock is the transaction's time, which the client fixes: it is
// the same for all endorsers, and a peer does not look at it later. So every
// endorser refuses a time that is off its own clock by more than a tolerance,
// and a majority of the organisations has to agree that it is about now.
//
// Which ledger it is, the founding says: the keccak of the channel's genesis
// block and of this chaincode's name (intent.LedgerID). A chaincode cannot read
// its channel's blocks, so the genesis hash is an argument, and the name is
// checked here. A founding with another channel's hash fools nobody: every
// driver and every auditor has the genesis block, computes the id from it, and
// refuses a ledger that calls itself something else; nobody's wallet signs for it.
//
// A call that comes through another chaincode is refused: its record would be
// lost, since a transaction has one event, the outermost chaincode's.
package chaincode

import (
	"fmt"
	"sync"
	"time"

	"github.com/ethereum/go-ethereum/common/lru"
	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/protobuf/proto"

	"tally/internal/intent"
	"tally/internal/ledger/fabric/wire"
	"tally/internal/voucher"
)

// DefaultTolerance is how far a transaction's time may be off the endorser's clock.
const DefaultTolerance = 30 * time.Second

// Chaincode is a shim.Chaincode. One process serves every name that its package
// is committed under; each is a ledger of its own.
type Chaincode struct {
	tolerance time.Duration
	now       func() time.Time
	domains   sync.Map // voucher.Hash of a ledger to its *intent.Domain
	recovered *lru.Cache[recovery, voucher.Authors]
}

var _ shim.Chaincode = (*Chaincode)(nil)

// New is the chaincode that endorses by this clock and tolerance.
func New(now func() time.Time, tolerance time.Duration) *Chaincode {
	return &Chaincode{tolerance: tolerance, now: now, recovered: lru.NewCache[recovery, voucher.Authors](maxRecovered)}
}

// Init implements shim.Chaincode: there is nothing to do, FunctionFound founds.
func (c *Chaincode) Init(shim.ChaincodeStubInterface) *peer.Response { return shim.Success(nil) }

// Invoke implements shim.Chaincode.
func (c *Chaincode) Invoke(stub shim.ChaincodeStubInterface) *peer.Response {
	args := stub.GetArgs()
	if len(args) == 0 {
		return refuse(wire.StatusMalformed, "no function")
	}
	switch function := string(args[0]); function {
	case wire.FunctionSubmit:
		return c.submit(stub, args[1:])
	case wire.FunctionRead:
		return c.read(stub, args[1:])
	case wire.FunctionFound:
		return c.found(stub, args[1:])
	case wire.FunctionReady:
		return c.ready(stub, args[1:])
	default:
		return refuse(wire.StatusMalformed, "there is no function %.32q", function)
	}
}

// refuse is the answer to a call that has no effect: no peer endorses it.
func refuse(status int32, format string, args ...any) *peer.Response {
	return &peer.Response{Status: status, Message: fmt.Sprintf(format, args...)}
}

// domain is the domain of a ledger, made once.
func (c *Chaincode) domain(ledger voucher.Hash) *intent.Domain {
	if known, ok := c.domains.Load(ledger); ok {
		if d, ok := known.(*intent.Domain); ok {
			return d
		}
	}
	d := intent.NewDomain(ledger)
	c.domains.Store(ledger, d)
	return d
}

// invoked is the chaincode that the client called: this one, unless another
// chaincode calls it.
func invoked(stub shim.ChaincodeStubInterface) (string, error) {
	signed, err := stub.GetSignedProposal()
	if err != nil {
		return "", fmt.Errorf("read the proposal: %w", err)
	}
	var proposal peer.Proposal
	var header common.Header
	var channel common.ChannelHeader
	var extension peer.ChaincodeHeaderExtension
	for _, part := range []struct {
		into proto.Message
		raw  func() []byte
	}{
		{&proposal, signed.GetProposalBytes}, {&header, proposal.GetHeader},
		{&channel, header.GetChannelHeader}, {&extension, channel.GetExtension},
	} {
		if err := proto.Unmarshal(part.raw(), part.into); err != nil {
			return "", fmt.Errorf("read the proposal: %w", err)
		}
	}
	return extension.GetChaincodeId().GetName(), nil
}
