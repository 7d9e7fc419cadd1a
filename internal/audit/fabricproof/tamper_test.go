package fabricproof_test

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"testing"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	peerproto "github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	"tally/internal/audit/fabricproof"
	"tally/internal/ledger/fabric/blocks"
	"tally/internal/voucher"
)

// Blocks of the recorded channel, by what is in them.
const (
	approval      = 1  // of the chaincode by an organisation
	definition    = 4  // of the chaincode
	founding      = 5  // of the ledger
	claims        = 12 // three accepted, one refused
	redemption    = 14
	conflict      = 15 // the same code at another till, voided
	configuration = 16 // smaller blocks
	last          = 17 // a redemption
)

// TestVerifier_ChangedBlocks: what was changed is found. The test changes one thing
// at a time. Where the forger has the channel ordered again, a quorum of the
// orderers lies with it.
func TestVerifier_ChangedBlocks(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*forger)
		block  uint64
		want   error
	}{
		// Verdicts are under no signature.
		"a voided transaction called valid":        {func(f *forger) { f.verdict(conflict, peerproto.TxValidationCode_VALID) }, conflict, fabricproof.ErrVerdict},
		"a valid transaction called voided":        {func(f *forger) { f.verdict(redemption, peerproto.TxValidationCode_MVCC_READ_CONFLICT) }, redemption, fabricproof.ErrVerdict},
		"a voided transaction with another reason": {func(f *forger) { f.verdict(conflict, peerproto.TxValidationCode_ENDORSEMENT_POLICY_FAILURE) }, conflict, fabricproof.ErrVerdict},
		"a definition called voided":               {func(f *forger) { f.verdict(definition, peerproto.TxValidationCode_ENDORSEMENT_POLICY_FAILURE) }, definition, fabricproof.ErrVerdict},
		"a configuration called voided":            {func(f *forger) { f.verdict(configuration, peerproto.TxValidationCode_INVALID_CONFIG_TRANSACTION) }, configuration, fabricproof.ErrVerdict},
		"no verdicts": {func(f *forger) {
			f.channel[claims].Metadata.Metadata[common.BlockMetadataIndex_TRANSACTIONS_FILTER] = nil
		}, claims, fabricproof.ErrVerdict},
		"an orderer's signature removed":            {func(f *forger) { f.signatures(claims, removed) }, claims, fabricproof.ErrOrderers},
		"all orderers' signatures removed":          {func(f *forger) { f.signatures(claims, none) }, claims, fabricproof.ErrOrderers},
		"an orderer's signature instead of another": {func(f *forger) { f.signatures(claims, repeated) }, claims, fabricproof.ErrOrderers},
		"an orderer's signature forged":             {func(f *forger) { f.signatures(claims, forged) }, claims, fabricproof.ErrOrderers},
		"a peer's signature among the orderers'":    {(*forger).peerOrders, claims, fabricproof.ErrOrderers},
		"an orderer's signature from another block": {(*forger).borrowed, claims, fabricproof.ErrOrderers},
		"no metadata":                                {func(f *forger) { f.channel[claims].Metadata = nil }, claims, fabricproof.ErrOrderers},
		"a block dropped":                            {func(f *forger) { f.channel = slices.Delete(f.channel, claims, claims+1) }, claims, fabricproof.ErrChain},
		"a block repeated":                           {func(f *forger) { f.channel = slices.Insert(f.channel, claims, f.channel[claims-1]) }, claims, fabricproof.ErrChain},
		"two blocks swapped":                         {func(f *forger) { f.channel[claims], f.channel[claims-1] = f.channel[claims-1], f.channel[claims] }, claims - 1, fabricproof.ErrChain},
		"a block renumbered":                         {func(f *forger) { f.channel[claims].Header.Number++ }, claims, fabricproof.ErrChain},
		"another block before":                       {func(f *forger) { f.channel[claims].Header.PreviousHash[0] ^= 1 }, claims, fabricproof.ErrChain},
		"data changed":                               {(*forger).bit, claims, fabricproof.ErrData},
		"data changed, and its hash made right":      {func(f *forger) { f.bit(); f.channel[claims].Header.DataHash = dataHash(f.channel[claims]) }, claims, fabricproof.ErrOrderers},
		"a transaction parted in two, the hash same": {(*forger).parted, claims, fabricproof.ErrData},
		"the first block changed":                    {func(f *forger) { f.channel[0].Data.Data[0][100] ^= 1 }, 0, fabricproof.ErrData},
		"another first block":                        {func(f *forger) { f.channel[0].Header.DataHash[0] ^= 1 }, 0, fabricproof.ErrGenesis},

		// From here on the orderers lie together with the forger.
		"endorsements below the policy":       {func(f *forger) { f.action(redemption, oneEndorsement); f.order(redemption) }, redemption, fabricproof.ErrVerdict},
		"one endorsement twice":               {func(f *forger) { f.action(redemption, sameEndorsement); f.order(redemption) }, redemption, fabricproof.ErrVerdict},
		"an endorsement forged":               {func(f *forger) { f.action(redemption, forgedEndorsement); f.order(redemption) }, redemption, fabricproof.ErrVerdict},
		"an endorsement by a client":          {func(f *forger) { f.action(redemption, f.clientEndorses); f.order(redemption) }, redemption, fabricproof.ErrVerdict},
		"a definition below the policy":       {func(f *forger) { f.action(definition, oneEndorsement); f.order(definition) }, definition, fabricproof.ErrVerdict},
		"an approval without its endorsement": {func(f *forger) { f.action(approval, noEndorsement); f.order(approval) }, approval, fabricproof.ErrVerdict},
		"a result that nobody endorsed":       {func(f *forger) { f.action(redemption, otherResult); f.order(redemption) }, redemption, fabricproof.ErrVerdict},
		"another proposal":                    {func(f *forger) { f.action(redemption, otherProposal); f.order(redemption) }, redemption, fabricproof.ErrVerdict},
		"an author forged":                    {(*forger).otherAuthor, redemption, fabricproof.ErrVerdict},
		"a transaction of another channel":    {func(f *forger) { f.header(redemption, otherChannel); f.order(redemption) }, redemption, fabricproof.ErrVerdict},
		"another id":                          {func(f *forger) { f.header(redemption, otherID); f.order(redemption) }, redemption, fabricproof.ErrVerdict},
		"a transaction again":                 {func(f *forger) { f.again(redemption) }, conflict, fabricproof.ErrVerdict},
		"a transaction again, in one block":   {(*forger).twiceInOne, redemption, fabricproof.ErrVerdict},
		"an earlier transaction left out":     {func(f *forger) { f.channel = slices.Delete(f.channel, 6, 7); f.order(6) }, 6, fabricproof.ErrVerdict},
		"transactions in another order":       {func(f *forger) { f.swapped(claims - 1) }, claims - 1, fabricproof.ErrVerdict},
		"the founding left out":               {func(f *forger) { f.channel = slices.Delete(f.channel, founding, founding+1); f.order(founding) }, founding, fabricproof.ErrVerdict},
		"a configuration nobody signed":       {func(f *forger) { f.configure(noAdmins) }, configuration, fabricproof.ErrConfiguration},
		"a configuration a minority signed":   {func(f *forger) { f.configure(oneAdmin) }, configuration, fabricproof.ErrConfiguration},
		"a configuration one signed thrice":   {func(f *forger) { f.configure(sameAdmin) }, configuration, fabricproof.ErrConfiguration},
		"more changed than was signed":        {func(f *forger) { f.configure(moreChanged) }, configuration, fabricproof.ErrConfiguration},
		"a configuration skipped":             {func(f *forger) { f.configure(skipped) }, configuration, fabricproof.ErrConfiguration},
		"a configuration of another channel":  {func(f *forger) { f.header(configuration, otherChannel); f.order(configuration) }, configuration, fabricproof.ErrVerdict},
	} {
		t.Run(name, func(t *testing.T) {
			f := newForger(t, "bft")
			pins := pinned(f.channel)
			c.change(f)
			_, _, err := verify(t, pins, f.channel)
			var wrong *fabricproof.WrongError
			require.ErrorAs(t, err, &wrong)
			require.ErrorIs(t, err, c.want)
			require.Equal(t, c.block, wrong.Block, err)
			t.Log(err)
		})
	}
}

