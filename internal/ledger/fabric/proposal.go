package fabric

import (
	"fmt"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/gateway"
	peerproto "github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// proposal is a call of a chaincode, stamped with the driver's clock and signed:
// the same for every peer and gateway.
type proposal struct {
	by     *signer
	txID   string
	raw    []byte // a gateway.ProposedTransaction, as a Gateway takes it up again
	signed *peerproto.SignedProposal
}

// propose makes a proposal. It has an id of its own: the same commands proposed
// again are another transaction.
func (l *Ledger) propose(chaincode, function string, args ...[]byte) (*proposal, error) {
	by := l.identity.now()
	made, err := by.network.GetContract(chaincode).NewProposal(function, client.WithBytesArguments(args...))
	if err != nil {
		return nil, fmt.Errorf("make proposal: %w", err)
	}
	raw, err := made.Bytes()
	if err != nil {
		return nil, fmt.Errorf("make proposal: %w", err)
	}
	var proposed gateway.ProposedTransaction
	if err := proto.Unmarshal(raw, &proposed); err != nil {
		return nil, fmt.Errorf("make proposal: %w", err)
	}
	signed := proposed.GetProposal()
	if signed.ProposalBytes, err = stamped(signed.GetProposalBytes(), l.now()); err != nil {
		return nil, fmt.Errorf("make proposal: %w", err)
	}
	if signed.Signature, err = by.of(signed.GetProposalBytes()); err != nil {
		return nil, err
	}
	if raw, err = proto.Marshal(&proposed); err != nil {
		return nil, fmt.Errorf("make proposal: %w", err)
	}
	return &proposal{by: by, txID: proposed.GetTransactionId(), raw: raw, signed: signed}, nil
}

// stamped gives a proposal another time: the library takes the system's.
func stamped(raw []byte, at time.Time) ([]byte, error) {
	var proposal peerproto.Proposal
	var header common.Header
	var channel common.ChannelHeader
	if err := proto.Unmarshal(raw, &proposal); err != nil {
		return nil, err
	}
	if err := proto.Unmarshal(proposal.GetHeader(), &header); err != nil {
		return nil, err
	}
	if err := proto.Unmarshal(header.GetChannelHeader(), &channel); err != nil {
		return nil, err
	}
	channel.Timestamp = timestamppb.New(at)
	var err error
	if header.ChannelHeader, err = proto.Marshal(&channel); err != nil {
		return nil, err
	}
	if proposal.Header, err = proto.Marshal(&header); err != nil {
		return nil, err
	}
	return proto.Marshal(&proposal)
}
