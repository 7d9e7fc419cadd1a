// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEvents} from "../interfaces/IEvents.sol";
import {PathPtr, PlacePtr} from "../types/PlacePtr.sol";
import {Slot, SlotLibrary} from "../types/Slot.sol";
import {State, StoredCampaign, StoredIssue} from "../types/State.sol";
import {Kinds} from "./Kinds.sol";
import {Limits} from "./Limits.sol";
import {Merkle} from "./Merkle.sol";

/// @notice An issued voucher appears with the first command that needs it: the command carries its place in the issue's
/// list, and the proof of it. internal/voucher/places.go.
library Places {
    /// @notice Lets a voucher appear that is not there yet, for the owner that its place names. The caller
    /// logs it and writes it.
    /// @param s the state
    /// @param campaign the voucher's campaign, which is known
    /// @param serial the voucher's serial
    /// @param owner whose it should be
    /// @param place where the list names the owner, or 0
    /// @return kind Accepted, UnknownVoucher or BadPlace
    /// @return slot the voucher
    function appear(State storage s, bytes16 campaign, uint256 serial, address owner, PlacePtr place)
        internal
        view
        returns (uint8 kind, Slot slot)
    {
        if (place.isZero() || place.issue() == 0) return (Kinds.UNKNOWN_VOUCHER, slot);
        StoredIssue storage list = s.issues[place.issue()];
        uint256 index = place.index();
        if (index >= list.count || list.campaign != campaign) return (Kinds.BAD_PLACE, slot);
        if (serial != serialOf(s.campaigns[campaign], list, index)) return (Kinds.BAD_PLACE, slot);
        return named(s.campaigns[campaign], list, owner, uint32(index), place.path());
    }

    /// @notice The voucher that a list's entry promises, if it names the owner.
    /// @param campaign the list's
    /// @param list of an issue
    /// @param owner whom it should name
    /// @param index the entry, one of the list
    /// @param path where the first hash of the proof is
    /// @return kind Accepted or BadPlace
    /// @return slot the voucher
    function named(StoredCampaign storage campaign, StoredIssue storage list, address owner, uint32 index, PathPtr path)
        internal
        view
        returns (uint8 kind, Slot slot)
    {
        if (!Merkle.leadsTo(list.root, Merkle.leafOf(index, owner), index, list.count, path)) {
            return (Kinds.BAD_PLACE, slot);
        }
        slot = SlotLibrary.fresh(owner, campaign.times.units(), list.expiry * Limits.QUARTER);
    }

    /// @notice Which voucher an entry owns: issues take serials from the top down.
    /// @param campaign the list's
    /// @param list of an issue
    /// @param index the entry, one of the list
    /// @return serial its serial
    function serialOf(StoredCampaign storage campaign, StoredIssue storage list, uint256 index)
        internal
        view
        returns (uint256 serial)
    {
        // The index is below the list's count, and all issues together are at most the cap.
        unchecked {
            return campaign.supply.cap() - 1 - (list.first + index);
        }
    }

    /// @notice Logs that a voucher appeared.
    /// @param campaign the voucher's campaign
    /// @param serial the voucher's serial
    /// @param slot the voucher
    /// @param place where the list names its owner
    function logDelivery(bytes16 campaign, uint256 serial, Slot slot, PlacePtr place) internal {
        emit IEvents.VoucherDelivered(
            campaign, uint32(serial), Slot.unwrap(slot), place.issue(), uint32(place.index())
        );
    }
}
