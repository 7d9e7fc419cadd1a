// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Administration} from "../Administration.sol";
import {Slot} from "../types/Slot.sol";
import {StoredHold} from "../types/State.sol";
import {VoucherKey, VoucherKeyLibrary} from "../types/VoucherKey.sol";

/// @notice What the storage has of one voucher, its mark and its hold.
struct Stored {
    Slot word;
    bytes32 hold;
    uint256 units;
    uint256 until;
}

/// @notice Administration with one view more, which tells what the others hide. Tally is the real one.
contract Records is Administration {
    /// @notice The storage of all vouchers of a campaign.
    /// @param campaign its id
    /// @param count serials, from 0
    /// @return list of them
    function storedOf(bytes16 campaign, uint32 count) external view returns (Stored[] memory list) {
        list = new Stored[](count);
        for (uint32 i = 0; i < count; ++i) {
            VoucherKey key = VoucherKeyLibrary.pack(campaign, i);
            StoredHold storage hold = _state.holds[key];
            list[i] = Stored(_state.vouchers[key], hold.id, hold.units, hold.until);
        }
    }
}