// TestVerifier_ForgersControl: the forger's own tools are not what is found: blocks
// that it orders again without a change hold.
func TestVerifier_ForgersControl(t *testing.T) {
	f := newForger(t, "bft")
	pins := pinned(f.channel)
	for _, block := range []int{approval, definition, redemption, conflict, last} {
		f.action(block, func(*peerproto.ChaincodeActionPayload) {})
	}
	f.configure(func(*forger, *common.ConfigEnvelope, *common.ConfigUpdateEnvelope) {})
	f.order(1)
	_, r, err := verify(t, pins, f.channel)
	require.NoError(t, err)
	require.Equal(t, uint64(last+1), r.Blocks)
}

// TestVerifier_OtherChannelOrLedger: another channel or ledger is found.
func TestVerifier_OtherChannelOrLedger(t *testing.T) {
	channel := recorded(t, "bft")
	for name, c := range map[string]struct {
		edit func(*fabricproof.Channel)
		want error
	}{
		"another channel":     {func(p *fabricproof.Channel) { p.Genesis[0] ^= 1 }, fabricproof.ErrGenesis},
		"another threshold":   {func(p *fabricproof.Channel) { p.Threshold = 2 }, fabricproof.ErrFounding},
		"another operator":    {func(p *fabricproof.Channel) { p.Operators = []voucher.Address{{1}} }, fabricproof.ErrFounding},
		"no operators at all": {func(p *fabricproof.Channel) { p.Operators = nil }, fabricproof.ErrFounding},
	} {
		pins := pinned(channel)
		c.edit(&pins)
		_, _, err := verify(t, pins, channel)
		require.ErrorIs(t, err, c.want, name)
	}
	pins := pinned(channel)
	pins.Chaincode = "other"
	all, r, err := verify(t, pins, channel)
	require.NoError(t, err, "the channel is right")
	require.False(t, r.Founded, "and has no such ledger")
	require.Empty(t, all)
}

