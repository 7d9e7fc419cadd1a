package rlplist_test

import (
	"bytes"
	"math"
	"slices"
	"testing"

	"github.com/ethereum/go-ethereum/rlp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tally/internal/rlplist"
)

// members has one of each kind of member.
type members struct {
	Number uint64
	Fixed  [4]byte
	Bytes  []byte
	List   []pair
}

type pair struct {
	Text   string
	Number uint64
}

func read(raw []byte) (m members, err error) {
	l := rlplist.Of(raw)
	m.Number = l.Uint64()
	l.Fixed(m.Fixed[:])
	m.Bytes = l.Bytes()
	list := l.List()
	m.List = make([]pair, list.Len())
	for i := range m.List {
		one := list.List()
		m.List[i] = pair{string(one.Bytes()), one.Uint64()}
		if err := one.End(); err != nil {
			return m, err
		}
	}
	if err := list.End(); err != nil {
		return m, err
	}
	return m, l.End()
}

// TestList_AsReflected: what is read is what go-ethereum reads into a struct and would write
// in these very bytes, and nothing else is.
func TestList_AsReflected(t *testing.T) {
	taken := 0
	rapid.Check(t, func(t *rapid.T) {
		in := members{
			Number: rapid.OneOf(rapid.Uint64(), rapid.SampledFrom([]uint64{0, 1, 127, 128, 255, 256, math.MaxUint64})).Draw(t, "number"),
			Bytes:  rapid.SliceOfN(rapid.Byte(), 0, 70).Draw(t, "bytes"),
		}
		for range rapid.IntRange(0, 3).Draw(t, "pairs") {
			in.List = append(in.List, pair{rapid.StringN(0, 4, 60).Draw(t, "text"), rapid.Uint64().Draw(t, "number")})
		}
		raw, err := rlp.EncodeToBytes(in)
		require.NoError(t, err)
		for range rapid.IntRange(0, 2).Draw(t, "changes") {
			at := rapid.IntRange(0, len(raw)-1).Draw(t, "at")
			switch rapid.IntRange(0, 3).Draw(t, "change") {
			case 0:
				raw[at] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
			case 1:
				raw = slices.Insert(raw, at, rapid.SampledFrom([]byte{0, 1, 0x7f, 0x80, 0x81, 0xb8, 0xc0, 0xc1, 0xf8}).Draw(t, "byte"))
			case 2:
				raw[0]++ // the list is longer by a member
				raw = append(raw, 0x80)
			default:
				raw = append(slices.Delete(raw, at, at+1), 1)
			}
		}
		var want members
		ok := rlp.DecodeBytes(raw, &want) == nil
		if again, err := rlp.EncodeToBytes(want); !ok || err != nil || !bytes.Equal(again, raw) {
			_, err := read(raw)
			require.ErrorIs(t, err, rlplist.ErrForm, "%x", raw)
			return
		}
		got, err := read(raw)
		require.NoError(t, err, "%x", raw)
		require.Equal(t, want, got)
		taken++
	})
	require.Positive(t, taken)
}

// TestList_AfterAFailure: nothing is read after a failure, and the failure is told.
func TestList_AfterAFailure(t *testing.T) {
	for name, raw := range map[string][]byte{
		"nothing": nil, "a string": {0x81, 0x80}, "too short": {0xc2, 0x01}, "something behind it": {0xc1, 0x01, 0x01},
		"a list where a string is": {0xc1, 0xc0},
	} {
		l := rlplist.Of(raw)
		require.Empty(t, l.Bytes(), name)
		require.Zero(t, l.Uint64(), name)
		list := l.List()
		require.Zero(t, list.Len(), name)
		require.ErrorIs(t, list.End(), rlplist.ErrForm, name)
		require.ErrorIs(t, l.End(), rlplist.ErrForm, name)
	}
	whole := rlplist.Of([]byte{0xc2, 0x01, 0x02})
	require.Equal(t, 2, whole.Len())
	require.ErrorIs(t, whole.End(), rlplist.ErrForm, "two members were not read")
}
