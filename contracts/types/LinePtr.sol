// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Codec} from "../libraries/Codec.sol";
import {RefPtr} from "./RefPtr.sol";

/// @dev A Line in the calldata, three words: campaign, serial, units.
///
/// A pointer is the number of a byte of the calldata, far below 2^64. Decoder has checked what it points to. Lists stay in
/// the calldata, because reading them there costs less than copying them. The pointer of a list is where its first
/// element is; the word before has how many there are.
type LinePtr is uint256;

/// @dev The list of Line of a Redeem, in the calldata.
type LineList is uint256;

using LinePtrLibrary for LinePtr global;
using LinePtrLibrary for LineList global;

/// @notice Reads the lines of an offer.
library LinePtrLibrary {
    uint256 private constant SIZE = 96; // bytes of a line
    uint256 private constant UNITS_AT = 64; // bytes from the line

    /// @notice How many lines there are.
    /// @param list of a Redeem
    /// @return number of lines
    function count(LineList list) internal pure returns (uint256 number) {
        return Codec.lengthOf(LineList.unwrap(list));
    }

    /// @notice A line of the list.
    /// @param list of a Redeem
    /// @param i its number, below count
    /// @return line the i-th
    function get(LineList list, uint256 i) internal pure returns (LinePtr line) {
        unchecked {
            return LinePtr.wrap(LineList.unwrap(list) + i * SIZE);
        }
    }

    /// @notice The voucher that the line names.
    /// @param line of an offer
    /// @return voucher its campaign and serial
    function ref(LinePtr line) internal pure returns (RefPtr voucher) {
        return RefPtr.wrap(LinePtr.unwrap(line));
    }

    /// @notice The most units that the store may take.
    /// @param line of an offer
    /// @return units offered
    function offered(LinePtr line) internal pure returns (uint256 units) {
        unchecked {
            return Codec.load(LinePtr.unwrap(line) + UNITS_AT);
        }
    }
}