// TestVerifier_GenuineChannel: a channel is what its blocks say. The test has the
// recorded blocks.
func TestVerifier_GenuineChannel(t *testing.T) {
	channel := recorded(t, "bft")
	pins := pinned(channel)
	all, r, err := verify(t, pins, channel)
	require.NoError(t, err)
	require.Equal(t, fabricproof.Report{
		Blocks: 18, Transactions: 17, Voided: 1, Configurations: 2, BFT: true, Orderers: 4, Quorum: 3, Founded: true,
	}, r)
	require.Len(t, all, 12)
	require.Equal(t, voucher.Position{Block: claims, Item: 1}, all[7].Outcome.Position, "what was refused is in no block")
	for i := range channel {
		_, r, err := verify(t, pins, channel[:i])
		require.NoError(t, err)
		require.Equal(t, i > founding, r.Founded)
	}
}

// TestVerifier_QuorumUnderBFT: more than two thirds of the consenters order a
// block: any three of the four, in any order, with any other signature beside
// theirs.
func TestVerifier_QuorumUnderBFT(t *testing.T) {
	f := newForger(t, "bft")
	pins := pinned(f.channel)
	f.order(1)
	f.signatures(last, func(all []*common.MetadataSignature) []*common.MetadataSignature {
		slices.Reverse(all)
		beside := proto.CloneOf(all[0])
		beside.IdentifierHeader = f.marshal(&common.IdentifierHeader{Identifier: 99})
		return append(all, all[0], beside, &common.MetadataSignature{})
	})
	_, _, err := verify(t, pins, f.channel)
	require.NoError(t, err)
}

