package index_test

import (
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/index"
	"tally/internal/voucher"
)

// The parts of the vectors.
var (
	vectorCampaign = voucher.CampaignID{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}
	vectorAddress  = voucher.Address{0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff, 0x00, 0x11, 0x22, 0x33}
	vectorHash     = voucher.Hash{0: 0xab, 31: 0xcd}
	vectorAt       = voucher.Position{Block: 7, Tx: 1, Item: 2}
	vectorRef      = voucher.Ref{Campaign: vectorCampaign, Serial: 42}
	vectorSlot     = voucher.Voucher{Owner: vectorAddress, Units: 10, Expiry: 1_798_761_600, SignedAt: 1_790_000_000, State: voucher.StateClaimed}.Pack()
	vectorPlace    = index.Place{Position: vectorAt, Verb: voucher.VerbRedeem}
)

const (
	campaignHex = "000102030405060708090a0b0c0d0e0f"
	addressHex  = "00112233445566778899aabbccddeeff00112233"
	hashHex     = "ab000000000000000000000000000000000000000000000000000000000000cd"
	atHex       = "00000000000000070000000100000002"
	slotHex     = "00112233445566778899aabbccddeeff0011223300000000a1e7f206ab13b801"
)

func TestRecord_OfEveryKind(t *testing.T) {
	create := voucher.CreateCampaign{Terms: "{}", Units: 1}
	for name, vector := range map[string]struct {
		record     index.Record
		key, value string
	}{
		"o": {index.OutcomeRecord(index.IDTag(vectorHash), vectorAt), hashHex[:32] + atHex, ""},
		"v": {
			index.VoucherRecord(vectorRef, index.VoucherValue{Slot: vectorSlot, As: vectorAt, Acquirer: vectorAddress, Acquired: vectorAt}),
			campaignHex + "0000002a", slotHex + atHex + addressHex + atHex,
		},
		"w":   {index.WalletRecord(vectorAddress, vectorAt, vectorRef), addressHex + atHex + campaignHex + "0000002a", ""},
		"c c": {index.CreatedRecord(voucher.CampaignCreated{Campaign: vectorCampaign, Create: create}, vectorAt), campaignHex + "63", atHex + hex.EncodeToString(voucher.EncodeABI(create))},
		"c s": {
			index.StateRecord(index.CampaignState{Campaign: vectorCampaign, Version: 3, Status: 2, Supply: 9, Open: 8}, vectorAt),
			campaignHex + "73", atHex + "00000003" + "02" + "00000009" + "00000008",
		},
		"c 0": {index.FigureRecord(vectorCampaign, index.FigureClaimed, 5), campaignHex + "30", hex.EncodeToString([]byte("5"))},
		"c 3": {index.FigureRecord(vectorCampaign, index.FigureDiscount, -3200), campaignHex + "33", hex.EncodeToString([]byte("-3200"))},
		"n":   {index.NewestRecord(vectorCampaign, vectorAt), atHex + campaignHex, ""},
		"b":   {index.OwnRecord(vectorAddress, vectorCampaign, vectorAt), addressHex + atHex + campaignHex, ""},
		"p":   {index.OrderRecord(index.MerchantOrder{Merchant: vectorAddress, Store: 2}, vectorAt), addressHex + "00000002" + atHex, ""},
		"h":   {index.HistoryRecord(vectorRef, vectorPlace), campaignHex + "0000002a" + atHex + "0f", ""},
		"m n": {index.NameRecord(index.MerchantName{Merchant: vectorAddress, Name: "Jasmine & Co"}, vectorAt), addressHex + "6e", atHex + hex.EncodeToString([]byte("Jasmine & Co"))},
		"m s": {
			index.StoreRecord(index.MerchantStore{Merchant: vectorAddress, Store: index.Store{Store: 2, Name: "Central"}}, vectorAt),
			addressHex + "73" + "00000002", atHex + hex.EncodeToString([]byte("Central")),
		},
		"m k": {
			index.KeyRecord(index.MerchantKey{Merchant: vectorAddress, Key: index.Key{Key: vectorAddress, Scopes: 1, Store: 2}, Time: 1_790_000_000}, vectorAt),
			addressHex + "6b" + addressHex, atHex + "000000006ab13b80" + "00000001" + "00000002",
		},
		"r": {
			index.ReferenceRecord(index.MerchantReference{Merchant: vectorAddress, Reference: vectorHash}.Tag(), vectorAt),
			"93311dbd85befcf43d4f428617c29902", atHex,
		},
		"y": {
			index.BuyerRecord(index.MerchantBuyer{Merchant: vectorAddress, Wallet: vectorAddress}.Tag(), vectorAt),
			"b04489e5c0ebaeee6a459e529ca8b010", atHex,
		},
		"t": {
			index.Record{Kind: index.KindTaken, Key: index.TakenKey(vectorCampaign, 2048+9), Value: index.Taken(nil).With(2048 + 9)},
			campaignHex + "00000001", "0002" + hex.EncodeToString(make([]byte, 254)),
		},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, index.Kind(name[0]), vector.record.Kind)
			require.Equal(t, vector.key, hex.EncodeToString(vector.record.Key))
			require.Equal(t, vector.value, hex.EncodeToString(vector.record.Value))
		})
	}
}

// TestRecord_KeysReadBack: keys of lists are read back.
func TestRecord_KeysReadBack(t *testing.T) {
	id, err := index.DecodeOwn(index.OwnRecord(vectorAddress, vectorCampaign, vectorAt).Key)
	require.NoError(t, err)
	require.Equal(t, vectorCampaign, id)
	order, err := index.DecodeOrder(index.OrderRecord(index.MerchantOrder{Merchant: vectorAddress, Store: 2}, vectorAt).Key)
	require.NoError(t, err)
	require.Equal(t, vectorAt, order)
	touch, err := index.DecodeHistory(index.HistoryRecord(vectorRef, vectorPlace).Key)
	require.NoError(t, err)
	require.Equal(t, vectorPlace, touch)
	at, err := index.DecodeKeyPut(index.KeyRecord(index.MerchantKey{Merchant: vectorAddress, Time: 1_790_000_000}, vectorAt).Value)
	require.NoError(t, err)
	require.Equal(t, uint64(1_790_000_000), at)
}

// TestRecord_Malformed: what is no record is refused.
func TestRecord_Malformed(t *testing.T) {
	for n := range 200 {
		b := make([]byte, n)
		_, err1 := index.DecodeVoucher(vectorRef, b)
		_, err2 := index.DecodeWallet(b)
		_, err3 := index.DecodeNewest(b)
		_, err4 := index.DecodePosition(b)
		_, err5 := index.DecodeCampaign(vectorCampaign, b, b, [index.FigureCount]string{})
		var m index.Merchant
		err6 := m.AddPart(b, b)
		_, err7 := index.DecodeOwn(b)
		_, err8 := index.DecodeOrder(b)
		_, err9 := index.DecodeKeyPut(b)
		_, err10 := index.DecodeHistory(b)
		for i, err := range []error{err1, err2, err3, err4, err5, err6, err7, err8, err9, err10} {
			if sizes := []int{84, 56, 32, 16, -1, -1, 52, 40, 32, 37}; n != sizes[i] {
				require.ErrorIs(t, err, index.ErrRecord, "%d bytes, decoder %d", n, i)
			}
		}
	}
}
