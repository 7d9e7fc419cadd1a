package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/golang/protobuf/proto" //nolint:staticcheck // fabric-sdk-go's messages are of its generation
	"github.com/hyperledger/fabric-protos-go/common"
	mspproto "github.com/hyperledger/fabric-protos-go/msp"
	mspclient "github.com/hyperledger/fabric-sdk-go/pkg/client/msp"
	"github.com/hyperledger/fabric-sdk-go/pkg/common/logging"
	sdkcontext "github.com/hyperledger/fabric-sdk-go/pkg/common/providers/context"
	"github.com/hyperledger/fabric-sdk-go/pkg/common/providers/fab"
	"github.com/hyperledger/fabric-sdk-go/pkg/common/providers/msp"
	requestcontext "github.com/hyperledger/fabric-sdk-go/pkg/context"
	"github.com/hyperledger/fabric-sdk-go/pkg/core/config"
	fabchannel "github.com/hyperledger/fabric-sdk-go/pkg/fab/channel"
	fabpeer "github.com/hyperledger/fabric-sdk-go/pkg/fab/peer"
	"github.com/hyperledger/fabric-sdk-go/pkg/fabsdk"

	"tally/internal/disk"
)

// How patient it is with a peer.
const (
	attempts   = 5 // of one question
	firstPause = 200 * time.Millisecond
	callTime   = 10 * time.Second // of one attempt
)

// who is the auditor on the network.
type who struct {
	mspID            string
	certificate, key []byte // in PEM
}

// readIdentity reads a certificate and its key.
func readIdentity(mspID, certificateFile, keyFile string) (who, error) {
	if _, err := tls.LoadX509KeyPair(certificateFile, keyFile); err != nil {
		return who{}, misusedError{fmt.Errorf("%s with %s: %w", certificateFile, keyFile, err)}
	}
	certificate, err := os.ReadFile(certificateFile)
	if err != nil {
		return who{}, misusedError{err}
	}
	key, err := disk.ReadSecret(keyFile)
	if err != nil {
		return who{}, misusedError{err}
	}
	return who{mspID, certificate, key}, nil
}

// peer is a connection to one peer. Each has an SDK of its own, so that the
// authority of one organisation's TLS certificates is believed for no other's.
type peer struct {
	endpoint
	dir    string // where the SDK could keep keys; it keeps none
	sdk    *fabsdk.FabricSDK
	client sdkcontext.Client
	ledger *fabchannel.Ledger
	target []fab.ProposalProcessor
}

// settings is the SDK's configuration. All that concerns the network is given by
// calls: nothing is discovered, and nobody but the peer is asked.
const settings = `
version: 1.0.0
client:
  organization: auditor
  logging: {level: error}
  peer: {timeout: {connection: 5s, response: 10s}}
  credentialStore: {path: "%[2]s/state", cryptoStore: {path: "%[2]s/keys"}}
  BCCSP: {security: {enabled: true, default: {provider: SW}, hashAlgorithm: SHA2, softVerify: true, level: 256}}
organizations:
  auditor: {mspid: %[1]q, cryptoPath: none}
`

// quiet silences the SDK, which writes to standard output: what fails is returned.
func quiet() {
	for _, module := range []string{"fabsdk", "fabsdk/client", "fabsdk/common", "fabsdk/core", "fabsdk/fab", "fabsdk/msp", "fabsdk/util"} {
		logging.SetLevel(module, logging.CRITICAL)
	}
}

// connect prepares a connection. It is made when the peer is asked.
func connect(e endpoint, channel string, by who) (*peer, error) {
	dir, err := os.MkdirTemp("", "tally-fetch-")
	if err != nil {
		return nil, misusedError{err}
	}
	p := &peer{endpoint: e, dir: dir}
	if err := p.prepare(channel, by); err != nil {
		p.close()
		return nil, fmt.Errorf("%w: %s: %w", errPeer, p, err)
	}
	return p, nil
}