// TestVerifier_OneOrdererUnderRaft: with Raft one orderer is believed. That is the
// difference: the one orderer of a Raft channel can leave a redemption out, and
// nobody can see that from the blocks. Under BFT it would take a quorum.
func TestVerifier_OneOrdererUnderRaft(t *testing.T) {
	f := newForger(t, "raft")
	pins := pinned(f.channel)
	_, r, err := verify(t, pins, f.channel)
	require.NoError(t, err)
	require.False(t, r.BFT)
	require.Equal(t, 1, r.Quorum)
	require.Equal(t, uint64(1), r.Voided)
	require.Equal(t, uint64(2), r.Configurations)
	at := slices.IndexFunc(f.channel[1:], func(b *common.Block) bool { return verdictOf(b) == peerproto.TxValidationCode_MVCC_READ_CONFLICT }) + 1
	for name, edit := range map[string]func([]*common.MetadataSignature) []*common.MetadataSignature{"none": none, "a forged one": forgedFirst} {
		broken := newForger(t, "raft")
		broken.signatures(at, edit)
		_, _, err := verify(t, pins, broken.channel)
		require.ErrorIs(t, err, fabricproof.ErrOrderers, name)
	}
	f.channel = slices.Delete(f.channel, at, at+1)
	f.order(at)
	_, r, err = verify(t, pins, f.channel)
	require.NoError(t, err)
	require.Zero(t, r.Voided, "left out")

	under := newForger(t, "bft")
	pins = pinned(under.channel)
	under.channel = slices.Delete(under.channel, conflict, conflict+1)
	under.orderBy(conflict, under.consenters()[:2]...)
	_, _, err = verify(t, pins, under.channel)
	require.ErrorIs(t, err, fabricproof.ErrOrderers)
	under.orderBy(conflict, under.consenters()[1:]...)
	_, _, err = verify(t, pins, under.channel)
	require.NoError(t, err)
}

// TestVerifier_TransactionTwice: a transaction that came twice is void the second
// time, in a later block and in the same one. Drivers send a transaction again when
// they do not know its fate.
func TestVerifier_TransactionTwice(t *testing.T) {
	later := newForger(t, "bft")
	pins := pinned(later.channel)
	later.again(redemption)
	later.verdict(conflict, peerproto.TxValidationCode_DUPLICATE_TXID)
	_, r, err := verify(t, pins, later.channel)
	require.NoError(t, err)
	require.Equal(t, uint64(2), r.Voided)
	same := newForger(t, "bft")
	same.twiceInOne()
	same.channel[redemption].Metadata.Metadata[common.BlockMetadataIndex_TRANSACTIONS_FILTER][1] = byte(peerproto.TxValidationCode_DUPLICATE_TXID)
	_, r, err = verify(t, pins, same.channel)
	require.NoError(t, err)
	require.Equal(t, uint64(2), r.Voided)
}

func verdictOf(b *common.Block) peerproto.TxValidationCode {
	return peerproto.TxValidationCode(b.GetMetadata().GetMetadata()[common.BlockMetadataIndex_TRANSACTIONS_FILTER][0])
}

func forgedFirst(all []*common.MetadataSignature) []*common.MetadataSignature {
	s := all[0].GetSignature()
	s[len(s)-1] ^= 1
	return all
}

func dataHash(b *common.Block) []byte { return sum(slices.Concat(b.GetData().GetData()...)) }

func removed(all []*common.MetadataSignature) []*common.MetadataSignature { return all[1:] }
func none([]*common.MetadataSignature) []*common.MetadataSignature        { return nil }

func repeated(all []*common.MetadataSignature) []*common.MetadataSignature {
	return []*common.MetadataSignature{all[0], all[1], all[1]}
}

func forged(all []*common.MetadataSignature) []*common.MetadataSignature {
	s := all[1].GetSignature()
	s[len(s)-1] ^= 1
	return all
}

