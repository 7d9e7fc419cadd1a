package segment

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/ethereum/go-ethereum/crypto"
	"github.com/stretchr/testify/require"

	"tally/internal/disk/disktest"
	"tally/internal/ledger/journal/block"
	"tally/internal/voucher"
)

// small is the length of the segments of these tests: three blocks fit in.
const small = 1100

// written is a journal on the disk, with the blocks that were appended.
type written struct {
	dir    string
	blocks []block.Block
}

func key(t testing.TB) string {
	t.Helper()
	return "4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318"
}

// write founds a journal and appends a number of blocks.
func write(t testing.TB, more int) written {
	t.Helper()
	w := written{dir: t.TempDir()}
	sealer, err := crypto.HexToECDSA(key(t))
	require.NoError(t, err)
	founding, err := block.Found(sealer, voucher.Hash{1}, []voucher.Address{{2}}, 1, 1000)
	require.NoError(t, err)
	id := block.LedgerID(founding.Header.Hash(), voucher.Address(crypto.PubkeyToAddress(sealer.PublicKey)))
	w.blocks = []block.Block{founding}
	require.NoError(t, Create(w.options(), id, founding))
	j, err := Open(w.options())
	require.NoError(t, err)
	for range more {
		last := w.blocks[len(w.blocks)-1].Header
		b, err := block.Seal(sealer, block.Header{
			Format: block.Format, Ledger: id, Number: last.Number + 1, Parent: last.Hash(), Time: last.Time + 1,
		}, [][]byte{fmt.Appendf(nil, "the first record of block %d", last.Number+1), {byte(last.Number)}})
		require.NoError(t, err)
		require.NoError(t, j.Append(b))
		w.blocks = append(w.blocks, b)
	}
	require.NoError(t, j.Close())
	return w
}

func (w written) options() Options { return Options{Dir: w.dir, Size: small} }

// load reads the journal and compares the blocks. The error is why it does not open.
func (w written) load(t testing.TB) (*Journal, error) {
	t.Helper()
	j := &Journal{dir: w.dir, size: small}
	if err := j.load(); err != nil {
		return nil, err
	}
	for n := uint64(0); n <= j.Tip().Number; n++ {
		b, err := j.Block(n)
		if err != nil {
			return nil, err
		}
		require.Equal(t, w.blocks[n], b)
	}
	return j, nil
}

func (w written) segments(t testing.TB) (paths []string) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(w.dir, "*.segment"))
	require.NoError(t, err)
	return paths
}

// last is the journal's last segment as scan sees it.
func (w written) last(t testing.TB) *scanned {
	t.Helper()
	j, err := w.load(t)
	require.NoError(t, err)
	return j.segments[len(j.segments)-1]
}

func TestJournal_ReadsBack(t *testing.T) {
	for _, n := range []int{0, 1, 7, 40} {
		w := write(t, n)
		j, err := Open(w.options())
		require.NoError(t, err)
		require.False(t, j.Torn())
		require.EqualValues(t, n, j.Tip().Number)
		var got []block.Block
		for b, err := range j.Blocks(0) {
			require.NoError(t, err)
			got = append(got, b)
		}
		require.Equal(t, w.blocks, got)
		_, err = j.Block(uint64(n) + 1)
		require.ErrorIs(t, err, ErrNoBlock)
		require.NoError(t, j.Close())
	}
	_, err := Open(Options{Dir: t.TempDir()})
	require.ErrorIs(t, err, ErrNone)
}

// TestDamage_EveryBit turns each bit of each segment. It is found, with the file named;
// or it is in what no block needs, and all blocks are there.
func TestDamage_EveryBit(t *testing.T) {
	w := write(t, 7)
	tip := w.blocks[7].Header.Number
	paths := w.segments(t)
	require.Greater(t, len(paths), 2)
	end := w.last(t).end
	for i, path := range paths {
		raw, err := os.ReadFile(path)
		require.NoError(t, err)
		f, err := os.OpenFile(path, os.O_WRONLY, 0) // in place: a file that is written anew waits for the disk
		require.NoError(t, err)
		turn := func(bit int) {
			raw[bit/8] ^= 1 << (bit % 8)
			_, err := f.WriteAt(raw[bit/8:bit/8+1], int64(bit/8))
			require.NoError(t, err)
		}
		for bit := range len(raw) * 8 {
			turn(bit)
			j, err := w.load(t)
			var damage *DamagedError
			switch {
			case errors.As(err, &damage):
				require.Contains(t, damage.Error(), path)
			default:
				require.NoError(t, err)
				require.Equal(t, tip, j.Tip().Number, "segment %d, bit %d", i, bit)
				require.Equal(t, len(paths)-1, i, "only behind the end of the last segment damage does nothing: byte %d", bit/8)
				require.GreaterOrEqual(t, int64(bit/8), end-markBytes)
			}
			turn(bit)
		}
		require.NoError(t, f.Close())
	}
}

