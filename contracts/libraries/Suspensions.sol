// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEvents} from "../interfaces/IEvents.sol";
import {ReinstateMerchant, SuspendMerchant} from "../types/Intents.sol";
import {Rules, State, StoredMerchant} from "../types/State.sol";
import {Authority} from "./Authority.sol";
import {Context} from "./Codec.sol";
import {Intents} from "./Intents.sol";
import {Kinds} from "./Kinds.sol";
import {Limits} from "./Limits.sol";

/// @notice Suspensions of merchants: internal/voucher/suspend.go and reinstate.go.
library Suspensions {
    using Authority for StoredMerchant;
    using Intents for bytes32;

    /// @notice Judges a suspension and makes it if it is accepted.
    /// @param s the state
    /// @param x the context
    /// @param body the item without its verb
    /// @return id of the command
    /// @return kind the verdict
    function suspend(State storage s, Context memory x, bytes calldata body) internal returns (bytes32 id, uint8 kind) {
        SuspendMerchant memory intent;
        uint256 signature;
        (intent, id, signature) = Intents.suspendMerchant(x, body);
        if (!Rules.validText(intent.reason, Limits.REASON)) return (id, Kinds.MALFORMED);
        if (!id.signedBy(signature, intent.operator)) return (id, Kinds.BAD_SIGNATURE);
        StoredMerchant storage m = s.merchants[intent.merchant];
        kind = _checkChange(s, m, intent.operator, intent.version, intent.deadline);
        if (kind != Kinds.ACCEPTED) return (id, kind);
        if (m.suspendedFrom != 0) return (id, Kinds.MERCHANT_SUSPENDED);
        emit IEvents.Accepted(id, x.commandHash);
        m.suspendedFrom = uint32(block.timestamp);
        emit IEvents.MerchantSuspended(intent.merchant, m.changeByOperators(), intent.operator, intent.reason);
    }

    /// @notice Judges the end of a suspension and makes it if it is accepted. It counts what the suspension took, of which
    /// every campaign that there was gets its part back.
    /// @param s the state
    /// @param x the context
    /// @param body the item without its verb
    /// @return id of the command
    /// @return kind the verdict
    function reinstate(State storage s, Context memory x, bytes calldata body)
        internal
        returns (bytes32 id, uint8 kind)
    {
        ReinstateMerchant memory intent;
        uint256 signature;
        (intent, id, signature) = Intents.reinstateMerchant(x, body);
        if (!id.signedBy(signature, intent.operator)) return (id, Kinds.BAD_SIGNATURE);
        StoredMerchant storage m = s.merchants[intent.merchant];
        kind = _checkChange(s, m, intent.operator, intent.version, intent.deadline);
        if (kind != Kinds.ACCEPTED) return (id, kind);
        uint256 from = m.suspendedFrom;
        if (from == 0) return (id, Kinds.WRONG_VERSION);
        // Several operators named the next root: one of them does not hand its predecessor the means to stop it.
        if (m.nextFrom != 0 && !m.hasTakenOver()) return (id, Kinds.RECOVERY_PENDING);
        emit IEvents.Accepted(id, x.commandHash);
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
        kind = Rules.checkDeadline(deadline, Limits.INTENT_LIFE);
        if (kind != Kinds.ACCEPTED) return kind;
        if (!Rules.contains(Authority.readOperators(s), operator)) return Kinds.NOT_AUTHORISED;
        if (m.version == 0) return Kinds.UNKNOWN_MERCHANT;
        if (version != m.operatorsVersion()) return Kinds.WRONG_VERSION;
    }
}
