package fabric

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hyperledger/fabric-gateway/pkg/client"
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
// this host, starts its processes, has this host's organisations approve it, and
// commits when enough have. What was done before is not done again.
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
	if err := n.atEach(ctx, n.here(Peer), func(ctx context.Context, node Node) error {
		if err := node.writeConnection(n.files, next.sequence); err != nil {
			return err
		}
		return n.install(ctx, node, pkg)
	}); err != nil {
		return err
	}
	running := installed{Version: pkg.version, ID: pkg.id, Sequence: next.sequence, Environment: p.Environment, Ready: p.Ready}
	if err := n.restartChaincode(ctx, running); err != nil {
		return err
	}
	if next.sequence != committed.sequence {
		n.say("chaincode %s: version %s, sequence %d", n.description.Chaincode.Name, next.version, next.sequence)
	}
	if err := n.agree(ctx, next, pkg.id); err != nil {
		return err
	}
	return n.writeInstalled(running)
}

// next is the definition that a package needs: the committed one if it says the
// same, else one after it.
func (n *Network) next(committed definition, pkg chaincodePackage) (definition, error) {
	policy, err := n.description.endorsementPolicy()
	if err != nil {
		return definition{}, err
	}
	if committed.sequence == 0 || committed.version != pkg.version || !bytes.Equal(committed.policy, policy) {
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

// agree has every organisation of this host approve the definition, and returns
// when it is committed: by whoever first sees that enough have approved. One
// that comes later approves all the same, for only then its peers take part.
func (n *Network) agree(ctx context.Context, d definition, packageID string) error {
	l, err := n.link(n.here(Peer)[0], adminUser)
	if err != nil {
		return err
	}
	defer l.close()
	for _, o := range n.description.PeerOrganisations() {
		if err := n.approve(ctx, o, d, packageID); err != nil {
			return err
		}
	}
	var last error
	if !pollEach(ctx, askAgain, func() bool {
		var done bool
		done, last = n.tryCommit(ctx, l, d)
		return done
	}) {
		return errors.Join(ctx.Err(), last)
	}
	return nil
}

// tryCommit commits the definition if a majority has approved it, and tells
// whether it is committed.
func (n *Network) tryCommit(ctx context.Context, l *link, d definition) (bool, error) {
	now, err := n.committed(ctx)
	if err != nil || now.sequence >= d.sequence {
		return err == nil, err
	}
	approved, missing, err := n.approvals(ctx, l, d)
	if err != nil {
		return false, err
	}
	if 2*len(approved) <= len(approved)+len(missing) {
		return false, fmt.Errorf("%w: not yet by %s", errUnapproved, strings.Join(missing, ", "))
	}
	err = n.submitLifecycle(ctx, l, "CommitChaincodeDefinition", &lifecycle.CommitChaincodeDefinitionArgs{
		Sequence: d.sequence, Name: n.description.Chaincode.Name, Version: d.version,
		EndorsementPlugin: endorsementPlugin, ValidationPlugin: validationPlugin, ValidationParameter: d.policy,
	}, approved...)
	return err == nil, err
}

var errUnapproved = errors.New("the chaincode is not approved by a majority of the organisations")

// The plug-ins that every Fabric has.
const (
	endorsementPlugin = "escc"
	validationPlugin  = "vscc"
)

// approvals are the organisations that have approved a definition, and those
// that have not.
func (n *Network) approvals(ctx context.Context, l *link, d definition) (approved, missing []string, err error) {
	var result lifecycle.CheckCommitReadinessResult
	err = l.lifecycle(ctx, n.description.Channel, "CheckCommitReadiness", &lifecycle.CheckCommitReadinessArgs{
		Sequence: d.sequence, Name: n.description.Chaincode.Name, Version: d.version,
		EndorsementPlugin: endorsementPlugin, ValidationPlugin: validationPlugin, ValidationParameter: d.policy,
	}, &result)
	for _, o := range n.description.PeerOrganisations() {
		if result.GetApprovals()[o.Name] {
			approved = append(approved, o.Name)
		} else {
			missing = append(missing, o.Name)
		}
	}
	return approved, missing, err
}

// approve has an organisation approve a definition through a peer of this host,
// unless it has, or has none here.
func (n *Network) approve(ctx context.Context, o Organisation, d definition, packageID string) error {
	at := slices.IndexFunc(n.here(Peer), func(node Node) bool { return node.Organisation == o.Name })
	if at < 0 {
		return nil
	}
	l, err := n.link(n.here(Peer)[at], adminUser)
	if err != nil {
		return err
	}
	defer l.close()
	if n.hasApproved(ctx, l, d, packageID) {
		return nil
	}
	err = n.submitLifecycle(ctx, l, "ApproveChaincodeDefinitionForMyOrg", &lifecycle.ApproveChaincodeDefinitionForMyOrgArgs{
		Sequence: d.sequence, Name: n.description.Chaincode.Name, Version: d.version,
		EndorsementPlugin: endorsementPlugin, ValidationPlugin: validationPlugin, ValidationParameter: d.policy,
		Source: &lifecycle.ChaincodeSource{Type: &lifecycle.ChaincodeSource_LocalPackage{
			LocalPackage: &lifecycle.ChaincodeSource_Local{PackageId: packageID},
		}},
	}, o.Name)
	if taken(err) && pollEach(ctx, askAgain, func() bool { return n.hasApproved(ctx, l, d, packageID) }) {
		return nil
	}
	return err
}

// hasApproved asks the organisation's own peer. Fabric refuses to approve the
// same twice; that there is no approval yet is an error to it.
func (n *Network) hasApproved(ctx context.Context, l *link, d definition, packageID string) bool {
	var before lifecycle.QueryApprovedChaincodeDefinitionResult
	err := l.lifecycle(ctx, n.description.Channel, "QueryApprovedChaincodeDefinition",
		&lifecycle.QueryApprovedChaincodeDefinitionArgs{Name: n.description.Chaincode.Name, Sequence: d.sequence}, &before)
	return err == nil && before.GetVersion() == d.version && bytes.Equal(before.GetValidationParameter(), d.policy) &&
		before.GetSource().GetLocalPackage().GetPackageId() == packageID
}

// submitLifecycle changes what is agreed about chaincodes, through one peer's
// gateway, and returns when that peer has committed it.
func (n *Network) submitLifecycle(ctx context.Context, l *link, function string, arguments proto.Message, endorsers ...string) error {
	text, err := proto.Marshal(arguments)
	if err != nil {
		return fmt.Errorf("%s: %w", function, err)
	}
	contract := l.gateway.GetNetwork(n.description.Channel).GetContract(lifecycleChaincode)
	if _, err = contract.SubmitWithContext(ctx, function, client.WithBytesArguments(text), client.WithEndorsingOrganizations(endorsers...)); err != nil {
		return fmt.Errorf("%s through %s: %w", function, l.node.Name, explain(err))
	}
	return nil
}
