// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEvents} from "../interfaces/IEvents.sol";
import {Issue} from "../types/Intents.sol";
import {Issuance} from "../types/Records.sol";
import {Rules, State, StoredCampaign, StoredIssue} from "../types/State.sol";
import {Authority} from "./Authority.sol";
import {Campaigns} from "./Campaigns.sol";
import {Context} from "./Codec.sol";
import {Expiry} from "./Expiry.sol";
import {Intents} from "./Intents.sol";
import {Kinds} from "./Kinds.sol";
import {Limits} from "./Limits.sol";
import {Terms} from "./Terms.sol";

/// @notice Issues: internal/voucher/issue.go.
library Issues {
    using Intents for bytes32;
    using Terms for uint256;

    /// @notice Judges an issue and makes it if it is accepted.
    /// @param s the state
    /// @param x the context
    /// @param body the item without its verb
    /// @return id of the command
    /// @return kind the verdict
    function issue(State storage s, Context memory x, bytes calldata body) internal returns (bytes32 id, uint8 kind) {
        Issue calldata intent;
        uint256 signature;
        (intent, id, signature) = Intents.issue(x, body);
        if (intent.count == 0) return (id, Kinds.MALFORMED);
        if (!id.signedBy(signature, intent.author)) return (id, Kinds.BAD_SIGNATURE);
        kind = Rules.checkDeadline(intent.deadline, Limits.INTENT_LIFE);
        if (kind != Kinds.ACCEPTED) return (id, kind);
        kind = Authority.checkActsFor(s, intent.merchant, intent.author, Rules.SCOPE_ISSUE);
        if (kind != Kinds.ACCEPTED) return (id, kind);
        uint256 expiry;
        (kind, expiry) = _checkCampaign(s, intent);
        if (kind != Kinds.ACCEPTED) return (id, kind);
        emit IEvents.Accepted(id, x.commandHash);
        // What is issued is at most the supply, so the sum stays within its 32 bits.
        s.campaigns[intent.campaign].supply += uint256(intent.count) << Terms.ISSUED;
        s.issues[id] =
            StoredIssue(intent.root, intent.campaign, intent.first, intent.count, uint24(expiry / Limits.QUARTER));
        emit IEvents.CampaignIssued(intent.campaign, id, intent.author, intent.root, intent.first, intent.count);
    }

    /// @notice The record of an issue.
    /// @param s the state
    /// @param id of the issue
    /// @return record all zero where there is none
    function read(State storage s, bytes32 id) internal view returns (Issuance memory record) {
        StoredIssue storage i = s.issues[id];
        return Issuance(i.campaign, i.root, i.first, i.count, uint64(i.expiry * Limits.QUARTER));
    }

    /// @dev Whether the campaign has so many vouchers to give away, and when they end.
    function _checkCampaign(State storage s, Issue calldata intent) private view returns (uint8 kind, uint256 expiry) {
        StoredCampaign storage campaign = s.campaigns[intent.campaign];
        (uint256 rules, uint256 supply) = (campaign.rules, campaign.supply);
        // The merchant is known, so it is not zero, which a campaign that is none has.
        if (rules.merchantOf() != intent.merchant) return (Kinds.UNKNOWN_CAMPAIGN, 0);
        if (supply.u8(Terms.STATUS) != Campaigns.ACTIVE) return (Kinds.CAMPAIGN_INACTIVE, 0);
        uint256 issued = supply.u32(Terms.ISSUED);
        if (intent.first != issued) return (Kinds.WRONG_VERSION, 0);
        if (issued + intent.count > supply.u32(Terms.SUPPLY) - supply.u32(Terms.OPEN)) {
            return (Kinds.SUPPLY_EXCEEDED, 0);
        }
        bool ok;
        uint256 extension = Expiry.extensionOf(s, intent.campaign, rules);
        (expiry, ok) = Expiry.fresh(campaign.times, supply, Campaigns.readOffsets(campaign, rules), extension);
        if (!ok) kind = Kinds.EXPIRED;
    }
}
