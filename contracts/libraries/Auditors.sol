// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEvents} from "../interfaces/IEvents.sol";
import {Approvals} from "../types/Approvals.sol";
import {Context} from "../types/Context.sol";
import {SetAuditor} from "../types/Intents.sol";
import {State, StoredAuditor} from "../types/State.sol";
import {Authority} from "./Authority.sol";
import {Decoder} from "./Decoder.sol";
import {Kinds} from "./Kinds.sol";
import {Limits} from "./Limits.sol";

/// @notice Who may read all that the ledger's servers show: internal/voucher/setauditor.go.
library Auditors {
    /// @notice Judges the naming of an auditor, or its end, and makes it if it is accepted.
    /// @param s the state
    /// @param ctx the command while it is judged
    /// @param body the item without its verb
    /// @return id of the command
    /// @return kind the verdict
    function set(State storage s, Context memory ctx, bytes calldata body) internal returns (bytes32 id, uint8 kind) {
        SetAuditor memory intent;
        Approvals memory a;
        (intent, id, a) = Decoder.setAuditor(ctx, body);
        kind = _check(s, id, intent, a);
        if (kind != Kinds.ACCEPTED) return (id, kind);
        emit IEvents.Accepted(id, ctx.commandHash);
        if (intent.version == 0) s.auditorRoll.push(intent.auditor);
        s.auditors[intent.auditor] = StoredAuditor(intent.version + 1, intent.until);
        emit IEvents.AuditorSet(intent.auditor, intent.version + 1, intent.until);
    }

    function _check(State storage s, bytes32 id, SetAuditor memory intent, Approvals memory a)
        private
        view
        returns (uint8 kind)
    {
        if (a.areTooMany()) return Kinds.BAD_SIGNATURE;
        if (intent.auditor == address(0)) return Kinds.MALFORMED;
        address[] memory nobody;
        kind = Authority.checkApproved(s, id, intent.approvers, a, nobody, intent.deadline);
        if (kind != Kinds.ACCEPTED) return kind;
        if (intent.until != 0) {
            if (block.timestamp >= intent.until) return Kinds.DEADLINE_PASSED;
            if (intent.until > block.timestamp + Limits.AUDITOR_LIFE) return Kinds.DEADLINE_TOO_FAR;
        }
        if (intent.version != s.auditors[intent.auditor].version) return Kinds.WRONG_VERSION;
        if (intent.version == 0 && s.auditorRoll.length >= Limits.AUDITORS) return Kinds.LIST_FULL;
    }
}
