package contract

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/intent"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// TestItems_Example: the literal that byteArrays shows.
func TestItems_Example(t *testing.T) {
	calls, err := NewCalls()
	require.NoError(t, err)
	call, err := hex.DecodeString("d6e85d75" +
		"0000000000000000000000000000000000000000000000000000000000000060" +
		"0000000000000000000000000000000000000000000000000000000000000001" +
		"0d00000000000000000000000000000000000000000000000000000000000000" +
		"0000000000000000000000000000000000000000000000000000000000000001" +
		"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa0")
	require.NoError(t, err)
	items, ok := calls.Items(call)
	require.True(t, ok)
	require.Equal(t, [][]byte{{0x0d}}, items)
}

// TestAttack_Calldata_AsTheContractReads has the contract run random encodings
// of calls to submit, honest ones, bent ones and broken ones: what it judged is
// what Items reads, command by command, and it reverts where Items reads none or
// reads what is no command.
func TestAttack_Calldata_AsTheContractReads(t *testing.T) {
	runs := 3_000
	if os.Getenv("TALLY_LONG") == "1" {
		runs = 200_000
	}
	calls, err := NewCalls()
	require.NoError(t, err)
	b := newBare(t)
	g := ledgertest.NewGenerator(b.domain, b.state)
	rnd := rand.New(rand.NewPCG(14, 3))
	known := map[bool]int{}
	bent, accepted := 0, 0 // calls that Items reads and the contract does not take, and commands
	for n := range uint64(runs) {
		var commands [][]byte
		for range 1 + rnd.IntN(3) {
			commands = append(commands, voucher.EncodeCommand(g.Next(t, n, b.c.now)))
		}
		call := newBending(rnd, commands).call(calls.abi.Methods["submit"].ID)
		if n%3 == 0 {
			call = calls.contract.PackSubmit(commands)
		}
		judged, took := b.judgedAsRead(calls, call, g)
		known[judged]++
		accepted += took
		if items, ok := calls.Items(call); ok && !bytes.Equal(calls.contract.PackSubmit(items), call) {
			bent++
		}
		if n%8 == 0 {
			b.c.now += 1 + rnd.Uint64N(5)
		}
	}
	t.Logf("%d judged, %d reverted, of these %d that are read and not in the canonical form; %d commands accepted",
		known[true], known[false], bent, accepted)
	require.Greater(t, bent, runs/10)
	require.Greater(t, known[false], runs/20)
	require.Greater(t, accepted, runs/20)
}

// judgedAsRead has the contract run a call and holds it to what Items reads.
func (b *bare) judgedAsRead(calls Calls, call []byte, g *ledgertest.Generator) (judged bool, accepted int) {
	b.t.Helper()
	items, ok := calls.Items(call)
	commands := make([]voucher.Command, len(items))
	for i, item := range items {
		c, err := voucher.DecodeCommand(item)
		ok = ok && err == nil
		commands[i] = c
	}
	logs, _, reverts := b.c.sendTo(b.c.address, call)
	if !ok {
		require.Error(b.t, reverts, "judged what Items does not read: %x", call)
		return false, 0
	}
	if !bytes.Equal(calls.contract.PackSubmit(items), call) {
		require.Error(b.t, reverts, "judged what is not in the canonical form: %x", call)
		return false, 0
	}
	require.NoError(b.t, reverts, "reverted what Items reads: %x", call)
	got := outcomes(b.t, logs)
	require.Len(b.t, got, len(items), "%x", call)
	for i, c := range commands {
		want := b.judge(c)
		require.Equal(b.t, string(want.Canonical()), string(got[i].Canonical()), "%T %x", c, call)
		g.Learn(c, want)
	}
	for _, e := range calls.Entries(got, call) {
		c, err := voucher.DecodeCommand(e.Command)
		require.NoError(b.t, err)
		require.Equal(b.t, e.Outcome.CommandHash, intent.CommandHash(c))
		accepted++
	}
	return true, accepted
}

