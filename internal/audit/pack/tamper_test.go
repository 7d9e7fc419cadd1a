package pack

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/rlp"
	"github.com/schollz/progressbar/v3"
	"github.com/stretchr/testify/require"
	"golang.org/x/term"

	"tally/internal/audit"
	"tally/internal/audit/checkpoints"
	"tally/internal/audit/receipt"
	"tally/internal/audit/replay"
	"tally/internal/ledger"
	evmproof "tally/internal/ledger/evm/proof"
	"tally/internal/ledger/evm/seal"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// few is a history whose pack has about 10 kB.
func few(w *ledgertest.World) {
	w.Found()
	id := w.Campaign(10, func(c *voucher.CreateCampaign) { c.Units, c.PerHolder, c.Transfer = 10, 0, true })
	first, second := w.Claimed(w.Alice, id, 0, 0), w.Claimed(w.Alice, id, 1, 1)
	sale := w.Must(w.Redeem(w.Alice, first))
	w.Must(w.Rollback(w.Merchant, sale.ID, ledgertest.Return(first, 1, 1, 0)))
	held := w.Must(w.Hold(w.Alice, w.Unix()+3600, second))
	w.Must(w.Capture(held.ID, 6400, ledgertest.Take(second, 1, 0)))
	third := w.Claimed(w.Bob, id, 0, 2)
	w.Must(w.Transfer(w.Bob, w.Alice.Address, third))
	for serial := range uint32(4) {
		w.Must(w.Redeem(w.Bob, w.Claimed(w.Bob, id, serial+1, serial+3)))
	}
}

// long reports whether every bit is to be flipped, as make tamper does.
func long() bool { return os.Getenv(ledgertest.LongForm) != "" }

// errUnnamed says that a pack was not rejected, or for a reason without a name.
var errUnnamed = errors.New("no rejection that has a name")

// named is the name of the one reason for which a pack was rejected.
func named(err error) (string, error) {
	for name, kind := range map[string]error{
		"damaged": ErrDamaged, "incomplete": ErrIncomplete, "root": ErrRoot, "scope": ErrScope, "leaf": audit.ErrLeaf,
		"checkpoint": checkpoints.ErrInvalid, "another ledger": receipt.ErrOtherLedger, "rules": replay.ErrDoesNotFollow,
		"seal": seal.ErrBad, "header": evmproof.ErrProof, "parent block": evmproof.ErrParent, "receipt": evmproof.ErrReceipt,
		"receipts": evmproof.ErrReceipts, "no such item": evmproof.ErrNoItem, "refused": evmproof.ErrRefused,
		"unclaimed": evmproof.ErrUnclaimed, "block": evmproof.ErrOtherBlock, "command": evmproof.ErrOtherCommand,
		"events": evmproof.ErrOtherEvents, "leaf's ledger": evmproof.ErrOtherLedger,
	} {
		if errors.Is(err, kind) {
			return name, nil
		}
	}
	return "", fmt.Errorf("%w: %w", errUnnamed, err)
}

// reasons counts rejections by their name.
type reasons map[string]int

func (r reasons) String() string {
	var all []string
	for _, name := range slices.SortedFunc(maps.Keys(r), func(a, b string) int { return r[b] - r[a] }) {
		all = append(all, fmt.Sprintf("%s %d", name, r[name]))
	}
	return strings.Join(all, ", ")
}

// everyBit flips one bit after another and judges each result, on all cores. It
// flips every bit in the long form, otherwise one bit in every step, and an eighth
// of these in make check.
func everyBit(t *testing.T, raw []byte, step int, judge func(flipped []byte) (string, error)) {
	t.Helper()
	switch {
	case long():
		step = 1
	case testing.Short():
		step = 8*step + 1 // an odd step meets every bit of a byte
	}
	bar := progressbar.NewOptions(8*len(raw), progressbar.OptionSetDescription(t.Name()), progressbar.OptionSetWriter(os.Stderr),
		progressbar.OptionSetVisibility(term.IsTerminal(int(os.Stderr.Fd()))), progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish())
	workers := runtime.GOMAXPROCS(0)
	found, failed := make([]reasons, workers), make([]error, workers)
	var all sync.WaitGroup
	for w := range workers {
		found[w] = reasons{}
		all.Go(func() {
			own := bytes.Clone(raw)
			for bit := w * step; bit < 8*len(own) && failed[w] == nil; bit += workers * step {
				own[bit/8] ^= 1 << (bit % 8)
				name, err := judge(own)
				if err != nil {
					failed[w] = fmt.Errorf("bit %d of %d: %w", bit, 8*len(own), err)
				}
				own[bit/8] ^= 1 << (bit % 8)
				found[w][name]++
				_ = bar.Add(step) // it only draws
			}
		})
	}
	all.Wait()
	_ = bar.Finish() // the same
	require.NoError(t, errors.Join(failed...))
	sum := reasons{}
	for _, part := range found {
		for name, n := range part {
			sum[name] += n
		}
	}
	t.Logf("%d bytes: %s", len(raw), sum)
}

