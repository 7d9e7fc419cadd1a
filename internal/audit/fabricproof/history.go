package fabricproof

import (
	"encoding/binary"
	"fmt"

	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset/kvrwset"
	peerproto "github.com/hyperledger/fabric-protos-go-apiv2/peer"

	"tally/internal/voucher"
)

// history is what is kept of the blocks before: which transactions there were, and
// where each key of the state was written last. It grows with the channel, so it
// is in the auditor's state, under keys that the rules do not use.
type history struct {
	state voucher.State
}

// place is where a key was written: the version that Fabric gives it.
type place struct{ block, transaction uint64 }

func transactionKey(id string) string { return "fabric/transaction/" + id }

func versionKey(k key) string {
	return fmt.Sprintf("fabric/version/%s/%s/%x", k.namespace, k.collection, k.name)
}

func (h history) knows(id string) (bool, error) {
	there, err := h.state.Get(transactionKey(id))
	return len(there) > 0, err
}

func (h history) remember(id string) error { return h.state.Put(transactionKey(id), []byte{1}) }

// version is where a key was written last; false if it is not there.
func (h history) version(k key) (place, bool, error) {
	raw, err := h.state.Get(versionKey(k))
	if err != nil || len(raw) != 16 {
		return place{}, false, err
	}
	return place{binary.BigEndian.Uint64(raw), binary.BigEndian.Uint64(raw[8:])}, true, nil
}

func (h history) write(k key, at place, deleted bool) error {
	if deleted {
		return h.state.Put(versionKey(k), nil)
	}
	return h.state.Put(versionKey(k), binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, at.block), at.transaction))
}

// pending are the keys that valid transactions of a block have written so far.
type pending map[key]writing

type writing struct {
	at      place
	deleted bool
}

// conflict judges whether what a transaction read is still so: nothing of it was
// written since, neither in blocks before nor in this one.
func (h history) conflict(sets []namespace, block pending) (verdict, error) {
	for _, n := range sets {
		for _, r := range n.reads() {
			if _, written := block[r.key]; written {
				return peerproto.TxValidationCode_MVCC_READ_CONFLICT, nil
			}
			at, there, err := h.version(r.key)
			if err != nil {
				return 0, err
			}
			if !same(at, there, r.version) {
				return peerproto.TxValidationCode_MVCC_READ_CONFLICT, nil
			}
		}
	}
	return valid, nil
}

func same(at place, there bool, read *kvrwset.Version) bool {
	if !there || read == nil {
		return !there && read == nil
	}
	return at == place{read.GetBlockNum(), read.GetTxNum()}
}

// apply notes what a valid transaction writes.
func (p pending) apply(sets []namespace, at place) {
	for _, n := range sets {
		for _, w := range n.written() {
			p[w.key] = writing{at, w.deleted}
		}
	}
}

// commit takes over what a block has written.
func (h history) commit(block pending) error {
	for k, w := range block {
		if err := h.write(k, w.at, w.deleted); err != nil {
			return err
		}
	}
	return nil
}
