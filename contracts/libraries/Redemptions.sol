// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";

import {IEvents} from "../interfaces/IEvents.sol";
import {Context} from "../types/Context.sol";
import {AcceptHead, OfferHead, TwoDigests} from "../types/Heads.sol";
import {LineList, LinePtr} from "../types/LinePtr.sol";
import {PlaceList} from "../types/PlacePtr.sol";
import {RulesWord} from "../types/RulesWord.sol";
import {Slot} from "../types/Slot.sol";
import {State, StoredCampaign, StoredHold} from "../types/State.sol";
import {TimesWord} from "../types/TimesWord.sol";
import {VoucherKey} from "../types/VoucherKey.sol";
import {Checks} from "./Checks.sol";
import {Decoder} from "./Decoder.sol";
import {Expiry} from "./Expiry.sol";
import {Kinds} from "./Kinds.sol";
import {Limits} from "./Limits.sol";
import {Offers} from "./Offers.sol";
import {Places} from "./Places.sol";
import {Vouchers} from "./Vouchers.sol";

/// @notice Redemptions, and the holds that they may be: internal/voucher/redeem.go and hold.go.
library Redemptions {
    using BitMaps for BitMaps.BitMap;

    /// @dev What a redemption reads of a campaign.
    struct Rate {
        uint256 validFrom;
        uint256 maxDiscount;
        uint256 extension;
        bool storedValue;
    }

    /// @dev What the lines of an offer become.
    struct Change {
        Slot[] slots; // of the vouchers after the change
        bool settles; // some voucher appears, or has a hold that lapsed
    }

    /// @notice Judges a redemption and makes it if it is accepted.
    /// @param s the state
    /// @param ctx the command while it is judged
    /// @param body the item without its verb
    /// @return id of the command
    /// @return kind the verdict
    function redeem(State storage s, Context memory ctx, bytes calldata body)
        internal
        returns (bytes32 id, uint8 kind)
    {
        (OfferHead memory offer, AcceptHead memory accept, TwoDigests memory signed, PlaceList places) =
            Decoder.redeem(ctx, body);
        id = signed.first;
        kind = _checkHalves(s, offer, accept, signed, places);
        if (kind != Kinds.ACCEPTED) return (id, kind);
        Change memory change;
        (kind, change) = _checkLines(s, offer, accept, places);
        if (kind != Kinds.ACCEPTED) return (id, kind);
        emit IEvents.Accepted(id, ctx.commandHash);
        if (offer.holdUntil != 0) {
            _hold(s, offer, accept, signed, places, change);
        } else {
            _spend(s, offer, accept, signed, places, change);
        }
    }

    /// @notice What the units of a campaign's vouchers are worth.
    /// @param rate where to write it
    /// @param rules the campaign's first word
    /// @param times its second
    function readWorth(Rate memory rate, RulesWord rules, TimesWord times) internal pure {
        rate.maxDiscount = times.maxDiscount();
        rate.storedValue = rules.isStoredValue();
    }

    /// @notice Judges what a store takes of a voucher. The product is below 2^89.
    /// @param slot the voucher
    /// @param rate what readWorth wrote
    /// @param units taken, at most Limits.UNITS
    /// @param discount at most Limits.AMOUNT
    /// @return kind Accepted, InsufficientUnits or DiscountTooHigh
    function checkAffordable(Slot slot, Rate memory rate, uint256 units, uint256 discount)
        internal
        pure
        returns (uint8 kind)
    {
        if (units > slot.units()) return Kinds.INSUFFICIENT_UNITS;
        if (rate.storedValue && discount != units) return Kinds.DISCOUNT_TOO_HIGH;
        // A slot has at most Limits.UNITS, and a campaign's maxDiscount is at most Limits.AMOUNT: below 2^89.
        unchecked {
            if (discount > rate.maxDiscount * units) return Kinds.DISCOUNT_TOO_HIGH;
        }
    }

    function _spend(
        State storage s,
        OfferHead memory offer,
        AcceptHead memory a,
        TwoDigests memory signed,
        PlaceList places,
        Change memory change
    ) private {
        emit IEvents.Redeemed(
            offer.owner, a.merchant, a.store, a.till, signed.second, a.currency, a.amount, a.details, a.reference_
        );
        for (uint256 i = 0; i < change.slots.length; ++i) {
            LinePtr line = offer.lines.get(i);
            VoucherKey key = line.ref().key();
            if (change.settles) {
                Offers.logDelivery(s, line, offer.owner, places.get(i));
                Vouchers.closeHold(s, key);
            }
            s.vouchers[key] = change.slots[i];
            Vouchers.logRedeemed(line.ref(), change.slots[i], a.parts.get(i));
        }
    }

    /// @dev Reserves what the store accepted; the units stay on their vouchers.
    function _hold(
        State storage s,
        OfferHead memory offer,
        AcceptHead memory a,
        TwoDigests memory signed,
        PlaceList places,
        Change memory change
    ) private {
        emit IEvents.OrderHeld(
            offer.owner,
            a.merchant,
            a.store,
            a.till,
            signed.second,
            a.currency,
            a.amount,
            a.details,
            a.reference_,
            offer.holdUntil
        );
        uint256 count = change.slots.length;
        for (uint256 i = 0; i < count; ++i) {
            LinePtr line = offer.lines.get(i);
            VoucherKey key = line.ref().key();
            Offers.logDelivery(s, line, offer.owner, places.get(i));
            Slot slot = change.slots[i];
            s.vouchers[key] = slot.mark();
            (uint256 units, uint256 discount) = a.parts.get(i).taken();
            // Every number is within its limit: a store below 2^16, 30 lines, units below 2^36, an instant below 2^33.
            s.holds[key] =
                StoredHold(signed.first, uint16(a.store), uint8(count), uint40(units), uint40(offer.holdUntil));
            emit IEvents.VoucherHeld(
                line.ref().campaign(),
                uint32(line.ref().serial()),
                Slot.unwrap(slot),
                uint64(units),
                uint64(discount),
                offer.holdUntil
            );
        }
    }

    /// @dev Everything but the vouchers.
    function _checkHalves(
        State storage s,
        OfferHead memory offer,
        AcceptHead memory a,
        TwoDigests memory signed,
        PlaceList places
    ) private view returns (uint8 kind) {
        if (!Offers.isValid(offer, places) || !_validParts(offer.lines, a)) return Kinds.MALFORMED;
        if (a.offer != signed.first || (offer.order != 0 && offer.order != a.details)) return Kinds.WRONG_OFFER;
        if (!signed.firstSignature.isBy(offer.owner, signed.first)) return Kinds.BAD_SIGNATURE;
        if (!signed.secondSignature.isBy(a.till, signed.second)) return Kinds.BAD_SIGNATURE;
        kind = _checkTimes(offer);
        if (kind != Kinds.ACCEPTED) return kind;
        kind = Checks.checkMerchant(s, a.merchant);
        if (kind != Kinds.ACCEPTED) return kind;
        if (!Checks.isTill(s, a.merchant, a.till, a.store)) return Kinds.NOT_AUTHORISED;
    }

    /// @dev signedAt is at most Limits.SIGNED_AT.
    function _checkTimes(OfferHead memory offer) private view returns (uint8 kind) {
        kind = Checks.checkSigned(offer.signedAt, offer.deadline);
        if (kind != Kinds.ACCEPTED || offer.holdUntil == 0) return kind;
        if (offer.holdUntil <= block.timestamp) return Kinds.DEADLINE_PASSED;
        unchecked {
            if (offer.holdUntil > offer.signedAt + Limits.HOLD_LIFE) return Kinds.HOLD_TOO_LONG;
        }
    }

    /// @dev The vouchers as the redemption or hold leaves them. No voucher is named twice, so each is judged by itself.
    /// Lines of one campaign follow each other, so it is read once.
    function _checkLines(State storage s, OfferHead memory offer, AcceptHead memory a, PlaceList places)
        private
        view
        returns (uint8 kind, Change memory change)
    {
        Slot[] memory slots = new Slot[](offer.lines.count());
        change.slots = slots;
        uint256 discounts = 0;
        bytes16 campaign = 0;
        Rate memory rate;
        for (uint256 i = 0; i < slots.length; ++i) {
            LinePtr line = offer.lines.get(i);
            if (i == 0 || line.ref().campaign() != campaign) {
                campaign = line.ref().campaign();
                kind = _readRate(s, campaign, a, rate);
                if (kind != Kinds.ACCEPTED) return (kind, change);
            }
            Slot slot = s.vouchers[line.ref().key()];
            if (slot.isZero()) {
                (kind, slot) = Places.appear(s, campaign, line.ref().serial(), offer.owner, places.get(i));
                if (kind != Kinds.ACCEPTED) return (kind, change);
                change.settles = true;
            } else if (slot.isMarked()) {
                change.settles = true;
            }
            kind = _checkSpendable(s, line.ref().key(), slot, rate, offer);
            if (kind != Kinds.ACCEPTED) return (kind, change);
            (uint256 units, uint256 discount) = a.parts.get(i).taken();
            kind = checkAffordable(slot, rate, units, discount);
            if (kind != Kinds.ACCEPTED) return (kind, change);
            slot = slot.bare().sign(offer.signedAt);
            slots[i] = offer.holdUntil == 0 ? slot.spend(units) : slot;
            // checkAffordable: below 2^89 each, and at most Limits.LINES of them.
            unchecked {
                discounts += discount;
            }
        }
        if (discounts > a.amount) kind = Kinds.DISCOUNT_TOO_HIGH;
    }

    /// @dev Reports whether the store may take vouchers of this campaign for this order, and what they are worth.
    function _readRate(State storage s, bytes16 campaign, AcceptHead memory a, Rate memory rate)
        private
        view
        returns (uint8 kind)
    {
        StoredCampaign storage stored = s.campaigns[campaign];
        (RulesWord rules, TimesWord times) = (stored.rules, stored.times);
        // The merchant is known, so it is not zero, which a campaign that is none has.
        if (rules.merchant() != a.merchant) return Kinds.UNKNOWN_CAMPAIGN;
        if (rules.isRestricted() && !stored.stores.get(a.store)) return Kinds.WRONG_STORE;
        if (rules.currency() != a.currency) return Kinds.WRONG_CURRENCY;
        rate.validFrom = times.validFrom();
        readWorth(rate, rules, times);
        rate.extension = Expiry.extensionOf(s, campaign, rules);
    }

    /// @dev Reports whether the owner may spend this voucher with this offer.
    function _checkSpendable(State storage s, VoucherKey key, Slot slot, Rate memory rate, OfferHead memory offer)
        private
        view
        returns (uint8 kind)
    {
        kind = Vouchers.checkUsable(s, key, slot, offer.owner, offer.signedAt);
        if (kind != Kinds.ACCEPTED) return kind;
        if (block.timestamp < rate.validFrom) return Kinds.NOT_YET_VALID;
        if (Expiry.isOver(slot, rate.extension)) return Kinds.EXPIRED;
    }

    function _validParts(LineList lines, AcceptHead memory a) private pure returns (bool ok) {
        uint256 count = a.parts.count();
        if (count != lines.count() || a.amount > Limits.AMOUNT) return false;
        for (uint256 i = 0; i < count; ++i) {
            (uint256 units, uint256 discount) = a.parts.get(i).taken();
            if (units == 0 || units > lines.get(i).offered() || discount > Limits.AMOUNT) return false;
        }
        return true;
    }
}