// TestDamage_EveryLength cuts each segment at every byte.
func TestDamage_EveryLength(t *testing.T) {
	w := write(t, 7)
	for _, path := range w.segments(t) {
		raw, err := os.ReadFile(path)
		require.NoError(t, err)
		for n := len(raw) - 1; n >= 0; n-- {
			require.NoError(t, os.Truncate(path, int64(n)))
			_, err := w.load(t)
			require.ErrorIs(t, err, ErrDamaged, "%d bytes", n)
			require.ErrorContains(t, err, path)
		}
		require.NoError(t, os.WriteFile(path, raw, 0o600))
	}
}

// TestTorn_WhatWasNeverAcknowledged leaves every part of a last block without its mark,
// as a crash in the middle of Append does: the block is gone, or it is whole and stays.
func TestTorn_WhatWasNeverAcknowledged(t *testing.T) {
	w := write(t, 4)
	last := w.last(t)
	raw, err := os.ReadFile(last.path)
	require.NoError(t, err)
	begin := last.places[0].offset // of the segment's only place: one block at least
	for n := last.tip.Number; n > last.first; n-- {
		begin += frameHead + int64(len(w.blocks[last.first+last.tip.Number-n].Payload())) + markBytes
	}
	frameEnd := last.end - markBytes
	for cut := begin; cut <= last.end; cut++ {
		torn := append(append([]byte{}, raw[:cut]...), make([]byte, int64(len(raw))-cut)...)
		require.NoError(t, os.WriteFile(last.path, torn, 0o600))
		j, err := Open(w.options())
		require.NoError(t, err, "cut at byte %d", cut)
		want := last.tip.Number
		if cut < frameEnd && !sameFrame(torn, raw, frameEnd) {
			want--
		}
		require.Equal(t, want, j.Tip().Number, "cut at byte %d", cut)
		require.NoError(t, j.Close())
		again, err := os.ReadFile(last.path)
		require.NoError(t, err)
		if want == last.tip.Number {
			require.Equal(t, raw, again, "the mark is there again")
		} else {
			require.Equal(t, append(append([]byte{}, raw[:begin]...), make([]byte, int64(len(raw))-begin)...), again, "it is wiped")
		}
	}
}

func sameFrame(a, b []byte, end int64) bool { return string(a[:end]) == string(b[:end]) }

// TestTorn_LaterPagesFirst: a power cut may keep the end of a block, and not its begin.
func TestTorn_LaterPagesFirst(t *testing.T) {
	w := write(t, 1)
	last := w.last(t)
	raw, err := os.ReadFile(last.path)
	require.NoError(t, err)
	begin := HeaderBytes + frameHead + int64(len(w.blocks[0].Payload())) + markBytes
	clear(raw[begin : begin+50])
	clear(raw[last.end-markBytes : last.end])
	require.NoError(t, os.WriteFile(last.path, raw, 0o600))
	j, err := Open(w.options())
	require.NoError(t, err)
	require.True(t, j.Torn())
	require.Zero(t, j.Tip().Number)
	require.NoError(t, j.Close())
}

func TestSegments_OutOfTheirPlace(t *testing.T) {
	w, other := write(t, 7), write(t, 7)
	paths := w.segments(t)
	swap := func(a, b string) {
		require.NoError(t, os.Rename(a, a+".x"))
		require.NoError(t, os.Rename(b, a))
		require.NoError(t, os.Rename(a+".x", b))
	}
	copyOf := func(to, from string) {
		raw, err := os.ReadFile(from)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(to, raw, 0o600))
	}
	// The other ledger has the same blocks but for its founding.
	sealer, err := crypto.HexToECDSA(key(t))
	require.NoError(t, err)
	founding, err := block.Found(sealer, voucher.Hash{9}, []voucher.Address{{2}}, 1, 1000)
	require.NoError(t, err)
	stranger := Options{Dir: t.TempDir(), Size: small}
	require.NoError(t, Create(stranger, voucher.Hash{7}, founding))
	for name, spoil := range map[string]func(){
		"two swapped":       func() { swap(paths[1], paths[2]) },
		"one missing":       func() { require.NoError(t, os.Remove(paths[1])) },
		"the first missing": func() { require.NoError(t, os.Remove(paths[0])) },
		"one twice":         func() { copyOf(paths[2], paths[1]) },
		"of another ledger": func() { copyOf(paths[0], filepath.Join(stranger.Dir, "00000000.segment")) },
		"a stranger's as next": func() {
			copyOf(filepath.Join(w.dir, fmt.Sprintf(pattern, len(paths))), filepath.Join(stranger.Dir, "00000000.segment"))
		},
		"older by one block": func() { zeroLast(t, paths[0], other) },
	} {
		t.Run(name, func(t *testing.T) {
			whole := t.TempDir()
			require.NoError(t, disktest.Copy(whole, w.dir))
			spoil()
			_, err := Open(w.options())
			require.ErrorIs(t, err, ErrDamaged)
			require.ErrorContains(t, err, w.dir)
			require.NoError(t, os.RemoveAll(w.dir))
			require.NoError(t, disktest.Copy(w.dir, whole))
		})
	}
}

