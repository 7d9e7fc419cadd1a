// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Authority} from "./Authority.sol";
import {Context} from "./Codec.sol";
import {ITally, RecoverRoot, RotateRoot} from "./ITally.sol";
import {Intents} from "./Intents.sol";
import {Kinds} from "./Kinds.sol";
import {Limits} from "./Limits.sol";
import {Merchants} from "./Merchants.sol";
import {State, StoredMerchant} from "./State.sol";

/// @notice The replacement of root keys: internal/voucher/roots.go.
library Roots {
    using Authority for StoredMerchant;
    using Intents for bytes32;

    /// @notice Judges a rotation and makes it if it is accepted.
    /// @param s the state
    /// @param x the context
    /// @param body the item without its verb
    /// @return id of the command
    /// @return kind the verdict
    function rotate(State storage s, Context memory x, bytes calldata body) internal returns (bytes32 id, uint8 kind) {
        RotateRoot memory intent;
        uint256 signature;
        (intent, id, signature) = Intents.rotateRoot(x, body);
        if (intent.root == address(0)) return (id, Kinds.MALFORMED);
        if (!id.signedBy(signature, intent.author)) return (id, Kinds.BAD_SIGNATURE);
        kind = Merchants.checkRoot(s, intent.author, intent.merchant, intent.version, intent.deadline);
        if (kind != Kinds.ACCEPTED) return (id, kind);
        emit ITally.Accepted(id, x.commandHash);
        uint32 version = Merchants.changeByRoot(s.merchants[intent.merchant], intent.root);
        emit ITally.RootSet(intent.merchant, version, intent.root, uint64(block.timestamp));
    }

    /// @notice Judges a recovery and makes it if it is accepted: it names the root that takes over after the delay, in
    /// place of one that was named before and has not taken over yet.
    /// @param s the state
    /// @param x the context
    /// @param body the item without its verb
    /// @return id of the command
    /// @return kind the verdict
    function recover(State storage s, Context memory x, bytes calldata body) internal returns (bytes32 id, uint8 kind) {
        RecoverRoot memory intent;
        uint256 approvals;
        uint256 count;
        (intent, id, approvals, count) = Intents.recoverRoot(x, body);
        kind = _checkRecovery(s, id, intent, approvals, count);
        if (kind != Kinds.ACCEPTED) return (id, kind);
        emit ITally.Accepted(id, x.commandHash);
        StoredMerchant storage m = s.merchants[intent.merchant];
        uint64 from = uint64(block.timestamp + Limits.RECOVER_DELAY);
        (m.root, m.version, m.recovering) = (m.rootOf(), m.version + 1, true);
        (m.nextRoot, m.nextFrom) = (intent.root, from);
        emit ITally.RootSet(intent.merchant, m.version, intent.root, from);
    }

    function _checkRecovery(
        State storage s,
        bytes32 id,
        RecoverRoot memory intent,
        uint256 approvals,
        uint256 count
    ) private view returns (uint8 kind) {
        // More signatures than there can be approvers are not looked at.
        if (count > Limits.OPERATORS + 1) return Kinds.BAD_SIGNATURE;
        if (intent.root == address(0) || !Merchants.validApprovers(intent.approvers)) return Kinds.MALFORMED;
        kind = Authority.checkApprovals(id, intent.approvers, approvals, count, intent.deadline);
        if (kind != Kinds.ACCEPTED) return kind;
        if (!Authority.agree(s, intent.approvers)) return Kinds.NOT_AUTHORISED;
        StoredMerchant storage m = s.merchants[intent.merchant];
        if (m.version == 0) return Kinds.UNKNOWN_MERCHANT;
        if (intent.version != m.version) return Kinds.WRONG_VERSION;
    }
}
