// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEvents} from "../interfaces/IEvents.sol";
import {Context} from "../types/Context.sol";
import {Return, Rollback} from "../types/Intents.sol";
import {RulesWord} from "../types/RulesWord.sol";
import {SignaturePtr} from "../types/SignaturePtr.sol";
import {Slot, SlotLibrary} from "../types/Slot.sol";
import {State, StoredCampaign} from "../types/State.sol";
import {TimesWord} from "../types/TimesWord.sol";
import {VoucherKey, VoucherKeyLibrary} from "../types/VoucherKey.sol";
import {Authority} from "./Authority.sol";
import {Checks} from "./Checks.sol";
import {Decoder} from "./Decoder.sol";
import {Expiry} from "./Expiry.sol";
import {Kinds} from "./Kinds.sol";
import {Limits} from "./Limits.sol";

/// @notice Rollbacks: internal/voucher/rollback.go.
library Rollbacks {
    /// @notice A campaign's policy: no rollback.
    uint8 internal constant NONE = 0;
    /// @notice A campaign's policy: units return to the voucher. Otherwise they are forfeited.
    uint8 internal constant RESTORE = 1;

    /// @notice Judges a rollback and makes it if it is accepted.
    /// @param s the state
    /// @param ctx the command while it is judged
    /// @param body the item without its verb
    /// @return id of the command
    /// @return kind the verdict
    function rollback(State storage s, Context memory ctx, bytes calldata body)
        internal
        returns (bytes32 id, uint8 kind)
    {
        Rollback memory intent;
        SignaturePtr signature;
        (intent, id, signature) = Decoder.rollback(ctx, body);
        kind = _checkIntent(s, id, intent, signature);
        if (kind != Kinds.ACCEPTED) return (id, kind);
        Slot[] memory words = new Slot[](intent.returns_.length);
        for (uint256 i = 0; i < words.length; ++i) {
            (kind, words[i]) = _returned(s, intent, intent.returns_[i]);
            if (kind != Kinds.ACCEPTED) return (id, kind);
        }
        emit IEvents.Accepted(id, ctx.commandHash);
        emit IEvents.RolledBack(intent.redemption, intent.author, intent.details);
        for (uint256 i = 0; i < words.length; ++i) _write(s, intent.redemption, intent.returns_[i], words[i]);
    }

    function _write(State storage s, bytes32 redemption, Return memory back, Slot word) private {
        VoucherKey key = VoucherKeyLibrary.pack(back.campaign, back.serial);
        uint256 expiry = s.vouchers[key].expiry();
        if (word.expiry() != expiry) s.extended[key] = expiry + 1;
        s.vouchers[key] = word;
        s.returned[redemption][key] = back.returned + back.units;
        bool forfeit = s.campaigns[back.campaign].times.rollback() != RESTORE;
        emit IEvents.VoucherReturned(back.campaign, back.serial, Slot.unwrap(word.bare()), back.units, forfeit);
    }

    function _checkIntent(State storage s, bytes32 id, Rollback memory intent, SignaturePtr signature)
        private
        view
        returns (uint8 kind)
    {
        if (!_validReturns(intent.returns_)) return Kinds.MALFORMED;
        if (!signature.isBy(intent.author, id)) return Kinds.BAD_SIGNATURE;
        kind = Checks.checkDeadline(intent.deadline, Limits.INTENT_LIFE);
        if (kind != Kinds.ACCEPTED) return kind;
        if (!_withinTaken(intent.returns_)) return Kinds.ROLLBACK_EXCEEDS;
        return Authority.checkActsFor(s, intent.merchant, intent.author, Checks.SCOPE_ROLLBACK);
    }

    /// @dev The voucher with its units back. Who owns it now does not matter.
    function _returned(State storage s, Rollback memory intent, Return memory back)
        private
        view
        returns (uint8 kind, Slot word)
    {
        StoredCampaign storage campaign = s.campaigns[back.campaign];
        (RulesWord rules, TimesWord times) = (campaign.rules, campaign.times);
        // The merchant is known, so it is not zero, which a campaign that is none has.
        if (rules.merchant() != intent.merchant) return (Kinds.UNKNOWN_CAMPAIGN, word);
        uint8 policy = times.rollback();
        if (policy == NONE) return (Kinds.NOT_RETURNABLE, word);
        VoucherKey key = VoucherKeyLibrary.pack(back.campaign, back.serial);
        word = s.vouchers[key];
        if (word.isZero()) return (Kinds.UNKNOWN_VOUCHER, word);
        if (word.state() == SlotLibrary.VOID) return (Kinds.VOIDED, word);
        if (s.returned[intent.redemption][key] != back.returned) return (Kinds.WRONG_RETURNED, word);
        // Whatever was redeemed, it was not more.
        if (back.units > times.units() - word.units()) return (Kinds.ROLLBACK_EXCEEDS, word);
        if (policy != RESTORE) return (Kinds.ACCEPTED, word);
        word = word.refill(back.units);
        if (s.extended[key] == 0) {
            uint256 later = _graced(
                word.expiry(), times.grace(), Expiry.extensionOf(s, back.campaign, rules)
            );
            if (later > word.expiry()) word = word.extend(later);
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
        VoucherKey next; // the least key that the voucher may have
        for (uint256 i = 0; i < returns_.length; ++i) {
            VoucherKey key = VoucherKeyLibrary.pack(returns_[i].campaign, returns_[i].serial);
            if (returns_[i].units == 0 || key < next) return false;
            next = key.next();
        }
        return true;
    }

    /// @dev Reports whether no voucher gets more back than the redemption took of it.
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
