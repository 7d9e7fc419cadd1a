// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Limits} from "../libraries/Limits.sol";

/// @dev One voucher in 256 bits, the same on every ledger. From the most significant bit: owner 160, units 36, expiry 24
/// in quarters of an hour, signedAt 32, state 4. internal/voucher/slot.go writes the same.
///
/// Example: owner 0x00112233445566778899aabbccddeeff00112233, 10 units, expiry 2027-01-01T00:00:00Z (quarter
/// 1,998,624), signedAt 1,790,000,000, claimed:
///
///     0x00112233445566778899aabbccddeeff0011223300000000a1e7f206ab13b801
///
/// In this contract's storage, and nowhere else, the top bit of the state is a mark: the voucher has a record of a hold.
/// Where the mark is missing nobody needs to look for that record. Events and views show the slot without the mark.
type Slot is bytes32;

using SlotLibrary for Slot global;

/// @notice Makes, reads and changes slots. A change returns another slot and writes nothing.
library SlotLibrary {
    /// @notice Held by its owner. A serial that nobody has is no slot: the word is zero.
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
    /// @param holder its owner, not zero
    /// @param count its units, at most Limits.UNITS
    /// @param ends its expiry, Unix seconds, at most Limits.INSTANT; rounded down to a quarter of an hour
    /// @return slot of the voucher
    function fresh(address holder, uint256 count, uint256 ends) internal pure returns (Slot slot) {
        return _pack(
            uint256(uint160(holder)) << OWNER_AT | count << UNITS_AT | ends / Limits.QUARTER << EXPIRY_AT | CLAIMED
        );
    }

    /// @notice The slot with another signedAt: older codes of the voucher are dead.
    /// @param slot of a voucher
    /// @param instant Unix seconds, at most Limits.SIGNED_AT
    /// @return changed slot
    function sign(Slot slot, uint256 instant) internal pure returns (Slot changed) {
        return _pack(_word(slot) & ~(LOW_32 << SIGNED_AT) | instant << SIGNED_AT);
    }

    /// @notice The slot with fewer units; spent where none is left.
    /// @param slot of a claimed voucher
    /// @param count units to take, at most what it holds
    /// @return changed slot
    function spend(Slot slot, uint256 count) internal pure returns (Slot changed) {
        uint256 word = _word(slot) - (count << UNITS_AT);
        return _pack(word & (LOW_36 << UNITS_AT) == 0 ? word & ~LOW_4 | SPENT : word);
    }

    /// @notice The slot with another owner.
    /// @param slot of a voucher
    /// @param to the next owner, not zero
    /// @return changed slot
    function give(Slot slot, address to) internal pure returns (Slot changed) {
        return _pack(_word(slot) << 160 >> 160 | uint256(uint160(to)) << OWNER_AT);
    }

    /// @notice The slot with more units, claimed.
    /// @param slot of a claimed or spent voucher
    /// @param count units to add; the sum is at most Limits.UNITS
    /// @return changed slot
    function refill(Slot slot, uint256 count) internal pure returns (Slot changed) {
        return _pack((_word(slot) & ~LOW_3 | CLAIMED) + (count << UNITS_AT));
    }

    /// @notice The slot with another expiry.
    /// @param slot of a voucher
    /// @param ends Unix seconds, at most Limits.INSTANT, a multiple of a quarter of an hour
    /// @return changed slot
    function extend(Slot slot, uint256 ends) internal pure returns (Slot changed) {
        return _pack(_word(slot) & ~(LOW_24 << EXPIRY_AT) | ends / Limits.QUARTER << EXPIRY_AT);
    }

    /// @notice The slot of a voucher that the merchant ended.
    /// @param slot of a voucher, or zero
    /// @return changed slot, void and without the mark
    function end(Slot slot) internal pure returns (Slot changed) {
        return _pack(_word(slot) & ~LOW_4 | VOID);
    }

    /// @notice The slot as the storage has it while there is a record of a hold.
    /// @param slot of a voucher
    /// @return changed slot, with the mark
    function mark(Slot slot) internal pure returns (Slot changed) {
        return _pack(_word(slot) | HOLD);
    }

    /// @notice The slot as events and views show it.
    /// @param slot as the storage has it
    /// @return changed slot, without the mark
    function bare(Slot slot) internal pure returns (Slot changed) {
        return _pack(_word(slot) & ~HOLD);
    }

    /// @notice Reports whether there is no voucher: nobody has this serial.
    /// @param slot as the storage has it
    /// @return zero true where the word is zero
    function isZero(Slot slot) internal pure returns (bool zero) {
        return _word(slot) == 0;
    }

    /// @notice Reports whether there is a record of a hold, which may have lapsed.
    /// @param slot as the storage has it
    /// @return marked true where it has the mark
    function isMarked(Slot slot) internal pure returns (bool marked) {
        return _word(slot) & HOLD != 0;
    }

    /// @notice The owner of the voucher.
    /// @param slot of a voucher
    /// @return holder zero where nobody claimed it
    function owner(Slot slot) internal pure returns (address holder) {
        return address(uint160(_word(slot) >> OWNER_AT));
    }

    /// @notice The units that the voucher holds.
    /// @param slot of a voucher
    /// @return count 36 bits
    function units(Slot slot) internal pure returns (uint256 count) {
        return _word(slot) >> UNITS_AT & LOW_36;
    }

    /// @notice The first instant too late to spend the voucher.
    /// @param slot of a voucher
    /// @return instant Unix seconds
    function expiry(Slot slot) internal pure returns (uint256 instant) {
        unchecked {
            return (_word(slot) >> EXPIRY_AT & LOW_24) * Limits.QUARTER;
        }
    }

    /// @notice When its owner signed the last intent that was accepted.
    /// @param slot of a voucher
    /// @return instant Unix seconds; 0: never
    function signedAt(Slot slot) internal pure returns (uint256 instant) {
        return _word(slot) >> SIGNED_AT & LOW_32;
    }

    /// @notice The state of the voucher.
    /// @param slot of a voucher
    /// @return code 0, CLAIMED, SPENT or VOID
    function state(Slot slot) internal pure returns (uint256 code) {
        return _word(slot) & LOW_3;
    }

    function _pack(uint256 word) private pure returns (Slot slot) {
        return Slot.wrap(bytes32(word));
    }

    function _word(Slot slot) private pure returns (uint256 word) {
        return uint256(Slot.unwrap(slot));
    }
}
