package seal_test

import (
	"math/big"
	"reflect"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/stretchr/testify/require"

	"tally/internal/ledger/evm/seal"
)

// filled is a header whose every field is set, so that one that the hash
// leaves out would be found.
func filled(t *testing.T) *types.Header {
	t.Helper()
	number, hash := uint64(7), common.Hash{1}
	h := &types.Header{
		ParentHash: common.Hash{2}, UncleHash: common.Hash{3}, Coinbase: common.Address{4}, Root: common.Hash{5},
		TxHash: common.Hash{6}, ReceiptHash: common.Hash{7}, Bloom: types.Bloom{8}, Difficulty: big.NewInt(9),
		Number: big.NewInt(10), GasLimit: 11, GasUsed: 12, Time: 13, Extra: make([]byte, seal.Vanity),
		MixDigest: common.Hash{14}, Nonce: types.BlockNonce{15}, BaseFee: big.NewInt(16), WithdrawalsHash: &hash,
		BlobGasUsed: &number, ExcessBlobGas: &number, ParentBeaconRoot: &hash, RequestsHash: &hash,
		BlockAccessListHash: &hash, SlotNumber: &number,
	}
	for i, v := 0, reflect.ValueOf(*h); i < v.NumField(); i++ {
		require.False(t, v.Field(i).IsZero(), "%s is not set", v.Type().Field(i).Name)
	}
	return h
}

// TestSeal_SignatureCoversEveryField changes one field after the other, each to
// a value of the same form.
func TestSeal_SignatureCoversEveryField(t *testing.T) {
	key, err := crypto.GenerateKey()
	require.NoError(t, err)
	sealer := crypto.PubkeyToAddress(key.PublicKey)
	h := filled(t)
	require.NoError(t, seal.Sign(h, key))
	require.NoError(t, seal.Verify(h, sealer))
	for i := range reflect.TypeFor[types.Header]().NumField() {
		name := reflect.TypeFor[types.Header]().Field(i).Name
		t.Run(name, func(t *testing.T) {
			changed := types.CopyHeader(h)
			change(t, reflect.ValueOf(changed).Elem().Field(i))
			require.NotEqual(t, h.Hash(), changed.Hash())
			require.NotEqual(t, seal.Hash(h), seal.Hash(changed))
			require.ErrorIs(t, seal.Verify(changed, sealer), seal.ErrBad)
		})
	}
}

func change(t *testing.T, v reflect.Value) {
	t.Helper()
	switch v.Kind() {
	case reflect.Array, reflect.Slice:
		v.Index(0).SetUint(v.Index(0).Uint() ^ 1) // of the extra data, the part before the signature
	case reflect.Uint64:
		v.SetUint(v.Uint() ^ 1)
	case reflect.Pointer:
		if n, ok := v.Interface().(*big.Int); ok {
			v.Set(reflect.ValueOf(new(big.Int).Add(n, common.Big1)))
			return
		}
		fresh := reflect.New(v.Type().Elem())
		fresh.Elem().Set(v.Elem())
		change(t, fresh.Elem())
		v.Set(fresh)
	default:
		require.Fail(t, "no change for a "+v.Kind().String())
	}
}

// TestSeal_OneSignedForm changes the part of the extra data that the
// signature does not cover.
func TestSeal_OneSignedForm(t *testing.T) {
	key, err := crypto.GenerateKey()
	require.NoError(t, err)
	sealer := crypto.PubkeyToAddress(key.PublicKey)
	h := filled(t)
	require.NoError(t, seal.Sign(h, key))
	for bit := range 8 * crypto.SignatureLength {
		forged := types.CopyHeader(h)
		forged.Extra[seal.Vanity+bit/8] ^= 1 << (bit % 8)
		require.ErrorIs(t, seal.Verify(forged, sealer), seal.ErrBad, "bit %d", bit)
	}
	for name, extra := range map[string][]byte{
		"cut":      h.Extra[:len(h.Extra)-1],
		"longer":   append(append([]byte{}, h.Extra...), 0),
		"mirrored": mirrored(h.Extra),
		"empty":    nil,
	} {
		forged := types.CopyHeader(h)
		forged.Extra = extra
		require.ErrorIs(t, seal.Verify(forged, sealer), seal.ErrBad, name)
	}
	require.NoError(t, seal.Sign(h, key), "signing again replaces the signature")
	require.NoError(t, seal.Verify(h, sealer))
	require.ErrorIs(t, seal.Verify(h, common.Address{1}), seal.ErrBad)
}

// mirrored has the other s and v of the same signature.
func mirrored(extra []byte) []byte {
	extra = append([]byte{}, extra...)
	s := new(big.Int).SetBytes(extra[64:96])
	s.Sub(crypto.S256().Params().N, s).FillBytes(extra[64:96])
	extra[96] ^= 1
	return extra
}
