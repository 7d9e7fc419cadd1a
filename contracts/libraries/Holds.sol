// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEvents} from "../interfaces/IEvents.sol";
import {Hold} from "../types/Records.sol";
import {Rules, State, StoredHold} from "../types/State.sol";
import {Context} from "./Codec.sol";
import {Freeing, Intents, Taking} from "./Intents.sol";
import {Kinds} from "./Kinds.sol";
import {Limits} from "./Limits.sol";
import {Lines} from "./Lines.sol";
import {Redemptions} from "./Redemptions.sol";
import {Slots} from "./Slots.sol";
import {Terms} from "./Terms.sol";
import {Vouchers} from "./Vouchers.sol";

/// @notice The ends of holds: internal/voucher/capture.go, release.go and hold.go. While a hold is open its voucher's
/// own expiry does not matter, nor whether its merchant is suspended.
library Holds {
    using Intents for bytes32;
    using Lines for uint256;
    using Slots for bytes32;
    using Terms for uint256;

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
    /// @param x the context
    /// @param body the item without its verb
    /// @return id of the command
    /// @return kind the verdict
    function capture(State storage s, Context memory x, bytes calldata body) internal returns (bytes32 id, uint8 kind) {
        Taking memory intent;
        uint256 signature;
        (intent, id, signature) = Intents.capture(x, body);
        if (!_validTakes(intent)) return (id, Kinds.MALFORMED);
        Ender memory e = Ender(intent.hold, intent.merchant, intent.till, intent.store, intent.deadline);
        kind = _checkEnder(s, e, id, signature);
        if (kind != Kinds.ACCEPTED) return (id, kind);
        kind = _checkTakes(s, e, intent);
        if (kind != Kinds.ACCEPTED) return (id, kind);
        emit IEvents.Accepted(id, x.commandHash);
        _tellCaptured(intent);
        uint256 count = intent.takes.countOf();
        for (uint256 i = 0; i < count; ++i) _take(s, intent.takes.takeAt(i));
    }

    /// @notice Judges a release and makes it if it is accepted.
    /// @param s the state
    /// @param x the context
    /// @param body the item without its verb
    /// @return id of the command
    /// @return kind the verdict
    function release(State storage s, Context memory x, bytes calldata body) internal returns (bytes32 id, uint8 kind) {
        Freeing memory intent;
        uint256 signature;
        (intent, id, signature) = Intents.release(x, body);
        uint256 count = intent.vouchers.countOf();
        if (!_validVouchers(intent.vouchers, count)) return (id, Kinds.MALFORMED);
        Ender memory e = Ender(intent.hold, intent.merchant, intent.till, intent.store, intent.deadline);
        kind = _checkEnder(s, e, id, signature);
        if (kind != Kinds.ACCEPTED) return (id, kind);
        for (uint256 i = 0; i < count; ++i) {
            if (!_isHeld(s, e, intent.vouchers.voucherAt(i), count)) return (id, Kinds.NOT_HELD);
        }
        emit IEvents.Accepted(id, x.commandHash);
        emit IEvents.HoldReleased(e.hold, e.merchant, e.store, e.till);
        for (uint256 i = 0; i < count; ++i) {
            uint256 voucher = intent.vouchers.voucherAt(i);
            uint256 key = voucher.keyOf();
            uint64 units = s.holds[key].units;
            bytes32 slot = s.vouchers[key].bare();
            s.vouchers[key] = slot;
            Vouchers.closeHold(s, key);
            _tellReleased(voucher, slot, units);
        }
    }

    /// @notice The record of a voucher's hold.
    /// @param s the state
    /// @param campaign the voucher's campaign
    /// @param serial the voucher's serial
    /// @return record all zero where there is none
    function read(State storage s, bytes16 campaign, uint32 serial) internal view returns (Hold memory record) {
        StoredHold storage h = s.holds[Rules.keyOf(campaign, serial)];
        if (h.id == 0) return record;
        return Hold(h.id, s.campaigns[campaign].rules.merchantOf(), h.store, h.units, h.until, h.lines);
    }

    /// @dev Takes units of one voucher and frees the rest of its hold.
    function _take(State storage s, uint256 take) private {
        uint256 key = take.keyOf();
        (uint256 units,) = take.partOf().takenOf();
        uint256 freed = s.holds[key].units - units;
        Vouchers.closeHold(s, key);
        bytes32 slot = s.vouchers[key].bare();
        if (units > 0) {
            slot = slot.spend(units);
            Lines.log(IEvents.VoucherRedeemed.selector, take, slot, take.partOf(), 2);
        }
        s.vouchers[key] = slot;
        if (freed > 0) _tellReleased(take, slot, uint64(freed));
    }

    function _tellCaptured(Taking memory i) private {
        emit IEvents.HoldCaptured(
            i.hold, i.merchant, i.store, i.till, i.currency, i.amount, i.details, i.reference_
        );
    }

    function _tellReleased(uint256 line, bytes32 slot, uint64 units) private {
        emit IEvents.VoucherReleased(line.campaignOf(), uint32(line.serialOf()), slot, units);
    }

    function _checkEnder(State storage s, Ender memory e, bytes32 id, uint256 signature)
        private
        view
        returns (uint8 kind)
    {
        if (!id.signedBy(signature, e.till)) return Kinds.BAD_SIGNATURE;
        kind = Rules.checkDeadline(e.deadline, Limits.INTENT_LIFE);
        if (kind != Kinds.ACCEPTED) return kind;
        if (s.merchants[e.merchant].version == 0) return Kinds.UNKNOWN_MERCHANT;
        if (!Rules.isTill(s, e.merchant, e.till, e.store)) return Kinds.NOT_AUTHORISED;
    }

    function _checkTakes(State storage s, Ender memory e, Taking memory intent) private view returns (uint8 kind) {
        uint256 discounts = 0; // at most 30 times Limits.AMOUNT
        uint256 count = intent.takes.countOf();
        Redemptions.Rate memory rate;
        for (uint256 i = 0; i < count; ++i) {
            uint256 take = intent.takes.takeAt(i);
            kind = _readRate(s, take.campaignOf(), intent, rate);
            if (kind != Kinds.ACCEPTED) return kind;
            uint256 key = take.keyOf();
            if (s.vouchers[key] == 0) return Kinds.UNKNOWN_VOUCHER;
            if (!_isHeld(s, e, take, count)) return Kinds.NOT_HELD;
            (uint256 units, uint256 discount) = take.partOf().takenOf();
            if (units > s.holds[key].units) return Kinds.INSUFFICIENT_UNITS;
            kind = Redemptions.checkAffordable(s.vouchers[key], rate, units, discount);
            if (kind != Kinds.ACCEPTED) return kind;
            discounts += discount;
        }
        if (discounts > intent.amount) return Kinds.DISCOUNT_TOO_HIGH;
    }

    function _readRate(State storage s, bytes16 campaign, Taking memory intent, Redemptions.Rate memory rate)
        private
        view
        returns (uint8 kind)
    {
        uint256 rules = s.campaigns[campaign].rules;
        // The merchant is known, so it is not zero, which a campaign that is none has.
        if (rules.merchantOf() != intent.merchant) return Kinds.UNKNOWN_CAMPAIGN;
        if (rules.currencyOf() != intent.currency) return Kinds.WRONG_CURRENCY;
        Redemptions.readWorth(rate, rules, s.campaigns[campaign].times);
    }

    /// @dev Whether the open hold of a voucher is the one that is to end, and has as many vouchers as are named. A hold is
    /// of its campaign's merchant.
    function _isHeld(State storage s, Ender memory e, uint256 line, uint256 lines) private view returns (bool held) {
        StoredHold storage h = s.holds[line.keyOf()];
        return h.id != 0 && h.id == e.hold && block.timestamp < h.until && h.store == e.store && h.lines == lines
            && s.campaigns[line.campaignOf()].rules.merchantOf() == e.merchant;
    }

    function _validTakes(Taking memory intent) private pure returns (bool ok) {
        uint256 count = intent.takes.countOf();
        if (count > Limits.LINES || intent.amount > Limits.AMOUNT) return false;
        uint256 next = 0; // the least key that the take may have
        uint256 sum = 0;
        for (uint256 i = 0; i < count; ++i) {
            uint256 take = intent.takes.takeAt(i);
            (uint256 units, uint256 discount) = take.partOf().takenOf();
            if (units > Limits.UNITS || discount > Limits.AMOUNT || (units == 0 && discount != 0)) return false;
            if (take.keyOf() < next) return false;
            next = take.keyOf() + 1; // a key has 160 bits
            sum += units;
        }
        return sum > 0;
    }

    function _validVouchers(uint256 first, uint256 count) private pure returns (bool ok) {
        if (count == 0 || count > Limits.LINES) return false;
        for (uint256 i = 1; i < count; ++i) {
            if (first.voucherAt(i - 1).keyOf() >= first.voucherAt(i).keyOf()) return false;
        }
        return true;
    }
}
