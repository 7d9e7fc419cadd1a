package voucher

import (
	"encoding/binary"
)

// Slot is one voucher in 256 bits, the same on every ledger. From the most
// significant bit:
//
//	owner     160   its address; zero: nobody claimed this serial yet
//	units      36   what it holds
//	expiry     24   the first instant too late to spend, in quarters of an hour since 1970
//	signedAt   32   of the last accepted intent of its owner, in Unix seconds
//	state       4   0 free, 1 claimed, 2 spent, 3 void
//
// Example: owner 0x00112233445566778899aabbccddeeff00112233, 10 units, expiry
// 2027-01-01T00:00:00Z (1,798,761,600 = quarter 1,998,624), signedAt
// 1,790,000,000, claimed:
//
//	0x00112233445566778899aabbccddeeff0011223300000000a1e7f206ab13b801
type Slot [32]byte

// The states of a voucher. Held and expired follow from time and are no state.
const (
	StateFree uint8 = iota
	StateClaimed
	StateSpent
	StateVoid
)

// Voucher is a slot taken apart.
type Voucher struct {
	Owner    Address `json:"owner"`
	Units    uint64  `json:"units"`
	Expiry   uint64  `json:"expiry"` // Unix seconds, a multiple of 900
	SignedAt uint64  `json:"signedAt"`
	State    uint8   `json:"state"`
}

// Pack is the slot of a voucher whose members are within their limits.
func (v Voucher) Pack() (s Slot) {
	copy(s[:20], v.Owner[:])
	// The lower 96 bits: 36 + 24 + 32 + 4.
	high := v.Units<<28 | v.Expiry/Quarter<<4 | v.SignedAt>>28&0xf
	low := uint32(v.SignedAt<<4) | uint32(v.State) //nolint:gosec // the upper bits are in high
	binary.BigEndian.PutUint64(s[20:], high)
	binary.BigEndian.PutUint32(s[28:], low)
	return s
}

// Unpack takes a slot apart.
func (s Slot) Unpack() Voucher {
	high, low := binary.BigEndian.Uint64(s[20:]), binary.BigEndian.Uint32(s[28:])
	return Voucher{
		Owner:    Address(s[:20]),
		Units:    high >> 28,
		Expiry:   high >> 4 & (1<<24 - 1) * Quarter,
		SignedAt: high&0xf<<28 | uint64(low>>4),
		State:    uint8(low & 0xf),
	}
}
