package fabric_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-gateway/pkg/identity"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer/lifecycle"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"tally/internal/ledger/fabric"
	"tally/internal/ledger/fabric/wire"
	network "tally/network/fabric"
)

// define has the organisations agree that the program that they run is also a
// chaincode of another name, and waits until it is endorsed through every peer.
func define(ctx context.Context, c *channel, name string) error {
	definition, packageID, err := committed(ctx, c)
	if err != nil {
		return err
	}
	var approvals errgroup.Group
	var organisations []string
	for _, e := range oneOfEach(c) {
		organisations = append(organisations, e.Organisation)
		approvals.Go(func() error {
			return change(ctx, c, e, "ApproveChaincodeDefinitionForMyOrg", &lifecycle.ApproveChaincodeDefinitionForMyOrgArgs{
				Sequence: 1, Name: name, Version: definition.GetVersion(), EndorsementPlugin: "escc", ValidationPlugin: "vscc",
				ValidationParameter: definition.GetValidationParameter(),
				Source: &lifecycle.ChaincodeSource{Type: &lifecycle.ChaincodeSource_LocalPackage{
					LocalPackage: &lifecycle.ChaincodeSource_Local{PackageId: packageID},
				}},
			}, e.Organisation)
		})
	}
	if err := approvals.Wait(); err != nil {
		return err
	}
	if err := change(ctx, c, c.Endpoints()[0], "CommitChaincodeDefinition", &lifecycle.CommitChaincodeDefinitionArgs{
		Sequence: 1, Name: name, Version: definition.GetVersion(), EndorsementPlugin: "escc", ValidationPlugin: "vscc",
		ValidationParameter: definition.GetValidationParameter(),
	}, organisations...); err != nil {
		return err
	}
	for _, e := range c.Endpoints() {
		if err := endorsedThrough(ctx, c, e, name); err != nil {
			return err
		}
	}
	return nil
}

// oneOfEach is the first peer of every organisation.
func oneOfEach(c *channel) (first []network.Endpoint) {
	for _, e := range c.Endpoints() {
		if !slices.ContainsFunc(first, func(o network.Endpoint) bool { return o.Organisation == e.Organisation }) {
			first = append(first, e)
		}
	}
	return first
}

// committed is how the network's own chaincode is defined, and its package.
func committed(ctx context.Context, c *channel) (*lifecycle.QueryChaincodeDefinitionResult, string, error) {
	var definition lifecycle.QueryChaincodeDefinitionResult
	var approved lifecycle.QueryApprovedChaincodeDefinitionResult
	name := c.Description().Chaincode.Name
	err := through(c, c.Endpoints()[0], func(gateway *client.Network) error {
		contract := gateway.GetContract("_lifecycle")
		if err := ask(ctx, contract, "QueryChaincodeDefinition", &lifecycle.QueryChaincodeDefinitionArgs{Name: name}, &definition); err != nil {
			return err
		}
		return ask(ctx, contract, "QueryApprovedChaincodeDefinition", &lifecycle.QueryApprovedChaincodeDefinitionArgs{
			Name: name, Sequence: definition.GetSequence(),
		}, &approved)
	})
	return &definition, approved.GetSource().GetLocalPackage().GetPackageId(), err
}

func ask(ctx context.Context, contract *client.Contract, function string, args, into proto.Message) error {
	raw, err := proto.Marshal(args)
	if err != nil {
		return err
	}
	answer, err := contract.EvaluateWithContext(ctx, function, client.WithBytesArguments(raw))
	if err != nil {
		return fmt.Errorf("%s: %w", function, err)
	}
	return proto.Unmarshal(answer, into)
}

func change(ctx context.Context, c *channel, e network.Endpoint, function string, args proto.Message, endorsers ...string) error {
	raw, err := proto.Marshal(args)
	if err != nil {
		return err
	}
	return through(c, e, func(gateway *client.Network) error {
		for {
			_, err := gateway.GetContract("_lifecycle").SubmitWithContext(ctx, function,
				client.WithBytesArguments(raw), client.WithEndorsingOrganizations(endorsers...))
			switch {
			case err != nil && strings.Contains(fabric.TextOf(err), "already processed"): // see fabric.taken
				return nil
			case !passes(status.Code(err)) || !pause(ctx):
				return err
			}
		}
	})
}

// passes reports whether a busy network gives such an answer for a while: its peers
// are not at the same block, or a gateway has not heard from an organisation's peers
// for so long that it counts them as gone. Nothing was sent then.
func passes(code codes.Code) bool { return code == codes.Aborted || code == codes.Unavailable }

// endorsedThrough waits until a peer's gateway has found out that a chaincode is
// there: peers tell each other every second.
func endorsedThrough(ctx context.Context, c *channel, e network.Endpoint, name string) error {
	return through(c, e, func(gateway *client.Network) error {
		for {
			proposal, err := gateway.GetContract(name).NewProposal(wire.FunctionReady)
			if err != nil {
				return err
			}
			if _, err = proposal.EndorseWithContext(ctx); err == nil || !pause(ctx) {
				return err
			}
		}
	})
}

// pause leaves the network alone for a moment; it is false when the test has ended.
func pause(ctx context.Context) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(100 * time.Millisecond):
		return true
	}
}

// through connects an organisation's admin to its peer.
func through(c *channel, e network.Endpoint, do func(*client.Network) error) error {
	conn, err := connection(e.Address, e.Name, e.TLSCAFile)
	if err != nil {
		return err
	}
	defer conn.Close() //nolint:errcheck // a test's
	gateway, err := gatewayOf(conn, c.Admin(e.Organisation))
	if err != nil {
		return err
	}
	defer gateway.Close() //nolint:errcheck // a test's
	return do(gateway.GetNetwork(c.Description().Channel))
}

func connection(address, name, caFile string) (*grpc.ClientConn, error) {
	ca, err := os.ReadFile(caFile)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(ca)
	return grpc.NewClient(address, grpc.WithTransportCredentials(credentials.NewTLS(&tls.Config{
		RootCAs: pool, ServerName: name, MinVersion: tls.VersionTLS12,
	})))
}

func gatewayOf(conn *grpc.ClientConn, user network.User) (*client.Gateway, error) {
	pair, err := tls.LoadX509KeyPair(user.CertificateFile, user.KeyFile)
	if err != nil {
		return nil, err
	}
	id, err := identity.NewX509Identity(user.MSPID, pair.Leaf)
	if err != nil {
		return nil, err
	}
	sign, err := identity.NewPrivateKeySign(pair.PrivateKey)
	if err != nil {
		return nil, err
	}
	return client.Connect(id, client.WithSign(sign), client.WithClientConnection(conn))
}

// foundAs founds a ledger past the driver, which would say what is true.
func foundAs(t *testing.T, opts fabric.Options, founding wire.Founding) {
	t.Helper()
	c, err := connection(opts.Peers[0].Endpoint, opts.Peers[0].ServerName, opts.Peers[0].CA)
	require.NoError(t, err)
	defer c.Close() //nolint:errcheck // a test's
	user := network.User{MSPID: opts.MSPID, CertificateFile: opts.Certificate, KeyFile: opts.Key}
	gateway, err := gatewayOf(c, user)
	require.NoError(t, err)
	defer gateway.Close() //nolint:errcheck // a test's
	_, err = gateway.GetNetwork(opts.Channel).GetContract(opts.Chaincode).SubmitWithContext(t.Context(), wire.FunctionFound,
		client.WithBytesArguments(wire.Encode(founding)))
	require.NoError(t, err)
}
