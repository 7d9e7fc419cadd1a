package fabric

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/hyperledger/fabric-protos-go-apiv2/peer/lifecycle"
)

var (
	// ErrSameVersion means that a program differs from the one that has its
	// version already. Nothing was changed: give it another version.
	ErrSameVersion = errors.New("another program has this version already")
	// ErrLate means that the other organisations have agreed on a chaincode that
	// this host was not asked to run. Nothing was changed: give the host that
	// program, or the endorsements of that definition.
	ErrLate = errors.New("the channel has another chaincode than this host")
	// ErrNoProgram means that the channel has a chaincode and this host no program
	// of it. Name the program.
	ErrNoProgram = errors.New("this host has no program of the channel's chaincode")
)

// deploy makes a program the network's chaincode: installs it at the peers of
// this host, starts its processes, has this host's organisations approve it, and
// commits when enough have. What was done before is not done again. It takes a
// copy of the program, and from then on the program is that one.
func (n *Network) deploy(ctx context.Context, p *Program) error {
	pkg, err := p.pack(n.description.Chaincode.Name)
	if err != nil {
		return err
	}
	before, ran, err := n.readInstalled()
	if err != nil {
		return err
	}
	next, err := n.next(ctx, before, ran, pkg)
	if err != nil {
		return err
	}
	if err := n.atEach(ctx, n.here(Peer), func(ctx context.Context, node Node) error { return n.checkVersion(ctx, node, pkg) }); err != nil {
		return err
	}
	if err := n.keep(p.Path, pkg); err != nil {
		return err
	}
	p.Path, p.Version = n.programPath(pkg.version), pkg.version
	running := installed{
		Version: pkg.version, ID: pkg.id, Sequence: next.sequence, Policy: next.policy,
		Place: placeOf(pkg.id, before, ran), Environment: p.Environment, Ready: p.Ready,
	}
	if err := n.atEach(ctx, n.here(Peer), func(ctx context.Context, node Node) error {
		return n.install(ctx, node, running, pkg)
	}); err != nil {
		return err
	}
	if err := n.startChaincode(ctx, running); err != nil {
		return err
	}
	if err := n.agree(ctx, next, pkg.id); err != nil {
		return err
	}
	return n.writeInstalled(running)
}

// next is the definition that a package needs: the committed one if it says the
// same, else the one after it. The errors are ErrSameVersion and ErrLate.
func (n *Network) next(ctx context.Context, before installed, ran bool, pkg chaincodePackage) (definition, error) {
	policy, err := n.description.endorsementPolicy()
	if err != nil {
		return definition{}, err
	}
	if ran && before.Version == pkg.version && before.ID != pkg.id {
		return definition{}, fmt.Errorf("%w: %s", ErrSameVersion, pkg.version)
	}
	committed, err := n.committed(ctx)
	if err != nil {
		return definition{}, err
	}
	wanted := definition{committed.sequence + 1, pkg.version, policy}
	switch {
	case committed.version == wanted.version && bytes.Equal(committed.policy, policy):
		return committed.definition, nil
	case ran && before.behind(committed.definition) && !before.asks(pkg, policy):
		return wanted, n.joins(ctx, wanted, committed.definition)
	}
	n.say("chaincode %s: version %s, sequence %d is proposed", n.description.Chaincode.Name, wanted.version, wanted.sequence)
	return wanted, nil
}

// behind reports whether the channel has gone on since this host last agreed.
func (i installed) behind(committed definition) bool { return committed.sequence > i.Sequence }

// asks reports whether this host is asked for another definition than it had. A host
// that starts again with its old definition may not propose it: the others may have
// agreed on a newer one meanwhile.
func (i installed) asks(pkg chaincodePackage, policy []byte) bool {
	return i.ID != pkg.id || i.Policy != nil && !bytes.Equal(i.Policy, policy)
}

// joins lets a host that is behind approve a definition that others have proposed:
// all go back to the definition that this host still has. The error is ErrLate if
// nobody has proposed it.
func (n *Network) joins(ctx context.Context, wanted, committed definition) error {
	l, err := n.link(n.here(Peer)[0], adminUser)
	if err != nil {
		return err
	}
	defer l.close()
	approved, err := n.readiness(ctx, l, wanted)
	if err != nil || len(approved) > 0 {
		return err
	}
	what := fmt.Sprintf("version %s, this host has version %s", committed.version, wanted.version)
	if committed.version == wanted.version {
		what = "the same program with other endorsements than the description of this host says"
	}
	return fmt.Errorf("%w: at sequence %d the channel has %s", ErrLate, committed.sequence, what)
}

// checkVersion asks a peer whether it has another package of the version: also one
// that this host, or this directory, knows nothing of. The error is ErrSameVersion.
func (n *Network) checkVersion(ctx context.Context, node Node, pkg chaincodePackage) error {
	l, err := n.link(node, adminUser)
	if err != nil {
		return err
	}
	defer l.close()
	have, err := l.packages(ctx)
	if err != nil {
		return err
	}
	for _, c := range have {
		if c.GetLabel() == pkg.label && c.GetPackageId() != pkg.id {
			return fmt.Errorf("%w: %s: %s has the package %s", ErrSameVersion, pkg.version, node.Name, c.GetPackageId())
		}
	}
	return nil
}

// install gives a peer the package, if it has not got it, and the way to the
// package's process.
func (n *Network) install(ctx context.Context, node Node, running installed, pkg chaincodePackage) error {
	if err := node.renewConnections(n.files, running); err != nil {
		return err
	}
	l, err := n.link(node, adminUser)
	if err != nil {
		return err
	}
	defer l.close()
	if state, err := l.packageState(ctx, n.description, pkg.id); err != nil || state != packageMissing {
		return err
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
