// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";

import {Context} from "./Codec.sol";
import {Accept, Cancel, ITally, Line, Part, Redeem} from "./ITally.sol";
import {CancelParts, Intents, RedeemParts} from "./Intents.sol";
import {Kinds} from "./Kinds.sol";
import {Limits} from "./Limits.sol";
import {Slots} from "./Slots.sol";
import {Rules, State, StoredCampaign, StoredKey} from "./State.sol";
import {Terms} from "./Terms.sol";

/// @notice Redemptions and their cancels: internal/voucher/redeem.go.
library Redemptions {
    using BitMaps for BitMaps.BitMap;
    using Intents for bytes32;
    using Slots for bytes32;
    using Terms for uint256;

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
        RedeemParts memory c = Intents.redeem(x, body);
        id = c.id;
        kind = _checkHalves(s, c);
        if (kind != Kinds.ACCEPTED) return (id, kind);
        bytes32[] memory slots;
        (kind, slots) = _checkLines(s, c.offer, c.accept);
        if (kind != Kinds.ACCEPTED) return (id, kind);
        emit ITally.Accepted(id, x.commandHash);
        _emitRedeemed(c.offer.owner, c.accept, c.acceptance);
        for (uint256 i = 0; i < slots.length; ++i) {
            Line memory line = c.offer.lines[i];
            Part memory part = c.accept.parts[i];
            s.vouchers[Rules.keyOf(line.campaign, line.serial)] = slots[i];
            emit ITally.VoucherRedeemed(line.campaign, line.serial, slots[i], part.units, part.discount);
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
        CancelParts memory c = Intents.cancel(x, body);
        id = c.id;
        kind = _checkCancel(s, c);
        if (kind != Kinds.ACCEPTED) return (id, kind);
        Line[] memory lines = c.offer.lines;
        bytes32[] memory slots = new bytes32[](lines.length);
        for (uint256 i = 0; i < slots.length; ++i) {
            (kind, slots[i]) = _cancelled(s, c.cancel.merchant, c.offer, lines[i]);
            if (kind != Kinds.ACCEPTED) return (id, kind);
        }
        emit ITally.Accepted(id, x.commandHash);
        emit ITally.OfferCancelled(c.cancel.offer, c.cancel.author);
        for (uint256 i = 0; i < slots.length; ++i) {
            s.vouchers[Rules.keyOf(lines[i].campaign, lines[i].serial)] = slots[i];
            emit ITally.VoucherCancelled(lines[i].campaign, lines[i].serial, slots[i]);
        }
    }

    function _emitRedeemed(address owner, Accept memory a, bytes32 acceptance) private {
        emit ITally.Redeemed(
            owner, a.merchant, a.store, a.till, acceptance, a.currency, a.amount, a.details, a.reference_
        );
    }

    /// @dev Everything but the vouchers.
    function _checkHalves(State storage s, RedeemParts memory c) private view returns (uint8 kind) {
        Redeem memory offer = c.offer;
        Accept memory a = c.accept;
        if (!_validOffer(offer) || !_validParts(offer.lines, a)) return Kinds.MALFORMED;
        if (offer.holdUntil != 0 || c.placed) return Kinds.UNSUPPORTED;
        if (a.offer != c.id || (offer.order != 0 && offer.order != a.details)) return Kinds.WRONG_OFFER;
        if (!c.id.signedBy(c.offerSignature, offer.owner)) return Kinds.BAD_SIGNATURE;
        if (!c.acceptance.signedBy(c.acceptSignature, a.till)) return Kinds.BAD_SIGNATURE;
        if (block.timestamp > offer.deadline) return Kinds.DEADLINE_PASSED;
        if (offer.deadline > offer.signedAt + Limits.REDEEM_LIFE) return Kinds.DEADLINE_TOO_FAR;
        if (offer.signedAt > block.timestamp + Limits.CLOCK_SKEW) return Kinds.SIGNED_AHEAD;
        kind = Rules.checkMerchant(s, a.merchant);
        if (kind != Kinds.ACCEPTED) return kind;
        StoredKey memory key = s.keys[a.merchant][a.till];
        if (key.scopes & Rules.SCOPE_REDEEM == 0 || key.store != a.store) return Kinds.NOT_AUTHORISED;
    }

    function _checkCancel(State storage s, CancelParts memory c) private view returns (uint8 kind) {
        Cancel memory intent = c.cancel;
        Redeem memory offer = c.offer;
        if (!_validOffer(offer)) return Kinds.MALFORMED;
        if (c.placed) return Kinds.UNSUPPORTED;
        bool byOwner = intent.merchant == address(0);
        if (intent.offer != c.offerId || (byOwner && intent.author != offer.owner)) return Kinds.WRONG_OFFER;
        if (!c.id.signedBy(c.signature, intent.author)) return Kinds.BAD_SIGNATURE;
        if (!c.offerId.signedBy(c.offerSignature, offer.owner)) return Kinds.BAD_SIGNATURE;
        kind = Rules.checkDeadline(intent.deadline, Limits.INTENT_LIFE);
        if (kind != Kinds.ACCEPTED) return kind;
        if (offer.signedAt > block.timestamp + Limits.CLOCK_SKEW) return Kinds.SIGNED_AHEAD;
        if (byOwner) return Kinds.ACCEPTED;
        // A till cancels for its merchant, suspended or not.
        if (s.merchants[intent.merchant].version == 0) return Kinds.UNKNOWN_MERCHANT;
        if (s.keys[intent.merchant][intent.author].scopes & Rules.SCOPE_REDEEM == 0) return Kinds.NOT_AUTHORISED;
    }

    /// @dev The vouchers as the redemption leaves them. No voucher is named twice, so each is judged by itself.
    function _checkLines(State storage s, Redeem memory offer, Accept memory a)
        private
        view
        returns (uint8 kind, bytes32[] memory slots)
    {
        slots = new bytes32[](offer.lines.length);
        uint256 discounts = 0;
        for (uint256 i = 0; i < slots.length; ++i) {
            (kind, slots[i]) = _redeemed(s, offer, a, offer.lines[i], a.parts[i]);
            if (kind != Kinds.ACCEPTED) return (kind, slots);
            discounts += a.parts[i].discount;
        }
        if (discounts > a.amount) kind = Kinds.DISCOUNT_TOO_HIGH;
    }

    function _redeemed(State storage s, Redeem memory offer, Accept memory a, Line memory line, Part memory part)
        private
        view
        returns (uint8 kind, bytes32 slot)
    {
        StoredCampaign storage campaign = s.campaigns[line.campaign];
        uint256 rules = campaign.rules;
        // The merchant is known, so it is not zero, which a campaign that is none has.
        if (rules.merchantOf() != a.merchant) return (Kinds.UNKNOWN_CAMPAIGN, slot);
        if (rules & Terms.RESTRICTED != 0 && !campaign.stores.get(a.store)) return (Kinds.WRONG_STORE, slot);
        if (bytes3(uint24(rules >> Terms.CURRENCY)) != a.currency) return (Kinds.WRONG_CURRENCY, slot);
        slot = s.vouchers[Rules.keyOf(line.campaign, line.serial)];
        uint256 times = campaign.times;
        kind = _checkSpendable(slot, times.u40(Terms.VALID_FROM), offer);
        if (kind != Kinds.ACCEPTED) return (kind, slot);
        kind = _checkAffordable(slot, rules & Terms.STORED_VALUE != 0, uint56(times), part);
        if (kind == Kinds.ACCEPTED) slot = slot.sign(offer.signedAt).spend(part.units);
    }

    /// @dev Whether the owner may spend this voucher with this offer.
    function _checkSpendable(bytes32 slot, uint256 validFrom, Redeem memory offer) private view returns (uint8 kind) {
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
    function _checkAffordable(bytes32 slot, bool storedValue, uint256 maxDiscount, Part memory part)
        private
        pure
        returns (uint8 kind)
    {
        if (part.units > slot.unitsOf()) return Kinds.INSUFFICIENT_UNITS;
        if (storedValue && part.discount != part.units) return Kinds.DISCOUNT_TOO_HIGH;
        if (part.discount > maxDiscount * part.units) return Kinds.DISCOUNT_TOO_HIGH;
    }

    function _cancelled(State storage s, address merchant, Redeem memory offer, Line memory line)
        private
        view
        returns (uint8 kind, bytes32 slot)
    {
        address owner = s.campaigns[line.campaign].rules.merchantOf();
        if (owner == address(0) || (merchant != address(0) && owner != merchant)) return (Kinds.UNKNOWN_CAMPAIGN, slot);
        slot = s.vouchers[Rules.keyOf(line.campaign, line.serial)];
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

    function _validOffer(Redeem memory offer) private pure returns (bool ok) {
        Line[] memory lines = offer.lines;
        if (lines.length == 0 || lines.length > Limits.LINES || offer.signedAt > Limits.SIGNED_AT) return false;
        uint256 next = 0; // the least key that the line may have
        for (uint256 i = 0; i < lines.length; ++i) {
            if (lines[i].units == 0 || lines[i].units > Limits.UNITS) return false;
            uint256 key = Rules.keyOf(lines[i].campaign, lines[i].serial);
            if (key < next) return false;
            next = key + 1;
        }
        return true;
    }

    function _validParts(Line[] memory lines, Accept memory a) private pure returns (bool ok) {
        if (a.parts.length != lines.length || a.amount > Limits.AMOUNT) return false;
        for (uint256 i = 0; i < lines.length; ++i) {
            Part memory part = a.parts[i];
            if (part.units == 0 || part.units > lines[i].units || part.discount > Limits.AMOUNT) return false;
        }
        return true;
    }
}
