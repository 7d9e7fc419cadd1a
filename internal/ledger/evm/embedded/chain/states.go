package chain

import (
	"errors"
	"fmt"
	"maps"
	"sync"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/rawdb"
	"github.com/ethereum/go-ethereum/core/state"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/ethdb"
	"github.com/ethereum/go-ethereum/trie"
	"github.com/ethereum/go-ethereum/trie/trienode"
	"github.com/ethereum/go-ethereum/triedb"
	"github.com/ethereum/go-ethereum/triedb/database"
)

// readableStates is how many blocks may be sealed before the state under a read cannot
// be read any more. Each is one more place to look for what is in none of them.
const readableStates = 8

// errStateGone says that a state was overtaken: a read of it starts again.
var errStateGone = errors.New("the state was overtaken")

// states is the state of the last blocks, as go-ethereum's state.Database. What the
// blocks since the last flush changed is in memory, in one piece but for the last
// readableStates of them. go-ethereum's own database would keep a layer for each
// of 128 blocks, look for every node in all of them, and file them anew at
// each block. It has what was flushed, and knows nothing of what was not.
type states struct {
	*state.MPTDatabase
	disk ethdb.KeyValueStore

	mu      sync.RWMutex
	base    common.Hash        // what go-ethereum's database has
	merged  *state.StateUpdate // from base on; nil for none
	updates []*state.StateUpdate
}

var _ state.Database = (*states)(nil)

// newStates is the states from the one with a root on, which a database has.
func newStates(db *triedb.Database, root common.Hash) *states {
	return &states{MPTDatabase: state.NewMPTDatabase(db, nil), disk: db.Disk(), base: root}
}

// at is the state with a root, for one user.
func (s *states) at(root common.Hash) (*state.StateDB, error) { return state.New(root, s) }

// Commit implements state.Database: it takes what a block changed.
func (s *states) Commit(u *state.StateUpdate) error {
	if u.Empty() {
		return nil
	}
	for _, code := range u.Codes {
		rawdb.WriteCode(s.disk, code.Hash, code.Blob)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if last := s.last(); u.OriginRoot != last {
		return fmt.Errorf("a state on %s, and the last one is %s", u.OriginRoot, last)
	}
	s.updates = append(s.updates, u)
	if len(s.updates) <= readableStates {
		return nil
	}
	return s.merge()
}

// last is the root of the last state. The caller holds the lock.
func (s *states) last() common.Hash {
	switch {
	case len(s.updates) > 0:
		return s.updates[len(s.updates)-1].Root
	case s.merged != nil:
		return s.merged.Root
	}
	return s.base
}

// merge puts the oldest update into the one piece. The caller holds the lock.
func (s *states) merge() error {
	u := s.updates[0]
	s.updates[0] = nil
	s.updates = s.updates[1:]
	if s.merged == nil {
		s.merged = u
		return nil
	}
	m := s.merged
	m.Root, m.BlockNumber = u.Root, u.BlockNumber
	maps.Copy(m.Accounts, u.Accounts)
	keepFirst(m.AccountsOrigin, u.AccountsOrigin)
	for account, slots := range u.Storages {
		if m.Storages[account] == nil {
			m.Storages[account] = map[common.Hash]common.Hash{}
		}
		maps.Copy(m.Storages[account], slots)
	}
	for address, slots := range u.StoragesOrigin {
		if m.StoragesOrigin[address] == nil {
			m.StoragesOrigin[address] = map[common.Hash]common.Hash{}
		}
		keepFirst(m.StoragesOrigin[address], slots)
	}
	for _, set := range u.Nodes.Sets {
		if err := m.Nodes.Merge(set); err != nil {
			return fmt.Errorf("merge states: %w", err)
		}
	}
	return nil
}

// keepFirst adds what is not there yet.
func keepFirst[K comparable, V any](into, from map[K]V) {
	for key, value := range from {
		if _, known := into[key]; !known {
			into[key] = value
		}
	}
}

// flush hands all to go-ethereum's database. Reads under way start again.
func (s *states) flush() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.updates) > 0 {
		if err := s.merge(); err != nil {
			return err
		}
	}
	if s.merged == nil {
		return nil
	}
	s.merged.Codes = nil // they are there
	if err := s.MPTDatabase.Commit(s.merged); err != nil {
		return err
	}
	s.base, s.merged, s.updates = s.merged.Root, nil, nil
	return nil
}

