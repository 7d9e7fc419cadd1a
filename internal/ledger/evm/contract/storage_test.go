package contract_test

import (
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/stretchr/testify/require"

	"tally/internal/ledger/evm/contract"
	"tally/internal/voucher"
)

// TestStorage_VoucherAt is the literal of VoucherAt.
func TestStorage_VoucherAt(t *testing.T) {
	campaign, err := voucher.ParseCampaignID("cmp_00112233445566778899aabbccddeeff")
	require.NoError(t, err)
	require.Equal(t, "0x02fb69ee124a8c848ceaf3c1049446f70d7717263eedaa05f6ffa77ecdb661e2", contract.VoucherAt(voucher.Ref{Campaign: campaign, Serial: 7}).Hex())
}

// TestStorage_StoredVoucher takes the literal of contracts/types/Slot.sol, with the mark
// and without.
func TestStorage_StoredVoucher(t *testing.T) {
	const bare = "0x00112233445566778899aabbccddeeff0011223300000000a1e7f206ab13b801"
	want := voucher.Slot(common.HexToHash(bare))
	got, hasHold := contract.StoredVoucher(common.HexToHash(bare))
	require.Equal(t, want, got)
	require.False(t, hasHold)
	got, hasHold = contract.StoredVoucher(common.HexToHash(bare[:len(bare)-1] + "9"))
	require.Equal(t, want, got)
	require.True(t, hasHold)
}
