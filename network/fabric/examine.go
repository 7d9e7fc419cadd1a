package fabric

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"
)

// examination looks at one node of this host.
type examination struct {
	n       *Network
	node    Node
	running installed // the chaincode that this host has; its ID is empty if it has none
	most    uint64    // blocks that some peer has
	dates   []CertificateStatus

	found finding
}

// finding is what came out.
type finding struct {
	status    NodeStatus
	committed agreed // the channel's chaincode, as a peer knows it
	reasons   []string
}

func (e *examination) problem(format string, arguments ...any) {
	e.found.reasons = append(e.found.reasons, fmt.Sprintf(format, arguments...))
}

// examine finds out why a node is not usable: all reasons that do not follow from
// others.
func (e *examination) examine(ctx context.Context) finding {
	ctx, cancel := context.WithTimeout(ctx, 2*statusPatience)
	defer cancel()
	e.found.status = NodeStatus{
		Name: e.node.Name, Kind: e.node.Kind, Organisation: e.node.Organisation, Host: e.node.Host.Name,
		Address: e.node.Address(), Operations: e.node.operations(), PID: e.n.process(e.node).pid(),
	}
	e.checkDates()
	if e.checkNode(ctx) && e.node.Kind == Peer {
		e.checkChaincode(ctx)
	}
	if e.node.Kind == Orderer {
		e.found.status.Waiting = e.n.waiting(ctx, e.node)
	}
	e.found.status.Problem = strings.Join(e.found.reasons, "; ")
	return e.found
}

// checkDates finds the first certificate to expire of those that the node needs.
func (e *examination) checkDates() {
	own := e.n.nodeCertificates(e.node)
	for _, o := range e.n.description.Organisations {
		if o.Name == e.node.Organisation {
			own = append(own, e.n.memberCertificates(o)...)
		}
	}
	for _, c := range e.dates {
		if !slices.ContainsFunc(own, func(f owned) bool { return f.of == c.Of }) {
			continue
		}
		if first := &e.found.status.Expires; !c.Expires.IsZero() && (first.IsZero() || c.Expires.Before(*first)) {
			*first = c.Expires
		}
		if c.Problem != "" {
			e.problem("%s", c.Problem)
		}
	}
}

// checkNode reports whether the node can be asked more.
func (e *examination) checkNode(ctx context.Context) bool {
	s := &e.found.status
	if e.node.Kind == Peer && e.running.ID != "" {
		s.Chaincode = e.n.chaincodeProcess(e.node, e.running).pid()
	}
	if s.PID == 0 {
		e.problem("does not run")
		return false
	}
	if !e.n.healthy(ctx, e.node) {
		e.problem("is not healthy: its log says why")
		return false
	}
	var problem string
	s.Height, problem = e.n.height(ctx, e.node)
	if problem != "" {
		e.problem("%s", problem)
		return e.node.Kind == Peer && s.Height > 0
	}
	short, cancel := context.WithTimeout(ctx, statusPatience)
	defer cancel()
	if !pollEach(short, askAgain, func() bool {
		if height, problem := e.n.height(short, e.node); problem == "" {
			s.Height = height
		}
		return s.Height >= e.most
	}) {
		e.problem("is behind: it has %d of %d blocks", s.Height, e.most)
	}
	return true
}

// checkChaincode asks a peer about its part in the chaincode, and whether it
// endorses.
func (e *examination) checkChaincode(ctx context.Context) {
	before := len(e.found.reasons)
	l, err := e.n.link(e.node, adminUser)
	if err != nil {
		e.problem("%v", err)
		return
	}
	defer l.close()
	if e.found.committed, err = l.committed(ctx, e.n.description); err != nil {
		e.problem("does not say what chaincode the channel has: %v", err)
		return
	}
	e.checkAgreement()
	if e.running.ID == "" {
		return
	}
	e.checkPackage(ctx, l)
	e.checkProcess(ctx)
	if why := e.endorses(ctx); why != "" && len(e.found.reasons) == before { // else it follows from the others
		e.problem("%s", why)
	}
}

