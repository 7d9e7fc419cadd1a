// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEvents} from "../interfaces/IEvents.sol";
import {Context} from "../types/Context.sol";
import {PutAttestor} from "../types/Intents.sol";
import {RulesWord} from "../types/RulesWord.sol";
import {SignaturePtr} from "../types/SignaturePtr.sol";
import {State, StoredAttestor, StoredCampaign} from "../types/State.sol";
import {Authority} from "./Authority.sol";
import {Campaigns} from "./Campaigns.sol";
import {Checks} from "./Checks.sol";
import {Decoder} from "./Decoder.sol";
import {Kinds} from "./Kinds.sol";
import {Limits} from "./Limits.sol";

/// @notice Whose tickets are good for a campaign: internal/voucher/putattestor.go.
library Attestors {
    uint32 private constant ROOT_ONLY = 0; // the scope of what no other key may do

    /// @notice Judges an attestor and writes it if it is accepted.
    /// @param s the state
    /// @param ctx the command while it is judged
    /// @param body the item without its verb
    /// @return id of the command
    /// @return kind the verdict
    function put(State storage s, Context memory ctx, bytes calldata body) internal returns (bytes32 id, uint8 kind) {
        PutAttestor calldata intent;
        SignaturePtr signature;
        (intent, id, signature) = Decoder.putAttestor(ctx, body);
        kind = _check(s, id, intent, signature);
        if (kind != Kinds.ACCEPTED) return (id, kind);
        emit IEvents.Accepted(id, ctx.commandHash);
        if (intent.version == 0) s.attestorRoll[intent.campaign].push(intent.attestor);
        StoredCampaign storage campaign = s.campaigns[intent.campaign];
        campaign.rules = campaign.rules.markRevised();
        s.attestors[intent.campaign][intent.attestor] = StoredAttestor(intent.version + 1, intent.allowed);
        emit IEvents.AttestorPut(intent.campaign, intent.attestor, intent.version + 1, intent.allowed);
    }

    /// @notice A campaign's attestors, revoked ones included: those that CreateCampaign named, then the others.
    /// @param s the state
    /// @param campaign its id
    /// @return list at most Limits.NAMED
    function read(State storage s, bytes16 campaign) internal view returns (address[] memory list) {
        StoredCampaign storage c = s.campaigns[campaign];
        address[] memory first = Campaigns.readAttestors(c, c.rules);
        address[] storage later = s.attestorRoll[campaign];
        list = new address[](first.length + later.length);
        for (uint256 i = 0; i < list.length; ++i) {
            list[i] = i < first.length ? first[i] : later[i - first.length];
        }
    }

    /// @notice An attestor's record.
    /// @param s the state
    /// @param campaign its id
    /// @param rules its first word
    /// @param attestor whose record
    /// @return version 0: it was never named; 1: CreateCampaign named it, and nothing since
    /// @return allowed whether its tickets are good
    function readOne(State storage s, bytes16 campaign, RulesWord rules, address attestor)
        internal
        view
        returns (uint32 version, bool allowed)
    {
        if (rules.isRevised()) {
            StoredAttestor storage a = s.attestors[campaign][attestor];
            if (a.version != 0) return (a.version, a.allowed);
        }
        allowed = Checks.contains(Campaigns.readAttestors(s.campaigns[campaign], rules), attestor);
        return (allowed ? 1 : 0, allowed);
    }

    function _check(State storage s, bytes32 id, PutAttestor calldata intent, SignaturePtr signature)
        private
        view
        returns (uint8 kind)
    {
        if (intent.attestor == address(0)) return Kinds.MALFORMED;
        if (!signature.isBy(intent.author, id)) return Kinds.BAD_SIGNATURE;
        kind = Checks.checkDeadline(intent.deadline, Limits.INTENT_LIFE);
        if (kind != Kinds.ACCEPTED) return kind;
        kind = Authority.checkActsFor(s, intent.merchant, intent.author, ROOT_ONLY);
        if (kind != Kinds.ACCEPTED) return kind;
        StoredCampaign storage c = s.campaigns[intent.campaign];
        RulesWord rules = c.rules;
        // The merchant is known, so it is not zero, which a campaign that is none has.
        if (rules.merchant() != intent.merchant) return Kinds.UNKNOWN_CAMPAIGN;
        if (c.supply.status() == Campaigns.CLOSED) return Kinds.CAMPAIGN_INACTIVE;
        uint256 first = rules.attestors();
        if (first == 0) return Kinds.INVALID_TERMS;
        (uint32 version, bool allowed) = readOne(s, intent.campaign, rules, intent.attestor);
        if (intent.version != version) return Kinds.WRONG_VERSION;
        if (intent.allowed == allowed) return Kinds.EXISTS;
        if (version == 0 && first + s.attestorRoll[intent.campaign].length >= Limits.NAMED) return Kinds.LIST_FULL;
    }
}
