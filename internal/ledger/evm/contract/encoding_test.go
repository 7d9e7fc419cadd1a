package contract

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// TestEncoding_OneForEachCommand flips, inserts and removes parts of encoded commands: what
// DecodeCommand refuses must revert, and what it accepts must be judged as the
// rules judge it.
func TestEncoding_OneForEachCommand(t *testing.T) {
	b := newBare(t)
	g := ledgertest.NewGenerator(b.domain, b.state)
	rnd := rand.New(rand.NewPCG(99, 7))
	reverted, judged := 0, 0
	for n := range uint64(1200) {
		c := g.Next(t, n, b.c.now)
		item := voucher.EncodeCommand(c)
		if n%2 == 0 { // the others build what commands can be about
			item = breakBytes(rnd, item)
		}
		if b.submit(item, g) {
			judged++
		} else {
			reverted++
		}
		if n%8 == 0 {
			b.c.now += 1 + rnd.Uint64N(5)
		}
	}
	require.Greater(t, reverted, 200)
	require.Greater(t, judged, 300)
	t.Log(reverted, "reverted,", judged, "judged")
}

// submit sends one encoded command and compares; false if it was reverted.
func (b *bare) submit(item []byte, g *ledgertest.Generator) bool {
	b.t.Helper()
	c, malformed := voucher.DecodeCommand(item)
	logs, _, reverts := b.c.send("submit", [][]byte{item})
	if malformed != nil {
		require.Error(b.t, reverts, "judged %x: %v", item, malformed)
		return false
	}
	require.NoError(b.t, reverts, "%T %x", c, item)
	want, got := b.judge(c), outcomes(b.t, logs)
	require.Len(b.t, got, 1)
	require.Equal(b.t, string(want.Canonical()), string(got[0].Canonical()), "%T %+v", c, c)
	g.Learn(c, want)
	return true
}

// breakBytes changes an encoded command in one place.
func breakBytes(rnd *rand.Rand, item []byte) []byte {
	word := 1 + 32*rnd.IntN((len(item)-1)/32)
	switch rnd.IntN(7) {
	case 0:
		item[1+rnd.IntN(len(item)-1)] ^= 1 << rnd.IntN(8)
	case 1:
		return append(item, make([]byte, 32)...)
	case 2:
		return item[:max(1, len(item)-1-rnd.IntN(64))]
	case 3:
		return slices.Insert(item, word, make([]byte, 32)...)
	case 4:
		copy(item[word:word+32], bytes.Repeat([]byte{0xff}, 32))
	case 5:
		item[word+31]++
	case 6:
		item[word] ^= 1
	}
	return item
}
