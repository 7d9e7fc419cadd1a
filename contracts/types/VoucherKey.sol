// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev A voucher's key in the state: its campaign 128 bits, its serial 32. Keys ascend by campaign, then serial.
type VoucherKey is uint256;

using VoucherKeyLibrary for VoucherKey global;
using {isLess as <} for VoucherKey global;

/// @dev Reports whether one key comes before another.
function isLess(VoucherKey a, VoucherKey b) pure returns (bool less) {
    return VoucherKey.unwrap(a) < VoucherKey.unwrap(b);
}

/// @notice Makes keys, and steps through them.
library VoucherKeyLibrary {
    /// @notice The key of a voucher.
    /// @param campaign the voucher's campaign
    /// @param serial the voucher's serial
    /// @return key of the voucher
    function pack(bytes16 campaign, uint32 serial) internal pure returns (VoucherKey key) {
        return VoucherKey.wrap(uint256(uint128(campaign)) << 32 | serial);
    }

    /// @notice The least key that comes after another.
    /// @param key of a voucher: 160 bits, so the sum is no problem
    /// @return following key
    function next(VoucherKey key) internal pure returns (VoucherKey following) {
        unchecked {
            return VoucherKey.wrap(VoucherKey.unwrap(key) + 1);
        }
    }
}