// bending lays a call out in a way of its own: elements in any order, repeated,
// with gaps and dirt between them, the list before, among or behind them.
type bending struct {
	rnd     *rand.Rand
	body    []byte
	patches []int // words of body that say where something is or how long
}

func newBending(rnd *rand.Rand, commands [][]byte) *bending {
	b := &bending{rnd: rnd, body: make([]byte, wordSize), patches: []int{0}}
	listAt := rnd.IntN(len(commands) + 1)
	order := rnd.Perm(len(commands))
	repeat := rnd.IntN(4) == 0
	count := len(commands)
	if repeat {
		count++
	}
	places := make([]int, len(commands))
	list := 0
	for i := range len(commands) + 1 {
		b.gap()
		if i == listAt {
			list = len(b.body)
			b.word(int64(count))
			b.body = append(b.body, make([]byte, wordSize*count)...)
		}
		if i < len(commands) {
			b.gap()
			places[order[i]] = len(b.body)
			b.word(int64(len(commands[order[i]])))
			b.body = append(b.body, commands[order[i]]...)
			b.dirt((wordSize - len(b.body)%wordSize) % wordSize)
		}
	}
	b.gap()
	b.put(0, int64(list))
	for i := range count {
		at := list + wordSize*(1+i)
		b.put(at, int64(places[i%len(places)]-list-wordSize))
		b.patches = append(b.patches, at)
	}
	b.patches = append(b.patches, list)
	b.patches = append(b.patches, places...)
	return b
}

// call is the calldata, in one of three calls with something wrong.
func (b *bending) call(selector []byte) []byte {
	if b.rnd.IntN(3) == 0 {
		b.spoil()
	}
	return append(bytes.Clone(selector), b.body...)
}

// spoil changes a place or a length, or cuts the call.
func (b *bending) spoil() {
	at := b.patches[b.rnd.IntN(len(b.patches))]
	word := b.body[at : at+wordSize]
	switch b.rnd.IntN(8) {
	case 0:
		b.body = b.body[:b.rnd.IntN(len(b.body))]
	case 1:
		b.body = b.body[:len(b.body)-1-b.rnd.IntN(40)%len(b.body)]
	case 2: // anywhere near
		b.put(at, int64(b.rnd.IntN(2*len(b.body)))-int64(len(b.body)))
	case 3: // a sign that is half there
		copy(word, bytes.Repeat([]byte{0xff}, 1+b.rnd.IntN(wordSize)))
	case 4: // just too far
		b.put(at, int64(len(b.body)-wordSize*b.rnd.IntN(4)+b.rnd.IntN(3)-1))
	case 5:
		word[b.rnd.IntN(wordSize)] ^= 1 << b.rnd.IntN(8)
	case 6:
		clear(word)
	case 7: // about the greatest and the least numbers
		edge := [][]byte{{0x80}, {0x7f, 0xff}, {0xbf, 0xff}, {0xc0}}[b.rnd.IntN(4)]
		copy(word[b.rnd.IntN(2)*(wordSize-8):], edge)
	}
}

func (b *bending) word(n int64) {
	b.body = append(b.body, make([]byte, wordSize)...)
	b.put(len(b.body)-wordSize, n)
}

// put writes a number in two's complement.
func (b *bending) put(at int, n int64) {
	word := b.body[at : at+wordSize]
	for i := range wordSize - 8 {
		word[i] = byte(n >> 63)
	}
	binary.BigEndian.PutUint64(word[wordSize-8:], uint64(n))
}

// gap leaves some bytes that nobody reads.
func (b *bending) gap() {
	if b.rnd.IntN(2) == 0 {
		b.dirt(b.rnd.IntN(70))
	}
}

func (b *bending) dirt(n int) {
	for range n {
		b.body = append(b.body, byte(b.rnd.Uint32()))
	}
}