// TestVerify_TamperedBits flips bits of a pack as it lies on a disk. The short form
// flips one bit of every byte.
func TestVerify_TamperedBits(t *testing.T) {
	a := play(t, few)
	raw := a.write(t, All())
	_, err := a.verify(raw)
	require.NoError(t, err)
	everyBit(t, raw, 7, func(flipped []byte) (string, error) {
		_, err := a.verify(flipped)
		return named(err)
	})
}

// TestVerify_TamperedBitsWithRightChecksums: an attacker who computes checksums
// flips bits of the chunks. What is not rejected is another compressed form of the
// same items, to the byte: DEFLATE has more than one.
func TestVerify_TamperedBitsWithRightChecksums(t *testing.T) {
	a := play(t, few)
	raw := a.write(t, All())
	want, err := readChunk(bytes.NewReader(raw[len(Format):]))
	require.NoError(t, err)
	everyBit(t, raw[len(Format)+frame:], 211, func(flipped []byte) (string, error) { // the only chunk
		raw := framed(flipped)
		_, err := a.verify(raw)
		if err != nil {
			return named(err)
		}
		if items, err := readChunk(bytes.NewReader(raw[len(Format):])); err != nil || !bytes.Equal(want, items) {
			return "", errUnnamed
		}
		return "not rejected: the same items in other DEFLATE", nil
	})
}

// framed is a pack of one chunk with the right length and checksum.
func framed(chunk []byte) []byte {
	raw := append([]byte(Format), uint32Bytes(uint32(len(chunk)))...)
	return append(append(raw, uint32Bytes(sum(chunk))...), chunk...)
}

func uint32Bytes(n uint32) []byte { return []byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)} }

// TestVerify_TamperedBitsOfItems flips bits of what is in the chunks, and puts the
// chunks together again rightly. So every bit means something, and is checked.
func TestVerify_TamperedBitsOfItems(t *testing.T) {
	a := play(t, few)
	plain, err := readChunk(bytes.NewReader(a.write(t, All())[len(Format):]))
	require.NoError(t, err)
	_, err = a.verify(framed(stored(plain)))
	require.NoError(t, err)
	everyBit(t, plain, 997, func(flipped []byte) (string, error) {
		_, err := a.verify(framed(stored(flipped)))
		return named(err)
	})
}

// stored is DEFLATE that does not compress, which is as good: RFC 1951, 3.2.4.
func stored(items []byte) (chunk []byte) {
	for len(items) > 0 {
		block := items[:min(len(items), 1<<16-1)]
		items = items[len(block):]
		last := byte(0)
		if len(items) == 0 {
			last = 1
		}
		length := uint16(len(block))
		chunk = append(chunk, last, byte(length), byte(length>>8), byte(^length), byte(^length>>8))
		chunk = append(chunk, block...)
	}
	return chunk
}

// TestVerify_TamperedCommands: an attacker without keys drops, repeats and swaps
// every command of a pack.
func TestVerify_TamperedCommands(t *testing.T) {
	a := play(t, few)
	good := items(t, a.write(t, All()))
	var leaves []int
	for i, item := range good {
		if _, ok := item.(leaf); ok {
			leaves = append(leaves, i)
		}
	}
	require.Len(t, leaves, a.leaves)
	for n, at := range leaves {
		for name, c := range map[string]struct {
			forge func(all []any) []any
			want  []string
		}{
			"dropped":  {func(all []any) []any { return slices.Delete(all, at, at+1) }, []string{"unclaimed", "rules", "root"}},
			"repeated": {func(all []any) []any { return slices.Insert(all, at, all[at]) }, []string{"rules", "unclaimed"}},
			"swapped": {func(all []any) []any {
				all[at], all[leaves[(n+1)%len(leaves)]] = all[leaves[(n+1)%len(leaves)]], all[at]
				return all
			}, []string{"block", "incomplete"}},
		} {
			_, err := a.verify(assemble(t, c.forge(slices.Clone(good))))
			why, unnamed := named(err)
			require.NoError(t, unnamed, "%s %d", name, n)
			require.Contains(t, c.want, why, "%s %d: %v", name, n, err)
		}
	}
}

// TestVerify_ForkedLog: a forked log is refused. The test has the log's key sign
// two histories of one length.
func TestVerify_ForkedLog(t *testing.T) {
	l := newLie(t)
	other := slices.Clone(l.honest)
	last := len(other) - 1
	other[last-1], other[last-2] = other[last-2], other[last-1]
	signed, _ := l.Tell(placed(other)).Checkpoint()
	good := items(t, l.pack(t, l.honest))
	err := l.judge(assemble(t, forgeHead(t, good, func(h *head) { h.Checkpoint = signed })))
	require.ErrorIs(t, err, ErrRoot)
}

// items takes a pack apart, and assemble puts one together with good checksums.
func items(t testing.TB, raw []byte) (all []any) {
	t.Helper()
	in := bytes.NewReader(raw[len(Format):])
	for in.Len() > 0 {
		chunk, err := readChunk(in)
		require.NoError(t, err)
		for len(chunk) > 0 {
			var one []byte
			one, chunk, err = split(chunk)
			require.NoError(t, err)
			item, err := decode(one)
			require.NoError(t, err)
			all = append(all, item)
		}
	}
	return all
}