// checkAgreement compares what the channel has with what this host has.
func (e *examination) checkAgreement() {
	name, there := e.n.description.Chaincode.Name, e.found.committed
	switch {
	case there.sequence == 0 && e.running.ID != "":
		e.problem("the channel has no chaincode %s yet", name)
	case there.sequence == 0:
	case e.running.ID == "":
		e.problem("this host has no program of chaincode %s, version %s, sequence %d", name, there.version, there.sequence)
	case !slices.Contains(there.approved, e.node.Organisation):
		e.problem("%s has not approved chaincode %s, version %s, sequence %d: its peers do not endorse", e.node.Organisation, name, there.version, there.sequence)
	case there.version != e.running.Version:
		e.problem("the channel has version %s of chaincode %s, this host has %s", there.version, name, e.running.Version)
	}
}

// checkPackage asks whether the peer has the package of what runs.
func (e *examination) checkPackage(ctx context.Context, l *link) {
	state, err := l.packageState(ctx, e.n.description, e.running.ID)
	switch {
	case err != nil:
		e.problem("does not say which packages it has: %v", err)
	case state == packageMissing:
		e.problem("lacks the chaincode's package %s", e.running.ID)
	case state == packageUnused && e.found.committed.sequence > 0 && slices.Contains(e.found.committed.approved, e.node.Organisation):
		e.problem("has the package %s, and %s approved another one at sequence %d", e.running.ID, e.node.Organisation, e.found.committed.sequence)
	}
}

// checkProcess connects to the peer's chaincode as the peer does.
func (e *examination) checkProcess(ctx context.Context) {
	reachable := false
	if e.found.status.Chaincode == 0 {
		e.found.status.Reachable = &reachable
		e.problem("its chaincode does not run")
		return
	}
	c, err := readConnection(e.node.keptConnection(e.n.files, e.running.ID))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return // the peer has no package, or makes the file anew when it connects
	case err != nil:
		e.problem("cannot read the way to its chaincode: %v", err)
		return
	}
	e.found.status.Reachable = &reachable
	if err := e.n.dialChaincode(ctx, e.node, c); err != nil {
		e.problem("cannot reach its chaincode at %s: %v", c.Address, err)
		return
	}
	reachable = true
}

// dialChaincode shakes hands with a chaincode process as its peer does.
func (n *Network) dialChaincode(ctx context.Context, node Node, c connection) error {
	pair, err := tls.X509KeyPair([]byte(c.ClientCert), []byte(c.ClientKey))
	if err != nil {
		return fmt.Errorf("the peer's TLS pair: %w", err)
	}
	pool, err := authorities(n.files.tlsAuthority(node.Organisation))
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, healthPatience)
	defer cancel()
	config := &tls.Config{RootCAs: pool, Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
	conn, err := (&tls.Dialer{Config: config}).DialContext(ctx, "tcp", c.Address)
	if err != nil {
		return err
	}
	_ = conn.Close() // nothing was sent
	return nil
}

// endorses asks the peer itself, as its organisation's client, and says why it
// does not endorse.
func (e *examination) endorses(ctx context.Context) string {
	if e.running.Ready == "" {
		return ""
	}
	yes := false
	e.found.status.Endorses = &yes
	l, err := e.n.link(e.node, clientUser)
	if err != nil {
		return err.Error()
	}
	defer l.close()
	ctx, cancel := context.WithTimeout(ctx, statusPatience)
	defer cancel()
	began := time.Now()
	if err := l.endorses(ctx, e.n.description, e.running.Ready); err != nil {
		return fmt.Sprintf("does not endorse (asked for %s, %s): %v", e.running.Ready, time.Since(began).Round(time.Millisecond), err)
	}
	yes = true
	return ""
}
