package fabricproof

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	peerproto "github.com/hyperledger/fabric-protos-go-apiv2/peer"

	"tally/internal/ledger/fabric/blocks"
)

// verdict is what peers say of a transaction.
type verdict = peerproto.TxValidationCode

const valid = peerproto.TxValidationCode_VALID

// transaction is one of a block, as far as it could be read.
type transaction struct {
	envelope  *common.Envelope
	payload   *common.Payload
	header    *common.ChannelHeader
	creator   *common.SignatureHeader
	action    *peerproto.ChaincodeActionPayload
	response  []byte // a ProposalResponsePayload: what was endorsed
	result    *peerproto.ChaincodeAction
	chaincode string
	sets      []namespace
}

func (t *transaction) id() string { return t.header.GetTxId() }

func (t *transaction) isConfiguration() bool {
	return t.header.GetType() == int32(common.HeaderType_CONFIG)
}

// readHeader reads an envelope up to who made it. The verdict is that of peers on
// what cannot be read.
func readHeader(raw []byte) (*transaction, verdict) {
	t := &transaction{envelope: &common.Envelope{}, payload: &common.Payload{}, header: &common.ChannelHeader{}, creator: &common.SignatureHeader{}}
	if blocks.Unmarshal(raw, t.envelope) != nil {
		return t, peerproto.TxValidationCode_INVALID_OTHER_REASON
	}
	if blocks.Unmarshal(t.envelope.GetPayload(), t.payload) != nil {
		return t, peerproto.TxValidationCode_BAD_PAYLOAD
	}
	if t.payload.GetHeader() == nil || blocks.Unmarshal(t.payload.GetHeader().GetChannelHeader(), t.header) != nil ||
		blocks.Unmarshal(t.payload.GetHeader().GetSignatureHeader(), t.creator) != nil || !t.headerHolds() {
		return t, peerproto.TxValidationCode_BAD_COMMON_HEADER
	}
	return t, valid
}

func (t *transaction) headerHolds() bool {
	known := []common.HeaderType{common.HeaderType_ENDORSER_TRANSACTION, common.HeaderType_CONFIG_UPDATE, common.HeaderType_CONFIG}
	return slices.Contains(known, common.HeaderType(t.header.GetType())) && t.header.GetEpoch() == 0 && complete(t.creator)
}

func complete(h *common.SignatureHeader) bool {
	return len(h.GetNonce()) > 0 && len(h.GetCreator()) > 0
}

// examine judges a transaction by itself: its form, its author, its id.
func (c *configuration) examine(raw []byte) (*transaction, verdict) {
	t, code := readHeader(raw)
	if code != valid {
		return t, code
	}
	if t.header.GetChannelId() != c.channel || !c.made(t) {
		return t, peerproto.TxValidationCode_BAD_CREATOR_SIGNATURE
	}
	switch common.HeaderType(t.header.GetType()) {
	case common.HeaderType_CONFIG:
		return t, valid
	case common.HeaderType_ENDORSER_TRANSACTION:
		digest := sha256.Sum256(slices.Concat(t.creator.GetNonce(), t.creator.GetCreator()))
		if t.id() != hex.EncodeToString(digest[:]) {
			return t, peerproto.TxValidationCode_BAD_PROPOSAL_TXID
		}
		if !t.readAction() {
			return t, peerproto.TxValidationCode_INVALID_ENDORSER_TRANSACTION
		}
		return t, valid
	default:
		return t, peerproto.TxValidationCode_UNSUPPORTED_TX_PAYLOAD
	}
}

// made reports whether a member of the channel made the transaction and signed it.
func (c *configuration) made(t *transaction) bool {
	by, err := c.members.read(t.creator.GetCreator())
	return err == nil && by.refused == nil && by.signed(t.envelope.GetPayload(), t.envelope.GetSignature())
}

// readAction reads what a transaction does, and holds it to the proposal that was
// endorsed.
func (t *transaction) readAction() bool {
	var body peerproto.Transaction
	var header common.SignatureHeader
	var response peerproto.ProposalResponsePayload
	t.action = &peerproto.ChaincodeActionPayload{}
	if blocks.Unmarshal(t.payload.GetData(), &body) != nil || len(body.GetActions()) != 1 {
		return false
	}
	one := body.GetActions()[0]
	if blocks.Unmarshal(one.GetHeader(), &header) != nil || !complete(&header) || blocks.Unmarshal(one.GetPayload(), t.action) != nil {
		return false
	}
	t.response = t.action.GetAction().GetProposalResponsePayload()
	if blocks.Unmarshal(t.response, &response) != nil || len(t.action.GetChaincodeProposalPayload()) == 0 {
		return false
	}
	proposal := sha256.Sum256(slices.Concat(t.payload.GetHeader().GetChannelHeader(), one.GetHeader(), t.action.GetChaincodeProposalPayload()))
	return bytes.Equal(proposal[:], response.GetProposalHash())
}

// readResult reads what was endorsed.
func (t *transaction) readResult() verdict {
	var extension peerproto.ChaincodeHeaderExtension
	var response peerproto.ProposalResponsePayload
	t.result = &peerproto.ChaincodeAction{}
	if blocks.Unmarshal(t.header.GetExtension(), &extension) != nil {
		return peerproto.TxValidationCode_BAD_HEADER_EXTENSION
	}
	if len(t.response) == 0 || blocks.Unmarshal(t.response, &response) != nil || len(response.GetExtension()) == 0 ||
		blocks.Unmarshal(response.GetExtension(), t.result) != nil {
		return peerproto.TxValidationCode_BAD_RESPONSE_PAYLOAD
	}
	var err error
	if t.sets, err = readNamespaces(t.result.GetResults()); err != nil {
		return peerproto.TxValidationCode_BAD_RWSET
	}
	t.chaincode = extension.GetChaincodeId().GetName()
	ran := t.result.GetChaincodeId()
	switch {
	case extension.GetChaincodeId() == nil || ran == nil:
		return peerproto.TxValidationCode_INVALID_OTHER_REASON
	case t.chaincode == "" || t.chaincode != ran.GetName() || ran.GetVersion() == "":
		return peerproto.TxValidationCode_INVALID_CHAINCODE
	}
	return t.checkEvent()
}

func (t *transaction) checkEvent() verdict {
	var event peerproto.ChaincodeEvent
	if t.result.GetEvents() != nil && (blocks.Unmarshal(t.result.GetEvents(), &event) != nil || event.GetChaincodeId() != t.chaincode) {
		return peerproto.TxValidationCode_INVALID_OTHER_REASON
	}
	once := map[string]bool{}
	for _, n := range t.sets {
		if once[n.name] {
			return peerproto.TxValidationCode_ILLEGAL_WRITESET
		}
		once[n.name] = true
	}
	return valid
}

// arguments are those that the chaincode was called with.
func (t *transaction) arguments() [][]byte {
	var proposal peerproto.ChaincodeProposalPayload
	var invocation peerproto.ChaincodeInvocationSpec
	if blocks.Unmarshal(t.action.GetChaincodeProposalPayload(), &proposal) != nil || blocks.Unmarshal(proposal.GetInput(), &invocation) != nil {
		return nil
	}
	return invocation.GetChaincodeSpec().GetInput().GetArgs()
}

// endorsements are the signatures over the result.
func (t *transaction) endorsements() (set []signature) {
	for _, e := range t.action.GetAction().GetEndorsements() {
		set = append(set, signature{e.GetEndorser(), slices.Concat(t.response, e.GetEndorser()), e.GetSignature()})
	}
	return set
}