func assemble(t testing.TB, all []any) []byte {
	t.Helper()
	var out bytes.Buffer
	out.WriteString(Format)
	c := chunks{out: &out}
	for i, item := range all {
		if last, ok := item.(end); ok {
			last.Items = uint64(i)
			item = last
		}
		raw, err := rlp.EncodeToBytes(item)
		require.NoError(t, err)
		require.NoError(t, c.put(raw))
	}
	require.NoError(t, c.flush())
	return out.Bytes()
}

// TestVerify_ForgersPack: a pack by a forger who can compute checksums is refused.
func TestVerify_ForgersPack(t *testing.T) {
	a := play(t, everything)
	good := items(t, a.write(t, All()))
	require.Equal(t, a.write(t, All()), assemble(t, good))
	var leaves, blocks []int
	for i, item := range good {
		switch item.(type) {
		case leaf:
			leaves = append(leaves, i)
		case block:
			blocks = append(blocks, i)
		}
	}
	middle := leaves[len(leaves)/2]
	editLeaf := func(edit func(*ledger.Entry)) func([]any) []any {
		return func(all []any) []any {
			raw, ok := all[middle].(leaf)
			require.True(t, ok)
			e, err := audit.DecodeLeaf(raw.Leaf)
			require.NoError(t, err)
			edit(&e)
			forged, err := audit.Leaf(e)
			require.NoError(t, err)
			all[middle] = leaf{kindLeaf, forged}
			return all
		}
	}
	for name, c := range map[string]struct {
		forge func(all []any) []any
		want  error
	}{
		"a block dropped":      {func(all []any) []any { return slices.Delete(all, blocks[2], blocks[2]+1) }, evmproof.ErrOtherBlock},
		"a shifted clock":      {editLeaf(func(e *ledger.Entry) { e.Outcome.Time++ }), evmproof.ErrOtherBlock},
		"other events":         {editLeaf(func(e *ledger.Entry) { e.Outcome.Events = e.Outcome.Events[:0] }), evmproof.ErrOtherEvents},
		"a command hidden":     {editLeaf(func(e *ledger.Entry) { e.Command = nil }), audit.ErrUnread},
		"another id":           {editLeaf(func(e *ledger.Entry) { e.Outcome.ID[5] ^= 1 }), evmproof.ErrOtherLedger},
		"a subtree for a leaf": {func(all []any) []any { all[middle] = subtree{Kind: kindSubtree}; return all }, ErrIncomplete},
		"a header changed":     {func(all []any) []any { return forgeBlock(t, all, blocks[3], true) }, seal.ErrBad},
		"a receipt changed":    {func(all []any) []any { return forgeBlock(t, all, blocks[3], false) }, evmproof.ErrReceipts},
		"no end":               {func(all []any) []any { return all[:len(all)-1] }, ErrIncomplete},
		"two ends":             {func(all []any) []any { return append(all, all[len(all)-1]) }, ErrDamaged},
		"two heads":            {func(all []any) []any { return slices.Insert(all, 1, all[0]) }, ErrDamaged},
		"no head":              {func(all []any) []any { return all[1:] }, ErrDamaged},
		"an unsigned checkpoint": {func(all []any) []any {
			return forgeHead(t, all, func(h *head) { h.Checkpoint = unsigned(h.Checkpoint) })
		}, checkpoints.ErrInvalid},
		"another ledger's":  {func(all []any) []any { return forgeHead(t, all, func(h *head) { h.Ledger[0]++ }) }, receipt.ErrOtherLedger},
		"said to be a part": {func(all []any) []any { return forgeHead(t, all, func(h *head) { h.Scope = "leaves/0-100000" }) }, evmproof.ErrProof},
		"of no scope":       {func(all []any) []any { return forgeHead(t, all, func(h *head) { h.Scope = "some" }) }, ErrScope},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := a.verify(assemble(t, c.forge(slices.Clone(good))))
			require.ErrorIs(t, err, c.want)
		})
	}
}

func forgeHead(t testing.TB, all []any, forge func(*head)) []any {
	t.Helper()
	h, ok := all[0].(head)
	require.True(t, ok)
	forge(&h)
	all[0] = h
	return all
}

func forgeBlock(t testing.TB, all []any, at int, header bool) []any {
	t.Helper()
	b, ok := all[at].(block)
	require.True(t, ok)
	if header {
		b.Header = bytes.Clone(b.Header)
		b.Header[len(b.Header)/2] ^= 1
	} else {
		b.Receipts = slices.Clone(b.Receipts)
		b.Receipts[0] = bytes.Clone(b.Receipts[0])
		b.Receipts[0][len(b.Receipts[0])-1] ^= 1
	}
	all[at] = b
	return all
}

func unsigned(checkpoint []byte) []byte {
	text, _, _ := strings.Cut(string(checkpoint), "\n\n")
	return []byte(text + "\n\n")
}
