package fabricproof

import (
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset/kvrwset"

	"tally/internal/ledger/fabric/blocks"
)

// namespace is what a transaction read and wrote of one chaincode's state.
type namespace struct {
	name        string
	public      *kvrwset.KVRWSet
	collections []collection
}

// collection is the same of a private collection: hashes of keys and values.
type collection struct {
	name   string
	hashed *kvrwset.HashedRWSet
}

func readNamespaces(raw []byte) ([]namespace, error) {
	var set rwset.TxReadWriteSet
	if err := blocks.Unmarshal(raw, &set); err != nil {
		return nil, err
	}
	var all []namespace
	for _, from := range set.GetNsRwset() {
		n := namespace{name: from.GetNamespace(), public: &kvrwset.KVRWSet{}}
		if err := blocks.Unmarshal(from.GetRwset(), n.public); err != nil {
			return nil, err
		}
		for _, c := range from.GetCollectionHashedRwset() {
			hashed := &kvrwset.HashedRWSet{}
			if err := blocks.Unmarshal(c.GetHashedRwset(), hashed); err != nil {
				return nil, err
			}
			n.collections = append(n.collections, collection{c.GetCollectionName(), hashed})
		}
		all = append(all, n)
	}
	return all, nil
}

func (n namespace) writes() bool {
	for _, c := range n.collections {
		if len(c.hashed.GetHashedWrites())+len(c.hashed.GetMetadataWrites()) > 0 {
			return true
		}
	}
	return len(n.public.GetWrites())+len(n.public.GetMetadataWrites()) > 0
}

// check refuses what is not replayed.
func (n namespace) check() error {
	metadata := len(n.public.GetMetadataWrites())
	for _, c := range n.collections {
		metadata += len(c.hashed.GetMetadataWrites())
	}
	switch {
	case metadata > 0:
		return because(ErrUnsupported, "a policy for single keys of %s", n.name)
	case len(n.public.GetRangeQueriesInfo()) > 0:
		return because(ErrUnsupported, "a query over a range of keys of %s", n.name)
	}
	return nil
}

// key is a place in the state of all chaincodes.
type key struct{ namespace, collection, name string }

// access is what a transaction did with a key.
type access struct {
	key
	version *kvrwset.Version // that it read; nil for none
	deleted bool             // by a write
}

func (n namespace) reads() (all []access) {
	for _, r := range n.public.GetReads() {
		all = append(all, access{key: key{n.name, "", r.GetKey()}, version: r.GetVersion()})
	}
	for _, c := range n.collections {
		for _, r := range c.hashed.GetHashedReads() {
			all = append(all, access{key: key{n.name, c.name, string(r.GetKeyHash())}, version: r.GetVersion()})
		}
	}
	return all
}

func (n namespace) written() (all []access) {
	for _, w := range n.public.GetWrites() {
		all = append(all, access{key: key{n.name, "", w.GetKey()}, deleted: w.GetIsDelete()})
	}
	for _, c := range n.collections {
		for _, w := range c.hashed.GetHashedWrites() {
			all = append(all, access{key: key{n.name, c.name, string(w.GetKeyHash())}, deleted: w.GetIsDelete() || w.GetIsPurge()})
		}
	}
	return all
}
