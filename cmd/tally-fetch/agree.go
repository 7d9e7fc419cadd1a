package main

import (
	"bytes"
	"context"
	"fmt"

	"github.com/golang/protobuf/proto" //nolint:staticcheck // fabric-sdk-go's messages are of its generation
	"github.com/hyperledger/fabric-protos-go/common"
	"golang.org/x/sync/errgroup"
)

// shown is a block as the first peer shows it.
type shown struct {
	number uint64
	header *common.BlockHeader
	raw    []byte
}

// agreed asks all peers for a block. Where the peers show different blocks, the error
// is errDiffer and names their organisations.
func agreed(ctx context.Context, peers []*peer, number uint64) (*shown, error) {
	blocks := make([]*common.Block, len(peers))
	all, ctx := errgroup.WithContext(ctx)
	for i, p := range peers {
		all.Go(func() (err error) {
			blocks[i], err = p.block(ctx, number)
			return err
		})
	}
	if err := all.Wait(); err != nil {
		return nil, err
	}
	for i, b := range blocks {
		if what := difference(blocks[0], b); what != "" {
			return nil, fmt.Errorf("%w: block %d has %s at %s than at %s", errDiffer, number, what, peers[i].organisation, peers[0].organisation)
		}
	}
	raw, err := proto.Marshal(blocks[0])
	if err != nil {
		return nil, fmt.Errorf("%w: block %d of %s: %w", errPeer, number, peers[0], err)
	}
	return &shown{number: number, header: blocks[0].GetHeader(), raw: raw}, nil
}

// difference names what differs in two blocks and must not differ; "" if nothing does.
func difference(a, b *common.Block) string {
	switch {
	case !proto.Equal(a.GetHeader(), b.GetHeader()):
		return "another header"
	case !sameBytes(a.GetData().GetData(), b.GetData().GetData()):
		return "other transactions"
	case !bytes.Equal(part(a, common.BlockMetadataIndex_TRANSACTIONS_FILTER), part(b, common.BlockMetadataIndex_TRANSACTIONS_FILTER)):
		return "other verdicts"
	case !bytes.Equal(part(a, common.BlockMetadataIndex_COMMIT_HASH), part(b, common.BlockMetadataIndex_COMMIT_HASH)):
		return "another hash of what was committed"
	}
	return ""
}

func sameBytes(a, b [][]byte) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !bytes.Equal(a[i], b[i]) {
			return false
		}
	}
	return true
}

// part is one of the metadata that peers and orderers put beside a block.
func part(b *common.Block, index common.BlockMetadataIndex) []byte {
	if all := b.GetMetadata().GetMetadata(); int(index) < len(all) {
		return all[index]
	}
	return nil
}
