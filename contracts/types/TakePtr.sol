// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Codec} from "../libraries/Codec.sol";
import {PartPtr} from "./PartPtr.sol";
import {RefPtr} from "./RefPtr.sol";

/// @dev A Take in the calldata, four words: campaign, serial, units, discount. See LinePtr for what a pointer is.
type TakePtr is uint256;

/// @dev The list of Take of a Capture, in the calldata.
type TakeList is uint256;

using TakePtrLibrary for TakePtr global;
using TakePtrLibrary for TakeList global;

/// @notice Reads the takes of a capture.
library TakePtrLibrary {
    uint256 private constant SIZE = 128; // bytes of a take
    uint256 private constant PART_AT = 64; // bytes from the take

    /// @notice How many takes there are.
    /// @param list of a Capture
    /// @return number of takes
    function count(TakeList list) internal pure returns (uint256 number) {
        return Codec.lengthOf(TakeList.unwrap(list));
    }

    /// @notice A take of the list.
    /// @param list of a Capture
    /// @param i its number, below count
    /// @return take the i-th
    function get(TakeList list, uint256 i) internal pure returns (TakePtr take) {
        unchecked {
            return TakePtr.wrap(TakeList.unwrap(list) + i * SIZE);
        }
    }

    /// @notice The voucher that the take names.
    /// @param take of a capture
    /// @return voucher its campaign and serial
    function ref(TakePtr take) internal pure returns (RefPtr voucher) {
        return RefPtr.wrap(TakePtr.unwrap(take));
    }

    /// @notice The units and the discount of the take.
    /// @param take of a capture
    /// @return taken_ both, as an acceptance has them
    function part(TakePtr take) internal pure returns (PartPtr taken_) {
        unchecked {
            return PartPtr.wrap(TakePtr.unwrap(take) + PART_AT);
        }
    }
}
