package fabric

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer/lifecycle"
	"google.golang.org/protobuf/proto"
)

const lifecycleChaincode = "_lifecycle"

// The plug-ins that every Fabric has.
const (
	endorsementPlugin = "escc"
	validationPlugin  = "vscc"
)

// definition is what the organisations agree on about a chaincode, beside its name.
type definition struct {
	sequence int64
	version  string
	policy   []byte // who must endorse
}

// agreed is a committed definition; sequence 0 if there is none.
type agreed struct {
	definition
	approved []string // the organisations whose peers may take part; the ledger says so, whatever a peer has lost
	missing  []string // the others
}

// committed is the channel's definition of the chaincode, as this host knows it.
func (n *Network) committed(ctx context.Context) (agreed, error) {
	l, err := n.link(n.here(Peer)[0], adminUser)
	if err != nil {
		return agreed{}, err
	}
	defer l.close()
	return l.committed(ctx, n.description)
}

// committed is what one peer knows.
func (l *link) committed(ctx context.Context, d Description) (agreed, error) {
	var result lifecycle.QueryChaincodeDefinitionResult
	err := l.lifecycle(ctx, d.Channel, "QueryChaincodeDefinition", &lifecycle.QueryChaincodeDefinitionArgs{Name: d.Chaincode.Name}, &result)
	if errors.Is(err, errAnswer) && strings.Contains(err.Error(), "is not defined") {
		return agreed{}, nil
	}
	if err != nil {
		return agreed{}, err
	}
	a := agreed{definition: definition{result.GetSequence(), result.GetVersion(), result.GetValidationParameter()}}
	a.approved, a.missing = d.split(result.GetApprovals())
	return a, nil
}

// split are the organisations that have approved something, and those that have not.
func (d Description) split(approvals map[string]bool) (approved, missing []string) {
	for _, o := range d.PeerOrganisations() {
		if approvals[o.Name] {
			approved = append(approved, o.Name)
		} else {
			missing = append(missing, o.Name)
		}
	}
	return approved, missing
}

// readiness are the organisations that have approved a definition which is not
// committed yet.
func (n *Network) readiness(ctx context.Context, l *link, d definition) (approved []string, err error) {
	var result lifecycle.CheckCommitReadinessResult
	err = l.lifecycle(ctx, n.description.Channel, "CheckCommitReadiness", &lifecycle.CheckCommitReadinessArgs{
		Sequence: d.sequence, Name: n.description.Chaincode.Name, Version: d.version,
		EndorsementPlugin: endorsementPlugin, ValidationPlugin: validationPlugin, ValidationParameter: d.policy,
	}, &result)
	approved, _ = n.description.split(result.GetApprovals())
	return approved, err
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

// packageState is what a peer has of a package.
type packageState int

const (
	packageMissing packageState = iota
	packageUnused               // installed, and not the one that the organisation approved
	packageInUse
)

// packages are those that a peer has.
func (l *link) packages(ctx context.Context) ([]*lifecycle.QueryInstalledChaincodesResult_InstalledChaincode, error) {
	var have lifecycle.QueryInstalledChaincodesResult
	err := l.lifecycle(ctx, "", "QueryInstalledChaincodes", &lifecycle.QueryInstalledChaincodesArgs{}, &have)
	return have.GetInstalledChaincodes(), err
}

// packageState asks a peer for the state of a package.
func (l *link) packageState(ctx context.Context, d Description, id string) (packageState, error) {
	have, err := l.packages(ctx)
	if err != nil {
		return packageMissing, err
	}
	for _, c := range have {
		if c.GetPackageId() != id {
			continue
		}
		uses := c.GetReferences()[d.Channel].GetChaincodes()
		if slices.ContainsFunc(uses, func(u *lifecycle.QueryInstalledChaincodesResult_Chaincode) bool {
			return u.GetName() == d.Chaincode.Name
		}) {
			return packageInUse, nil
		}
		return packageUnused, nil
	}
	return packageMissing, nil
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
