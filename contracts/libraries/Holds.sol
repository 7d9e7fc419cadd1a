// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEvents} from "../interfaces/IEvents.sol";
import {Context} from "../types/Context.sol";
import {CaptureHead, ReleaseHead} from "../types/Heads.sol";
import {Hold} from "../types/Records.sol";
import {RefList, RefPtr} from "../types/RefPtr.sol";
import {RulesWord} from "../types/RulesWord.sol";
import {SignaturePtr} from "../types/SignaturePtr.sol";
import {Slot} from "../types/Slot.sol";
import {State, StoredHold} from "../types/State.sol";
import {TakePtr} from "../types/TakePtr.sol";
import {VoucherKey, VoucherKeyLibrary} from "../types/VoucherKey.sol";
import {Checks} from "./Checks.sol";
import {Decoder} from "./Decoder.sol";
import {Kinds} from "./Kinds.sol";
import {Limits} from "./Limits.sol";
import {Redemptions} from "./Redemptions.sol";
import {Vouchers} from "./Vouchers.sol";

/// @notice The ends of holds: internal/voucher/capture.go, release.go and hold.go. While a hold is open, neither the expiry
/// of its voucher nor a suspension of its merchant matters.
library Holds {
    /// @dev Who ends a hold: a till of the merchant and store that opened it.
    struct Ender {
        bytes32 hold;
        address merchant;
        address till;
        uint32 store;
        uint64 deadline;
    }

    /// @notice Judges a capture and makes it if it is accepted.
    /// @param s the state
    /// @param ctx the command while it is judged
    /// @param body the item without its verb
    /// @return id of the command
    /// @return kind the verdict
    function capture(State storage s, Context memory ctx, bytes calldata body)
        internal
        returns (bytes32 id, uint8 kind)
    {
        CaptureHead memory intent;
        SignaturePtr signature;
        (intent, id, signature) = Decoder.capture(ctx, body);
        if (!_validTakes(intent)) return (id, Kinds.MALFORMED);
        Ender memory e = Ender(intent.hold, intent.merchant, intent.till, intent.store, intent.deadline);
        kind = _checkEnder(s, e, id, signature);
        if (kind != Kinds.ACCEPTED) return (id, kind);
        kind = _checkTakes(s, e, intent);
        if (kind != Kinds.ACCEPTED) return (id, kind);
        emit IEvents.Accepted(id, ctx.commandHash);
        _logCaptured(intent);
        uint256 count = intent.takes.count();
        for (uint256 i = 0; i < count; ++i) _take(s, intent.takes.get(i));
    }

    /// @notice Judges a release and makes it if it is accepted.
    /// @param s the state
    /// @param ctx the command while it is judged
    /// @param body the item without its verb
    /// @return id of the command
    /// @return kind the verdict
    function release(State storage s, Context memory ctx, bytes calldata body)
        internal
        returns (bytes32 id, uint8 kind)
    {
        ReleaseHead memory intent;
        SignaturePtr signature;
        (intent, id, signature) = Decoder.release(ctx, body);
        uint256 count = intent.vouchers.count();
        if (!_validVouchers(intent.vouchers, count)) return (id, Kinds.MALFORMED);
        Ender memory e = Ender(intent.hold, intent.merchant, intent.till, intent.store, intent.deadline);
        kind = _checkEnder(s, e, id, signature);
        if (kind != Kinds.ACCEPTED) return (id, kind);
        for (uint256 i = 0; i < count; ++i) {
            if (!_isHeld(s, e, intent.vouchers.get(i), count)) return (id, Kinds.NOT_HELD);
        }
        emit IEvents.Accepted(id, ctx.commandHash);
        emit IEvents.HoldReleased(e.hold, e.merchant, e.store, e.till);
        for (uint256 i = 0; i < count; ++i) {
            RefPtr voucher = intent.vouchers.get(i);
            VoucherKey key = voucher.key();
            uint64 units = s.holds[key].units;
            Slot slot = s.vouchers[key].bare();
            s.vouchers[key] = slot;
            Vouchers.closeHold(s, key);
            _logReleased(voucher, slot, units);
        }
    }

    /// @notice The record of a voucher's hold.
    /// @param s the state
    /// @param campaign the voucher's campaign
    /// @param serial the voucher's serial
    /// @return record all zero where there is none
    function read(State storage s, bytes16 campaign, uint32 serial) internal view returns (Hold memory record) {
        StoredHold storage h = s.holds[VoucherKeyLibrary.pack(campaign, serial)];
        if (h.id == 0) return record;
        return Hold(h.id, s.campaigns[campaign].rules.merchant(), h.store, h.units, h.until, h.lines);
    }

    /// @dev Takes units of one voucher and frees the rest of its hold.
    function _take(State storage s, TakePtr take) private {
        VoucherKey key = take.ref().key();
        (uint256 units,) = take.part().taken();
        uint256 freed = s.holds[key].units - units;
        Vouchers.closeHold(s, key);
        Slot slot = s.vouchers[key].bare();
        if (units > 0) {
            slot = slot.spend(units);
            Vouchers.logRedeemed(take.ref(), slot, take.part());
        }
        s.vouchers[key] = slot;
        if (freed > 0) _logReleased(take.ref(), slot, uint64(freed));
    }

    function _logCaptured(CaptureHead memory i) private {
        emit IEvents.HoldCaptured(
            i.hold, i.merchant, i.store, i.till, i.currency, i.amount, i.details, i.reference_
        );
    }

    function _logReleased(RefPtr voucher, Slot slot, uint64 units) private {
        emit IEvents.VoucherReleased(voucher.campaign(), uint32(voucher.serial()), Slot.unwrap(slot), units);
    }

    function _checkEnder(State storage s, Ender memory e, bytes32 id, SignaturePtr signature)
        private
        view
        returns (uint8 kind)
    {
        if (!signature.isBy(e.till, id)) return Kinds.BAD_SIGNATURE;
        kind = Checks.checkDeadline(e.deadline, Limits.INTENT_LIFE);
        if (kind != Kinds.ACCEPTED) return kind;
        if (s.merchants[e.merchant].version == 0) return Kinds.UNKNOWN_MERCHANT;
        if (!Checks.isTill(s, e.merchant, e.till, e.store)) return Kinds.NOT_AUTHORISED;
    }

    function _checkTakes(State storage s, Ender memory e, CaptureHead memory intent) private view returns (uint8 kind) {
        uint256 discounts = 0; // at most 30 times Limits.AMOUNT
        uint256 count = intent.takes.count();
        Redemptions.Rate memory rate;
        for (uint256 i = 0; i < count; ++i) {
            TakePtr take = intent.takes.get(i);
            kind = _readRate(s, take.ref().campaign(), intent, rate);
            if (kind != Kinds.ACCEPTED) return kind;
            VoucherKey key = take.ref().key();
            if (s.vouchers[key].isZero()) return Kinds.UNKNOWN_VOUCHER;
            if (!_isHeld(s, e, take.ref(), count)) return Kinds.NOT_HELD;
            (uint256 units, uint256 discount) = take.part().taken();
            if (units > s.holds[key].units) return Kinds.INSUFFICIENT_UNITS;
            kind = Redemptions.checkAffordable(s.vouchers[key], rate, units, discount);
            if (kind != Kinds.ACCEPTED) return kind;
            // _validTakes: at most Limits.LINES takes, each of at most Limits.AMOUNT.
            unchecked {
                discounts += discount;
            }
        }
        if (discounts > intent.amount) return Kinds.DISCOUNT_TOO_HIGH;
    }

    function _readRate(State storage s, bytes16 campaign, CaptureHead memory intent, Redemptions.Rate memory rate)
        private
        view
        returns (uint8 kind)
    {
        RulesWord rules = s.campaigns[campaign].rules;
        // The merchant is known, so it is not zero, which a campaign that is none has.
        if (rules.merchant() != intent.merchant) return Kinds.UNKNOWN_CAMPAIGN;
        if (rules.currency() != intent.currency) return Kinds.WRONG_CURRENCY;
        Redemptions.readWorth(rate, rules, s.campaigns[campaign].times);
    }

    /// @dev Reports whether the named hold is open on a voucher, and has as many vouchers as are named. A hold is of its campaign's
    /// merchant.
    function _isHeld(State storage s, Ender memory e, RefPtr voucher, uint256 lines) private view returns (bool held) {
        StoredHold storage h = s.holds[voucher.key()];
        return h.id != 0 && h.id == e.hold && block.timestamp < h.until && h.store == e.store && h.lines == lines
            && s.campaigns[voucher.campaign()].rules.merchant() == e.merchant;
    }

    function _validTakes(CaptureHead memory intent) private pure returns (bool ok) {
        uint256 count = intent.takes.count();
        if (count > Limits.LINES || intent.amount > Limits.AMOUNT) return false;
        VoucherKey next; // the least key that the take may have
        uint256 sum = 0;
        for (uint256 i = 0; i < count; ++i) {
            TakePtr take = intent.takes.get(i);
            (uint256 units, uint256 discount) = take.part().taken();
            if (units > Limits.UNITS || discount > Limits.AMOUNT || (units == 0 && discount != 0)) return false;
            if (take.ref().key() < next) return false;
            next = take.ref().key().next();
            unchecked {
                sum += units; // at most Limits.LINES times Limits.UNITS
            }
        }
        return sum > 0;
    }

    function _validVouchers(RefList list, uint256 count) private pure returns (bool ok) {
        if (count == 0 || count > Limits.LINES) return false;
        for (uint256 i = 1; i < count; ++i) {
            if (!(list.get(i - 1).key() < list.get(i).key())) return false;
        }
        return true;
    }
}
