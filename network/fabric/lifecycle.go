package fabric

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer/lifecycle"
	"google.golang.org/protobuf/proto"
)

// ErrSameVersion means that a program differs from the one that runs under its
// version. Nothing was changed: give it another version.
var ErrSameVersion = errors.New("another program has this version already")

const lifecycleChaincode = "_lifecycle"

// definition is what the organisations agree on about a chaincode, beside its name.
type definition struct {
	sequence int64
	version  string
	policy   []byte // who must endorse
}

// deploy makes a program the network's chaincode: installs it at the peers of
// this host, starts its processes, has the organisations approve it, and commits.
// What was done before is not done again.
func (n *Network) deploy(ctx context.Context, p Program) error {
	pkg, err := p.pack(n.description.Chaincode.Name)
	if err != nil {
		return err
	}
	committed, err := n.committed(ctx)
	if err != nil {
		return err
	}
	next, err := n.next(committed, pkg)
	if err != nil {
		return err
	}
	if err := n.keep(p.Path, pkg.version); err != nil {
		return err
	}
	running := installed{Version: pkg.version, ID: pkg.id, Sequence: next.sequence, Environment: p.Environment, Ready: p.Ready}
	if err := n.atEach(ctx, n.here(Peer), func(ctx context.Context, node Node) error {
		if err := node.writeConnection(n.files, next.sequence); err != nil {
			return err
		}
		return n.install(ctx, node, pkg)
	}); err != nil {
		return err
	}
	if err := n.startChaincode(running); err != nil {
		return err
	}
	if next.sequence != committed.sequence {
		n.say("chaincode %s: version %s, sequence %d", n.description.Chaincode.Name, next.version, next.sequence)
		if err := n.agree(ctx, next, pkg.id); err != nil {
			return err
		}
	}
	if err := n.writeInstalled(running); err != nil {
		return err
	}
	return n.stopChaincode(ctx, next.sequence-1)
}

// next is the definition that a package needs: the committed one if it says the
// same, else one after it.
func (n *Network) next(committed definition, pkg chaincodePackage) (definition, error) {
	policy, err := n.description.endorsementPolicy()
	if err != nil {
		return definition{}, err
	}
	if committed.sequence == 0 || committed.version != pkg.version || string(committed.policy) != string(policy) {
		return definition{committed.sequence + 1, pkg.version, policy}, nil
	}
	before, ok, err := n.readInstalled()
	if err != nil {
		return definition{}, err
	}
	if ok && before.ID != pkg.id {
		return definition{}, fmt.Errorf("%w: %s", ErrSameVersion, pkg.version)
	}
	return committed, nil
}

// committed is the channel's definition of the chaincode; sequence 0 if there is none.
func (n *Network) committed(ctx context.Context) (definition, error) {
	l, err := n.link(n.here(Peer)[0], adminUser)
	if err != nil {
		return definition{}, err
	}
	defer l.close()
	var result lifecycle.QueryChaincodeDefinitionResult
	err = l.lifecycle(ctx, n.description.Channel, "QueryChaincodeDefinition",
		&lifecycle.QueryChaincodeDefinitionArgs{Name: n.description.Chaincode.Name}, &result)
	if errors.Is(err, errAnswer) && strings.Contains(err.Error(), "is not defined") {
		return definition{}, nil
	}
	if err != nil {
		return definition{}, err
	}
	return definition{result.GetSequence(), result.GetVersion(), result.GetValidationParameter()}, nil
}

// lifecycle asks one peer about chaincodes.
func (l *link) lifecycle(ctx context.Context, channel, function string, arguments, result proto.Message) error {
	text, err := proto.Marshal(arguments)
	if err != nil {
		return fmt.Errorf("%s: %w", function, err)
	}
	payload, err := l.ask(ctx, channel, lifecycleChaincode, function, text)
	if err != nil {
		return err
	}
	if err := proto.Unmarshal(payload, result); err != nil {
		return fmt.Errorf("%w: %s: %w", errAnswer, function, err)
	}
	return nil
}

