// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEvents} from "../interfaces/IEvents.sol";
import {Context} from "../types/Context.sol";
import {OfferHead, TwoDigests} from "../types/Heads.sol";
import {Cancel} from "../types/Intents.sol";
import {LinePtr} from "../types/LinePtr.sol";
import {PlaceList, PlacePtr} from "../types/PlacePtr.sol";
import {Slot} from "../types/Slot.sol";
import {State} from "../types/State.sol";
import {Checks} from "./Checks.sol";
import {Decoder} from "./Decoder.sol";
import {Kinds} from "./Kinds.sol";
import {Limits} from "./Limits.sol";
import {Offers} from "./Offers.sol";
import {Places} from "./Places.sol";
import {Vouchers} from "./Vouchers.sol";

/// @notice Cancels of offers: internal/voucher/cancel.go.
library Cancels {
    /// @notice Judges a cancel and makes it if it is accepted: it moves the vouchers of an offer to its signedAt, as
    /// the acceptance would, so of the two only one can come first.
    /// @param s the state
    /// @param ctx the command while it is judged
    /// @param body the item without its verb
    /// @return id of the command
    /// @return kind the verdict
    function cancel(State storage s, Context memory ctx, bytes calldata body)
        internal
        returns (bytes32 id, uint8 kind)
    {
        (Cancel calldata intent, OfferHead memory offer, TwoDigests memory signed, PlaceList places) =
            Decoder.cancel(ctx, body);
        id = signed.first;
        kind = _checkCancel(s, intent, offer, signed, places);
        if (kind != Kinds.ACCEPTED) return (id, kind);
        Slot[] memory words = new Slot[](offer.lines.count());
        for (uint256 i = 0; i < words.length; ++i) {
            (kind, words[i]) = _cancelled(s, intent.merchant, offer, offer.lines.get(i), places.get(i));
            if (kind != Kinds.ACCEPTED) return (id, kind);
        }
        emit IEvents.Accepted(id, ctx.commandHash);
        emit IEvents.OfferCancelled(intent.offer, intent.author);
        for (uint256 i = 0; i < words.length; ++i) {
            LinePtr line = offer.lines.get(i);
            Offers.logDelivery(s, line, offer.owner, places.get(i));
            s.vouchers[line.ref().key()] = words[i];
            Vouchers.logCancelled(line.ref(), words[i].bare());
        }
    }

    /// @dev Everything but the vouchers.
    function _checkCancel(
        State storage s,
        Cancel calldata intent,
        OfferHead memory offer,
        TwoDigests memory signed,
        PlaceList places
    ) private view returns (uint8 kind) {
        if (!Offers.isValid(offer, places)) return Kinds.MALFORMED;
        bool byOwner = intent.merchant == address(0);
        if (intent.offer != signed.second || (byOwner && intent.author != offer.owner)) return Kinds.WRONG_OFFER;
        if (!signed.firstSignature.isBy(intent.author, signed.first)) return Kinds.BAD_SIGNATURE;
        if (!signed.secondSignature.isBy(offer.owner, signed.second)) return Kinds.BAD_SIGNATURE;
        kind = Checks.checkDeadline(intent.deadline, Limits.INTENT_LIFE);
        if (kind != Kinds.ACCEPTED) return kind;
        // No redeem accepts such an offer, so nothing is left to cancel. Without these checks a key could cancel one offer
        // for each second since 1970, at once; with them it can cancel one a second, as signedAt must grow.
        // Instants are of 64 bits, and limits are far smaller: see Checks.
        unchecked {
            if (offer.deadline > offer.signedAt + Limits.REDEEM_LIFE) return Kinds.DEADLINE_TOO_FAR;
            if (offer.signedAt > block.timestamp + Limits.CLOCK_SKEW) return Kinds.SIGNED_AHEAD;
            if (block.timestamp > offer.deadline + (byOwner ? Limits.CANCEL_LIFE : Limits.TILL_CANCEL)) {
                return Kinds.OFFER_OVER;
            }
        }
        if (byOwner) return Kinds.ACCEPTED;
        // A till cancels for its merchant, suspended or not.
        if (s.merchants[intent.merchant].version == 0) return Kinds.UNKNOWN_MERCHANT;
        if (s.keys[intent.merchant][intent.author].scopes & Checks.SCOPE_REDEEM == 0) return Kinds.NOT_AUTHORISED;
    }

    /// @dev The voucher of a line as the cancel leaves it.
    function _cancelled(State storage s, address merchant, OfferHead memory offer, LinePtr line, PlacePtr place)
        private
        view
        returns (uint8 kind, Slot word)
    {
        address owner = s.campaigns[line.ref().campaign()].rules.merchant();
        if (owner == address(0) || (merchant != address(0) && owner != merchant)) return (Kinds.UNKNOWN_CAMPAIGN, word);
        word = s.vouchers[line.ref().key()];
        if (word.isZero()) {
            (kind, word) = Places.appear(s, line.ref().campaign(), line.ref().serial(), offer.owner, place);
            if (kind != Kinds.ACCEPTED) return (kind, word);
        }
        kind = Vouchers.checkOwner(word, offer.owner);
        if (kind == Kinds.ACCEPTED) kind = Vouchers.checkNewest(word, offer.signedAt);
        if (kind == Kinds.ACCEPTED) word = word.sign(offer.signedAt);
    }
}
