// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Codec} from "./Codec.sol";

/// @notice Reads the lines of an offer, the parts of an acceptance, the takes of a capture and the vouchers of a release
/// where they are, in the calldata: three words a line (campaign, serial, units), two a part (units, discount), four a
/// take (campaign, serial, units, discount), two a voucher (campaign, serial). Intents has checked them. A place is far
/// below 2^64.
library Lines {
    uint256 private constant LINE = 96; // bytes
    uint256 private constant PART = 64;
    uint256 private constant TAKE = 128;
    uint256 private constant VOUCHER = 64;
    uint256 private constant WORD = 32;

    /// @notice The place of a line.
    /// @param first of the list
    /// @param i its number
    /// @return line its place
    function lineAt(uint256 first, uint256 i) internal pure returns (uint256 line) {
        unchecked {
            return first + i * LINE;
        }
    }

    /// @notice The place of a part.
    /// @param first of the list
    /// @param i its number
    /// @return part its place
    function partAt(uint256 first, uint256 i) internal pure returns (uint256 part) {
        unchecked {
            return first + i * PART;
        }
    }

    /// @notice The place of a take.
    /// @param first of the list
    /// @param i its number
    /// @return take its place
    function takeAt(uint256 first, uint256 i) internal pure returns (uint256 take) {
        unchecked {
            return first + i * TAKE;
        }
    }

    /// @notice The units and discount of a take, where a part's would be.
    /// @param take its place
    /// @return part their place
    function partOf(uint256 take) internal pure returns (uint256 part) {
        unchecked {
            return take + 2 * WORD;
        }
    }

    /// @notice The place of a voucher.
    /// @param first of the list
    /// @param i its number
    /// @return voucher its place
    function voucherAt(uint256 first, uint256 i) internal pure returns (uint256 voucher) {
        unchecked {
            return first + i * VOUCHER;
        }
    }

    /// @notice How many elements a list has: the word before the first.
    /// @param first of the list
    /// @return count their number
    function countOf(uint256 first) internal pure returns (uint256 count) {
        unchecked {
            return Codec.load(first - WORD);
        }
    }

    /// @notice The campaign of a line, take or voucher.
    /// @param line its place
    /// @return campaign its id
    function campaignOf(uint256 line) internal pure returns (bytes16 campaign) {
        return bytes16(bytes32(Codec.load(line)));
    }

    /// @notice The serial of a line, take or voucher.
    /// @param line its place
    /// @return serial 32 bits
    function serialOf(uint256 line) internal pure returns (uint256 serial) {
        unchecked {
            return Codec.load(line + WORD);
        }
    }

    /// @notice Where the slot of a line's voucher is: as Rules.keyOf. So for a take and a voucher.
    /// @param line its place
    /// @return key of State.vouchers
    function keyOf(uint256 line) internal pure returns (uint256 key) {
        unchecked {
            return Codec.load(line) >> 96 | Codec.load(line + WORD);
        }
    }

    /// @notice What a line offers.
    /// @param line its place
    /// @return units at most
    function offeredOf(uint256 line) internal pure returns (uint256 units) {
        unchecked {
            return Codec.load(line + 2 * WORD);
        }
    }

    /// @notice What a part takes.
    /// @param part its place
    /// @return units taken
    /// @return discount in minor units of money
    function takenOf(uint256 part) internal pure returns (uint256 units, uint256 discount) {
        unchecked {
            return (Codec.load(part), Codec.load(part + WORD));
        }
    }

    /// @notice Logs an event of a line: campaign, serial, the voucher's slot, then, where there is a part, units and
    /// discount. Canonical words are what abi.encode would write.
    /// @param topic the event's selector
    /// @param line its place
    /// @param slot after the change
    /// @param part its place
    /// @param words of the part that the event has: 2 or 0
    function log(bytes32 topic, uint256 line, bytes32 slot, uint256 part, uint256 words) internal {
        assembly ("memory-safe") {
            let p := mload(0x40)
            calldatacopy(p, line, 64)
            mstore(add(p, 64), slot)
            calldatacopy(add(p, 96), part, mul(words, 32))
            log1(p, add(96, mul(words, 32)), topic)
        }
    }
}
