package fabric

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"golang.org/x/sync/errgroup"
)

// What may go wrong that is not a mistake in the description.
var (
	// ErrNotGenerated means that a directory holds no network.
	ErrNotGenerated = errors.New("there is no network in the directory")
	// ErrOther means that a directory holds a network of another description.
	// Nothing was changed: take another directory, or end that network for good.
	ErrOther = errors.New("the directory holds a network that was made from another description")
	// ErrBusy means that another program is changing the network just now.
	ErrBusy = errors.New("another program is changing this network")
	// ErrPortTaken means that a node cannot listen. Nothing was started.
	ErrPortTaken = errors.New("a port is taken")
	// ErrNode means that a node ended, or did not become usable in time.
	ErrNode = errors.New("a node does not work")
	// ErrNoNode means that the network has no node of a name.
	ErrNoNode = errors.New("there is no such node")
)

// Options are what a network needs beside its description.
type Options struct {
	Dir      string   // where its files are, or will be
	Programs string   // Fabric's programs and sample configuration, as scripts/fabric.sh lays them out
	Program  *Program // the chaincode; nil leaves what is there
	Host     string   // only the nodes of this host of the description; empty is all of them
	// Attached has nodes end with this process, for tests. Otherwise they go on.
	Attached bool
	Progress func(line string) // told what is being done, by several goroutines; may be nil
	// Observe is told by Run, every quarter of a minute, how the host is; may be nil.
	Observe func(Observation)
}

// Network is a network whose files are in a directory.
type Network struct {
	description Description
	files       layout
	options     Options
	restarts    *tally
}

// Open finds the network in a directory. Nothing is started. The errors are
// ErrNotGenerated, ErrDescription and those of the file system.
func Open(options Options) (*Network, error) {
	dir, err := filepath.Abs(options.Dir)
	if err != nil {
		return nil, fmt.Errorf("directory: %w", err)
	}
	files := layout(dir)
	if !exists(files.description()) {
		return nil, fmt.Errorf("%w: %s", ErrNotGenerated, dir)
	}
	d, err := ReadDescription(files.description())
	if err != nil {
		return nil, err
	}
	if _, ok := d.host(options.Host); !ok && options.Host != "" {
		return nil, fmt.Errorf("%w: there is no host %q", ErrDescription, options.Host)
	}
	return &Network{description: d, files: files, options: options, restarts: new(tally)}, nil
}

// Description is what the network was made from.
func (n *Network) Description() Description { return n.description }

// here are the nodes of a kind that this process is to look after.
func (n *Network) here(kinds ...Kind) []Node {
	var nodes []Node
	for _, kind := range kinds {
		for _, node := range n.description.nodesOf(kind) {
			if n.options.Host == "" || n.options.Host == node.Host.Name {
				nodes = append(nodes, node)
			}
		}
	}
	return nodes
}

// Node finds a node by its name. The error is ErrNoNode.
func (n *Network) Node(name string) (Node, error) {
	var names []string
	for _, node := range n.here(Peer, Orderer) {
		if node.Name == name {
			return node, nil
		}
		names = append(names, node.Name)
	}
	return Node{}, fmt.Errorf("%w: %q; there are %v", ErrNoNode, name, names)
}

func (n *Network) say(format string, arguments ...any) {
	if n.options.Progress != nil {
		n.options.Progress(fmt.Sprintf(format, arguments...))
	}
}

// atEach does the same at several nodes at once. The error is the first.
func (n *Network) atEach(ctx context.Context, nodes []Node, do func(context.Context, Node) error) error {
	group, ctx := errgroup.WithContext(ctx)
	for _, node := range nodes {
		group.Go(func() error { return do(ctx, node) })
	}
	return group.Wait()
}

// Endpoint is where clients reach a peer.
type Endpoint struct {
	Name         string // the node's, and its certificate's: use it as the TLS server name
	Organisation string // also its MSP's id
	Address      string // host:port, gRPC with TLS
	TLSCAFile    string // PEM: by whom its TLS certificate is signed
}

// Endpoints are all peers, in the order of the description.
func (n *Network) Endpoints() []Endpoint {
	var all []Endpoint
	for _, node := range n.description.nodesOf(Peer) {
		all = append(all, Endpoint{
			Name: node.Name, Organisation: node.Organisation, Address: node.Address(), TLSCAFile: n.files.tlsAuthority(node.Organisation),
		})
	}
	return all
}

// User is an identity that may send transactions.
type User struct {
	MSPID           string
	CertificateFile string // PEM
	KeyFile         string // PEM, PKCS #8, ECDSA P-256
}

// Client is the identity of an organisation's client: what a server of that
// organisation signs with.
func (n *Network) Client(organisation string) User { return n.user(organisation, clientUser) }

// Admin is the identity of an organisation's admin.
func (n *Network) Admin(organisation string) User { return n.user(organisation, adminUser) }

func (n *Network) user(organisation, user string) User {
	return User{
		MSPID:           organisation,
		CertificateFile: n.files.user(organisation, user, "msp", "signcerts", certificateFile),
		KeyFile:         n.files.user(organisation, user, "msp", "keystore", "priv_sk"),
	}
}

// GenesisFile is the channel's first block, a common.Block.
func (n *Network) GenesisFile() string { return n.files.genesis() }

// Log is the path of a node's log.
func (n *Network) Log(node Node) string { return n.files.node(node.Name, "node.log") }
