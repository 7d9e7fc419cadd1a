// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEvents} from "../interfaces/IEvents.sol";
import {State, StoredCampaign, StoredIssue} from "../types/State.sol";
import {Codec} from "./Codec.sol";
import {Kinds} from "./Kinds.sol";
import {Limits} from "./Limits.sol";
import {Merkle} from "./Merkle.sol";
import {Slots} from "./Slots.sol";
import {Terms} from "./Terms.sol";

/// @notice An issued voucher appears with the first command that needs it: the command carries its place in the issue's
/// list, and the proof of it. internal/voucher/places.go.
///
/// @dev A place is read where it is, in the calldata, and is 0 where there is none: issue, index, an offset, the number
/// of hashes, the hashes. Codec has checked it, and that the lists of places are of places that follow each other.
library Places {
    using Terms for uint256;

    uint256 private constant WORD = 32;
    uint256 private constant INDEX = 32; // bytes from the place
    uint256 private constant PATH = 128;

    /// @notice Whether a list has no places or one for each line, and no path is too long.
    /// @param first where the list begins, after its length
    /// @param lines how many there are
    /// @return ok whether it is so
    function valid(uint256 first, uint256 lines) internal pure returns (bool ok) {
        uint256 count = Codec.load(first - WORD);
        if (count == 0) return true;
        if (count != lines) return false;
        for (uint256 i = 0; i < count; ++i) {
            if (!validPath(placeAt(first, i) + PATH)) return false;
        }
        return true;
    }

    /// @notice Whether a path is short enough.
    /// @param path where its first hash is
    /// @return ok whether it is
    function validPath(uint256 path) internal pure returns (bool ok) {
        return Codec.load(path - WORD) <= Limits.PROOF;
    }

    /// @notice Where the path of a place is.
    /// @param place it
    /// @return path where its first hash is
    function pathOf(uint256 place) internal pure returns (uint256 path) {
        return place + PATH;
    }

    /// @notice The place of a line.
    /// @param first where the list of places begins, after its length
    /// @param line its number
    /// @return place 0 where the list is empty
    function placeAt(uint256 first, uint256 line) internal pure returns (uint256 place) {
        unchecked {
            return Codec.load(first - WORD) == 0 ? 0 : first + Codec.load(first + line * WORD);
        }
    }

    /// @notice Lets a voucher appear that is not there yet, for the owner that its place names. What appears is for the
    /// caller to tell and to write.
    /// @param s the state
    /// @param campaign the voucher's campaign, which is known
    /// @param serial the voucher's serial
    /// @param owner whose it should be
    /// @param place where the list names the owner, or 0
    /// @return kind Accepted, UnknownVoucher or BadPlace
    /// @return slot the voucher
    function appear(State storage s, bytes16 campaign, uint256 serial, address owner, uint256 place)
        internal
        view
        returns (uint8 kind, bytes32 slot)
    {
        if (place == 0 || Codec.load(place) == 0) return (Kinds.UNKNOWN_VOUCHER, 0);
        StoredIssue storage list = s.issues[bytes32(Codec.load(place))];
        uint256 index = Codec.load(place + INDEX);
        if (index >= list.count || list.campaign != campaign) return (Kinds.BAD_PLACE, 0);
        if (serial != serialOf(s.campaigns[campaign], list, index)) return (Kinds.BAD_PLACE, 0);
        return named(s.campaigns[campaign], list, owner, uint32(index), place + PATH);
    }

    /// @notice The voucher that a list's entry promises, if it names the owner.
    /// @param campaign the list's
    /// @param list of an issue
    /// @param owner whom it should name
    /// @param index the entry, one of the list
    /// @param path where the first hash of the proof is
    /// @return kind Accepted or BadPlace
    /// @return slot the voucher
    function named(StoredCampaign storage campaign, StoredIssue storage list, address owner, uint32 index, uint256 path)
        internal
        view
        returns (uint8 kind, bytes32 slot)
    {
        if (!Merkle.leadsTo(list.root, Merkle.leafOf(index, owner), index, list.count, path)) {
            return (Kinds.BAD_PLACE, 0);
        }
        slot = Slots.fresh(owner, campaign.times.u40(Terms.UNITS), list.expiry * Limits.QUARTER);
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
        // What was issued is at most the cap.
        return campaign.supply.u32(Terms.CAP) - 1 - (list.first + index);
    }

    /// @notice Tells that a voucher appeared.
    /// @param campaign the voucher's campaign
    /// @param serial the voucher's serial
    /// @param slot the voucher
    /// @param place where the list names its owner
    function tell(bytes16 campaign, uint256 serial, bytes32 slot, uint256 place) internal {
        emit IEvents.VoucherDelivered(
            campaign, uint32(serial), slot, bytes32(Codec.load(place)), uint32(Codec.load(place + INDEX))
        );
    }
}
