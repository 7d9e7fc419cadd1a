// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Limits} from "../libraries/Limits.sol";
import {Offset} from "./Intents.sol";

/// @dev An offset in the lowest 32 bits: its instant 24, in quarters of an hour, and its minutes 8, in quarters of an
/// hour, signed. What lies above belongs to other offsets.
type PackedOffset is uint256;

using PackedOffsetLibrary for PackedOffset global;

/// @notice Packs and unpacks offsets.
library PackedOffsetLibrary {
    /// @notice An offset in 32 bits.
    /// @param offset a valid one
    /// @return packed its instant and its minutes
    function pack(Offset memory offset) internal pure returns (PackedOffset packed) {
        return PackedOffset.wrap(
            offset.from / Limits.QUARTER << 8 | uint8(int8(offset.minutes_ / Limits.MINUTES_STEP))
        );
    }

    /// @notice The offset that pack packed.
    /// @param packed an offset in its lowest 32 bits
    /// @return offset its instant and its minutes
    function unpack(PackedOffset packed) internal pure returns (Offset memory offset) {
        uint256 word = PackedOffset.unwrap(packed);
        uint256 from = uint24(word >> 8) * Limits.QUARTER;
        return Offset(uint64(from), int16(int8(uint8(word))) * Limits.MINUTES_STEP);
    }
}
