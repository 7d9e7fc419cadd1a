// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEvents} from "../interfaces/IEvents.sol";
import {Void} from "../types/Intents.sol";
import {Rules, State} from "../types/State.sol";
import {Authority} from "./Authority.sol";
import {Context} from "./Codec.sol";
import {Expiry} from "./Expiry.sol";
import {Intents} from "./Intents.sol";
import {Kinds} from "./Kinds.sol";
import {Limits} from "./Limits.sol";
import {Places} from "./Places.sol";
import {Slots} from "./Slots.sol";
import {Terms} from "./Terms.sol";
import {Vouchers} from "./Vouchers.sol";

/// @notice Voids: internal/voucher/void.go.
library Voids {
    using Intents for bytes32;
    using Places for uint256;
    using Slots for bytes32;
    using Terms for uint256;

    /// @notice Judges a void and makes it if it is accepted.
    /// @param s the state
    /// @param x the context
    /// @param body the item without its verb
    /// @return id of the command
    /// @return kind the verdict
    function void(State storage s, Context memory x, bytes calldata body) internal returns (bytes32 id, uint8 kind) {
        Void memory intent;
        uint256 signature;
        uint256 place;
        (intent, id, signature, place) = Intents.void(x, body);
        if (!Rules.validText(intent.reason, Limits.REASON) || !Places.validPath(place.pathOf())) {
            return (id, Kinds.MALFORMED);
        }
        if (!id.signedBy(signature, intent.author)) return (id, Kinds.BAD_SIGNATURE);
        kind = Rules.checkDeadline(intent.deadline, Limits.INTENT_LIFE);
        if (kind != Kinds.ACCEPTED) return (id, kind);
        kind = _check(s, intent);
        if (kind != Kinds.ACCEPTED) return (id, kind);
        emit IEvents.Accepted(id, x.commandHash);
        uint256 key = Rules.keyOf(intent.campaign, intent.serial);
        bytes32 slot = s.vouchers[key];
        if (slot.isMarked()) Vouchers.closeHold(s, key);
        slot = slot.end();
        s.vouchers[key] = slot;
        emit IEvents.VoucherVoided(intent.campaign, intent.serial, slot, intent.author, intent.reason);
    }

    function _check(State storage s, Void memory intent) private view returns (uint8 kind) {
        kind = Authority.checkActsFor(s, intent.merchant, intent.author, Rules.SCOPE_VOID);
        if (kind != Kinds.ACCEPTED) return kind;
        uint256 rules = s.campaigns[intent.campaign].rules;
        // The merchant is known, so it is not zero, which a campaign that is none has.
        if (rules.merchantOf() != intent.merchant) return Kinds.UNKNOWN_CAMPAIGN;
        if (rules & Terms.VOIDABLE == 0) return Kinds.NOT_VOIDABLE;
        uint256 key = Rules.keyOf(intent.campaign, intent.serial);
        bytes32 slot = s.vouchers[key];
        if (slot == 0) return _checkUnclaimed(s.campaigns[intent.campaign].supply, intent.serial, rules);
        // Somebody has it.
        if (rules & Terms.STORED_VALUE != 0) return Kinds.NOT_VOIDABLE;
        if (slot.stateOf() == Slots.VOID) return Kinds.VOIDED;
        if (Vouchers.isHeld(s, key, slot)) return Kinds.HELD;
        if (slot.stateOf() == Slots.SPENT) return Kinds.SPENT;
        if (Expiry.isOver(slot, Expiry.extensionOf(s, intent.campaign, rules))) return Kinds.EXPIRED;
    }

    /// @dev Whether a serial that nobody has is of the supply: open to claims, or for issues; and, if it is money, that
    /// it was promised to nobody.
    function _checkUnclaimed(uint256 supply, uint256 serial, uint256 rules) private pure returns (uint8 kind) {
        uint256 open = supply.u32(Terms.OPEN);
        if (serial < open) return Kinds.ACCEPTED;
        uint256 cap = supply.u32(Terms.CAP);
        if (serial >= cap || serial < cap - (supply.u32(Terms.SUPPLY) - open)) return Kinds.UNKNOWN_VOUCHER;
        if (rules & Terms.STORED_VALUE != 0 && serial >= cap - supply.u32(Terms.ISSUED)) return Kinds.NOT_VOIDABLE;
    }
}
