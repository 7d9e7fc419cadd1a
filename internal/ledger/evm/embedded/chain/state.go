package chain

import (
	"fmt"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core"
	"github.com/ethereum/go-ethereum/core/rawdb"
)

// tuning is how the state is kept on disk. It is not an option: the tests
// compare variants (see the package comment), users get the default.
type tuning struct {
	scheme      string
	flushBlocks uint64
	flushGas    uint64
	files       vfs.FS // the machine's if nil
}

// defaultTuning keeps the state by path and writes it to disk rarely; what a
// crash costs is bounded by these numbers, which Open has to execute again.
func defaultTuning() tuning {
	return tuning{scheme: rawdb.PathScheme, flushBlocks: 1024, flushGas: 200_000_000}
}

func (t tuning) config() *core.BlockChainConfig {
	cfg := core.DefaultConfig()
	cfg.StateScheme = t.scheme
	cfg.ArchiveMode = t.scheme == rawdb.HashScheme
	cfg.TrieCleanLimit = 32
	cfg.SnapshotLimit = 32
	cfg.TrieDirtyLimit = 16
	cfg.TrienodeHistory = -1
	// A flush in the background could be overtaken by the block that follows
	// it: at the very first open, by block 0 without its state.
	cfg.TrieNoAsyncFlush = true
	cfg.SlowBlockThreshold = -1
	return cfg
}

// unflushed is the work that would have to be done again after a crash.
type unflushed struct {
	root   common.Hash // the newest state that exists in memory only
	blocks uint64
	gas    uint64
}

// count notes that a block was executed on top of parent.
func (u *unflushed) count(parent, root common.Hash, gas uint64) {
	u.blocks++
	u.gas += gas
	if root != parent { // an empty block has no state of its own to write
		u.root = root
	}
}

// flushIfDue writes the state to disk when enough work hangs on it.
func (c *Chain) flushIfDue() error {
	if c.unflushed.blocks < c.tuning.flushBlocks && c.unflushed.gas < c.tuning.flushGas {
		return nil
	}
	return c.flush()
}

func (c *Chain) flush() error {
	if c.states != nil { // there are none while blocks are executed again
		if err := c.states.flush(); err != nil {
			return fmt.Errorf("flush state: %w", err)
		}
	}
	if root := c.unflushed.root; root != (common.Hash{}) {
		if err := c.bc.TrieDB().Commit(root, false); err != nil {
			return fmt.Errorf("flush state: %w", err)
		}
	}
	c.unflushed = unflushed{}
	return nil
}
