package wire_test

import (
	"encoding/hex"
	"os"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/rlp"
	"github.com/stretchr/testify/require"

	"tally/internal/ledger/fabric/wire"
	"tally/internal/voucher"
)

// example is the record that record.go describes.
func example() wire.Record {
	slot := voucher.Voucher{
		Owner: voucher.Address{19: 1}, Units: 10, Expiry: 1798761600, SignedAt: 1790000000, State: voucher.StateClaimed,
	}.Pack()
	return wire.Record{Time: 1798761600, Outcomes: []wire.Outcome{
		{
			ID: voucher.Hash{7}, CommandHash: voucher.Hash{31: 5},
			Events: voucher.Events{
				voucher.OfferCancelled{Offer: voucher.Hash{9}, Author: voucher.Address{19: 1}},
				voucher.VoucherCancelled{Campaign: voucher.CampaignID{1}, Serial: 42, Voucher: slot},
			},
		},
		{ID: voucher.Hash{8}, Kind: voucher.KindAlreadyUsed},
	}}
}

// TestRecord_Literal: the record is a literal: what is in blocks can be read for
// ever.
func TestRecord_Literal(t *testing.T) {
	text, err := os.ReadFile("testdata/record.hex")
	require.NoError(t, err)
	require.Equal(t, strings.TrimSpace(string(text)), hex.EncodeToString(wire.EncodeRecord(example())))
	raw, err := hex.DecodeString(strings.TrimSpace(string(text)))
	require.NoError(t, err)
	read, err := wire.DecodeRecord(raw)
	require.NoError(t, err)
	require.Equal(t, example(), read)
	require.Equal(t, []int{1}, read.Refused())
	require.Empty(t, wire.Record{Outcomes: read.Outcomes[:1]}.Refused())
}

// TestRecord_Malformed: other records are refused.
func TestRecord_Malformed(t *testing.T) {
	type event struct {
		Signature string
		Data      []byte
	}
	type outcome struct {
		ID     voucher.Hash
		Kind   uint8
		Hash   []byte
		Events []event
	}
	type record struct {
		Time     uint64
		Outcomes []outcome
	}
	hash := make([]byte, 32)
	good := event{
		voucher.EventSignature(voucher.OfferCancelled{}), voucher.EncodeEvent(voucher.OfferCancelled{}),
	}
	for name, bad := range map[string]record{
		"an accepted command without a hash":  {1, []outcome{{Hash: nil}}},
		"a long hash":                         {1, []outcome{{Hash: make([]byte, 33)}}},
		"a refused command with a hash":       {1, []outcome{{Kind: 1, Hash: hash}}},
		"a refused command with events":       {1, []outcome{{Kind: 1, Events: []event{good}}}},
		"a kind that is none":                 {1, []outcome{{Kind: 250}}},
		"an unknown event":                    {1, []outcome{{Hash: hash, Events: []event{{"Boom()", nil}}}}},
		"an event with another one's members": {1, []outcome{{Hash: hash, Events: []event{{"OfferCancelled(bytes32)", good.Data}}}}},
		"an event with too many bytes":        {1, []outcome{{Hash: hash, Events: []event{{good.Signature, append([]byte{0}, good.Data...)}}}}},
	} {
		t.Run(name, func(t *testing.T) {
			raw, err := rlp.EncodeToBytes(bad)
			require.NoError(t, err)
			_, err = wire.DecodeRecord(raw)
			require.ErrorIs(t, err, wire.ErrWire)
		})
	}
	_, err := wire.DecodeRecord(append(wire.EncodeRecord(example()), 0))
	require.ErrorIs(t, err, wire.ErrWire)
	_, err = wire.DecodeRecord(make([]byte, wire.MaxRecord+1))
	require.ErrorIs(t, err, wire.ErrWire)
}

// FuzzRecord: bytes are refused, or are what is written again.
func FuzzRecord(f *testing.F) {
	f.Add(wire.EncodeRecord(example()))
	f.Add([]byte{0xc2, 0x01, 0xc0})
	f.Fuzz(func(t *testing.T, raw []byte) {
		r, err := wire.DecodeRecord(raw)
		if err != nil {
			require.ErrorIs(t, err, wire.ErrWire)
			return
		}
		require.Equal(t, raw, wire.EncodeRecord(r))
	})
}

// TestFounding_ReadsBack: the founding and its answers are read.
func TestFounding_ReadsBack(t *testing.T) {
	founding := wire.Founding{Genesis: voucher.Hash{1}, Operators: []voucher.Address{{2}, {3}}, Threshold: 2}
	read, err := wire.Decode[wire.Founding](wire.Encode(founding))
	require.NoError(t, err)
	require.Equal(t, founding, read)
	ledger := wire.Ledger{ID: voucher.Hash{4}, Genesis: voucher.Hash{1}, Name: "tally", TxID: "ab"}
	again, err := wire.Decode[wire.Ledger](wire.Encode(ledger))
	require.NoError(t, err)
	require.Equal(t, ledger, again)
	_, err = wire.Decode[wire.Ledger](wire.Encode(founding))
	require.ErrorIs(t, err, wire.ErrWire)
	require.Equal(t, "accepted/0x0400000000000000000000000000000000000000000000000000000000000000", wire.AcceptedKey(voucher.Hash{4}))
}
