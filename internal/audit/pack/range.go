package pack

import (
	"fmt"
	"math/bits"

	"golang.org/x/mod/sumdb/tlog"
)

// compact is the root of what was walked so far, as the roots of the largest
// whole subtrees from left to right: at most 63 of them.
type compact struct {
	size   int64
	levels []uint8
	hashes []tlog.Hash
}

// append adds the root of a subtree of 2^level leaves. It must stand where such
// a subtree stands in the tree.
func (c *compact) append(level uint8, hash tlog.Hash) error {
	if level > 62 || c.size&(1<<level-1) != 0 || c.size > 1<<62 {
		return fmt.Errorf("%w: a subtree of level %d after %d leaves", ErrDamaged, level, c.size)
	}
	c.size += 1 << level
	c.levels, c.hashes = append(c.levels, level), append(c.hashes, hash)
	for last := len(c.levels) - 1; last > 0 && c.levels[last-1] == c.levels[last]; last-- {
		c.hashes[last-1] = tlog.NodeHash(c.hashes[last-1], c.hashes[last])
		c.levels[last-1]++
		c.levels, c.hashes = c.levels[:last], c.hashes[:last]
	}
	return nil
}

// root is the tree's hash, RFC 6962, section 2.1.
func (c *compact) root() tlog.Hash {
	last := len(c.hashes) - 1
	if last < 0 {
		root, _ := tlog.TreeHash(0, nil) // reads nothing
		return root
	}
	root := c.hashes[last]
	for i := last - 1; i >= 0; i-- {
		root = tlog.NodeHash(c.hashes[i], root)
	}
	return root
}

// nextSubtree is the largest subtree that begins at a leaf and ends before another.
func nextSubtree(from, to int64) (level uint8) {
	room := bits.Len64(uint64(to-from)) - 1 //nolint:gosec // from < to
	if from == 0 {
		return uint8(room) //nolint:gosec // at most 62
	}
	return uint8(min(room, bits.TrailingZeros64(uint64(from)))) //nolint:gosec // at most 62
}