// install gives a peer the package, if it has not got it.
func (n *Network) install(ctx context.Context, node Node, pkg chaincodePackage) error {
	l, err := n.link(node, adminUser)
	if err != nil {
		return err
	}
	defer l.close()
	var have lifecycle.QueryInstalledChaincodesResult
	if err := l.lifecycle(ctx, "", "QueryInstalledChaincodes", &lifecycle.QueryInstalledChaincodesArgs{}, &have); err != nil {
		return err
	}
	for _, c := range have.GetInstalledChaincodes() {
		if c.GetPackageId() == pkg.id {
			return nil
		}
	}
	var result lifecycle.InstallChaincodeResult
	if err := l.lifecycle(ctx, "", "InstallChaincode", &lifecycle.InstallChaincodeArgs{ChaincodeInstallPackage: pkg.archive}, &result); err != nil {
		return err
	}
	if result.GetPackageId() != pkg.id {
		return fmt.Errorf("%w: %s calls the package %s, not %s", errAnswer, node.Name, result.GetPackageId(), pkg.id)
	}
	return nil
}

// agree has every organisation of this host approve the definition, and commits
// it when the others have.
func (n *Network) agree(ctx context.Context, d definition, packageID string) error {
	for _, o := range n.description.PeerOrganisations() {
		if err := n.approve(ctx, o, d, packageID); err != nil {
			return err
		}
	}
	commit := &lifecycle.CommitChaincodeDefinitionArgs{
		Sequence: d.sequence, Name: n.description.Chaincode.Name, Version: d.version,
		EndorsementPlugin: "escc", ValidationPlugin: "vscc", ValidationParameter: d.policy,
	}
	var everybody []string
	for _, o := range n.description.PeerOrganisations() {
		everybody = append(everybody, o.Name)
	}
	return n.submitLifecycle(ctx, n.here(Peer)[0], "CommitChaincodeDefinition", commit, everybody...)
}

func (n *Network) approve(ctx context.Context, o Organisation, d definition, packageID string) error {
	approval := &lifecycle.ApproveChaincodeDefinitionForMyOrgArgs{
		Sequence: d.sequence, Name: n.description.Chaincode.Name, Version: d.version,
		EndorsementPlugin: "escc", ValidationPlugin: "vscc", ValidationParameter: d.policy,
		Source: &lifecycle.ChaincodeSource{Type: &lifecycle.ChaincodeSource_LocalPackage{
			LocalPackage: &lifecycle.ChaincodeSource_Local{PackageId: packageID},
		}},
	}
	for _, node := range n.here(Peer) {
		if node.Organisation == o.Name {
			return n.submitLifecycle(ctx, node, "ApproveChaincodeDefinitionForMyOrg", approval, o.Name)
		}
	}
	return nil // another host's
}

// submitLifecycle changes what is agreed about chaincodes, through one peer's
// gateway, and returns when that peer has committed it.
func (n *Network) submitLifecycle(ctx context.Context, node Node, function string, arguments proto.Message, endorsers ...string) error {
	l, err := n.link(node, adminUser)
	if err != nil {
		return err
	}
	defer l.close()
	text, err := proto.Marshal(arguments)
	if err != nil {
		return fmt.Errorf("%s: %w", function, err)
	}
	contract := l.gateway.GetNetwork(n.description.Channel).GetContract(lifecycleChaincode)
	if _, err = contract.SubmitWithContext(ctx, function, client.WithBytesArguments(text), client.WithEndorsingOrganizations(endorsers...)); err != nil {
		return fmt.Errorf("%s through %s: %w", function, node.Name, explain(err))
	}
	return nil
}

// endorsementPolicy says that peers of so many of the organisations must agree.
func (d Description) endorsementPolicy() ([]byte, error) {
	envelope := &common.SignaturePolicyEnvelope{}
	var rules []*common.SignaturePolicy
	for i, o := range d.PeerOrganisations() {
		role, err := proto.Marshal(&msp.MSPRole{MspIdentifier: o.Name, Role: msp.MSPRole_PEER})
		if err != nil {
			return nil, fmt.Errorf("endorsement policy: %w", err)
		}
		envelope.Identities = append(envelope.Identities, &msp.MSPPrincipal{PrincipalClassification: msp.MSPPrincipal_ROLE, Principal: role})
		rules = append(rules, &common.SignaturePolicy{Type: &common.SignaturePolicy_SignedBy{SignedBy: int32(i)}}) //nolint:gosec // at most MaxOrganisations
	}
	envelope.Rule = &common.SignaturePolicy{Type: &common.SignaturePolicy_NOutOf_{NOutOf: &common.SignaturePolicy_NOutOf{
		N: int32(d.Chaincode.Endorsements), Rules: rules, //nolint:gosec // the same
	}}}
	policy, err := proto.Marshal(&peer.ApplicationPolicy{Type: &peer.ApplicationPolicy_SignaturePolicy{SignaturePolicy: envelope}})
	if err != nil {
		return nil, fmt.Errorf("endorsement policy: %w", err)
	}
	return policy, nil
}
