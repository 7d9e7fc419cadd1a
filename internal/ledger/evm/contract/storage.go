package contract

import (
	"encoding/binary"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"

	"tally/internal/voucher"
)

// vouchersAt is the storage slot of the mapping State.vouchers, which contracts/types/State.sol
// declares. Stateful.sol puts the state at slot 0.
const vouchersAt = 10

// holdMark is the top bit of a stored voucher's state: contracts/types/Slot.sol.
const holdMark = 8

// VoucherAt is the storage slot in which the contract keeps a voucher: keccak of its key,
// campaign (16 bytes) and serial (4), and of the mapping's own slot, 32 bytes each.
//
//	campaign 0x00112233445566778899aabbccddeeff, serial 7:
//	0x02fb69ee124a8c848ceaf3c1049446f70d7717263eedaa05f6ffa77ecdb661e2
func VoucherAt(ref voucher.Ref) common.Hash {
	var b [64]byte
	copy(b[12:], ref.Campaign[:])
	binary.BigEndian.PutUint32(b[28:], ref.Serial)
	b[63] = vouchersAt
	return crypto.Keccak256Hash(b[:])
}

// StoredVoucher is a voucher's slot as views show it, of the word that the contract keeps,
// and whether the contract has a record of a hold of the voucher.
func StoredVoucher(word common.Hash) (slot voucher.Slot, hasHold bool) {
	slot = voucher.Slot(word)
	hasHold = slot[31]&holdMark != 0
	slot[31] &^= holdMark
	return slot, hasHold
}