func (p *peer) prepare(channel string, by who) (err error) {
	p.sdk, err = fabsdk.New(config.FromRaw(fmt.Appendf(nil, settings, by.mspID, p.dir), "yaml"))
	if err != nil {
		return err
	}
	members, err := mspclient.New(p.sdk.Context())
	if err != nil {
		return err
	}
	identity, err := members.CreateSigningIdentity(msp.WithCert(by.certificate), msp.WithPrivateKey(by.key))
	if err != nil {
		return err
	}
	if p.client, err = p.sdk.Context(fabsdk.WithIdentity(identity))(); err != nil {
		return err
	}
	if p.ledger, err = fabchannel.NewLedger(channel); err != nil {
		return err
	}
	target, err := fabpeer.New(p.client.EndpointConfig(), fabpeer.WithURL("grpcs://"+p.address),
		fabpeer.WithTLSCert(p.authority), fabpeer.WithServerName(p.name), fabpeer.WithMSPID(p.organisation))
	p.target = []fab.ProposalProcessor{target}
	return err
}

// String names the peer.
func (p *peer) String() string { return p.organisation + "'s peer " + p.address }

func (p *peer) close() {
	if p == nil {
		return
	}
	if p.sdk != nil {
		p.sdk.Close()
	}
	_ = os.RemoveAll(p.dir) // it is empty
}

// height is how many blocks the peer has.
func (p *peer) height(ctx context.Context) (height uint64, err error) {
	err = p.ask(ctx, "its height", func(ctx context.Context, by *signer) error {
		said, err := p.ledger.QueryInfo(ctx, p.target, by)
		if err != nil {
			return err
		}
		height = said[0].BCI.GetHeight()
		return nil
	})
	return height, err
}

// block is the block of a number, as the peer shows it.
func (p *peer) block(ctx context.Context, number uint64) (b *common.Block, err error) {
	err = p.ask(ctx, fmt.Sprint("block ", number), func(ctx context.Context, by *signer) error {
		said, err := p.ledger.QueryBlock(ctx, number, p.target, by)
		if err != nil {
			return err
		}
		b = said[0]
		return nil
	})
	if err == nil && b.GetHeader().GetNumber() != number {
		err = fmt.Errorf("%w: %s shows block %d as %d", errPeer, p, b.GetHeader().GetNumber(), number)
	}
	return b, err
}

// ask asks a peer, and again after longer and longer pauses.
func (p *peer) ask(ctx context.Context, what string, question func(context.Context, *signer) error) error {
	pause := firstPause
	for attempt := 1; ; attempt++ {
		call, cancel := requestcontext.NewRequest(p.client, requestcontext.WithTimeout(callTime), requestcontext.WithParent(ctx))
		by := &signer{organisation: p.organisation}
		err := errors.Join(question(call, by), by.foreign)
		cancel()
		if err == nil {
			return nil
		}
		if attempt == attempts || ctx.Err() != nil || errors.Is(err, errOrganisation) {
			return fmt.Errorf("%w: %s, asked for %s: %w", errPeer, p, what, errors.Join(err, ctx.Err()))
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
		pause *= 2
	}
}

var errOrganisation = errors.New("it is a peer of another organisation")

// signer holds answers to the organisation that the auditor named: it is who
// signs them. That its authority certified the signer need not be known here: it
// certified the TLS certificate, and what is in the blocks tally-verify checks.
type signer struct {
	organisation string
	foreign      error // the SDK keeps no more than the text of what Verify says
}

// Verify is called with each answer.
func (s *signer) Verify(answer *fab.TransactionProposalResponse) error {
	var by mspproto.SerializedIdentity
	if err := proto.Unmarshal(answer.GetEndorsement().GetEndorser(), &by); err != nil {
		s.foreign = fmt.Errorf("%w: %w", errOrganisation, err)
	} else if by.GetMspid() != s.organisation {
		s.foreign = fmt.Errorf("%w: %.64q", errOrganisation, by.GetMspid())
	}
	return s.foreign
}

// Match is asked of answers of several peers; here there is one.
func (*signer) Match([]*fab.TransactionProposalResponse) error { return nil }
