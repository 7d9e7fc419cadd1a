package blockfile_test

import (
	"bytes"
	"io"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/audit/blockfile"
)

func two(t testing.TB) []byte {
	t.Helper()
	out := bytes.NewBufferString(blockfile.Format)
	require.NoError(t, blockfile.Append(out, []byte{10, 0}))
	require.NoError(t, blockfile.Append(out, []byte{10, 1, 0}))
	return out.Bytes()
}

func read(raw []byte) (all [][]byte, whole int64, err error) {
	r, err := blockfile.NewReader(bytes.NewReader(raw))
	if err != nil {
		return nil, 0, err
	}
	for {
		block, err := r.Next()
		if err != nil {
			return all, r.Whole(), err
		}
		all = append(all, block)
	}
}

// TestFormat_Frozen: the format is frozen.
func TestFormat_Frozen(t *testing.T) {
	want, err := os.ReadFile("testdata/two.blocks")
	require.NoError(t, err)
	require.Equal(t, want, two(t))
	all, whole, err := read(want)
	require.ErrorIs(t, err, io.EOF)
	require.Equal(t, [][]byte{{10, 0}, {10, 1, 0}}, all)
	require.Len(t, want, int(whole))
}

// TestReader_FileCutOff: a file that was cut off says how much is whole. The test
// cuts it everywhere.
func TestReader_FileCutOff(t *testing.T) {
	raw := two(t)
	first := len(blockfile.Format)
	for length := range raw {
		all, whole, err := read(raw[:length])
		want := blockfile.ErrDamaged
		if length == first || length == first+3 {
			want = io.EOF
		}
		require.ErrorIs(t, err, want, length)
		if length >= first {
			require.Equal(t, first+3*len(all), int(whole))
		}
	}
}

// TestReader_NoFileOfBlocks: what is no file of blocks is refused.
func TestReader_NoFileOfBlocks(t *testing.T) {
	for name, raw := range map[string][]byte{
		"another format": []byte("tally-pack-1\nxxxxxxxxxxxx"),
		"an empty block": append([]byte(blockfile.Format), 0),
		"too long":       append([]byte(blockfile.Format), 0xff, 0xff, 0xff, 0xff, 0x0f),
		"endless length": append([]byte(blockfile.Format), bytes.Repeat([]byte{0xff}, 11)...),
	} {
		_, _, err := read(raw)
		require.ErrorIs(t, err, blockfile.ErrDamaged, name)
	}
	require.ErrorIs(t, blockfile.Append(io.Discard, nil), blockfile.ErrDamaged)
}
