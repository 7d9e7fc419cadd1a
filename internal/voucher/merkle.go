package voucher

import (
	"crypto/sha256"
	"encoding/binary"
)

// The list of an issue is an RFC 6962 tree over SHA-256. Entry i is i in 4
// bytes, big-endian, and the owner's address:
//
//	leaf   SHA-256(0x00 ‖ i ‖ owner)
//	node   SHA-256(0x01 ‖ left ‖ right), left being the greatest power of two that is smaller than the whole

// IssueRoot is the root of a list of owners, as an Issue signs it.
func IssueRoot(owners []Address) Hash { return treeHead(owners, 0) }

// IssueProof is the inclusion proof of one entry, as a Place carries it. It is
// nil where there is no such entry.
func IssueProof(owners []Address, index uint32) []Hash {
	if uint64(index) >= uint64(len(owners)) {
		return nil
	}
	return treePath(owners, 0, index)
}

// treeHead is the head of the entries from first on.
func treeHead(owners []Address, first uint32) Hash {
	switch len(owners) {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return issueLeaf(first, owners[0])
	}
	left := split(len(owners))
	return issueNode(treeHead(owners[:left], first), treeHead(owners[left:], first+uint32(left))) //nolint:gosec // at most MaxSupply
}

func treePath(owners []Address, first, index uint32) []Hash {
	if len(owners) == 1 {
		return nil
	}
	left := split(len(owners))
	middle := first + uint32(left) //nolint:gosec // at most MaxSupply
	if index < middle {
		return append(treePath(owners[:left], first, index), treeHead(owners[left:], middle))
	}
	return append(treePath(owners[left:], middle, index), treeHead(owners[:left], first))
}

// split is the greatest power of two below n, which is 2 or more.
func split(n int) int {
	k := 1
	for 2*k < n {
		k *= 2
	}
	return k
}

// leadsTo reports whether a path places a leaf at an index of the tree of this
// size and root (RFC 9162, section 2.1.3.2).
func leadsTo(root, leaf Hash, index, size uint32, path []Hash) bool {
	if index >= size {
		return false
	}
	last := size - 1
	for _, sibling := range path {
		if last == 0 {
			return false
		}
		if index%2 == 0 && index != last {
			leaf = issueNode(leaf, sibling)
		} else {
			leaf = issueNode(sibling, leaf)
			for index%2 == 0 && index != 0 { // the last one rises alone
				index, last = index/2, last/2
			}
		}
		index, last = index/2, last/2
	}
	return last == 0 && leaf == root
}

func issueLeaf(index uint32, owner Address) Hash {
	var b [25]byte
	binary.BigEndian.PutUint32(b[1:], index)
	copy(b[5:], owner[:])
	return sha256.Sum256(b[:])
}

func issueNode(left, right Hash) Hash {
	var b [65]byte
	b[0] = 1
	copy(b[1:], left[:])
	copy(b[33:], right[:])
	return sha256.Sum256(b[:])
}