// TestSegments_BlocksOfAnotherLedger: a segment under a ledger's name has no other's
// blocks, whatever their sums.
func TestSegments_BlocksOfAnotherLedger(t *testing.T) {
	w := write(t, 2)
	path := w.segments(t)[0]
	raw, err := os.ReadFile(path)
	require.NoError(t, err)
	h, reason := decodeHeader(raw)
	require.Empty(t, reason)
	h.ledger[0]++
	copy(raw, h.encode())
	require.NoError(t, os.WriteFile(path, raw, 0o600))
	_, err = Open(w.options())
	require.ErrorIs(t, err, ErrDamaged)
	require.ErrorContains(t, err, "block 1 is of ledger")
}

// zeroLast takes the last block out of a segment, mark and all.
func zeroLast(t testing.TB, path string, like written) {
	t.Helper()
	at := int64(HeaderBytes)
	s, err := scan(like.segments(t)[0], 0, false)
	require.NoError(t, err)
	for n := range s.tip.Number {
		at += frameHead + int64(len(like.blocks[n].Payload())) + markBytes
	}
	raw, err := os.ReadFile(path)
	require.NoError(t, err)
	clear(raw[at:])
	require.NoError(t, os.WriteFile(path, raw, 0o600))
}

// TestOpen_AcceptsLoss cuts a journal at damage, and keeps what it cut off.
func TestOpen_AcceptsLoss(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(w written, paths []string) error
		want  uint64 // tip
	}{
		"a bit of the second block": {func(w written, paths []string) error {
			return flip(paths[0], HeaderBytes+frameHead+len(w.blocks[0].Payload())+markBytes+40)
		}, 0},
		"the second header":     {func(_ written, paths []string) error { return flip(paths[1], 60) }, 2},
		"the second is missing": {func(_ written, paths []string) error { return os.Remove(paths[1]) }, 2},
		"the last is cut":       {func(_ written, paths []string) error { return os.Truncate(paths[2], HeaderBytes+9) }, 5},
	} {
		t.Run(name, func(t *testing.T) {
			w := write(t, 7)
			require.NoError(t, c.spoil(w, w.segments(t)))
			_, err := Open(w.options())
			require.ErrorIs(t, err, ErrDamaged)
			accepting := w.options()
			accepting.AcceptLoss = true
			j, err := Open(accepting)
			require.NoError(t, err)
			require.NotNil(t, j.Cut())
			require.Equal(t, c.want, j.Tip().Number)
			require.NoError(t, j.Close())
			j, err = Open(w.options())
			require.NoError(t, err)
			require.Equal(t, c.want, j.Tip().Number)
			require.NoError(t, j.Close())
		})
	}
	w := write(t, 7)
	require.NoError(t, flip(w.segments(t)[0], HeaderBytes+40))
	_, err := Open(Options{Dir: w.dir, Size: small, AcceptLoss: true})
	require.ErrorIs(t, err, ErrDamaged, "nothing would be left of the journal")
}

// flip turns a bit of a file.
func flip(path string, at int) error {
	raw, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	raw[at] ^= 4
	return os.WriteFile(path, raw, 0o600)
}

// TestAppend_DiskRefuses: what is not durable is not there, and says so.
func TestAppend_DiskRefuses(t *testing.T) {
	w := write(t, 1)
	j, err := Open(w.options())
	require.NoError(t, err)
	last := w.blocks[1].Header
	sealer, err := crypto.HexToECDSA(key(t))
	require.NoError(t, err)
	next := func() block.Block {
		b, err := block.Seal(sealer, block.Header{
			Format: block.Format, Ledger: last.Ledger, Number: last.Number + 1, Parent: last.Hash(), Time: last.Time,
		}, [][]byte{make([]byte, 100)})
		require.NoError(t, err)
		return b
	}
	require.NoError(t, j.Append(next()))
	last = next().Header
	// The next block needs another segment, and there is a directory in the spare's place.
	require.NoError(t, os.Remove(j.sparePath()))
	require.NoError(t, os.Mkdir(j.sparePath(), 0o700))
	err = j.Append(next())
	require.ErrorIs(t, err, ErrNotWritten)
	require.Equal(t, last.Number, j.Tip().Number)
	require.NoError(t, os.Remove(j.sparePath()))
	require.NoError(t, j.Append(next()), "there is room again")
	last = next().Header
	require.NoError(t, j.file.Close())
	err = j.Append(next())
	require.Error(t, err)
	require.NotErrorIs(t, err, ErrNotWritten)
	require.Equal(t, last.Number, j.Tip().Number)
	_ = j.Close() // its file is closed already
}
