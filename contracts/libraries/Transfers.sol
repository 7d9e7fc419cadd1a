// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEvents} from "../interfaces/IEvents.sol";
import {Transfer} from "../types/Intents.sol";
import {Rules, State} from "../types/State.sol";
import {Context} from "./Codec.sol";
import {Expiry} from "./Expiry.sol";
import {Intents} from "./Intents.sol";
import {Kinds} from "./Kinds.sol";
import {Limits} from "./Limits.sol";
import {Places} from "./Places.sol";
import {Slots} from "./Slots.sol";
import {Terms} from "./Terms.sol";
import {Vouchers} from "./Vouchers.sol";

/// @notice Transfers: internal/voucher/transfer.go.
library Transfers {
    using Intents for bytes32;
    using Places for uint256;
    using Slots for bytes32;

    /// @notice Judges a transfer and makes it if it is accepted.
    /// @param s the state
    /// @param x the context
    /// @param body the item without its verb
    /// @return id of the command
    /// @return kind the verdict
    function transfer(State storage s, Context memory x, bytes calldata body)
        internal
        returns (bytes32 id, uint8 kind)
    {
        Transfer calldata intent;
        uint256 signature;
        uint256 place;
        (intent, id, signature, place) = Intents.transfer(x, body);
        kind = _checkIntent(intent, id, signature, place);
        if (kind != Kinds.ACCEPTED) return (id, kind);
        uint256 rules = s.campaigns[intent.campaign].rules;
        if (rules == 0) return (id, Kinds.UNKNOWN_CAMPAIGN);
        if (rules & Terms.TRANSFERABLE == 0) return (id, Kinds.NOT_TRANSFERABLE);
        uint256 key = Rules.keyOf(intent.campaign, intent.serial);
        bytes32 slot = s.vouchers[key];
        bool appears = slot == 0;
        if (appears) {
            (kind, slot) = Places.appear(s, intent.campaign, intent.serial, intent.owner, place);
            if (kind != Kinds.ACCEPTED) return (id, kind);
        }
        kind = Vouchers.checkUsable(s, key, slot, intent.owner, intent.signedAt);
        if (kind != Kinds.ACCEPTED) return (id, kind);
        // The merchant may be suspended.
        if (Expiry.isOver(slot, Expiry.extensionOf(s, intent.campaign, rules))) return (id, Kinds.EXPIRED);
        emit IEvents.Accepted(id, x.commandHash);
        if (appears) Places.tell(intent.campaign, intent.serial, slot, place);
        if (slot.isMarked()) Vouchers.closeHold(s, key);
        slot = slot.bare().give(intent.to).sign(intent.signedAt);
        s.vouchers[key] = slot;
        emit IEvents.VoucherTransferred(intent.campaign, intent.serial, slot, intent.owner);
    }

    /// @dev Everything but the state.
    function _checkIntent(Transfer calldata intent, bytes32 id, uint256 signature, uint256 place)
        private
        view
        returns (uint8 kind)
    {
        if (
            intent.to == address(0) || intent.to == intent.owner || intent.signedAt > Limits.SIGNED_AT
                || !Places.validPath(place.pathOf())
        ) return Kinds.MALFORMED;
        if (!id.signedBy(signature, intent.owner)) return Kinds.BAD_SIGNATURE;
        return Rules.checkSigned(intent.signedAt, intent.deadline);
    }
}
