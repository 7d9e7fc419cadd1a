// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Limits} from "./Limits.sol";

/// @notice One voucher in 256 bits, the same on every ledger. From the most significant bit: owner 160, units 36,
/// expiry 24 in quarters of an hour, signedAt 32, state 4. internal/voucher/slot.go writes the same.
///
/// Example: owner 0x00112233445566778899aabbccddeeff00112233, 10 units, expiry 2027-01-01T00:00:00Z (quarter
/// 1,998,624), signedAt 1,790,000,000, claimed:
///
///     0x00112233445566778899aabbccddeeff0011223300000000a1e7f206ab13b801
///
/// In this contract's storage, and nowhere else, the top bit of the state says that there is a record of a hold, so that
/// who uses a voucher without one need not look for it. Events and views show the slot without this mark.
library Slots {
    /// @notice Held by its owner. A free serial has no slot: it is zero.
    uint256 internal constant CLAIMED = 1;
    /// @notice No units are left.
    uint256 internal constant SPENT = 2;
    /// @notice Ended by the merchant.
    uint256 internal constant VOID = 3;

    uint256 private constant HOLD = 8; // the mark
    uint256 private constant OWNER_AT = 96;
    uint256 private constant UNITS_AT = 60;
    uint256 private constant EXPIRY_AT = 36;
    uint256 private constant SIGNED_AT = 4;
    uint256 private constant LOW_24 = 0xffffff;
    uint256 private constant LOW_32 = 0xffffffff;
    uint256 private constant LOW_36 = 0xfffffffff;
    uint256 private constant LOW_4 = 0xf;
    uint256 private constant LOW_3 = 0x7;

    /// @notice The slot of a voucher that appears now: claimed, and never used.
    /// @param owner its owner, not zero
    /// @param units at most Limits.UNITS
    /// @param expiry Unix seconds, at most Limits.INSTANT; rounded down to a quarter of an hour
    /// @return slot the word
    function fresh(address owner, uint256 units, uint256 expiry) internal pure returns (bytes32 slot) {
        return bytes32(
            uint256(uint160(owner)) << OWNER_AT | units << UNITS_AT | expiry / Limits.QUARTER << EXPIRY_AT | CLAIMED
        );
    }

    /// @notice The slot with another signedAt.
    /// @param slot a voucher
    /// @param signedAt at most Limits.SIGNED_AT
    /// @return signed the voucher, its older codes dead
    function sign(bytes32 slot, uint256 signedAt) internal pure returns (bytes32 signed) {
        return bytes32(uint256(slot) & ~(LOW_32 << SIGNED_AT) | signedAt << SIGNED_AT);
    }

    /// @notice The slot with fewer units, spent where none is left.
    /// @param slot a claimed voucher
    /// @param units at most what it holds
    /// @return less the voucher without them
    function spend(bytes32 slot, uint256 units) internal pure returns (bytes32 less) {
        uint256 word = uint256(slot) - (units << UNITS_AT);
        return bytes32(word & (LOW_36 << UNITS_AT) == 0 ? word & ~LOW_4 | SPENT : word);
    }

    /// @notice The slot with another owner.
    /// @param slot a voucher
    /// @param to the owner, not zero
    /// @return given the voucher
    function give(bytes32 slot, address to) internal pure returns (bytes32 given) {
        return bytes32(uint256(slot) << 160 >> 160 | uint256(uint160(to)) << OWNER_AT);
    }

    /// @notice The slot with more units.
    /// @param slot a claimed or spent voucher
    /// @param units so many more, in all at most Limits.UNITS
    /// @return more the voucher with them, claimed
    function refill(bytes32 slot, uint256 units) internal pure returns (bytes32 more) {
        return bytes32((uint256(slot) & ~LOW_3 | CLAIMED) + (units << UNITS_AT));
    }

    /// @notice The slot with another expiry.
    /// @param slot a voucher
    /// @param expiry Unix seconds, at most Limits.INSTANT, a multiple of a quarter of an hour
    /// @return later the voucher
    function extend(bytes32 slot, uint256 expiry) internal pure returns (bytes32 later) {
        return bytes32(uint256(slot) & ~(LOW_24 << EXPIRY_AT) | expiry / Limits.QUARTER << EXPIRY_AT);
    }

    /// @notice The slot of an ended voucher.
    /// @param slot a voucher, or zero
    /// @return ended it, void
    function end(bytes32 slot) internal pure returns (bytes32 ended) {
        return bytes32(uint256(slot) & ~LOW_4 | VOID);
    }

    /// @notice The slot as the storage has it while there is a record of a hold.
    /// @param slot a voucher
    /// @return marked it, with the mark
    function mark(bytes32 slot) internal pure returns (bytes32 marked) {
        return bytes32(uint256(slot) | HOLD);
    }

    /// @notice Whether there is a record of a hold, which may have lapsed.
    /// @param stored a word of the storage
    /// @return marked whether it has the mark
    function isMarked(bytes32 stored) internal pure returns (bool marked) {
        return uint256(stored) & HOLD != 0;
    }

    /// @notice The slot as the world sees it.
    /// @param stored a word of the storage
    /// @return slot it, without the mark
    function bare(bytes32 stored) internal pure returns (bytes32 slot) {
        return bytes32(uint256(stored) & ~HOLD);
    }

    /// @notice Who owns the voucher.
    /// @param slot a voucher
    /// @return owner zero where nobody claimed it
    function ownerOf(bytes32 slot) internal pure returns (address owner) {
        return address(uint160(uint256(slot) >> OWNER_AT));
    }

    /// @notice What the voucher holds.
    /// @param slot a voucher
    /// @return units 36 bits
    function unitsOf(bytes32 slot) internal pure returns (uint256 units) {
        return uint256(slot) >> UNITS_AT & LOW_36;
    }

    /// @notice The first instant too late to spend it.
    /// @param slot a voucher
    /// @return expiry Unix seconds
    function expiryOf(bytes32 slot) internal pure returns (uint256 expiry) {
        return (uint256(slot) >> EXPIRY_AT & LOW_24) * Limits.QUARTER;
    }

    /// @notice When its owner signed what was accepted last.
    /// @param slot a voucher
    /// @return signedAt Unix seconds, 0: never
    function signedAtOf(bytes32 slot) internal pure returns (uint256 signedAt) {
        return uint256(slot) >> SIGNED_AT & LOW_32;
    }

    /// @notice The state of the voucher.
    /// @param slot a voucher
    /// @return state 0, CLAIMED, SPENT or VOID
    function stateOf(bytes32 slot) internal pure returns (uint256 state) {
        return uint256(slot) & LOW_3;
    }
}
