package fabric

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"sync"
	"time"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
)

// lookPatience is how long a node, also one of another host, may take to say how
// far it is.
const lookPatience = 3 * time.Second

// sight is what a node shows of the channel to any member.
type sight struct {
	node   Node
	height uint64 // blocks; 0 if it has not joined the channel
	last   []byte // hash of the last of them; nil if height is 0
	err    error  // why it shows nothing
}

// look asks nodes how far they are, first the peers and then the orderers: what
// the peers have was ordered before, so an orderer that has less is behind.
func (n *Network) look(ctx context.Context, nodes []Node) []sight {
	var all []sight
	for _, kind := range []Kind{Peer, Orderer} {
		all = append(all, n.lookAt(ctx, slices.DeleteFunc(slices.Clone(nodes), func(node Node) bool { return node.Kind != kind }))...)
	}
	return all
}

func (n *Network) lookAt(ctx context.Context, nodes []Node) []sight {
	all := make([]sight, len(nodes))
	var group sync.WaitGroup
	for i, node := range nodes {
		group.Go(func() {
			all[i].node = node
			all[i].height, all[i].last, all[i].err = n.seen(ctx, node)
		})
	}
	group.Wait()
	return all
}

// seen asks one node.
func (n *Network) seen(ctx context.Context, node Node) (height uint64, last []byte, err error) {
	block, err := n.blockAt(ctx, node, wish{channel: n.description.Channel, at: newest(), time: time.Now()})
	if errors.Is(err, errNoBlocks) {
		return 0, nil, nil
	}
	if err != nil {
		return 0, nil, err
	}
	return block.GetHeader().GetNumber() + 1, headerHash(block.GetHeader()), nil
}

// blockAt asks a node for a block, within lookPatience.
func (n *Network) blockAt(ctx context.Context, node Node, w wish) (*common.Block, error) {
	ctx, cancel := context.WithTimeout(ctx, lookPatience)
	defer cancel()
	l, err := n.linkAs(node, n.asker(node), adminUser)
	if err != nil {
		return nil, err
	}
	defer l.close()
	return l.block(ctx, w)
}

// asker is the organisation that asks a node: the node's own where its users are
// here, else one of this host's.
func (n *Network) asker(node Node) string {
	own := n.here(Peer, Orderer)
	if exists(n.files.user(node.Organisation, adminUser)) || len(own) == 0 {
		return node.Organisation
	}
	return own[0].Organisation
}

// headerHash is the hash of a block: of its number, the hash of the one before
// and that of its data, in ASN.1.
func headerHash(h *common.BlockHeader) []byte {
	text, err := asn1.Marshal(struct {
		Number   *big.Int
		Previous []byte
		Data     []byte
	}{new(big.Int).SetUint64(h.GetNumber()), h.GetPreviousHash(), h.GetDataHash()})
	if err != nil {
		return nil // a number and two byte strings: there is no such error
	}
	sum := sha256.Sum256(text)
	return sum[:]
}

// greatest is the greatest height that nodes of a kind show.
func greatest(sights []sight, kinds ...Kind) uint64 {
	var most uint64
	for _, s := range sights {
		if slices.Contains(kinds, s.node.Kind) {
			most = max(most, s.height)
		}
	}
	return most
}

// sameHistory asks an orderer for the last block that a peer showed, or a peer
// for that of the orderer, whichever has fewer. The error says that they differ,
// or why that is not known.
func (n *Network) sameHistory(ctx context.Context, a, b sight) (bool, error) {
	if a.height > b.height {
		a, b = b, a
	}
	if a.height == 0 {
		return true, nil
	}
	block, err := n.blockAt(ctx, b.node, wish{channel: n.description.Channel, at: numbered(a.height - 1), time: time.Now()})
	if err != nil {
		return false, fmt.Errorf("block %d of %s: %w", a.height-1, b.node.Name, err)
	}
	return bytes.Equal(headerHash(block.GetHeader()), a.last), nil
}
