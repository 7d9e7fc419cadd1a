package fabric

import (
	"context"
	"crypto/tls"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-gateway/pkg/identity"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/gateway"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/protobuf/proto"
)

// link is one user's connection to one peer.
type link struct {
	node    Node
	conn    *grpc.ClientConn
	who     *identity.X509Identity
	sign    identity.Sign
	gateway *client.Gateway
}

// link connects a user of the node's own organisation to it. Nothing is sent yet.
func (n *Network) link(node Node, user string) (*link, error) {
	return n.linkAs(node, node.Organisation, user)
}

// linkAs connects an organisation's user to any node. Nothing is sent yet.
func (n *Network) linkAs(node Node, organisation, user string) (*link, error) {
	pool, err := authorities(n.files.tlsAuthority(node.Organisation))
	if err != nil {
		return nil, err
	}
	who, sign, err := n.signer(organisation, user)
	if err != nil {
		return nil, err
	}
	config := &tls.Config{RootCAs: pool, ServerName: node.Name, MinVersion: tls.VersionTLS12}
	conn, err := grpc.NewClient(node.Address(), grpc.WithTransportCredentials(credentials.NewTLS(config)),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxBlock)))
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", node.Name, err)
	}
	gw, err := client.Connect(who, client.WithSign(sign), client.WithClientConnection(conn))
	if err != nil {
		_ = conn.Close() // it was not used
		return nil, fmt.Errorf("connect to %s: %w", node.Name, err)
	}
	return &link{node: node, conn: conn, who: who, sign: sign, gateway: gw}, nil
}

func (n *Network) signer(organisation, user string) (*identity.X509Identity, identity.Sign, error) {
	msp := n.files.user(organisation, user, "msp")
	certificate, err := readCertificate(filepath.Join(msp, "signcerts", certificateFile))
	if err != nil {
		return nil, nil, err
	}
	key, err := readKey(filepath.Join(msp, "keystore", "priv_sk"))
	if err != nil {
		return nil, nil, err
	}
	who, err := identity.NewX509Identity(organisation, certificate)
	if err != nil {
		return nil, nil, fmt.Errorf("identity of %s's %s: %w", organisation, user, err)
	}
	sign, err := identity.NewPrivateKeySign(key)
	if err != nil {
		return nil, nil, fmt.Errorf("identity of %s's %s: %w", organisation, user, err)
	}
	return who, sign, nil
}

// Contract is the chaincode as the client of a peer's organisation sees it
// through that peer's gateway. Call disconnect in the end. The error is
// ErrNoNode, or that of the file system.
func (n *Network) Contract(peer string) (contract *client.Contract, disconnect func(), err error) {
	nodes := n.description.nodesOf(Peer)
	at := slices.IndexFunc(nodes, func(node Node) bool { return node.Name == peer })
	if at < 0 {
		return nil, nil, fmt.Errorf("%w: %q is no peer", ErrNoNode, peer)
	}
	l, err := n.link(nodes[at], clientUser)
	if err != nil {
		return nil, nil, err
	}
	return l.gateway.GetNetwork(n.description.Channel).GetContract(n.description.Chaincode.Name), l.close, nil
}

func (l *link) close() {
	_ = l.gateway.Close()
	_ = l.conn.Close()
}

// ask has this very peer, and no other, run a function of a chaincode, and
// returns what it says. Nothing is ordered.
func (l *link) ask(ctx context.Context, channel, chaincode, function string, arguments ...[]byte) ([]byte, error) {
	proposal, err := l.gateway.GetNetwork(channel).GetContract(chaincode).NewProposal(function, client.WithBytesArguments(arguments...))
	if err != nil {
		return nil, fmt.Errorf("%s.%s at %s: %w", chaincode, function, l.node.Name, err)
	}
	signed, err := l.signed(proposal)
	if err != nil {
		return nil, fmt.Errorf("%s.%s at %s: %w", chaincode, function, l.node.Name, err)
	}
	response, err := peer.NewEndorserClient(l.conn).ProcessProposal(ctx, signed, grpc.WaitForReady(true))
	if err != nil {
		return nil, fmt.Errorf("%s.%s at %s: %w", chaincode, function, l.node.Name, err)
	}
	if r := response.GetResponse(); r.GetStatus() != int32(common.Status_SUCCESS) {
		return nil, fmt.Errorf("%w: %s.%s at %s: %s", errAnswer, chaincode, function, l.node.Name, r.GetMessage())
	}
	return response.GetResponse().GetPayload(), nil
}

// signed takes the proposal out of its gateway's envelope: a single peer's
// endorser wants it bare.
func (l *link) signed(proposal *client.Proposal) (*peer.SignedProposal, error) {
	envelope, err := proposal.Bytes()
	if err != nil {
		return nil, fmt.Errorf("proposal: %w", err)
	}
	var proposed gateway.ProposedTransaction
	if err := proto.Unmarshal(envelope, &proposed); err != nil {
		return nil, fmt.Errorf("proposal: %w", err)
	}
	signature, err := l.sign(proposal.Digest())
	if err != nil {
		return nil, fmt.Errorf("sign a proposal: %w", err)
	}
	return &peer.SignedProposal{ProposalBytes: proposed.GetProposal().GetProposalBytes(), Signature: signature}, nil
}

// channels are the channels that the peer has joined.
func (l *link) channels(ctx context.Context) ([]string, error) {
	payload, err := l.ask(ctx, "", "cscc", "GetChannels")
	if err != nil {
		return nil, err
	}
	var answer peer.ChannelQueryResponse
	if err := proto.Unmarshal(payload, &answer); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", errAnswer, l.node.Name, err)
	}
	var names []string
	for _, c := range answer.GetChannels() {
		names = append(names, c.GetChannelId())
	}
	return names, nil
}

// joinPeer has a peer take part in the channel, if it does not yet.
func (n *Network) joinPeer(ctx context.Context, node Node) error {
	l, err := n.link(node, adminUser)
	if err != nil {
		return err
	}
	defer l.close()
	channels, err := l.channels(ctx)
	if err != nil {
		return err
	}
	for _, name := range channels {
		if name == n.description.Channel {
			return nil
		}
	}
	genesis, err := os.ReadFile(n.files.genesis())
	if err != nil {
		return fmt.Errorf("genesis block: %w", err)
	}
	_, err = l.ask(ctx, "", "cscc", "JoinChain", genesis)
	return err
}
