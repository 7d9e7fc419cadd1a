package fabricproof

import (
	"bytes"
	"runtime"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	peerproto "github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"golang.org/x/sync/errgroup"
	"google.golang.org/protobuf/proto"

	"tally/internal/ledger"
	"tally/internal/ledger/fabric/blocks"
	"tally/internal/voucher"
)

// Channel is what the auditor has pinned of a channel, and of the ledger on it.
type Channel struct {
	Genesis   voucher.Hash // SHA-256 of the DER of the header of the channel's block 0
	Chaincode string       // its name on the channel
	// Operators and Threshold are who the ledger was founded with, ascending.
	Operators []voucher.Address
	Threshold uint32
}

// Report is what the blocks have shown so far.
type Report struct {
	Blocks         uint64
	Transactions   uint64
	Voided         uint64 // of the transactions
	Configurations uint64 // of the blocks, the first included
	BFT            bool   // as the last configuration has it
	Orderers       int    // consenters under BFT; 0 with Raft
	Quorum         int    // of them that signed each block; 1 with Raft
	Founded        bool
}

// Verifier checks the blocks of a channel one after the other. It is not for
// concurrent use. Its memory does not grow with the channel, apart from what its
// state keeps.
type Verifier struct {
	channel Channel
	history history
	now     *configuration
	defined definitions
	hash    [32]byte // of the block before
	report  Report
}

// New starts with block 0 and an empty state, which may be the one in which the
// rules are replayed.
func New(c Channel, state voucher.State) *Verifier {
	return &Verifier{channel: c, history: history{state}, defined: definitions{}}
}

// Report is what was shown so far. Blocks that end early, or before the ledger
// was founded, may be right: what came after, they do not show.
func (v *Verifier) Report() Report {
	r := v.report
	if v.now != nil {
		r.BFT, r.Orderers, r.Quorum = v.now.bft, len(v.now.consenters), 1
		if r.BFT {
			r.Quorum = v.now.quorum()
		}
	}
	return r
}

// Block checks the next block, a common.Block as protobuf, and returns the
// commands that it accepted, in order. The error is a WrongError or that of the
// state; then the verifier is of no more use.
func (v *Verifier) Block(raw []byte) ([]ledger.Entry, error) {
	number := v.report.Blocks
	b := &common.Block{}
	if err := blocks.Unmarshal(raw, b); err != nil {
		return nil, in(number, -1, because(ErrData, "it cannot be read: %s", err))
	}
	if err := v.place(b, number); err != nil {
		return nil, in(number, -1, err)
	}
	if err := v.transactions(b); err != nil {
		return nil, err
	}
	v.report.Blocks++
	v.hash = blocks.HeaderHash(b.GetHeader())
	if number == 0 {
		return nil, nil
	}
	return v.entries(b)
}

// place checks where a block stands, its form, and who ordered it.
func (v *Verifier) place(b *common.Block, number uint64) error {
	if b.GetHeader().GetNumber() != number {
		return because(ErrChain, "it calls itself %d", b.GetHeader().GetNumber())
	}
	hash := blocks.HeaderHash(b.GetHeader())
	switch {
	case number == 0 && voucher.Hash(hash) != v.channel.Genesis:
		return because(ErrGenesis, "its hash is %s, not %s", voucher.Hash(hash), v.channel.Genesis)
	case number > 0 && !bytes.Equal(v.hash[:], b.GetHeader().GetPreviousHash()):
		return because(ErrChain, "it names another block before it")
	}
	data := blocks.DataHash(b)
	if !bytes.Equal(data[:], b.GetHeader().GetDataHash()) {
		return because(ErrData, "its transactions have another hash")
	}
	if number == 0 {
		return nil
	}
	if err := v.now.checkOrderers(b, blocks.HeaderBytes(b.GetHeader())); err != nil {
		return err
	}
	return wellFormed(b.GetData().GetData())
}

// wellFormed requires each transaction in its one encoding: the hash over all of
// them does not say where a transaction ends.
func wellFormed(all [][]byte) error {
	for i, raw := range all {
		e := &common.Envelope{}
		if err := blocks.Unmarshal(raw, e); err != nil {
			return because(ErrData, "transaction %d cannot be read: %s", i, err)
		}
		again, err := proto.Marshal(e)
		if err != nil || !bytes.Equal(again, raw) || len(e.GetPayload()) == 0 || len(e.GetSignature()) == 0 {
			return because(ErrData, "transaction %d is in another form than peers take", i)
		}
	}
	if len(all) == 0 {
		return because(ErrData, "it has no transactions")
	}
	return nil
}