// Reader implements state.Database.
func (s *states) Reader(root common.Hash) (state.Reader, error) {
	base, err := s.baseOf(root)
	if err != nil {
		return nil, err
	}
	below, err := s.MPTDatabase.Reader(base)
	if err != nil {
		return nil, err
	}
	return &stateReader{Reader: below, states: s, root: root}, nil
}

// NodeReader implements database.NodeDatabase: tries read their nodes by it.
func (s *states) NodeReader(root common.Hash) (database.NodeReader, error) {
	base, err := s.baseOf(root)
	if err != nil {
		return nil, err
	}
	below, err := s.TrieDB().NodeReader(base)
	if err != nil {
		return nil, err
	}
	return &nodeReader{below: below, states: s, root: root}, nil
}

// OpenTrie implements state.Database.
func (s *states) OpenTrie(root common.Hash) (state.Trie, error) {
	return trie.NewStateTrie(trie.StateTrieID(root), s)
}

// OpenStorageTrie implements state.Database.
func (s *states) OpenStorageTrie(root common.Hash, address common.Address, storage common.Hash, _ state.Trie) (state.Trie, error) {
	return trie.NewStateTrie(trie.StorageTrieID(root, crypto.Keccak256Hash(address[:]), storage), s)
}

// baseOf is what go-ethereum's database has below the state with a root.
func (s *states) baseOf(root common.Hash) (base common.Hash, err error) {
	err = s.look(root, func(*state.StateUpdate) bool { return false })
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.base, err
}

// look shows the updates that make up the state with a root, the last one first,
// until found says that it is enough. The error is errStateGone where there is no
// such state any more.
func (s *states) look(root common.Hash, found func(*state.StateUpdate) bool) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	n := len(s.updates)
	for n > 0 && s.updates[n-1].Root != root {
		n--
	}
	bottom := s.base
	if s.merged != nil {
		bottom = s.merged.Root
	}
	if n == 0 && bottom != root {
		return fmt.Errorf("%w: %s", errStateGone, root)
	}
	for ; n > 0; n-- {
		if found(s.updates[n-1]) {
			return nil
		}
	}
	if s.merged != nil {
		found(s.merged)
	}
	return nil
}

// stateReader reads one state: first what is in memory.
type stateReader struct {
	state.Reader // what is below
	states       *states
	root         common.Hash
}

// Account implements state.StateReader.
func (r *stateReader) Account(address common.Address) (*types.StateAccount, error) {
	var account *types.StateAccount
	key, changed := crypto.Keccak256Hash(address[:]), false
	err := r.states.look(r.root, func(u *state.StateUpdate) bool {
		account, changed = u.Accounts[key]
		return changed
	})
	switch {
	case err != nil:
		return nil, err
	case !changed:
		return r.Reader.Account(address)
	case account == nil:
		return nil, nil
	}
	return account.Copy(), nil
}

// Storage implements state.StateReader.
func (r *stateReader) Storage(address common.Address, slot common.Hash) (common.Hash, error) {
	var value common.Hash
	account, key, changed := crypto.Keccak256Hash(address[:]), crypto.Keccak256Hash(slot[:]), false
	err := r.states.look(r.root, func(u *state.StateUpdate) bool {
		value, changed = u.Storages[account][key]
		return changed
	})
	if err != nil || changed {
		return value, err
	}
	return r.Reader.Storage(address, slot)
}

// nodeReader reads the trie nodes of one state: first those in memory.
type nodeReader struct {
	below  database.NodeReader
	states *states
	root   common.Hash
}

// Node implements database.NodeReader.
func (r *nodeReader) Node(owner common.Hash, path []byte, hash common.Hash) ([]byte, error) {
	var node *trienode.Node
	err := r.states.look(r.root, func(u *state.StateUpdate) bool {
		if set := u.Nodes.Sets[owner]; set != nil {
			node = set.Nodes[string(path)]
		}
		return node != nil
	})
	switch {
	case err != nil:
		return nil, err
	case node == nil:
		return r.below.Node(owner, path, hash)
	case node.Hash != hash:
		return nil, fmt.Errorf("node %x of %s is %s, not %s", path, owner, node.Hash, hash)
	}
	return node.Blob, nil
}
