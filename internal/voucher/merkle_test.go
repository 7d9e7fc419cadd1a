package voucher_test

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tally/internal/voucher"
)

// The tree is RFC 6962's, by literals that were computed by hand with SHA-256.
func TestIssueRoot_IsRFC6962(t *testing.T) {
	leaf := func(i byte, owner voucher.Address) []byte {
		h := sha256.Sum256(append([]byte{0, 0, 0, 0, i}, owner[:]...))
		return h[:]
	}
	node := func(l, r []byte) []byte {
		h := sha256.Sum256(append(append([]byte{1}, l...), r...))
		return h[:]
	}
	list := []voucher.Address{wallet(1), wallet(2), wallet(3), wallet(4), wallet(5)}
	leaves := make([][]byte, len(list))
	for i, owner := range list {
		leaves[i] = leaf(byte(i), owner)
	}
	four := node(node(leaves[0], leaves[1]), node(leaves[2], leaves[3]))
	for n, want := range [][]byte{1: leaves[0], 2: node(leaves[0], leaves[1]), 3: node(node(leaves[0], leaves[1]), leaves[2]), 4: four, 5: node(four, leaves[4])} {
		if n > 0 {
			require.Equal(t, voucher.Hash(want), voucher.IssueRoot(list[:n]))
		}
	}
	require.Equal(t, []voucher.Hash{voucher.Hash(four)}, voucher.IssueProof(list, 4))
	require.Equal(t, []voucher.Hash{
		voucher.Hash(leaves[3]), voucher.Hash(node(leaves[0], leaves[1])), voucher.Hash(leaves[4]),
	}, voucher.IssueProof(list, 2))
	require.Nil(t, voucher.IssueProof(list, 5))
	empty := voucher.IssueRoot(nil)
	require.Equal(t, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", hex.EncodeToString(empty[:]))
}

// Every entry of a list of any size is proven, and no other owner or place.
func TestIssueProof_OfEveryEntry(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		n := rapid.IntRange(1, 70).Draw(t, "size")
		list := make([]voucher.Address, n)
		for i := range list {
			list[i] = wallet(byte(i))
		}
		campaign := w.campaign(anything, func(in *voucher.CreateCampaign) { in.Supply, in.Open, in.Cap = 80, 0, 80 })
		issue := w.issues(campaign, list)
		w.accept(issue, merchant())
		at := uint32(rapid.IntRange(0, n-1).Draw(t, "index"))
		c := deliverCommand{
			Deliver: voucher.Deliver{Issue: id(issue.Intent), Index: at, Owner: list[at]}, Path: voucher.IssueProof(list, at),
		}
		other := uint32(rapid.IntRange(0, n-1).Draw(t, "other"))
		if other != at {
			wrong := c
			wrong.Deliver.Index = other
			w.refuse(voucher.KindBadPlace, wrong)
			wrong.Deliver.Owner = list[other]
			w.refuse(voucher.KindBadPlace, wrong)
		}
		w.accept(c)
	})
}
