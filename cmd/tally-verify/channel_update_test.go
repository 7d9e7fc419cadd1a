package main

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/identity"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"github.com/hyperledger/fabric-protos-go-apiv2/orderer"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	network "tally/network/fabric"
)

func marshal(t testing.TB, m proto.Message) []byte {
	t.Helper()
	raw, err := proto.Marshal(m)
	require.NoError(t, err)
	return raw
}

// admin is an organisation's, who signs changes of the channel.
type admin struct {
	creator []byte
	sign    identity.Sign
}

func newAdmin(t testing.TB, user network.User) admin {
	t.Helper()
	certificate, err := os.ReadFile(user.CertificateFile)
	require.NoError(t, err)
	raw, err := os.ReadFile(user.KeyFile)
	require.NoError(t, err)
	key, err := identity.PrivateKeyFromPEM(raw)
	require.NoError(t, err)
	sign, err := identity.NewPrivateKeySign(key)
	require.NoError(t, err)
	return admin{marshal(t, &msp.SerializedIdentity{Mspid: user.MSPID, IdBytes: certificate}), sign}
}

func (a admin) header(t testing.TB, nonce string) []byte {
	t.Helper()
	return marshal(t, &common.SignatureHeader{Creator: a.creator, Nonce: []byte(nonce)})
}

func (a admin) signature(t testing.TB, message []byte) []byte {
	t.Helper()
	digest := sha256.Sum256(message)
	signature, err := a.sign(digest[:])
	require.NoError(t, err)
	return signature
}

// resize has a majority of the organisations make the channel's blocks smaller:
// a configuration block, which an auditor has to follow.
func resize(t testing.TB, n *network.Network, dir string) {
	t.Helper()
	d := n.Description()
	group := func(values map[string]*common.ConfigValue) *common.ConfigGroup {
		return &common.ConfigGroup{Groups: map[string]*common.ConfigGroup{"Orderer": {Values: values}}}
	}
	update := marshal(t, &common.ConfigUpdate{
		ChannelId: d.Channel,
		ReadSet:   group(nil),
		WriteSet: group(map[string]*common.ConfigValue{"BatchSize": {
			Version: 1, ModPolicy: "Admins",
			Value: marshal(t, &orderer.BatchSize{MaxMessageCount: 400, AbsoluteMaxBytes: 10 << 20, PreferredMaxBytes: 2 << 20}),
		}}),
	})
	signed := &common.ConfigUpdateEnvelope{ConfigUpdate: update}
	var by admin
	for _, o := range d.Organisations[:3] {
		by = newAdmin(t, n.Admin(o.Name))
		header := by.header(t, "a nonce of "+o.Name)
		signed.Signatures = append(signed.Signatures, &common.ConfigSignature{
			SignatureHeader: header, Signature: by.signature(t, append(header[:len(header):len(header)], update...)),
		})
	}
	payload := marshal(t, &common.Payload{
		Header: &common.Header{
			ChannelHeader: marshal(t, &common.ChannelHeader{
				Type: int32(common.HeaderType_CONFIG_UPDATE), ChannelId: d.Channel, Timestamp: timestamppb.New(time.Now()),
			}),
			SignatureHeader: by.header(t, "a nonce of the envelope"),
		},
		Data: marshal(t, signed),
	})
	broadcast(t, d, dir, &common.Envelope{Payload: payload, Signature: by.signature(t, payload)})
}

// broadcast sends an envelope to every orderer. One that hears of it from the
// others first refuses it.
func broadcast(t testing.TB, d network.Description, dir string, envelope *common.Envelope) {
	t.Helper()
	var answers []common.Status
	for _, node := range d.Nodes() {
		if node.Kind != network.Orderer {
			continue
		}
		pem, err := os.ReadFile(filepath.Join(dir, "organisations", strings.ToLower(node.Organisation), "msp", "tlscacerts", "tlsca.pem"))
		require.NoError(t, err)
		roots := x509.NewCertPool()
		require.True(t, roots.AppendCertsFromPEM(pem))
		conn, err := grpc.NewClient(node.Address(), grpc.WithTransportCredentials(credentials.NewTLS(&tls.Config{
			RootCAs: roots, ServerName: node.Name, MinVersion: tls.VersionTLS12,
		})))
		require.NoError(t, err)
		stream, err := orderer.NewAtomicBroadcastClient(conn).Broadcast(t.Context())
		require.NoError(t, err)
		require.NoError(t, stream.Send(envelope))
		answer, err := stream.Recv()
		require.NoError(t, err)
		answers = append(answers, answer.GetStatus())
		require.NoError(t, conn.Close())
	}
	require.Contains(t, answers, common.Status_SUCCESS)
}
