// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Codec} from "../libraries/Codec.sol";

/// @dev A Part in the calldata, two words: units, discount. See LinePtr for what a pointer is.
type PartPtr is uint256;

/// @dev The list of Part of an Accept, in the calldata.
type PartList is uint256;

using PartPtrLibrary for PartPtr global;
using PartPtrLibrary for PartList global;

/// @notice Reads the parts of an acceptance.
library PartPtrLibrary {
    uint256 private constant SIZE = 64; // bytes of a part
    uint256 private constant DISCOUNT_AT = 32; // bytes from the part

    /// @notice How many parts there are.
    /// @param list of an Accept
    /// @return number of parts
    function count(PartList list) internal pure returns (uint256 number) {
        return Codec.lengthOf(PartList.unwrap(list));
    }

    /// @notice A part of the list.
    /// @param list of an Accept
    /// @param i its number, below count
    /// @return part the i-th
    function get(PartList list, uint256 i) internal pure returns (PartPtr part) {
        unchecked {
            return PartPtr.wrap(PartList.unwrap(list) + i * SIZE);
        }
    }

    /// @notice What is taken, and what that is worth.
    /// @param part of an acceptance, or of a take
    /// @return units taken
    /// @return discount minor units of money
    function taken(PartPtr part) internal pure returns (uint256 units, uint256 discount) {
        unchecked {
            return (Codec.load(PartPtr.unwrap(part)), Codec.load(PartPtr.unwrap(part) + DISCOUNT_AT));
        }
    }
}