// bit flips one in the claims' transaction, in the middle of a signature.
func (f *forger) bit() {
	raw := f.channel[claims].Data.Data[0]
	raw[len(raw)-10] ^= 1
}

// parted moves the end of a transaction into one of its own.
func (f *forger) parted() {
	b := f.channel[claims]
	raw := b.Data.Data[0]
	b.Data.Data = [][]byte{raw[:len(raw)-20], raw[len(raw)-20:]}
	b.Metadata.Metadata[common.BlockMetadataIndex_TRANSACTIONS_FILTER] = []byte{0, 0}
}

// borrowed has signatures that are right, on the block before.
func (f *forger) borrowed() {
	before := f.channel[claims-1].GetMetadata().GetMetadata()[common.BlockMetadataIndex_SIGNATURES]
	f.channel[claims].Metadata.Metadata[common.BlockMetadataIndex_SIGNATURES] = before
}

// peerOrders has a peer sign in the place of an orderer, with its identity.
func (f *forger) peerOrders() {
	var peer []byte
	other := newForger(f, "bft")
	other.action(redemption, func(a *peerproto.ChaincodeActionPayload) { peer = a.GetAction().GetEndorsements()[0].GetEndorser() })
	var signed common.Metadata
	f.unmarshal(f.channel[claims].GetMetadata().GetMetadata()[common.BlockMetadataIndex_SIGNATURES], &signed)
	header := f.marshal(&common.SignatureHeader{Creator: peer, Nonce: []byte("a nonce")})
	f.signatures(claims, func(all []*common.MetadataSignature) []*common.MetadataSignature {
		all[0] = &common.MetadataSignature{
			SignatureHeader: header, Signature: f.signAs(peer, signed.GetValue(), header, blocks.HeaderBytes(f.channel[claims].GetHeader())),
		}
		return all
	})
}

func oneEndorsement(a *peerproto.ChaincodeActionPayload) {
	a.Action.Endorsements = a.Action.Endorsements[:1]
}
func noEndorsement(a *peerproto.ChaincodeActionPayload) { a.Action.Endorsements = nil }

func sameEndorsement(a *peerproto.ChaincodeActionPayload) {
	a.Action.Endorsements[1] = a.Action.Endorsements[0]
}

func forgedEndorsement(a *peerproto.ChaincodeActionPayload) {
	s := a.Action.Endorsements[1].Signature
	s[len(s)-1] ^= 1
}

// clientEndorses has somebody of the right organisation endorse who is no peer.
func (f *forger) clientEndorses(a *peerproto.ChaincodeActionPayload) {
	var envelope common.Envelope
	var payload common.Payload
	var by common.SignatureHeader
	f.unmarshal(f.channel[redemption].GetData().GetData()[0], &envelope)
	f.unmarshal(envelope.GetPayload(), &payload)
	f.unmarshal(payload.GetHeader().GetSignatureHeader(), &by)
	a.Action.Endorsements = slices.DeleteFunc(a.Action.Endorsements, func(e *peerproto.Endorsement) bool {
		return organisation(f, e.GetEndorser()) == organisation(f, by.GetCreator())
	})
	require.Len(f, a.GetAction().GetEndorsements(), 1)
	a.Action.Endorsements = append(a.Action.Endorsements, &peerproto.Endorsement{
		Endorser: by.GetCreator(), Signature: f.signAs(by.GetCreator(), a.GetAction().GetProposalResponsePayload(), by.GetCreator()),
	})
}

func otherResult(a *peerproto.ChaincodeActionPayload) {
	var response peerproto.ProposalResponsePayload
	_ = proto.Unmarshal(a.GetAction().GetProposalResponsePayload(), &response) // it was read before
	var result peerproto.ChaincodeAction
	_ = proto.Unmarshal(response.GetExtension(), &result)
	result.Response.Message = "another"
	response.Extension, _ = proto.Marshal(&result)
	a.Action.ProposalResponsePayload, _ = proto.Marshal(&response)
}

