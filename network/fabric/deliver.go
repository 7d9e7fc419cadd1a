package fabric

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"github.com/hyperledger/fabric-protos-go-apiv2/orderer"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// maxBlock is how large an answer may be, in bytes: Fabric's own limit.
const maxBlock = 100 << 20

var (
	// errNoBlocks means that a node has not joined the channel, or has not got the block.
	errNoBlocks = errors.New("the node has not got it")
	// errStranger means that a node does not take the asker for a member of the channel.
	errStranger = errors.New("the node does not let the organisation read the channel")
	// errTime means that a node did not take a request: its time is too far off the node's clock.
	errTime = errors.New("the node does not take the request, or its time")
)

// newest is the last block that a node has, a peer or an orderer.
func newest() *orderer.SeekPosition {
	return &orderer.SeekPosition{Type: &orderer.SeekPosition_Newest{Newest: &orderer.SeekNewest{}}}
}

func numbered(n uint64) *orderer.SeekPosition {
	return &orderer.SeekPosition{Type: &orderer.SeekPosition_Specified{Specified: &orderer.SeekSpecified{Number: n}}}
}

// wish is one block, or its header, of a channel.
type wish struct {
	channel string
	at      *orderer.SeekPosition
	whole   bool      // not the header only; a block of the configuration comes whole
	time    time.Time // of the request
}

// stream is what a peer's and an orderer's have in common.
type stream struct {
	send    func(*common.Envelope) error
	receive func() (*common.Block, common.Status, error)
	close   func() error
}

// end closes a stream in good order: a node logs a warning for a stream that breaks
// off.
func (s stream) end() {
	_ = s.close()
	for {
		if _, _, err := s.receive(); err != nil {
			return
		}
	}
}

// block asks a node for a block. Any member of the channel may. The errors are
// errNoBlocks, errStranger, errTime and those of gRPC.
func (l *link) block(ctx context.Context, w wish) (*common.Block, error) {
	envelope, err := l.seek(w)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s, err := l.deliver(ctx)
	if err != nil {
		return nil, fmt.Errorf("blocks of %s: %w", l.node.Name, err)
	}
	if err := s.send(envelope); err != nil {
		return nil, fmt.Errorf("blocks of %s: %w", l.node.Name, err)
	}
	block, status, err := s.receive()
	switch {
	case err != nil:
		return nil, fmt.Errorf("blocks of %s: %w", l.node.Name, err)
	case block != nil:
		s.end()
		return block, nil
	}
	return nil, fmt.Errorf("blocks of %s: %w", l.node.Name, refusal(status))
}

func refusal(status common.Status) error {
	switch status {
	case common.Status_NOT_FOUND:
		return errNoBlocks
	case common.Status_FORBIDDEN:
		return errStranger
	case common.Status_BAD_REQUEST:
		return errTime
	}
	return fmt.Errorf("%w: %s", errAnswer, status)
}

// deliver opens the service that gives blocks.
func (l *link) deliver(ctx context.Context) (stream, error) {
	if l.node.Kind == Peer {
		s, err := peer.NewDeliverClient(l.conn).Deliver(ctx, grpc.WaitForReady(true))
		if err != nil {
			return stream{}, err
		}
		return stream{s.Send, func() (*common.Block, common.Status, error) {
			answer, err := s.Recv()
			return answer.GetBlock(), answer.GetStatus(), err
		}, s.CloseSend}, nil
	}
	s, err := orderer.NewAtomicBroadcastClient(l.conn).Deliver(ctx, grpc.WaitForReady(true))
	if err != nil {
		return stream{}, err
	}
	return stream{s.Send, func() (*common.Block, common.Status, error) {
		answer, err := s.Recv()
		return answer.GetBlock(), answer.GetStatus(), err
	}, s.CloseSend}, nil
}

// seek is the signed request.
func (l *link) seek(w wish) (*common.Envelope, error) {
	content := orderer.SeekInfo_HEADER_WITH_SIG
	if w.whole {
		content = orderer.SeekInfo_BLOCK
	}
	info, err := proto.Marshal(&orderer.SeekInfo{
		Start: w.at, Stop: w.at, Behavior: orderer.SeekInfo_FAIL_IF_NOT_READY, ErrorResponse: orderer.SeekInfo_BEST_EFFORT, ContentType: content,
	})
	if err != nil {
		return nil, fmt.Errorf("request of a block: %w", err)
	}
	channel, err := proto.Marshal(&common.ChannelHeader{
		Type: int32(common.HeaderType_DELIVER_SEEK_INFO), ChannelId: w.channel, Timestamp: timestamppb.New(w.time),
	})
	if err != nil {
		return nil, fmt.Errorf("request of a block: %w", err)
	}
	return l.envelope(channel, info)
}

// envelope signs what goes to an orderer or to the service that gives blocks.
func (l *link) envelope(channelHeader, data []byte) (*common.Envelope, error) {
	creator, err := proto.Marshal(&msp.SerializedIdentity{Mspid: l.who.MspID(), IdBytes: l.who.Credentials()})
	if err != nil {
		return nil, fmt.Errorf("envelope: %w", err)
	}
	nonce := make([]byte, 24)
	_, _ = rand.Read(nonce) // it never fails
	signature, err := proto.Marshal(&common.SignatureHeader{Creator: creator, Nonce: nonce})
	if err != nil {
		return nil, fmt.Errorf("envelope: %w", err)
	}
	payload, err := proto.Marshal(&common.Payload{
		Header: &common.Header{ChannelHeader: channelHeader, SignatureHeader: signature}, Data: data,
	})
	if err != nil {
		return nil, fmt.Errorf("envelope: %w", err)
	}
	signed, err := l.sign(digest(payload))
	if err != nil {
		return nil, fmt.Errorf("envelope: %w", err)
	}
	return &common.Envelope{Payload: payload, Signature: signed}, nil
}

func digest(text []byte) []byte {
	sum := sha256.Sum256(text)
	return sum[:]
}
