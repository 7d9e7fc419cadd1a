package fabric

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hyperledger/fabric-protos-go-apiv2/peer/lifecycle"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

var (
	// ErrUnapproved means that a definition of the chaincode waits for other
	// organisations. The error names them.
	ErrUnapproved = errors.New("the chaincode is not approved by a majority of the organisations")

	errOvertaken = errors.New("the organisations have agreed on another definition meanwhile")
	errLost      = errors.New("the organisation approved another definition at this sequence, and its peers lost what: it can approve the next sequence only")
)

// agree has every organisation of this host approve the definition, and returns
// when it is committed. The first host that sees enough approvals commits it. An
// organisation that comes later approves all the same: only then its peers take part.
// The error is ErrUnapproved if that takes longer than ctx allows.
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
		done, err = n.tryCommit(ctx, l, d)
		if done || ctx.Err() == nil || last == nil { // what was wrong before the time was up says more
			last = err
		}
		return done || errors.Is(last, errOvertaken)
	}) {
		return errors.Join(ctx.Err(), last)
	}
	return last
}

// tryCommit commits the definition if a majority has approved it, and reports
// whether it is committed.
func (n *Network) tryCommit(ctx context.Context, l *link, d definition) (bool, error) {
	now, err := l.committed(ctx, n.description)
	switch {
	case err != nil:
		return false, err
	case now.sequence == d.sequence && now.version == d.version && bytes.Equal(now.policy, d.policy):
		return true, nil
	case now.sequence >= d.sequence:
		return false, fmt.Errorf("%w: version %s, sequence %d", errOvertaken, now.version, now.sequence)
	}
	approved, err := n.readiness(ctx, l, d)
	if err != nil {
		return false, err
	}
	all := n.description.PeerOrganisations()
	if 2*len(approved) <= len(all) {
		var missing []string
		for _, o := range all {
			if !slices.Contains(approved, o.Name) {
				missing = append(missing, o.Name)
			}
		}
		return false, fmt.Errorf("%w: version %s, sequence %d: not yet approved by %s", ErrUnapproved, d.version, d.sequence, strings.Join(missing, ", "))
	}
	err = n.submitLifecycle(ctx, l, "CommitChaincodeDefinition", &lifecycle.CommitChaincodeDefinitionArgs{
		Sequence: d.sequence, Name: n.description.Chaincode.Name, Version: d.version,
		EndorsementPlugin: endorsementPlugin, ValidationPlugin: validationPlugin, ValidationParameter: d.policy,
	}, approved...)
	return err == nil, err
}

// approve has an organisation approve a definition through a peer of this host,
// unless it has, or has no peer here. The error is ErrSameVersion if it has
// approved another package with this version.
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
	var last error
	if !pollEach(ctx, askAgain, func() bool {
		var done bool
		if done, last = n.hasApproved(ctx, l, d, packageID); done || last != nil {
			return true
		}
		last = n.submitApproval(ctx, l, d, packageID)
		return !taken(last) && status.Code(last) != codes.Unavailable // else it is asked again whether it has, or orderers have no leader yet
	}) {
		return errors.Join(ctx.Err(), last)
	}
	return last
}

// submitApproval sends the approval of the peer's organisation.
func (n *Network) submitApproval(ctx context.Context, l *link, d definition, packageID string) error {
	err := n.submitLifecycle(ctx, l, "ApproveChaincodeDefinitionForMyOrg", &lifecycle.ApproveChaincodeDefinitionForMyOrgArgs{
		Sequence: d.sequence, Name: n.description.Chaincode.Name, Version: d.version,
		EndorsementPlugin: endorsementPlugin, ValidationPlugin: validationPlugin, ValidationParameter: d.policy,
		Source: &lifecycle.ChaincodeSource{Type: &lifecycle.ChaincodeSource_LocalPackage{
			LocalPackage: &lifecycle.ChaincodeSource_Local{PackageId: packageID},
		}},
	}, l.node.Organisation)
	if err != nil && strings.Contains(err.Error(), "private data matching public hash version is not available") {
		return fmt.Errorf("%w: %s, sequence %d: %w", errLost, l.node.Organisation, d.sequence, err)
	}
	return err
}

// hasApproved reports whether a peer's organisation has approved a definition
// with a package. The peers of the organisation keep which package it was; where
// their disks were lost the ledger still says that the definition was approved,
// and Fabric refuses to have that said again. Which package it was shows then
// when the peer is asked to endorse: it takes that one only.
func (n *Network) hasApproved(ctx context.Context, l *link, d definition, packageID string) (bool, error) {
	var own lifecycle.QueryApprovedChaincodeDefinitionResult
	err := l.lifecycle(ctx, n.description.Channel, "QueryApprovedChaincodeDefinition",
		&lifecycle.QueryApprovedChaincodeDefinitionArgs{Name: n.description.Chaincode.Name, Sequence: d.sequence}, &own)
	if err == nil { // that there is none is an error to Fabric
		if own.GetVersion() != d.version || !bytes.Equal(own.GetValidationParameter(), d.policy) {
			return false, nil
		}
		other := own.GetSource().GetLocalPackage().GetPackageId()
		if other != "" && other != packageID {
			return false, fmt.Errorf("%w: %s: %s has approved the package %s", ErrSameVersion, d.version, l.node.Organisation, other)
		}
		return other != "", nil
	}
	approved, err := n.approvals(ctx, l, d)
	return slices.Contains(approved, l.node.Organisation), err
}

// approvals are the organisations that have approved a definition, committed or not.
func (n *Network) approvals(ctx context.Context, l *link, d definition) ([]string, error) {
	now, err := l.committed(ctx, n.description)
	switch {
	case err != nil:
		return nil, err
	case now.sequence == d.sequence:
		return now.approved, nil
	case now.sequence > d.sequence:
		return nil, fmt.Errorf("%w: version %s, sequence %d", errOvertaken, now.version, now.sequence)
	}
	return n.readiness(ctx, l, d)
}
