// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEvents} from "../interfaces/IEvents.sol";
import {ClaimCommand} from "../types/Commands.sol";
import {Context} from "../types/Context.sol";
import {TwoDigests} from "../types/Heads.sol";
import {Claim, Offset, Ticket} from "../types/Intents.sol";
import {RulesWord} from "../types/RulesWord.sol";
import {Slot, SlotLibrary} from "../types/Slot.sol";
import {State, StoredCampaign, StoredHolder} from "../types/State.sol";
import {SupplyWord} from "../types/SupplyWord.sol";
import {TimesWord} from "../types/TimesWord.sol";
import {VoucherKeyLibrary} from "../types/VoucherKey.sol";
import {Attestors} from "./Attestors.sol";
import {Campaigns} from "./Campaigns.sol";
import {Checks} from "./Checks.sol";
import {Decoder} from "./Decoder.sol";
import {Expiry} from "./Expiry.sol";
import {Kinds} from "./Kinds.sol";
import {Limits} from "./Limits.sol";
import {LocalTime} from "./LocalTime.sol";

/// @notice Claims: internal/voucher/claim.go.
library Claims {
    /// @dev What is read of the campaign, and what an accepted claim writes.
    struct Verdict {
        RulesWord rules;
        TimesWord times;
        SupplyWord supply;
        StoredHolder wallet;
        StoredHolder subject; // only where the campaign asks for tickets
        uint32 serial;
        Slot slot;
    }

    /// @notice Judges a claim and makes it if it is accepted.
    /// @param s the state
    /// @param ctx the command while it is judged
    /// @param body the item without its verb
    /// @return id of the command
    /// @return kind the verdict
    function claim(State storage s, Context memory ctx, bytes calldata body) internal returns (bytes32 id, uint8 kind) {
        (ClaimCommand calldata c, TwoDigests memory signed) = Decoder.claim(ctx, body);
        id = signed.first;
        Verdict memory v;
        kind = _check(s, c, signed, v);
        if (kind != Kinds.ACCEPTED) return (id, kind);
        emit IEvents.Accepted(id, ctx.commandHash);
        Claim calldata intent = c.claim;
        Ticket calldata ticket = c.ticket;
        s.wallets[intent.campaign][intent.wallet] = v.wallet;
        if (ticket.subject != 0) s.subjects[intent.campaign][_personOf(ticket)] = v.subject;
        s.vouchers[VoucherKeyLibrary.pack(intent.campaign, v.serial)] = v.slot;
        emit IEvents.VoucherClaimed(
            intent.campaign, v.serial, Slot.unwrap(v.slot), intent.ordinal, ticket.attestor, ticket.subject
        );
    }

    function _check(State storage s, ClaimCommand calldata c, TwoDigests memory signed, Verdict memory v)
        private
        view
        returns (uint8 kind)
    {
        Claim calldata intent = c.claim;
        if (c.candidates.length == 0 || c.candidates.length > Limits.CANDIDATES) return Kinds.MALFORMED;
        if (_ticketless(c) && c.ticketSignature.r | c.ticketSignature.vs != 0) return Kinds.MALFORMED;
        if (!signed.firstSignature.isBy(intent.wallet, signed.first)) return Kinds.BAD_SIGNATURE;
        kind = Checks.checkDeadline(intent.deadline, Limits.INTENT_LIFE);
        if (kind != Kinds.ACCEPTED) return kind;
        StoredCampaign storage campaign = s.campaigns[intent.campaign];
        (v.rules, v.times, v.supply) = (campaign.rules, campaign.times, campaign.supply);
        kind = _checkClaimable(s, v);
        if (kind != Kinds.ACCEPTED) return kind;
        if (!_ticketHolds(s, v.rules, c, signed)) return Kinds.TICKET_INVALID;
        Offset[] memory offsets = Campaigns.readOffsets(campaign, v.rules);
        kind = _count(s, c, LocalTime.dayOf(offsets, uint64(block.timestamp)), v);
        if (kind != Kinds.ACCEPTED) return kind;
        if (!_findFree(s, c, v)) return Kinds.SERIALS_TAKEN;
        uint256 extension = Expiry.extensionOf(s, intent.campaign, v.rules);
        (uint256 expiry, bool ok) = Expiry.fresh(v.times, v.supply, offsets, extension);
        if (!ok) return Kinds.EXPIRED;
        v.slot = SlotLibrary.fresh(intent.wallet, v.times.units(), expiry);
    }

    function _checkClaimable(State storage s, Verdict memory v) private view returns (uint8 kind) {
        if (v.rules.isZero()) return Kinds.UNKNOWN_CAMPAIGN;
        kind = Checks.checkMerchant(s, v.rules.merchant());
        if (kind != Kinds.ACCEPTED) return kind;
        if (v.supply.status() != Campaigns.ACTIVE) return Kinds.CAMPAIGN_INACTIVE;
        if (block.timestamp < v.times.claimFrom()) return Kinds.OUTSIDE_WINDOW;
        if (block.timestamp >= v.supply.claimUntil()) return Kinds.OUTSIDE_WINDOW;
    }

    /// @dev The ticket must be there where the campaign asks for one, and nowhere else.
    function _ticketHolds(State storage s, RulesWord rules, ClaimCommand calldata c, TwoDigests memory signed)
        private
        view
        returns (bool ok)
    {
        Ticket calldata t = c.ticket;
        if (rules.attestors() == 0) return _ticketless(c);
        if (t.campaign != c.claim.campaign || t.wallet != c.claim.wallet || t.subject == 0) return false;
        (, bool allowed) = Attestors.readOne(s, t.campaign, rules, t.attestor);
        return t.deadline >= block.timestamp && allowed && signed.secondSignature.isBy(t.attestor, signed.second);
    }

    /// @dev Counts the claim for the wallet and, with a ticket, for the person. With a ticket the limits bind the person.
    function _count(State storage s, ClaimCommand calldata c, uint64 today, Verdict memory v)
        private
        view
        returns (uint8 kind)
    {
        StoredHolder memory holder = s.wallets[c.claim.campaign][c.claim.wallet];
        if (c.claim.ordinal != holder.claims) return Kinds.WRONG_ORDINAL;
        _countOne(holder, today);
        v.wallet = holder;
        if (c.ticket.subject != 0) {
            holder = s.subjects[c.claim.campaign][_personOf(c.ticket)];
            _countOne(holder, today);
            v.subject = holder;
        }
        uint256 limit = v.supply.perHolder();
        if (limit > 0 && holder.claims > limit) return Kinds.LIMIT_REACHED;
        limit = v.supply.perDay();
        if (limit > 0 && holder.today > limit) return Kinds.DAY_LIMIT_REACHED;
    }

    function _countOne(StoredHolder memory holder, uint64 today) private pure {
        // A clock that goes back counts for the later day.
        if (today > holder.day) (holder.day, holder.today) = (today, 0);
        // Each claim takes a voucher of the campaign, and there are at most Limits.SUPPLY of them: 31 bits.
        unchecked {
            ++holder.claims;
            ++holder.today;
        }
    }

    /// @dev The ticket is all zero.
    function _ticketless(ClaimCommand calldata c) private pure returns (bool none) {
        Ticket calldata t = c.ticket;
        return t.campaign == 0 && t.wallet == address(0) && t.attestor == address(0) && t.subject == 0
            && t.deadline == 0;
    }

    /// @dev Each attestor has its own subjects.
    function _personOf(Ticket calldata t) private pure returns (bytes32 key) {
        return keccak256(abi.encode(t.attestor, t.subject));
    }

    /// @dev The first candidate open to claims that nobody owns.
    function _findFree(State storage s, ClaimCommand calldata c, Verdict memory v) private view returns (bool found) {
        uint256 open = v.supply.open();
        for (uint256 i = 0; i < c.candidates.length; ++i) {
            v.serial = c.candidates[i];
            if (v.serial < open && s.vouchers[VoucherKeyLibrary.pack(c.claim.campaign, v.serial)].isZero()) return true;
        }
        return false;
    }
}