func otherProposal(a *peerproto.ChaincodeActionPayload) {
	a.ChaincodeProposalPayload = append(a.ChaincodeProposalPayload, a.ChaincodeProposalPayload...)
}

// header edits the header of a block's only transaction.
func (f *forger) header(block int, edit func(*common.ChannelHeader)) {
	f.payload(block, func(p *common.Payload) {
		var h common.ChannelHeader
		f.unmarshal(p.GetHeader().GetChannelHeader(), &h)
		edit(&h)
		p.Header.ChannelHeader = f.marshal(&h)
	})
}

func otherChannel(h *common.ChannelHeader) { h.ChannelId = "another" }
func otherID(h *common.ChannelHeader)      { h.TxId = hex.EncodeToString(sum([]byte("another"))) }

// otherAuthor has a transaction signed by another than its author.
func (f *forger) otherAuthor() {
	var envelope common.Envelope
	f.unmarshal(f.channel[redemption].GetData().GetData()[0], &envelope)
	envelope.Signature = f.sign(f.keys[0], envelope.GetPayload())
	f.channel[redemption].Data.Data[0] = f.marshal(&envelope)
	f.order(redemption)
}

// again has a block's transaction once more in the next block.
func (f *forger) again(block int) {
	f.channel = slices.Insert(f.channel, block+1, proto.CloneOf(f.channel[block]))
	f.order(block + 1)
}

func (f *forger) twiceInOne() {
	b := f.channel[redemption]
	b.Data.Data = append(b.Data.Data, b.Data.Data[0])
	b.Metadata.Metadata[common.BlockMetadataIndex_TRANSACTIONS_FILTER] = []byte{0, 0}
	f.order(redemption)
}

func (f *forger) swapped(at int) {
	f.channel[at], f.channel[at+1] = f.channel[at+1], f.channel[at]
	f.order(at)
}

// configure edits the configuration block's configuration and its update, and
// has everybody but the admins sign again.
func (f *forger) configure(edit func(*forger, *common.ConfigEnvelope, *common.ConfigUpdateEnvelope)) {
	f.payload(configuration, func(p *common.Payload) {
		var envelope common.ConfigEnvelope
		var payload common.Payload
		var signed common.ConfigUpdateEnvelope
		f.unmarshal(p.GetData(), &envelope)
		f.unmarshal(envelope.GetLastUpdate().GetPayload(), &payload)
		f.unmarshal(payload.GetData(), &signed)
		edit(f, &envelope, &signed)
		payload.Data = f.marshal(&signed)
		envelope.LastUpdate.Payload = f.marshal(&payload)
		p.Data = f.marshal(&envelope)
	})
	f.order(configuration)
}

func noAdmins(_ *forger, _ *common.ConfigEnvelope, s *common.ConfigUpdateEnvelope) {
	s.Signatures = nil
}

func oneAdmin(_ *forger, _ *common.ConfigEnvelope, s *common.ConfigUpdateEnvelope) {
	s.Signatures = s.Signatures[:1]
}

func sameAdmin(_ *forger, _ *common.ConfigEnvelope, s *common.ConfigUpdateEnvelope) {
	s.Signatures = []*common.ConfigSignature{s.Signatures[0], s.Signatures[0], s.Signatures[0]}
}

func moreChanged(_ *forger, e *common.ConfigEnvelope, _ *common.ConfigUpdateEnvelope) {
	e.Config.ChannelGroup.Groups["Application"].Version++
}

func skipped(_ *forger, e *common.ConfigEnvelope, _ *common.ConfigUpdateEnvelope) {
	e.Config.Sequence++
}

func sum(raw []byte) []byte {
	digest := sha256.Sum256(raw)
	return digest[:]
}

func organisation(f *forger, identity []byte) string {
	var who msp.SerializedIdentity
	f.unmarshal(identity, &who)
	return who.GetMspid()
}
