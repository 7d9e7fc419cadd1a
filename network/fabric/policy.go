package fabric

import (
	"fmt"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/protobuf/proto"
)

// endorsementPolicy says how many organisations' peers must agree.
func (d Description) endorsementPolicy() ([]byte, error) {
	envelope := &common.SignaturePolicyEnvelope{}
	var rules []*common.SignaturePolicy
	for i, o := range d.PeerOrganisations() {
		role, err := proto.Marshal(&msp.MSPRole{MspIdentifier: o.Name, Role: msp.MSPRole_PEER})
		if err != nil {
			return nil, fmt.Errorf("endorsement policy: %w", err)
		}
		envelope.Identities = append(envelope.Identities, &msp.MSPPrincipal{PrincipalClassification: msp.MSPPrincipal_ROLE, Principal: role})
		rules = append(rules, &common.SignaturePolicy{Type: &common.SignaturePolicy_SignedBy{SignedBy: int32(i)}})
	}
	envelope.Rule = &common.SignaturePolicy{Type: &common.SignaturePolicy_NOutOf_{NOutOf: &common.SignaturePolicy_NOutOf{
		N: int32(d.Chaincode.Endorsements), Rules: rules, //nolint:gosec // at most MaxOrganisations
	}}}
	policy, err := proto.Marshal(&peer.ApplicationPolicy{Type: &peer.ApplicationPolicy_SignaturePolicy{SignaturePolicy: envelope}})
	if err != nil {
		return nil, fmt.Errorf("endorsement policy: %w", err)
	}
	return policy, nil
}
