// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";

import {IEvents} from "../interfaces/IEvents.sol";
import {Cancel} from "../types/Intents.sol";
import {Rules, State, StoredCampaign, StoredHold} from "../types/State.sol";
import {Context} from "./Codec.sol";
import {Expiry} from "./Expiry.sol";
import {Acceptance, Intents, Offer, Signed} from "./Intents.sol";
import {Kinds} from "./Kinds.sol";
import {Limits} from "./Limits.sol";
import {Lines} from "./Lines.sol";
import {Places} from "./Places.sol";
import {Slots} from "./Slots.sol";
import {Terms} from "./Terms.sol";
import {Vouchers} from "./Vouchers.sol";

/// @notice Redemptions, holds, and the cancels of both: internal/voucher/redeem.go, hold.go and cancel.go.
library Redemptions {
    using BitMaps for BitMaps.BitMap;
    using Intents for bytes32;
    using Lines for uint256;
    using Places for uint256;
    using Slots for bytes32;
    using Terms for uint256;

    /// @dev What a redemption reads of a campaign.
    struct Rate {
        uint256 validFrom;
        uint256 maxDiscount;
        uint256 extension;
        bool storedValue;
    }

    /// @dev What the lines of an offer become.
    struct Change {
        bytes32[] slots; // of the vouchers after the change
        bool settles; // some voucher appears, or has a hold that lapsed
    }

    /// @notice Judges a redemption and makes it if it is accepted.
    /// @param s the state
    /// @param x the context
    /// @param body the item without its verb
    /// @return id of the command
    /// @return kind the verdict
    function redeem(State storage s, Context memory x, bytes calldata body)
        internal
        returns (bytes32 id, uint8 kind)
    {
        (Offer memory offer, Acceptance memory accept, Signed memory signed, uint256 places) = Intents.redeem(x, body);
        id = signed.first;
        kind = _checkHalves(s, offer, accept, signed, places);
        if (kind != Kinds.ACCEPTED) return (id, kind);
        Change memory change;
        (kind, change) = _checkLines(s, offer, accept, places);
        if (kind != Kinds.ACCEPTED) return (id, kind);
        emit IEvents.Accepted(id, x.commandHash);
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
    function readWorth(Rate memory rate, uint256 rules, uint256 times) internal pure {
        rate.maxDiscount = uint56(times);
        rate.storedValue = rules & Terms.STORED_VALUE != 0;
    }

    /// @notice Judges what a store takes of a voucher. The product is below 2^89.
    /// @param slot the voucher
    /// @param rate what readWorth wrote
    /// @param units taken, at most Limits.UNITS
    /// @param discount at most Limits.AMOUNT
    /// @return kind Accepted, InsufficientUnits or DiscountTooHigh
    function checkAffordable(bytes32 slot, Rate memory rate, uint256 units, uint256 discount)
        internal
        pure
        returns (uint8 kind)
    {
        if (units > slot.unitsOf()) return Kinds.INSUFFICIENT_UNITS;
        if (rate.storedValue && discount != units) return Kinds.DISCOUNT_TOO_HIGH;
        unchecked {
            if (discount > rate.maxDiscount * units) return Kinds.DISCOUNT_TOO_HIGH;
        }
    }

    /// @notice Judges a cancel and makes it if it is accepted: it moves the vouchers of an offer to its signedAt, as
    /// the acceptance would, so of the two only one can come first.
    /// @param s the state
    /// @param x the context
    /// @param body the item without its verb
    /// @return id of the command
    /// @return kind the verdict
    function cancel(State storage s, Context memory x, bytes calldata body)
        internal
        returns (bytes32 id, uint8 kind)
    {
        (Cancel calldata intent, Offer memory offer, Signed memory signed, uint256 places) = Intents.cancel(x, body);
        id = signed.first;
        kind = _checkCancel(s, intent, offer, signed, places);
        if (kind != Kinds.ACCEPTED) return (id, kind);
        bytes32[] memory words = new bytes32[](offer.lines.countOf());
        for (uint256 i = 0; i < words.length; ++i) {
            (kind, words[i]) = _cancelled(s, intent.merchant, offer, offer.lines.lineAt(i), places.placeAt(i));
            if (kind != Kinds.ACCEPTED) return (id, kind);
        }
        emit IEvents.Accepted(id, x.commandHash);
        emit IEvents.OfferCancelled(intent.offer, intent.author);
        for (uint256 i = 0; i < words.length; ++i) {
            uint256 line = offer.lines.lineAt(i);
            _deliver(s, line, offer.owner, places.placeAt(i));
            s.vouchers[line.keyOf()] = words[i];
            Lines.log(IEvents.VoucherCancelled.selector, line, words[i].bare(), 0, 0);
        }
    }

    function _spend(
        State storage s,
        Offer memory offer,
        Acceptance memory a,
        Signed memory signed,
        uint256 places,
        Change memory change
    ) private {
        emit IEvents.Redeemed(
            offer.owner, a.merchant, a.store, a.till, signed.second, a.currency, a.amount, a.details, a.reference_
        );
        for (uint256 i = 0; i < change.slots.length; ++i) {
            uint256 line = offer.lines.lineAt(i);
            uint256 key = line.keyOf();
            if (change.settles) {
                _deliver(s, line, offer.owner, places.placeAt(i));
                Vouchers.closeHold(s, key);
            }
            s.vouchers[key] = change.slots[i];
            Lines.log(IEvents.VoucherRedeemed.selector, line, change.slots[i], a.parts.partAt(i), 2);
        }
    }

    /// @dev Reserves what the store accepted; the units stay on their vouchers.
    function _hold(
        State storage s,
        Offer memory offer,
        Acceptance memory a,
        Signed memory signed,
        uint256 places,
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
            uint256 line = offer.lines.lineAt(i);
            uint256 key = line.keyOf();
            _deliver(s, line, offer.owner, places.placeAt(i));
            bytes32 slot = change.slots[i];
            s.vouchers[key] = slot.mark();
            (uint256 units, uint256 discount) = a.parts.partAt(i).takenOf();
            // Every number is within its limit: a store below 2^16, 30 lines, units below 2^36, an instant below 2^33.
            s.holds[key] =
                StoredHold(signed.first, uint16(a.store), uint8(count), uint40(units), uint40(offer.holdUntil));
            emit IEvents.VoucherHeld(
                line.campaignOf(), uint32(line.serialOf()), slot, uint64(units), uint64(discount), offer.holdUntil
            );
        }
    }

    /// @dev Tells of a voucher that appears with this line.
    function _deliver(State storage s, uint256 line, address owner, uint256 place) private {
        if (place == 0 || s.vouchers[line.keyOf()] != 0) return;
        (, bytes32 slot) = Places.appear(s, line.campaignOf(), line.serialOf(), owner, place);
        Places.tell(line.campaignOf(), line.serialOf(), slot, place);
    }

    /// @dev Everything but the vouchers.
    function _checkHalves(
        State storage s,
        Offer memory offer,
        Acceptance memory a,
        Signed memory signed,
        uint256 places
    ) private view returns (uint8 kind) {
        if (!_validOffer(offer, places) || !_validParts(offer.lines, a)) return Kinds.MALFORMED;
        if (a.offer != signed.first || (offer.order != 0 && offer.order != a.details)) return Kinds.WRONG_OFFER;
        if (!signed.first.signedBy(signed.firstSignature, offer.owner)) return Kinds.BAD_SIGNATURE;
        if (!signed.second.signedBy(signed.secondSignature, a.till)) return Kinds.BAD_SIGNATURE;
        kind = _checkTimes(offer);
        if (kind != Kinds.ACCEPTED) return kind;
        kind = Rules.checkMerchant(s, a.merchant);
        if (kind != Kinds.ACCEPTED) return kind;
        if (!Rules.isTill(s, a.merchant, a.till, a.store)) return Kinds.NOT_AUTHORISED;
    }

    /// @dev signedAt is at most Limits.SIGNED_AT.
    function _checkTimes(Offer memory offer) private view returns (uint8 kind) {
        kind = Rules.checkSigned(offer.signedAt, offer.deadline);
        if (kind != Kinds.ACCEPTED || offer.holdUntil == 0) return kind;
        if (offer.holdUntil <= block.timestamp) return Kinds.DEADLINE_PASSED;
        if (offer.holdUntil > offer.signedAt + Limits.HOLD_LIFE) return Kinds.HOLD_TOO_LONG;
    }

    function _checkCancel(
        State storage s,
        Cancel calldata intent,
        Offer memory offer,
        Signed memory signed,
        uint256 places
    ) private view returns (uint8 kind) {
        if (!_validOffer(offer, places)) return Kinds.MALFORMED;
        bool byOwner = intent.merchant == address(0);
        if (intent.offer != signed.second || (byOwner && intent.author != offer.owner)) return Kinds.WRONG_OFFER;
        if (!signed.first.signedBy(signed.firstSignature, intent.author)) return Kinds.BAD_SIGNATURE;
        if (!signed.second.signedBy(signed.secondSignature, offer.owner)) return Kinds.BAD_SIGNATURE;
        kind = Rules.checkDeadline(intent.deadline, Limits.INTENT_LIFE);
        if (kind != Kinds.ACCEPTED) return kind;
        // No redeem accepts such an offer, so nothing is left to cancel. Else a key could cancel one after the other for
        // each second since 1970; so it is one a second, as signedAt must grow.
        if (offer.deadline > offer.signedAt + Limits.REDEEM_LIFE) return Kinds.DEADLINE_TOO_FAR;
        if (offer.signedAt > block.timestamp + Limits.CLOCK_SKEW) return Kinds.SIGNED_AHEAD;
        if (block.timestamp > offer.deadline + (byOwner ? Limits.CANCEL_LIFE : Limits.TILL_CANCEL)) {
            return Kinds.OFFER_OVER;
        }
        if (byOwner) return Kinds.ACCEPTED;
        // A till cancels for its merchant, suspended or not.
        if (s.merchants[intent.merchant].version == 0) return Kinds.UNKNOWN_MERCHANT;
        if (s.keys[intent.merchant][intent.author].scopes & Rules.SCOPE_REDEEM == 0) return Kinds.NOT_AUTHORISED;
    }

    /// @dev The vouchers as the redemption or hold leaves them. No voucher is named twice, so each is judged by itself.
    /// Lines of one campaign follow each other, so it is read once.
    function _checkLines(State storage s, Offer memory offer, Acceptance memory a, uint256 places)
        private
        view
        returns (uint8 kind, Change memory change)
    {
        bytes32[] memory slots = new bytes32[](offer.lines.countOf());
        change.slots = slots;
        uint256 discounts = 0; // at most 30 times Limits.AMOUNT
        bytes16 campaign = 0;
        Rate memory rate;
        for (uint256 i = 0; i < slots.length; ++i) {
            uint256 line = offer.lines.lineAt(i);
            if (i == 0 || line.campaignOf() != campaign) {
                campaign = line.campaignOf();
                kind = _readRate(s, campaign, a, rate);
                if (kind != Kinds.ACCEPTED) return (kind, change);
            }
            bytes32 slot = s.vouchers[line.keyOf()];
            if (slot == 0) {
                (kind, slot) = Places.appear(s, campaign, line.serialOf(), offer.owner, places.placeAt(i));
                if (kind != Kinds.ACCEPTED) return (kind, change);
                change.settles = true;
            } else if (slot.isMarked()) {
                change.settles = true;
            }
            kind = _checkSpendable(s, line.keyOf(), slot, rate, offer);
            if (kind != Kinds.ACCEPTED) return (kind, change);
            (uint256 units, uint256 discount) = a.parts.partAt(i).takenOf();
            kind = checkAffordable(slot, rate, units, discount);
            if (kind != Kinds.ACCEPTED) return (kind, change);
            slot = slot.bare().sign(offer.signedAt);
            slots[i] = offer.holdUntil == 0 ? slot.spend(units) : slot;
            unchecked {
                discounts += discount;
            }
        }
        if (discounts > a.amount) kind = Kinds.DISCOUNT_TOO_HIGH;
    }

    /// @dev Whether the store may take vouchers of this campaign for this order, and what they are worth.
    function _readRate(State storage s, bytes16 campaign, Acceptance memory a, Rate memory rate)
        private
        view
        returns (uint8 kind)
    {
        StoredCampaign storage stored = s.campaigns[campaign];
        (uint256 rules, uint256 times) = (stored.rules, stored.times);
        // The merchant is known, so it is not zero, which a campaign that is none has.
        if (rules.merchantOf() != a.merchant) return Kinds.UNKNOWN_CAMPAIGN;
        if (rules & Terms.RESTRICTED != 0 && !stored.stores.get(a.store)) return Kinds.WRONG_STORE;
        if (rules.currencyOf() != a.currency) return Kinds.WRONG_CURRENCY;
        rate.validFrom = times.u40(Terms.VALID_FROM);
        readWorth(rate, rules, times);
        rate.extension = Expiry.extensionOf(s, campaign, rules);
    }

    /// @dev Whether the owner may spend this voucher with this offer.
    function _checkSpendable(State storage s, uint256 key, bytes32 slot, Rate memory rate, Offer memory offer)
        private
        view
        returns (uint8 kind)
    {
        kind = Vouchers.checkUsable(s, key, slot, offer.owner, offer.signedAt);
        if (kind != Kinds.ACCEPTED) return kind;
        if (block.timestamp < rate.validFrom) return Kinds.NOT_YET_VALID;
        if (Expiry.isOver(slot, rate.extension)) return Kinds.EXPIRED;
    }

    function _cancelled(State storage s, address merchant, Offer memory offer, uint256 line, uint256 place)
        private
        view
        returns (uint8 kind, bytes32 word)
    {
        address owner = s.campaigns[line.campaignOf()].rules.merchantOf();
        if (owner == address(0) || (merchant != address(0) && owner != merchant)) return (Kinds.UNKNOWN_CAMPAIGN, 0);
        word = s.vouchers[line.keyOf()];
        if (word == 0) {
            (kind, word) = Places.appear(s, line.campaignOf(), line.serialOf(), offer.owner, place);
            if (kind != Kinds.ACCEPTED) return (kind, 0);
        }
        kind = Vouchers.checkOwner(word, offer.owner);
        if (kind == Kinds.ACCEPTED) kind = Vouchers.checkNewest(word, offer.signedAt);
        if (kind == Kinds.ACCEPTED) word = word.sign(offer.signedAt);
    }

    function _validOffer(Offer memory offer, uint256 places) private pure returns (bool ok) {
        uint256 count = offer.lines.countOf();
        if (
            count == 0 || count > Limits.LINES || offer.signedAt > Limits.SIGNED_AT || offer.deadline < offer.signedAt
        ) return false;
        uint256 next = 0; // the least key that the line may have
        for (uint256 i = 0; i < count; ++i) {
            uint256 line = offer.lines.lineAt(i);
            uint256 key = line.keyOf();
            uint256 units = line.offeredOf();
            if (units == 0 || units > Limits.UNITS || key < next) return false;
            unchecked {
                next = key + 1; // a key has 160 bits
            }
        }
        return places.valid(count);
    }

    function _validParts(uint256 lines, Acceptance memory a) private pure returns (bool ok) {
        uint256 count = a.parts.countOf();
        if (count != lines.countOf() || a.amount > Limits.AMOUNT) return false;
        for (uint256 i = 0; i < count; ++i) {
            (uint256 units, uint256 discount) = a.parts.partAt(i).takenOf();
            if (units == 0 || units > lines.lineAt(i).offeredOf() || discount > Limits.AMOUNT) return false;
        }
        return true;
    }
}
