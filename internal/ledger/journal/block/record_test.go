package block_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/ethereum/go-ethereum/rlp"
	"github.com/stretchr/testify/require"

	"tally/internal/ledger/journal/block"
	"tally/internal/voucher"
)

// asReflected reports whether bytes are a record where go-ethereum reads them into a struct,
// and writes what it read again to compare.
func asReflected(raw []byte) bool {
	var list struct {
		ID      voucher.Hash
		Command []byte
		Events  []struct {
			Signature string
			Data      []byte
		}
	}
	if rlp.DecodeBytes(raw, &list) != nil {
		return false
	}
	for _, e := range list.Events {
		if _, err := voucher.ParseEvent(e.Signature, e.Data); err != nil {
			return false
		}
	}
	again, err := rlp.EncodeToBytes(list)
	return err == nil && bytes.Equal(again, raw)
}

// TestDecodeRecord_OneForm: a record that is changed in any bit, or by a byte more or less, is
// refused, or is another record's one form, as reflection reads it.
func TestDecodeRecord_OneForm(t *testing.T) {
	raw := block.Record{
		ID: voucher.Hash{0: 0xdd}, Command: []byte("left to others"),
		Events: voucher.Events{voucher.VoucherDelivered{Serial: 42}, voucher.StorePut{Name: "Yongkang"}, voucher.OfferCancelled{}},
	}.Encode()
	require.True(t, asReflected(raw))
	read := 0
	judge := func(changed []byte) {
		r, err := block.DecodeRecord(changed)
		if !asReflected(changed) {
			require.ErrorIs(t, err, block.ErrRecord, "%x", changed)
			return
		}
		require.NoError(t, err, "%x", changed)
		require.Equal(t, changed, r.Encode())
		read++
	}
	for bit := range 8 * len(raw) {
		changed := bytes.Clone(raw)
		changed[bit/8] ^= 1 << (bit % 8)
		judge(changed)
	}
	for at := range raw {
		judge(raw[:at])
		judge(slices.Delete(bytes.Clone(raw), at, at+1))
		for _, more := range []byte{0, 0x80, 0xc0} {
			judge(slices.Insert(bytes.Clone(raw), at, more))
		}
	}
	judge(append(bytes.Clone(raw), 0))
	require.Positive(t, read, "of other ids and other values")
}
