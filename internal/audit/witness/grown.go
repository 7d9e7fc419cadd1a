package witness

import (
	"crypto/sha256"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// What a checkpoint that does not grow out of the last one is.
var (
	// ErrInconsistent says that the log signed two histories, and that signatures
	// alone prove it: two roots of one size, or a new root whose own proof shows
	// another root at the size of the last one. Nobody but the holder of the log's
	// key can bring that about.
	ErrInconsistent = errors.New("the log signed two histories")
	// ErrProof says that the proof is not one. That accuses nobody: anybody can
	// bring a public checkpoint of the log with an invented proof.
	ErrProof = errors.New("the proof does not show that the checkpoint contains the one cosigned before")
)

// grown judges a log's next tree against the last one, both signed by the log's
// key. The error is ErrInconsistent or ErrProof.
//
// A log that was rewritten and has grown since is ErrInconsistent if it comes with
// the proof of its own tree. Two cases stay ErrProof: it comes with another proof, or
// the last size is a power of two, where a proof holds no hash of the old tree.
func grown(last, next tlog.Tree, proof tlog.TreeProof) error {
	if err := forked(last, next); err != nil {
		return err
	}
	if last.N == 0 || last.N == next.N {
		if len(proof) > 0 {
			return fmt.Errorf("%w: none is wanted from %d to %d leaves", ErrProof, last.N, next.N)
		}
		return nil
	}
	err := tlog.CheckTree(proof, next.N, next.Hash, last.N, last.Hash)
	if err == nil {
		return nil
	}
	old, whole, ok := implied(proof, 0, next.N, last.N, last.Hash)
	if ok && whole == next.Hash && old != last.Hash {
		return fmt.Errorf("%w: of %d leaves, it signed the root %s, and %s as part of %d leaves",
			ErrInconsistent, last.N, last.Hash, old, next.N)
	}
	return fmt.Errorf("%w: %w", ErrProof, err)
}

// forked reports, as ErrInconsistent, two signed roots that cannot both be right
// whatever the proof says.
func forked(last, next tlog.Tree) error {
	switch {
	case next.N == 0 && next.Hash != sha256.Sum256(nil):
		return fmt.Errorf("%w: an empty log has another root", ErrInconsistent)
	case next.N > 0 && last.N == next.N && last.Hash != next.Hash:
		return fmt.Errorf("%w: of %d leaves, it signed the roots %s and %s", ErrInconsistent, last.N, last.Hash, next.Hash)
	default:
		return nil
	}
}

// implied computes what a consistency proof (RFC 6962, section 2.1.2) says of the
// part of a tree that has the leaves from lo to hi: its root in the old tree of n
// leaves, and in the new one. last is the old tree's root. ok is false where the
// proof has another number of hashes than these sizes want.
func implied(proof tlog.TreeProof, lo, hi, n int64, last tlog.Hash) (old, whole tlog.Hash, ok bool) {
	switch {
	case n == hi && lo == 0:
		return last, last, len(proof) == 0
	case n == hi:
		if len(proof) != 1 {
			return old, whole, false
		}
		return proof[0], proof[0], true
	case len(proof) == 0:
		return old, whole, false
	}
	rest, sibling := proof[:len(proof)-1], proof[len(proof)-1]
	middle := lo + largestPower(hi-lo)
	if n <= middle {
		old, whole, ok = implied(rest, lo, middle, n, last)
		return old, tlog.NodeHash(whole, sibling), ok
	}
	old, whole, ok = implied(rest, middle, hi, n, last)
	return tlog.NodeHash(sibling, old), tlog.NodeHash(sibling, whole), ok
}

// largestPower is the largest power of two below n, which is at least 2.
func largestPower(n int64) int64 {
	k := int64(1)
	for k<<1 < n {
		k <<= 1
	}
	return k
}
