// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEvents} from "../interfaces/IEvents.sol";
import {Context} from "../types/Context.sol";
import {Void} from "../types/Intents.sol";
import {PlacePtr} from "../types/PlacePtr.sol";
import {RulesWord} from "../types/RulesWord.sol";
import {SignaturePtr} from "../types/SignaturePtr.sol";
import {Slot, SlotLibrary} from "../types/Slot.sol";
import {State} from "../types/State.sol";
import {SupplyWord} from "../types/SupplyWord.sol";
import {VoucherKey, VoucherKeyLibrary} from "../types/VoucherKey.sol";
import {Authority} from "./Authority.sol";
import {Checks} from "./Checks.sol";
import {Decoder} from "./Decoder.sol";
import {Expiry} from "./Expiry.sol";
import {Kinds} from "./Kinds.sol";
import {Limits} from "./Limits.sol";
import {Vouchers} from "./Vouchers.sol";

/// @notice Voids: internal/voucher/void.go.
library Voids {
    /// @notice Judges a void and makes it if it is accepted.
    /// @param s the state
    /// @param ctx the command while it is judged
    /// @param body the item without its verb
    /// @return id of the command
    /// @return kind the verdict
    function void(State storage s, Context memory ctx, bytes calldata body) internal returns (bytes32 id, uint8 kind) {
        Void memory intent;
        SignaturePtr signature;
        PlacePtr place;
        (intent, id, signature, place) = Decoder.void(ctx, body);
        if (!Checks.validText(intent.reason, Limits.REASON) || !place.path().isShort()) {
            return (id, Kinds.MALFORMED);
        }
        if (!signature.isBy(intent.author, id)) return (id, Kinds.BAD_SIGNATURE);
        kind = Checks.checkDeadline(intent.deadline, Limits.INTENT_LIFE);
        if (kind != Kinds.ACCEPTED) return (id, kind);
        kind = _check(s, intent);
        if (kind != Kinds.ACCEPTED) return (id, kind);
        emit IEvents.Accepted(id, ctx.commandHash);
        VoucherKey key = VoucherKeyLibrary.pack(intent.campaign, intent.serial);
        Slot slot = s.vouchers[key];
        if (slot.isMarked()) Vouchers.closeHold(s, key);
        slot = slot.end();
        s.vouchers[key] = slot;
        emit IEvents.VoucherVoided(intent.campaign, intent.serial, Slot.unwrap(slot), intent.author, intent.reason);
    }

    function _check(State storage s, Void memory intent) private view returns (uint8 kind) {
        kind = Authority.checkActsFor(s, intent.merchant, intent.author, Checks.SCOPE_VOID);
        if (kind != Kinds.ACCEPTED) return kind;
        RulesWord rules = s.campaigns[intent.campaign].rules;
        // The merchant is known, so it is not zero, which a campaign that is none has.
        if (rules.merchant() != intent.merchant) return Kinds.UNKNOWN_CAMPAIGN;
        if (!rules.isVoidable()) return Kinds.NOT_VOIDABLE;
        VoucherKey key = VoucherKeyLibrary.pack(intent.campaign, intent.serial);
        Slot slot = s.vouchers[key];
        if (slot.isZero()) return _checkUnclaimed(s.campaigns[intent.campaign].supply, intent.serial, rules);
        // Somebody has it.
        if (rules.isStoredValue()) return Kinds.NOT_VOIDABLE;
        if (slot.state() == SlotLibrary.VOID) return Kinds.VOIDED;
        if (Vouchers.isHeld(s, key, slot)) return Kinds.HELD;
        if (slot.state() == SlotLibrary.SPENT) return Kinds.SPENT;
        if (Expiry.isOver(slot, Expiry.extensionOf(s, intent.campaign, rules))) return Kinds.EXPIRED;
    }

    /// @dev Reports whether a serial that nobody has is of the supply: open to claims, or for issues; and, if it is money, that
    /// it was promised to nobody.
    function _checkUnclaimed(SupplyWord supply, uint256 serial, RulesWord rules) private pure returns (uint8 kind) {
        uint256 open = supply.open();
        if (serial < open) return Kinds.ACCEPTED;
        uint256 cap = supply.cap();
        if (serial >= cap || serial < cap - (supply.minted() - open)) return Kinds.UNKNOWN_VOUCHER;
        if (rules.isStoredValue() && serial >= cap - supply.issued()) return Kinds.NOT_VOIDABLE;
    }
}
