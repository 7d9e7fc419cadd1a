// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEvents} from "../interfaces/IEvents.sol";
import {Context} from "../types/Context.sol";
import {Issue} from "../types/Intents.sol";
import {Issuance} from "../types/Records.sol";
import {RulesWord} from "../types/RulesWord.sol";
import {SignaturePtr} from "../types/SignaturePtr.sol";
import {State, StoredCampaign, StoredIssue} from "../types/State.sol";
import {SupplyWord} from "../types/SupplyWord.sol";
import {Authority} from "./Authority.sol";
import {Campaigns} from "./Campaigns.sol";
import {Checks} from "./Checks.sol";
import {Decoder} from "./Decoder.sol";
import {Expiry} from "./Expiry.sol";
import {Kinds} from "./Kinds.sol";
import {Limits} from "./Limits.sol";

/// @notice Issues: internal/voucher/issue.go.
library Issues {
    /// @notice Judges an issue and makes it if it is accepted.
    /// @param s the state
    /// @param ctx the command while it is judged
    /// @param body the item without its verb
    /// @return id of the command
    /// @return kind the verdict
    function issue(State storage s, Context memory ctx, bytes calldata body) internal returns (bytes32 id, uint8 kind) {
        Issue calldata intent;
        SignaturePtr signature;
        (intent, id, signature) = Decoder.issue(ctx, body);
        if (intent.count == 0) return (id, Kinds.MALFORMED);
        if (!signature.isBy(intent.author, id)) return (id, Kinds.BAD_SIGNATURE);
        kind = Checks.checkDeadline(intent.deadline, Limits.INTENT_LIFE);
        if (kind != Kinds.ACCEPTED) return (id, kind);
        kind = Authority.checkActsFor(s, intent.merchant, intent.author, Checks.SCOPE_ISSUE);
        if (kind != Kinds.ACCEPTED) return (id, kind);
        uint256 expiry;
        (kind, expiry) = _checkCampaign(s, intent);
        if (kind != Kinds.ACCEPTED) return (id, kind);
        emit IEvents.Accepted(id, ctx.commandHash);
        StoredCampaign storage campaign = s.campaigns[intent.campaign];
        campaign.supply = campaign.supply.addIssued(intent.count);
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

    /// @dev Reports whether the campaign has as many vouchers to give away as the issue counts, and when they end.
    function _checkCampaign(State storage s, Issue calldata intent) private view returns (uint8 kind, uint256 expiry) {
        StoredCampaign storage campaign = s.campaigns[intent.campaign];
        (RulesWord rules, SupplyWord supply) = (campaign.rules, campaign.supply);
        // The merchant is known, so it is not zero, which a campaign that is none has.
        if (rules.merchant() != intent.merchant) return (Kinds.UNKNOWN_CAMPAIGN, 0);
        if (supply.status() != Campaigns.ACTIVE) return (Kinds.CAMPAIGN_INACTIVE, 0);
        uint256 issued = supply.issued();
        if (intent.first != issued) return (Kinds.WRONG_VERSION, 0);
        // What is open is at most what is minted: creations and changes of a campaign see to it.
        unchecked {
            if (issued + intent.count > supply.minted() - supply.open()) return (Kinds.SUPPLY_EXCEEDED, 0);
        }
        bool ok;
        uint256 extension = Expiry.extensionOf(s, intent.campaign, rules);
        (expiry, ok) = Expiry.fresh(campaign.times, supply, Campaigns.readOffsets(campaign, rules), extension);
        if (!ok) kind = Kinds.EXPIRED;
    }
}
