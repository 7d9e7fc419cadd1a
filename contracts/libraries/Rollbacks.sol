// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEvents} from "../interfaces/IEvents.sol";
import {Return, Rollback} from "../types/Intents.sol";
import {Rules, State, StoredCampaign} from "../types/State.sol";
import {Authority} from "./Authority.sol";
import {Context} from "./Codec.sol";
import {Expiry} from "./Expiry.sol";
import {Intents} from "./Intents.sol";
import {Kinds} from "./Kinds.sol";
import {Limits} from "./Limits.sol";
import {Slots} from "./Slots.sol";
import {Terms} from "./Terms.sol";

/// @notice Rollbacks: internal/voucher/rollback.go.
library Rollbacks {
    using Intents for bytes32;
    using Slots for bytes32;
    using Terms for uint256;

    /// @notice A campaign's policy: no rollback.
    uint8 internal constant NONE = 0;
    /// @notice A campaign's policy: units return to the voucher. Otherwise they are forfeited.
    uint8 internal constant RESTORE = 1;

    /// @notice Judges a rollback and makes it if it is accepted.
    /// @param s the state
    /// @param x the context
    /// @param body the item without its verb
    /// @return id of the command
    /// @return kind the verdict
    function rollback(State storage s, Context memory x, bytes calldata body) internal returns (bytes32 id, uint8 kind) {
        Rollback memory intent;
        uint256 signature;
        (intent, id, signature) = Intents.rollback(x, body);
        kind = _checkIntent(s, id, intent, signature);
        if (kind != Kinds.ACCEPTED) return (id, kind);
        bytes32[] memory words = new bytes32[](intent.returns_.length);
        for (uint256 i = 0; i < words.length; ++i) {
            (kind, words[i]) = _returned(s, intent, intent.returns_[i]);
            if (kind != Kinds.ACCEPTED) return (id, kind);
        }
        emit IEvents.Accepted(id, x.commandHash);
        emit IEvents.RolledBack(intent.redemption, intent.author, intent.details);
        for (uint256 i = 0; i < words.length; ++i) _write(s, intent.redemption, intent.returns_[i], words[i]);
    }

    function _write(State storage s, bytes32 redemption, Return memory back, bytes32 word) private {
        uint256 key = Rules.keyOf(back.campaign, back.serial);
        uint256 expiry = s.vouchers[key].expiryOf();
        if (word.expiryOf() != expiry) s.extended[key] = expiry + 1;
        s.vouchers[key] = word;
        s.returned[redemption][key] = back.returned + back.units;
        bool forfeit = s.campaigns[back.campaign].times.u8(Terms.ROLLBACK) != RESTORE;
        emit IEvents.VoucherReturned(back.campaign, back.serial, word.bare(), back.units, forfeit);
    }

    function _checkIntent(State storage s, bytes32 id, Rollback memory intent, uint256 signature)
        private
        view
        returns (uint8 kind)
    {
        if (!_validReturns(intent.returns_)) return Kinds.MALFORMED;
        if (!id.signedBy(signature, intent.author)) return Kinds.BAD_SIGNATURE;
        kind = Rules.checkDeadline(intent.deadline, Limits.INTENT_LIFE);
        if (kind != Kinds.ACCEPTED) return kind;
        if (!_withinTaken(intent.returns_)) return Kinds.ROLLBACK_EXCEEDS;
        return Authority.checkActsFor(s, intent.merchant, intent.author, Rules.SCOPE_ROLLBACK);
    }

    /// @dev The voucher with its units back, whoever owns it now.
    function _returned(State storage s, Rollback memory intent, Return memory back)
        private
        view
        returns (uint8 kind, bytes32 word)
    {
        StoredCampaign storage campaign = s.campaigns[back.campaign];
        (uint256 rules, uint256 times) = (campaign.rules, campaign.times);
        // The merchant is known, so it is not zero, which a campaign that is none has.
        if (rules.merchantOf() != intent.merchant) return (Kinds.UNKNOWN_CAMPAIGN, 0);
        uint8 policy = times.u8(Terms.ROLLBACK);
        if (policy == NONE) return (Kinds.NOT_RETURNABLE, 0);
        uint256 key = Rules.keyOf(back.campaign, back.serial);
        word = s.vouchers[key];
        if (word == 0) return (Kinds.UNKNOWN_VOUCHER, 0);
        if (word.stateOf() == Slots.VOID) return (Kinds.VOIDED, 0);
        if (s.returned[intent.redemption][key] != back.returned) return (Kinds.WRONG_RETURNED, 0);
        // Whatever was redeemed, it was not more.
        if (back.units > times.u40(Terms.UNITS) - word.unitsOf()) return (Kinds.ROLLBACK_EXCEEDS, 0);
        if (policy != RESTORE) return (Kinds.ACCEPTED, word);
        word = word.refill(back.units);
        if (s.extended[key] == 0) {
            uint256 later = _graced(
                word.expiryOf(), times.u16(Terms.GRACE) * Limits.QUARTER, Expiry.extensionOf(s, back.campaign, rules)
            );
            if (later > word.expiryOf()) word = word.extend(later);
        }
    }

    /// @dev The expiry of a voucher that a rollback extends: the grace is counted from now, and never goes beyond the
    /// grace after the expiry.
    function _graced(uint256 expiry, uint256 grace, uint256 extension) private view returns (uint256 later) {
        later = block.timestamp + grace;
        later = later > extension ? Expiry.nextQuarter(later - extension) : 0;
        if (later > expiry + grace) later = expiry + grace;
        if (later > Limits.INSTANT) later = Limits.INSTANT;
    }

    function _validReturns(Return[] memory returns_) private pure returns (bool ok) {
        if (returns_.length == 0 || returns_.length > Limits.LINES) return false;
        uint256 next = 0; // the least key that the voucher may have
        for (uint256 i = 0; i < returns_.length; ++i) {
            uint256 key = Rules.keyOf(returns_[i].campaign, returns_[i].serial);
            if (returns_[i].units == 0 || key < next) return false;
            next = key + 1; // a key has 160 bits
        }
        return true;
    }

    /// @dev Whether no voucher gets more back than the redemption took of it.
    function _withinTaken(Return[] memory returns_) private pure returns (bool ok) {
        for (uint256 i = 0; i < returns_.length; ++i) {
            Return memory back = returns_[i];
            if (back.taken > Limits.UNITS || back.returned > back.taken || back.units > back.taken - back.returned) {
                return false;
            }
        }
        return true;
    }
}
