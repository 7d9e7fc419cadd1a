// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEvents} from "../interfaces/IEvents.sol";
import {Approvals} from "../types/Approvals.sol";
import {Context} from "../types/Context.sol";
import {RecoverRoot, RotateRoot} from "../types/Intents.sol";
import {SignaturePtr} from "../types/SignaturePtr.sol";
import {State, StoredMerchant} from "../types/State.sol";
import {Authority} from "./Authority.sol";
import {Decoder} from "./Decoder.sol";
import {Kinds} from "./Kinds.sol";
import {Limits} from "./Limits.sol";
import {Merchants} from "./Merchants.sol";

/// @notice The replacement of root keys: internal/voucher/rotate.go and recover.go.
library Roots {
    using Authority for StoredMerchant;

    /// @notice Judges a rotation and makes it if it is accepted.
    /// @param s the state
    /// @param ctx the command while it is judged
    /// @param body the item without its verb
    /// @param proven whether it carries a proof of possession; without it it is refused
    /// @return id of the command
    /// @return kind the verdict
    function rotate(State storage s, Context memory ctx, bytes calldata body, bool proven)
        internal
        returns (bytes32 id, uint8 kind)
    {
        RotateRoot memory intent;
        SignaturePtr signature;
        (intent, id, signature) = Decoder.rotateRoot(ctx, body, proven);
        if (!proven) return (id, Kinds.POSSESSION_WANTED);
        if (intent.root == address(0)) return (id, Kinds.MALFORMED);
        if (!signature.isByBoth(intent.author, intent.root, id)) return (id, Kinds.BAD_SIGNATURE);
        kind = Merchants.checkRoot(s, intent.author, intent.merchant, intent.version, intent.deadline, false);
        if (kind != Kinds.ACCEPTED) return (id, kind);
        emit IEvents.Accepted(id, ctx.commandHash);
        StoredMerchant storage m = s.merchants[intent.merchant];
        uint32 version = Merchants.changeByRoot(m);
        (m.root, m.rootSince) = (intent.root, uint64(block.timestamp));
        emit IEvents.RootSet(intent.merchant, version, intent.root, uint64(block.timestamp));
    }

    /// @notice Judges a recovery and makes it if it is accepted: it names the root that takes over after the delay, in
    /// place of one that was named before and has not taken over yet.
    /// @param s the state
    /// @param ctx the command while it is judged
    /// @param body the item without its verb
    /// @param proven whether it carries a proof of possession; without it it is refused
    /// @return id of the command
    /// @return kind the verdict
    function recover(State storage s, Context memory ctx, bytes calldata body, bool proven)
        internal
        returns (bytes32 id, uint8 kind)
    {
        RecoverRoot memory intent;
        Approvals memory a;
        (intent, id, a) = Decoder.recoverRoot(ctx, body, proven);
        if (!proven) return (id, Kinds.POSSESSION_WANTED);
        kind = _checkRecovery(s, id, intent, a);
        if (kind != Kinds.ACCEPTED) return (id, kind);
        emit IEvents.Accepted(id, ctx.commandHash);
        StoredMerchant storage m = s.merchants[intent.merchant];
        uint32 version = m.changeByOperators();
        // Naming the root in force takes a recovery back that waits.
        bool back = intent.root == m.root;
        uint64 from = uint64(block.timestamp + (back ? 0 : Limits.RECOVER_DELAY));
        (m.nextRoot, m.nextFrom) = back ? (address(0), uint64(0)) : (intent.root, from);
        emit IEvents.RootSet(intent.merchant, version, intent.root, from);
    }

    function _checkRecovery(State storage s, bytes32 id, RecoverRoot memory intent, Approvals memory a)
        private
        view
        returns (uint8 kind)
    {
        if (a.areTooMany()) return Kinds.BAD_SIGNATURE;
        if (intent.root == address(0)) return Kinds.MALFORMED;
        address[] memory next = new address[](1);
        next[0] = intent.root;
        kind = Authority.checkApproved(s, id, intent.approvers, a, next, intent.deadline);
        if (kind != Kinds.ACCEPTED) return kind;
        if (a.proofs == 0) return Kinds.POSSESSION_WANTED;
        StoredMerchant storage m = s.merchants[intent.merchant];
        if (m.version == 0) return Kinds.UNKNOWN_MERCHANT;
        if (intent.version != m.operatorsVersion()) return Kinds.WRONG_VERSION;
    }
}
