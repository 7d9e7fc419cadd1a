package fabricproof_test

import (
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"math/big"
	"os"
	"slices"
	"testing"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	peerproto "github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	"tally/internal/ledger/fabric/blocks"
)

// forger holds all keys of the network that made the recorded blocks, so it can
// tell false histories in which every signature is right but those that a test
// leaves out.
type forger struct {
	testing.TB
	channel []*common.Block
	keys    []*ecdsa.PrivateKey
}

func newForger(t testing.TB, network string) *forger {
	t.Helper()
	f := &forger{TB: t, channel: recorded(t, network)}
	rest, err := os.ReadFile("testdata/" + network + "-keys.pem")
	require.NoError(t, err)
	for {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			return f
		}
		key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
		require.NoError(t, err)
		f.keys = append(f.keys, key.(*ecdsa.PrivateKey))
	}
}

func (f *forger) marshal(m proto.Message) []byte {
	f.Helper()
	raw, err := proto.Marshal(m)
	require.NoError(f, err)
	return raw
}

func (f *forger) unmarshal(raw []byte, into proto.Message) {
	f.Helper()
	require.NoError(f, proto.Unmarshal(raw, into))
}

// sign signs as Fabric does.
func (f *forger) sign(key *ecdsa.PrivateKey, message ...[]byte) []byte {
	f.Helper()
	digest := sha256.Sum256(slices.Concat(message...))
	r, s, err := ecdsa.Sign(rand.Reader, key, digest[:])
	require.NoError(f, err)
	if high := new(big.Int).Sub(key.Params().N, s); high.Cmp(s) < 0 {
		s = high
	}
	raw, err := asn1.Marshal(struct{ R, S *big.Int }{r, s})
	require.NoError(f, err)
	return raw
}

// keyOf is the key of a certificate in PEM.
func (f *forger) keyOf(certificate []byte) *ecdsa.PrivateKey {
	f.Helper()
	block, _ := pem.Decode(certificate)
	require.NotNil(f, block)
	parsed, err := x509.ParseCertificate(block.Bytes)
	require.NoError(f, err)
	at := slices.IndexFunc(f.keys, func(k *ecdsa.PrivateKey) bool { return k.PublicKey.Equal(parsed.PublicKey) })
	require.GreaterOrEqual(f, at, 0, parsed.Subject)
	return f.keys[at]
}

// signAs signs as somebody who stands in a signature's header.
func (f *forger) signAs(identity []byte, message ...[]byte) []byte {
	f.Helper()
	var who msp.SerializedIdentity
	f.unmarshal(identity, &who)
	return f.sign(f.keyOf(who.GetIdBytes()), message...)
}

// consenters are the orderers as the first block names them.
func (f *forger) consenters() []*common.Consenter {
	f.Helper()
	var envelope common.Envelope
	var payload common.Payload
	var configuration common.ConfigEnvelope
	var all common.Orderers
	f.unmarshal(f.channel[0].GetData().GetData()[0], &envelope)
	f.unmarshal(envelope.GetPayload(), &payload)
	f.unmarshal(payload.GetData(), &configuration)
	f.unmarshal(configuration.GetConfig().GetChannelGroup().GetGroups()["Orderer"].GetValues()["Orderers"].GetValue(), &all)
	return all.GetConsenterMapping()
}

// order has orderers sign a block and all that follow it, linked again: what
// orderers could do who lie together. Under BFT they are a quorum, with Raft one.
func (f *forger) order(from int) {
	f.Helper()
	f.orderBy(from, f.consenters()[:min(3, len(f.consenters()))]...)
}

func (f *forger) orderBy(from int, by ...*common.Consenter) {
	f.Helper()
	for i := max(from, 1); i < len(f.channel); i++ {
		b := f.channel[i]
		before := blocks.HeaderHash(f.channel[i-1].GetHeader())
		data := sha256.Sum256(slices.Concat(b.GetData().GetData()...))
		b.Header.PreviousHash, b.Header.DataHash, b.Header.Number = before[:], data[:], uint64(i)
		var signed common.Metadata
		f.unmarshal(b.GetMetadata().GetMetadata()[common.BlockMetadataIndex_SIGNATURES], &signed)
		if len(by) == 0 {
			var alone common.SignatureHeader
			s := signed.GetSignatures()[0]
			f.unmarshal(s.GetSignatureHeader(), &alone)
			s.Signature = f.signAs(alone.GetCreator(), signed.GetValue(), s.GetSignatureHeader(), blocks.HeaderBytes(b.GetHeader()))
		} else {
			signed.Signatures = nil
		}
		for _, c := range by {
			header := f.marshal(&common.IdentifierHeader{Identifier: c.GetId(), Nonce: []byte("a nonce")})
			signed.Signatures = append(signed.Signatures, &common.MetadataSignature{
				IdentifierHeader: header,
				Signature:        f.sign(f.keyOf(c.GetIdentity()), signed.GetValue(), header, blocks.HeaderBytes(b.GetHeader())),
			})
		}
		b.Metadata.Metadata[common.BlockMetadataIndex_SIGNATURES] = f.marshal(&signed)
	}
}

// signatures edits the orderers' signatures on a block.
func (f *forger) signatures(block int, edit func([]*common.MetadataSignature) []*common.MetadataSignature) {
	f.Helper()
	var signed common.Metadata
	at := &f.channel[block].Metadata.Metadata[common.BlockMetadataIndex_SIGNATURES]
	f.unmarshal(*at, &signed)
	signed.Signatures = edit(signed.GetSignatures())
	*at = f.marshal(&signed)
}

// verdict sets the verdict on a block's only transaction.
func (f *forger) verdict(block int, code peerproto.TxValidationCode) {
	f.channel[block].Metadata.Metadata[common.BlockMetadataIndex_TRANSACTIONS_FILTER] = []byte{byte(code)}
}

// payload edits the payload of a block's only transaction, and has its author
// sign it again.
func (f *forger) payload(block int, edit func(*common.Payload)) {
	f.Helper()
	var envelope common.Envelope
	var payload common.Payload
	var by common.SignatureHeader
	f.unmarshal(f.channel[block].GetData().GetData()[0], &envelope)
	f.unmarshal(envelope.GetPayload(), &payload)
	edit(&payload)
	f.unmarshal(payload.GetHeader().GetSignatureHeader(), &by)
	envelope.Payload = f.marshal(&payload)
	envelope.Signature = f.signAs(by.GetCreator(), envelope.GetPayload())
	f.channel[block].Data.Data[0] = f.marshal(&envelope)
}

// action edits what a block's only transaction did and who endorsed it, and has
// its author sign it again.
func (f *forger) action(block int, edit func(*peerproto.ChaincodeActionPayload)) {
	f.Helper()
	f.payload(block, func(p *common.Payload) {
		var body peerproto.Transaction
		var action peerproto.ChaincodeActionPayload
		f.unmarshal(p.GetData(), &body)
		f.unmarshal(body.GetActions()[0].GetPayload(), &action)
		edit(&action)
		body.Actions[0].Payload = f.marshal(&action)
		p.Data = f.marshal(&body)
	})
}
