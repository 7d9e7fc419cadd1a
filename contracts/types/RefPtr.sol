// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Codec} from "../libraries/Codec.sol";
import {VoucherKey} from "./VoucherKey.sol";

/// @dev A Ref in the calldata, two words: campaign, serial. A Line and a Take begin with one. See LinePtr for what a
/// pointer is.
type RefPtr is uint256;

/// @dev The list of Ref of a Release, in the calldata.
type RefList is uint256;

using RefPtrLibrary for RefPtr global;
using RefPtrLibrary for RefList global;

/// @notice Reads the names of vouchers.
library RefPtrLibrary {
    uint256 private constant SIZE = 64; // bytes of a voucher's name
    uint256 private constant SERIAL_AT = 32; // bytes from the name

    /// @notice How many vouchers there are.
    /// @param list of a Release
    /// @return number of vouchers
    function count(RefList list) internal pure returns (uint256 number) {
        return Codec.lengthOf(RefList.unwrap(list));
    }

    /// @notice A voucher of the list.
    /// @param list of a Release
    /// @param i its number, below count
    /// @return voucher the i-th
    function get(RefList list, uint256 i) internal pure returns (RefPtr voucher) {
        unchecked {
            return RefPtr.wrap(RefList.unwrap(list) + i * SIZE);
        }
    }

    /// @notice The voucher's campaign.
    /// @param voucher its name
    /// @return id of the campaign
    function campaign(RefPtr voucher) internal pure returns (bytes16 id) {
        return bytes16(bytes32(Codec.load(RefPtr.unwrap(voucher))));
    }

    /// @notice The voucher's serial.
    /// @param voucher its name
    /// @return number 32 bits
    function serial(RefPtr voucher) internal pure returns (uint256 number) {
        unchecked {
            return Codec.load(RefPtr.unwrap(voucher) + SERIAL_AT);
        }
    }

    /// @notice Where the voucher is in the state.
    /// @param voucher its name
    /// @return id as VoucherKeyLibrary.of makes it
    function key(RefPtr voucher) internal pure returns (VoucherKey id) {
        unchecked {
            // The campaign is the highest 128 bits of its word, the serial the lowest 32 of the next.
            uint256 word = Codec.load(RefPtr.unwrap(voucher));
            return VoucherKey.wrap(word >> 96 | Codec.load(RefPtr.unwrap(voucher) + SERIAL_AT));
        }
    }
}