// examined is a transaction with the verdicts that do not depend on those before
// it in its block.
type examined struct {
	*transaction
	alone    verdict // on its form and its author
	endorsed verdict // on who endorsed it
}

// transactions computes every verdict again and compares.
func (v *Verifier) transactions(b *common.Block) error {
	number := b.GetHeader().GetNumber()
	said := metadata(b, common.BlockMetadataIndex_TRANSACTIONS_FILTER)
	if number == 0 {
		return in(0, 0, v.configure(b))
	}
	if len(said) != len(b.GetData().GetData()) {
		return in(number, -1, because(ErrVerdict, "%d transactions and %d verdicts", len(b.GetData().GetData()), len(said)))
	}
	all, err := v.examine(b)
	if err != nil {
		return err
	}
	block, once := pending{}, map[string]bool{}
	for i, one := range all {
		code, err := v.judge(one, once, block)
		if err != nil {
			return in(number, i, err)
		}
		if code != verdict(said[i]) {
			return in(number, i, because(ErrVerdict, "it is called %s and is %s", verdict(said[i]), code))
		}
		v.report.Transactions++
		if code != valid {
			v.report.Voided++
			continue
		}
		if err := v.accept(b, one.transaction, len(all)); err != nil {
			return in(number, i, err)
		}
		block.apply(one.sets, place{number, uint64(i)})
	}
	return v.commit(all, block)
}

// examine looks at all transactions of a block at once.
func (v *Verifier) examine(b *common.Block) ([]examined, error) {
	all := make([]examined, len(b.GetData().GetData()))
	var work errgroup.Group
	work.SetLimit(runtime.GOMAXPROCS(0))
	for i, raw := range b.GetData().GetData() {
		work.Go(func() (err error) {
			one := examined{endorsed: valid}
			one.transaction, one.alone = v.now.examine(raw)
			if one.alone == valid && !one.isConfiguration() {
				one.endorsed, err = v.now.endorsed(one.transaction, v.defined)
			}
			all[i] = one
			return in(b.GetHeader().GetNumber(), i, err)
		})
	}
	return all, work.Wait()
}

// judge is the verdict on a transaction after those before it. once are the ids
// that were valid in this block so far, before conflicts.
func (v *Verifier) judge(one examined, once map[string]bool, block pending) (verdict, error) {
	if one.alone != valid || one.isConfiguration() {
		return one.alone, nil
	}
	if known, err := v.history.knows(one.id()); known || err != nil {
		return peerproto.TxValidationCode_DUPLICATE_TXID, err
	}
	if one.endorsed != valid {
		return one.endorsed, nil
	}
	if once[one.id()] {
		return peerproto.TxValidationCode_DUPLICATE_TXID, nil
	}
	once[one.id()] = true
	return v.history.conflict(one.sets, block)
}

// accept takes over what a valid transaction changes for all that follow.
func (v *Verifier) accept(b *common.Block, t *transaction, among int) error {
	if !t.isConfiguration() {
		return v.allowed(t)
	}
	if among != 1 {
		return because(ErrConfiguration, "it is not alone in its block")
	}
	return v.configure(b)
}

// configure follows a configuration block: the first one is pinned, the others
// follow from the one before.
func (v *Verifier) configure(b *common.Block) error {
	if len(b.GetData().GetData()) != 1 {
		return because(ErrConfiguration, "it is not alone in its block")
	}
	t, code := readHeader(b.GetData().GetData()[0])
	if (code != valid && b.GetHeader().GetNumber() > 0) || !t.isConfiguration() {
		return because(ErrConfiguration, "it is no configuration")
	}
	next, last, err := configurationOf(t.payload, t.header)
	if err != nil {
		return err
	}
	if v.now != nil {
		if err := next.follows(v.now, last); err != nil {
			return err
		}
	}
	v.now = next
	v.report.Configurations++
	return nil
}

// commit ends a block: what it wrote, and which transactions it had, valid or not.
func (v *Verifier) commit(all []examined, block pending) error {
	for _, one := range all {
		if one.id() == "" {
			continue
		}
		if err := v.history.remember(one.id()); err != nil {
			return err
		}
	}
	return v.history.commit(block)
}

// entries are the commands that a block accepted, as the driver reads them.
func (v *Verifier) entries(b *common.Block) ([]ledger.Entry, error) {
	number := b.GetHeader().GetNumber()
	read, err := blocks.Read(b, v.channel.Chaincode)
	if err != nil {
		return nil, in(number, -1, because(ErrRecord, "%s", err))
	}
	return read.Entries(), nil
}
