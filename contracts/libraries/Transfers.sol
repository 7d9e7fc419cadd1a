// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEvents} from "../interfaces/IEvents.sol";
import {Context} from "../types/Context.sol";
import {Transfer} from "../types/Intents.sol";
import {PlacePtr} from "../types/PlacePtr.sol";
import {RulesWord} from "../types/RulesWord.sol";
import {SignaturePtr} from "../types/SignaturePtr.sol";
import {Slot} from "../types/Slot.sol";
import {State} from "../types/State.sol";
import {VoucherKey, VoucherKeyLibrary} from "../types/VoucherKey.sol";
import {Checks} from "./Checks.sol";
import {Decoder} from "./Decoder.sol";
import {Expiry} from "./Expiry.sol";
import {Kinds} from "./Kinds.sol";
import {Limits} from "./Limits.sol";
import {Places} from "./Places.sol";
import {Vouchers} from "./Vouchers.sol";

/// @notice Transfers: internal/voucher/transfer.go.
library Transfers {
    /// @notice Judges a transfer and makes it if it is accepted.
    /// @param s the state
    /// @param ctx the command while it is judged
    /// @param body the item without its verb
    /// @return id of the command
    /// @return kind the verdict
    function transfer(State storage s, Context memory ctx, bytes calldata body)
        internal
        returns (bytes32 id, uint8 kind)
    {
        Transfer calldata intent;
        SignaturePtr signature;
        PlacePtr place;
        (intent, id, signature, place) = Decoder.transfer(ctx, body);
        kind = _checkIntent(intent, id, signature, place);
        if (kind != Kinds.ACCEPTED) return (id, kind);
        RulesWord rules = s.campaigns[intent.campaign].rules;
        if (rules.isZero()) return (id, Kinds.UNKNOWN_CAMPAIGN);
        if (!rules.isTransferable()) return (id, Kinds.NOT_TRANSFERABLE);
        VoucherKey key = VoucherKeyLibrary.pack(intent.campaign, intent.serial);
        Slot slot = s.vouchers[key];
        bool appears = slot.isZero();
        if (appears) {
            (kind, slot) = Places.appear(s, intent.campaign, intent.serial, intent.owner, place);
            if (kind != Kinds.ACCEPTED) return (id, kind);
        }
        kind = Vouchers.checkUsable(s, key, slot, intent.owner, intent.signedAt);
        if (kind != Kinds.ACCEPTED) return (id, kind);
        // The merchant may be suspended.
        if (Expiry.isOver(slot, Expiry.extensionOf(s, intent.campaign, rules))) return (id, Kinds.EXPIRED);
        emit IEvents.Accepted(id, ctx.commandHash);
        if (appears) Places.logDelivery(intent.campaign, intent.serial, slot, place);
        if (slot.isMarked()) Vouchers.closeHold(s, key);
        slot = slot.bare().give(intent.to).sign(intent.signedAt);
        s.vouchers[key] = slot;
        emit IEvents.VoucherTransferred(intent.campaign, intent.serial, Slot.unwrap(slot), intent.owner);
    }

    /// @dev Everything but the state.
    function _checkIntent(Transfer calldata intent, bytes32 id, SignaturePtr signature, PlacePtr place)
        private
        view
        returns (uint8 kind)
    {
        if (
            intent.to == address(0) || intent.to == intent.owner || intent.signedAt > Limits.SIGNED_AT
                || !place.path().isShort()
        ) return Kinds.MALFORMED;
        if (!signature.isBy(intent.owner, id)) return Kinds.BAD_SIGNATURE;
        return Checks.checkSigned(intent.signedAt, intent.deadline);
    }
}
