// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";

import {Context} from "./Codec.sol";
import {Cancel, ITally} from "./ITally.sol";
import {Acceptance, Intents, Offer, Signed} from "./Intents.sol";
import {Kinds} from "./Kinds.sol";
import {Limits} from "./Limits.sol";
import {Lines} from "./Lines.sol";
import {Slots} from "./Slots.sol";
import {Rules, State, StoredCampaign, StoredKey} from "./State.sol";
import {Terms} from "./Terms.sol";

/// @notice Redemptions and their cancels: internal/voucher/redeem.go.
library Redemptions {
    using BitMaps for BitMaps.BitMap;
    using Intents for bytes32;
    using Lines for uint256;
    using Slots for bytes32;
    using Terms for uint256;

    /// @dev What a redemption reads of a campaign.
    struct Rate {
        uint256 validFrom;
        uint256 maxDiscount;
        bool storedValue;
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
        (Offer memory offer, Acceptance memory accept, Signed memory signed, bool placed) = Intents.redeem(x, body);
        id = signed.first;
        kind = _checkHalves(s, offer, accept, signed, placed);
        if (kind != Kinds.ACCEPTED) return (id, kind);
        bytes32[] memory slots;
        (kind, slots) = _checkLines(s, offer, accept);
        if (kind != Kinds.ACCEPTED) return (id, kind);
        emit ITally.Accepted(id, x.commandHash);
        _emitRedeemed(offer.owner, accept, signed.second);
        for (uint256 i = 0; i < slots.length; ++i) {
            uint256 line = offer.lines.lineAt(i);
            s.vouchers[line.keyOf()] = slots[i];
            Lines.log(ITally.VoucherRedeemed.selector, line, slots[i], accept.parts.partAt(i), 2);
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
        (Cancel calldata intent, Offer memory offer, Signed memory signed, bool placed) = Intents.cancel(x, body);
        id = signed.first;
        kind = _checkCancel(s, intent, offer, signed, placed);
        if (kind != Kinds.ACCEPTED) return (id, kind);
        bytes32[] memory slots = new bytes32[](offer.lines.countOf());
        for (uint256 i = 0; i < slots.length; ++i) {
            (kind, slots[i]) = _cancelled(s, intent.merchant, offer, offer.lines.lineAt(i));
            if (kind != Kinds.ACCEPTED) return (id, kind);
        }
        emit ITally.Accepted(id, x.commandHash);
        emit ITally.OfferCancelled(intent.offer, intent.author);
        for (uint256 i = 0; i < slots.length; ++i) {
            uint256 line = offer.lines.lineAt(i);
            s.vouchers[line.keyOf()] = slots[i];
            Lines.log(ITally.VoucherCancelled.selector, line, slots[i], 0, 0);
        }
    }

    function _emitRedeemed(address owner, Acceptance memory a, bytes32 acceptance) private {
        emit ITally.Redeemed(
            owner, a.merchant, a.store, a.till, acceptance, a.currency, a.amount, a.details, a.reference_
        );
    }

    /// @dev Everything but the vouchers.
    function _checkHalves(
        State storage s,
        Offer memory offer,
        Acceptance memory a,
        Signed memory signed,
        bool placed
    ) private view returns (uint8 kind) {
        if (!_validOffer(offer) || !_validParts(offer.lines, a)) return Kinds.MALFORMED;
        if (offer.holdUntil != 0 || placed) return Kinds.UNSUPPORTED;
        if (a.offer != signed.first || (offer.order != 0 && offer.order != a.details)) return Kinds.WRONG_OFFER;
        if (!signed.first.signedBy(signed.firstSignature, offer.owner)) return Kinds.BAD_SIGNATURE;
        if (!signed.second.signedBy(signed.secondSignature, a.till)) return Kinds.BAD_SIGNATURE;
        kind = _checkTimes(offer);
        if (kind != Kinds.ACCEPTED) return kind;
        kind = Rules.checkMerchant(s, a.merchant);
        if (kind != Kinds.ACCEPTED) return kind;
        StoredKey memory key = s.keys[a.merchant][a.till];
        if (key.scopes & Rules.SCOPE_REDEEM == 0 || key.store != a.store) return Kinds.NOT_AUTHORISED;
    }

    /// @dev signedAt is at most Limits.SIGNED_AT.
    function _checkTimes(Offer memory offer) private view returns (uint8 kind) {
        (uint256 signedAt, uint256 deadline) = (offer.signedAt, offer.deadline);
        if (block.timestamp > deadline) return Kinds.DEADLINE_PASSED;
        if (deadline > signedAt + Limits.REDEEM_LIFE) return Kinds.DEADLINE_TOO_FAR;
        if (signedAt > block.timestamp + Limits.CLOCK_SKEW) return Kinds.SIGNED_AHEAD;
    }

    function _checkCancel(
        State storage s,
        Cancel calldata intent,
        Offer memory offer,
        Signed memory signed,
        bool placed
    ) private view returns (uint8 kind) {
        if (!_validOffer(offer)) return Kinds.MALFORMED;
        if (placed) return Kinds.UNSUPPORTED;
        bool byOwner = intent.merchant == address(0);
        if (intent.offer != signed.second || (byOwner && intent.author != offer.owner)) return Kinds.WRONG_OFFER;
        if (!signed.first.signedBy(signed.firstSignature, intent.author)) return Kinds.BAD_SIGNATURE;
        if (!signed.second.signedBy(signed.secondSignature, offer.owner)) return Kinds.BAD_SIGNATURE;
        kind = Rules.checkDeadline(intent.deadline, Limits.INTENT_LIFE);
        if (kind != Kinds.ACCEPTED) return kind;
        if (offer.signedAt > block.timestamp + Limits.CLOCK_SKEW) return Kinds.SIGNED_AHEAD;
        if (byOwner) return Kinds.ACCEPTED;
        // A till cancels for its merchant, suspended or not.
        if (s.merchants[intent.merchant].version == 0) return Kinds.UNKNOWN_MERCHANT;
        if (s.keys[intent.merchant][intent.author].scopes & Rules.SCOPE_REDEEM == 0) return Kinds.NOT_AUTHORISED;
    }

    /// @dev The vouchers as the redemption leaves them. No voucher is named twice, so each is judged by itself. Lines
    /// of one campaign follow each other, so it is read once.
    function _checkLines(State storage s, Offer memory offer, Acceptance memory a)
        private
        view
        returns (uint8 kind, bytes32[] memory slots)
    {
        slots = new bytes32[](offer.lines.countOf());
        uint256 discounts = 0; // at most 30 times Limits.AMOUNT
        bytes16 campaign = 0;
        Rate memory rate;
        for (uint256 i = 0; i < slots.length; ++i) {
            uint256 line = offer.lines.lineAt(i);
            if (i == 0 || line.campaignOf() != campaign) {
                campaign = line.campaignOf();
                kind = _readRate(s.campaigns[campaign], a, rate);
                if (kind != Kinds.ACCEPTED) return (kind, slots);
            }
            bytes32 slot = s.vouchers[line.keyOf()];
            kind = _checkSpendable(slot, rate.validFrom, offer);
            if (kind != Kinds.ACCEPTED) return (kind, slots);
            (uint256 units, uint256 discount) = a.parts.partAt(i).takenOf();
            kind = _checkAffordable(slot, rate, units, discount);
            if (kind != Kinds.ACCEPTED) return (kind, slots);
            slots[i] = slot.sign(offer.signedAt).spend(units);
            unchecked {
                discounts += discount;
            }
        }
        if (discounts > a.amount) kind = Kinds.DISCOUNT_TOO_HIGH;
    }

    /// @dev Whether the store may take vouchers of this campaign for this order, and what they are worth.
    function _readRate(StoredCampaign storage campaign, Acceptance memory a, Rate memory rate)
        private
        view
        returns (uint8 kind)
    {
        (uint256 rules, uint256 times) = (campaign.rules, campaign.times);
        // The merchant is known, so it is not zero, which a campaign that is none has.
        if (rules.merchantOf() != a.merchant) return Kinds.UNKNOWN_CAMPAIGN;
        if (rules & Terms.RESTRICTED != 0 && !campaign.stores.get(a.store)) return Kinds.WRONG_STORE;
        if (bytes3(uint24(rules >> Terms.CURRENCY)) != a.currency) return Kinds.WRONG_CURRENCY;
        rate.validFrom = times.u40(Terms.VALID_FROM);
        rate.maxDiscount = uint56(times);
        rate.storedValue = rules & Terms.STORED_VALUE != 0;
    }

    /// @dev Whether the owner may spend this voucher with this offer.
    function _checkSpendable(bytes32 slot, uint256 validFrom, Offer memory offer)
        private
        view
        returns (uint8 kind)
    {
        kind = _checkOwner(slot, offer.owner);
        if (kind != Kinds.ACCEPTED) return kind;
        uint256 state = slot.stateOf();
        if (state == Slots.VOID) return Kinds.VOIDED;
        kind = _checkNewest(slot, offer.signedAt);
        if (kind != Kinds.ACCEPTED) return kind;
        if (state == Slots.SPENT) return Kinds.SPENT;
        if (block.timestamp < validFrom) return Kinds.NOT_YET_VALID;
        if (block.timestamp >= slot.expiryOf()) return Kinds.EXPIRED;
    }

    /// @dev What the store takes of a voucher. The product is below 2^89.
    function _checkAffordable(bytes32 slot, Rate memory rate, uint256 units, uint256 discount)
        private
        pure
        returns (uint8 kind)
    {
        if (units > slot.unitsOf()) return Kinds.INSUFFICIENT_UNITS;
        if (rate.storedValue && discount != units) return Kinds.DISCOUNT_TOO_HIGH;
        if (discount > rate.maxDiscount * units) return Kinds.DISCOUNT_TOO_HIGH;
    }

    function _cancelled(State storage s, address merchant, Offer memory offer, uint256 line)
        private
        view
        returns (uint8 kind, bytes32 slot)
    {
        address owner = s.campaigns[line.campaignOf()].rules.merchantOf();
        if (owner == address(0) || (merchant != address(0) && owner != merchant)) return (Kinds.UNKNOWN_CAMPAIGN, slot);
        slot = s.vouchers[line.keyOf()];
        kind = _checkOwner(slot, offer.owner);
        if (kind == Kinds.ACCEPTED) kind = _checkNewest(slot, offer.signedAt);
        if (kind == Kinds.ACCEPTED) slot = slot.sign(offer.signedAt);
    }

    function _checkOwner(bytes32 slot, address owner) private pure returns (uint8 kind) {
        if (slot == 0) return Kinds.UNKNOWN_VOUCHER;
        if (slot.ownerOf() != owner) return Kinds.NOT_OWNER;
    }

    function _checkNewest(bytes32 slot, uint256 signedAt) private pure returns (uint8 kind) {
        if (signedAt == slot.signedAtOf()) return Kinds.ALREADY_USED;
        if (signedAt < slot.signedAtOf()) return Kinds.SUPERSEDED;
    }

    function _validOffer(Offer memory offer) private pure returns (bool ok) {
        uint256 count = offer.lines.countOf();
        if (count == 0 || count > Limits.LINES || offer.signedAt > Limits.SIGNED_AT) return false;
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
        return true;
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
