// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEvents} from "../interfaces/IEvents.sol";
import {Context} from "../types/Context.sol";
import {ReinstateMerchant, SuspendMerchant} from "../types/Intents.sol";
import {SignaturePtr} from "../types/SignaturePtr.sol";
import {State, StoredMerchant} from "../types/State.sol";
import {Authority} from "./Authority.sol";
import {Checks} from "./Checks.sol";
import {Decoder} from "./Decoder.sol";
import {Kinds} from "./Kinds.sol";
import {Limits} from "./Limits.sol";

/// @notice Suspensions of merchants: internal/voucher/suspend.go and reinstate.go.
library Suspensions {
    using Authority for StoredMerchant;

    /// @notice Judges a suspension and makes it if it is accepted.
    /// @param s the state
    /// @param ctx the command while it is judged
    /// @param body the item without its verb
    /// @return id of the command
    /// @return kind the verdict
    function suspend(State storage s, Context memory ctx, bytes calldata body)
        internal
        returns (bytes32 id, uint8 kind)
    {
        SuspendMerchant memory intent;
        SignaturePtr signature;
        (intent, id, signature) = Decoder.suspendMerchant(ctx, body);
        if (!Checks.validText(intent.reason, Limits.REASON)) return (id, Kinds.MALFORMED);
        if (!signature.isBy(intent.operator, id)) return (id, Kinds.BAD_SIGNATURE);
        StoredMerchant storage m = s.merchants[intent.merchant];
        kind = _checkChange(s, m, intent.operator, intent.version, intent.deadline);
        if (kind != Kinds.ACCEPTED) return (id, kind);
        if (m.suspendedFrom != 0) return (id, Kinds.MERCHANT_SUSPENDED);
        emit IEvents.Accepted(id, ctx.commandHash);
        m.suspendedFrom = uint32(block.timestamp);
        emit IEvents.MerchantSuspended(intent.merchant, m.changeByOperators(), intent.operator, intent.reason);
    }

    /// @notice Judges the end of a suspension and makes it if it is accepted. It counts the seconds that the suspension
    /// took: the vouchers of every campaign that existed then get them back.
    /// @param s the state
    /// @param ctx the command while it is judged
    /// @param body the item without its verb
    /// @return id of the command
    /// @return kind the verdict
    function reinstate(State storage s, Context memory ctx, bytes calldata body)
        internal
        returns (bytes32 id, uint8 kind)
    {
        ReinstateMerchant memory intent;
        SignaturePtr signature;
        (intent, id, signature) = Decoder.reinstateMerchant(ctx, body);
        if (!signature.isBy(intent.operator, id)) return (id, Kinds.BAD_SIGNATURE);
        StoredMerchant storage m = s.merchants[intent.merchant];
        kind = _checkChange(s, m, intent.operator, intent.version, intent.deadline);
        if (kind != Kinds.ACCEPTED) return (id, kind);
        uint256 from = m.suspendedFrom;
        if (from == 0) return (id, Kinds.WRONG_VERSION);
        // Several operators named the next root: one of them does not hand its predecessor the means to stop it.
        if (m.nextFrom != 0 && !m.hasTakenOver()) return (id, Kinds.RECOVERY_PENDING);
        emit IEvents.Accepted(id, ctx.commandHash);
        m.suspendedFrom = 0;
        // Nothing is lost if the clock went back. Blocks' times only grow, so the sum is below theirs.
        unchecked {
            if (block.timestamp > from) m.lost += uint32(block.timestamp - from);
        }
        emit IEvents.MerchantReinstated(intent.merchant, m.changeByOperators(), intent.operator, m.lost);
    }

    /// @dev What every change of a merchant by an operator has in common, its signature apart. It leaves the merchant's
    /// roots alone.
    function _checkChange(
        State storage s,
        StoredMerchant storage m,
        address operator,
        uint32 version,
        uint64 deadline
    ) private view returns (uint8 kind) {
        kind = Checks.checkDeadline(deadline, Limits.INTENT_LIFE);
        if (kind != Kinds.ACCEPTED) return kind;
        if (!Checks.contains(Authority.readOperators(s), operator)) return Kinds.NOT_AUTHORISED;
        if (m.version == 0) return Kinds.UNKNOWN_MERCHANT;
        if (version != m.operatorsVersion()) return Kinds.WRONG_VERSION;
    }
}
