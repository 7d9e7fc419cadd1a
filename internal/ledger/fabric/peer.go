package fabric

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	peerproto "github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/protobuf/proto"
)

// peer is one connection: to a peer's gateway, its endorser and its blocks.
type peer struct {
	endpoint string
	conn     *grpc.ClientConn
	gateway  *client.Gateway // carries what is signed already
	endorser peerproto.EndorserClient
	deliver  peerproto.DeliverClient

	slow atomic.Bool // it held up the others, and has not caught up since
	dark atomic.Bool // it did not endorse when it was asked last: others are asked first

	mu     sync.Mutex
	height uint64 // blocks that it has, as far as it told this process
	up     bool   // it delivers its blocks
	failed error  // why it does not
	light  Light  // what it answered last, when it was asked by itself
}

// Health is how one peer does.
type Health struct {
	Endpoint string
	Up       bool   // it delivers its blocks to this process
	Height   uint64 // blocks that it has, as far as it told
	Error    string // why it is not up
	Light
}

func dial(o PeerOptions) (*peer, error) {
	secure, err := transport(o)
	if err != nil {
		return nil, err
	}
	conn, err := grpc.NewClient("passthrough:///"+o.Endpoint,
		grpc.WithTransportCredentials(secure),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxMessage), grpc.MaxCallSendMsgSize(maxMessage)),
		grpc.WithConnectParams(grpc.ConnectParams{
			Backoff: backoff.Config{BaseDelay: firstPause, Multiplier: 2, MaxDelay: longPause}, MinConnectTimeout: longPause,
		}),
		// Peers refuse to be asked more often than once a minute.
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: time.Minute, Timeout: 20 * time.Second}))
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrOptions, o.Endpoint, err)
	}
	return &peer{
		endpoint: o.Endpoint, conn: conn, endorser: peerproto.NewEndorserClient(conn), deliver: peerproto.NewDeliverClient(conn),
	}, nil
}

// carry has the peer's gateway carry what this process signs by itself.
func (p *peer) carry(s *signer) (err error) {
	if p.gateway, err = client.Connect(s.id, client.WithClientConnection(p.conn)); err != nil {
		return fmt.Errorf("%w: %s: %w", ErrOptions, p.endpoint, err)
	}
	return nil
}

func (p *peer) close() error {
	if p.gateway != nil {
		_ = p.gateway.Close() // it cancels its calls, and cannot fail
	}
	return p.conn.Close()
}

// reached notes the height of a peer that delivers.
func (p *peer) reached(height uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.up, p.failed, p.height = true, nil, max(p.height, height)
}

// lost notes that a peer delivers no more. Its height is told anew when it does.
func (p *peer) lost(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.up, p.failed, p.height = false, err, 0
}

// has reports whether a peer delivers and has at least that number of blocks.
func (p *peer) has(blocks uint64) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.up && p.height >= blocks
}

func (p *peer) health() Health {
	p.mu.Lock()
	defer p.mu.Unlock()
	h := Health{Endpoint: p.endpoint, Up: p.up, Height: p.height, Light: p.light}
	if p.failed != nil {
		h.Error = p.failed.Error()
	}
	return h
}

// ask has the peer itself, and no other, answer a call. It returns what the
// chaincode answered with, and what an endorsement would say.
func (p *peer) ask(ctx context.Context, proposal *peerproto.SignedProposal) (*peerproto.ProposalResponse, error, reaction) { //nolint:staticcheck // the error goes with what to do
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	response, err := p.endorser.ProcessProposal(ctx, proposal)
	if err != nil {
		err, then := translate(err)
		return nil, fmt.Errorf("%s: %w", p.endpoint, err), then
	}
	if code := response.GetResponse().GetStatus(); code >= 400 {
		err, then := answered(code, response.GetResponse().GetMessage())
		if code >= 500 {
			err, then = translateText(nil, response.GetResponse().GetMessage())
		}
		return nil, fmt.Errorf("%s: %w", p.endpoint, err), then
	}
	return response, nil, give
}

// blocks has the peer deliver its blocks from a number on, until each fails or
// ctx ends.
func (p *peer) blocks(ctx context.Context, s *signer, from uint64, each func(*common.Block) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	request, err := s.network.NewBlockEventsRequest(client.WithStartBlock(from))
	if err != nil {
		return fmt.Errorf("ask for blocks: %w", err)
	}
	raw, err := request.Bytes()
	if err != nil {
		return fmt.Errorf("ask for blocks: %w", err)
	}
	var envelope common.Envelope
	if err := proto.Unmarshal(raw, &envelope); err != nil {
		return fmt.Errorf("ask for blocks: %w", err)
	}
	if envelope.Signature, err = s.of(envelope.GetPayload()); err != nil {
		return err
	}
	stream, err := p.deliver.Deliver(ctx)
	if err == nil {
		err = stream.Send(&envelope)
	}
	for err == nil {
		var response *peerproto.DeliverResponse
		if response, err = stream.Recv(); err != nil {
			break
		}
		if response.GetBlock() == nil {
			return fmt.Errorf("%s: %w", p.endpoint, undelivered(response.GetStatus(), from))
		}
		if failed := each(response.GetBlock()); failed != nil {
			return failed
		}
	}
	err, _ = translate(err)
	return fmt.Errorf("%s: %w", p.endpoint, err)
}

// undelivered is why a peer delivers no blocks.
func undelivered(status common.Status, from uint64) error {
	switch status {
	case common.Status_FORBIDDEN, common.Status_BAD_REQUEST:
		return fmt.Errorf("%w: it delivers no blocks (%s)", ErrDenied, status)
	case common.Status_NOT_FOUND:
		return fmt.Errorf("%w: it has no block %d, or is not on the channel", ErrBehind, from)
	default:
		return fmt.Errorf("%w: it delivers no blocks (%s)", ErrUnreachable, status)
	}
}
