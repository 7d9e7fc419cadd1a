package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/golang/protobuf/proto" //nolint:staticcheck // fabric-sdk-go's messages are of its generation
	"github.com/hyperledger/fabric-protos-go/common"
	mspproto "github.com/hyperledger/fabric-protos-go/msp"
	pb "github.com/hyperledger/fabric-protos-go/peer"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/status"

	"tally/internal/audit/blockfile"
)

// recorded are the blocks of a real channel.
const recorded = "../../internal/audit/fabricproof/testdata/bft.blocks"

func readRecorded(t testing.TB) (all []*common.Block) {
	t.Helper()
	raw, err := os.ReadFile(recorded)
	require.NoError(t, err)
	r, err := blockfile.NewReader(bytes.NewReader(raw))
	require.NoError(t, err)
	for raw, err := range r.All() {
		require.NoError(t, err)
		b := &common.Block{}
		require.NoError(t, proto.Unmarshal(raw, b))
		all = append(all, b)
	}
	return all
}

// pair is a certificate with its key, its own authority.
type pair struct {
	certificate, key []byte
	tls              tls.Certificate
}

func newPair(t testing.TB) pair {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "a peer"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	der, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	p := pair{
		certificate: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw}),
		key:         pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}),
	}
	p.tls, err = tls.X509KeyPair(p.certificate, p.key)
	require.NoError(t, err)
	return p
}

// liar is a peer that shows what a test wants: no honest one does.
type liar struct {
	pb.UnimplementedEndorserServer
	t            testing.TB
	organisation string
	blocks       []*common.Block
	failing      atomic.Int32 // calls that fail before one does not
	address, ca  string
}

// serve has a peer of an organisation show blocks.
func serve(t testing.TB, organisation string, blocks []*common.Block) *liar {
	t.Helper()
	p := newPair(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	l := &liar{t: t, organisation: organisation, blocks: blocks, address: listener.Addr().String(), ca: filepath.Join(t.TempDir(), "ca.pem")}
	require.NoError(t, os.WriteFile(l.ca, p.certificate, 0o600))
	server := grpc.NewServer(grpc.Creds(credentials.NewServerTLSFromCert(&p.tls)))
	pb.RegisterEndorserServer(server, l)
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
	t.Cleanup(func() { server.Stop(); require.NoError(t, <-done) })
	return l
}

func (l *liar) flag() string { return fmt.Sprintf("%s:%s=%s", l.organisation, l.address, l.ca) }

// ProcessProposal answers as qscc does.
func (l *liar) ProcessProposal(_ context.Context, in *pb.SignedProposal) (*pb.ProposalResponse, error) {
	if l.failing.Add(-1) >= 0 {
		return nil, status.Error(codes.Unavailable, "not now")
	}
	var proposal pb.Proposal
	var payload pb.ChaincodeProposalPayload
	var call pb.ChaincodeInvocationSpec
	for _, part := range []struct {
		raw  func() []byte
		into proto.Message
	}{{in.GetProposalBytes, &proposal}, {proposal.GetPayload, &payload}, {payload.GetInput, &call}} {
		if err := proto.Unmarshal(part.raw(), part.into); err != nil {
			return nil, err
		}
	}
	args := call.GetChaincodeSpec().GetInput().GetArgs()
	var answer proto.Message = &common.BlockchainInfo{Height: uint64(len(l.blocks))}
	if string(args[0]) == "GetBlockByNumber" {
		number, err := strconv.Atoi(string(args[2]))
		if err != nil || number >= len(l.blocks) {
			return nil, status.Error(codes.NotFound, "no such block")
		}
		answer = l.blocks[number]
	}
	raw, err := proto.Marshal(answer)
	if err != nil {
		return nil, err
	}
	endorser, err := proto.Marshal(&mspproto.SerializedIdentity{Mspid: l.organisation})
	return &pb.ProposalResponse{Response: &pb.Response{Status: 200, Payload: raw}, Endorsement: &pb.Endorsement{Endorser: endorser}}, err
}
