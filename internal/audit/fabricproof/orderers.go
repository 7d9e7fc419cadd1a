package fabricproof

import (
	"slices"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"google.golang.org/protobuf/proto"

	"tally/internal/ledger/fabric/blocks"
)

// checkOrderers wants a block signed as the configuration says: its policy, and
// under BFT a quorum of distinct consenters whatever the policy says.
func (c *configuration) checkOrderers(b *common.Block, header []byte) error {
	var signed common.Metadata
	if err := blocks.Unmarshal(metadata(b, common.BlockMetadataIndex_SIGNATURES), &signed); err != nil {
		return because(ErrOrderers, "the signatures cannot be read: %s", err)
	}
	var set []signature
	for _, s := range signed.GetSignatures() {
		if one, ok := c.ordererSignature(s, signed.GetValue(), header); ok {
			set = append(set, one)
		}
	}
	by := c.members.signers(set)
	if !c.blockSigners(by) {
		return because(ErrOrderers, "%d good signatures do not satisfy the channel's policy", len(by))
	}
	if n := c.consentersAmong(by); c.bft && n < c.quorum() {
		return because(ErrOrderers, "%d of %d consenters signed, %d must", n, len(c.consenters), c.quorum())
	}
	return nil
}

// ordererSignature is a signature over a block. Under BFT it names a consenter of
// the configuration by its number; else it brings its identity.
func (c *configuration) ordererSignature(s *common.MetadataSignature, value, header []byte) (signature, bool) {
	if c.bft && len(s.GetSignatureHeader()) == 0 && len(s.GetIdentifierHeader()) > 0 {
		var named common.IdentifierHeader
		if blocks.Unmarshal(s.GetIdentifierHeader(), &named) != nil || c.consenters[named.GetIdentifier()] == nil {
			return signature{}, false
		}
		identity, err := proto.Marshal(serialized(c.consenters[named.GetIdentifier()]))
		return signature{identity, slices.Concat(value, s.GetIdentifierHeader(), header), s.GetSignature()}, err == nil
	}
	var by common.SignatureHeader
	if blocks.Unmarshal(s.GetSignatureHeader(), &by) != nil {
		return signature{}, false
	}
	return signature{by.GetCreator(), slices.Concat(value, s.GetSignatureHeader(), header), s.GetSignature()}, true
}

func serialized(c *common.Consenter) *msp.SerializedIdentity {
	return &msp.SerializedIdentity{Mspid: c.GetMspId(), IdBytes: c.GetIdentity()}
}

// consentersAmong counts the consenters among signers, each once.
func (c *configuration) consentersAmong(by []*identity) (n int) {
	counted := map[string]bool{}
	for _, one := range c.consenters {
		raw, err := proto.Marshal(serialized(one))
		if err != nil {
			continue
		}
		consenter, err := c.members.read(raw)
		if err != nil || consenter.refused != nil || counted[consenter.key()] {
			continue
		}
		if slices.ContainsFunc(by, func(i *identity) bool { return i.key() == consenter.key() }) {
			counted[consenter.key()] = true
			n++
		}
	}
	return n
}

// metadata is what orderers and peers put beside a block; nil if it is not there.
func metadata(b *common.Block, index common.BlockMetadataIndex) []byte {
	if all := b.GetMetadata().GetMetadata(); int(index) < len(all) {
		return all[index]
	}
	return nil
}
