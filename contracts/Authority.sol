// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Intents} from "./Intents.sol";
import {Kinds} from "./Kinds.sol";
import {Limits} from "./Limits.sol";
import {Rules, State, StoredMerchant} from "./State.sol";

/// @notice Who may act for whom: operators for the system, roots and keys for a merchant.
library Authority {
    using Intents for bytes32;

    uint256 private constant SIGNATURE = 64; // bytes

    /// @notice The operators in force.
    /// @param s the state
    /// @return members ascending
    function readOperators(State storage s) internal view returns (address[] memory members) {
        members = new address[](s.operatorsCount);
        for (uint256 i = 0; i < members.length; ++i) members[i] = s.operators[i];
    }

    /// @notice Judges the signatures of what several operators sign, and its deadline.
    /// @param id what they sign
    /// @param approvers who should have, ascending
    /// @param approvals where the first signature is; the others follow
    /// @param count how many signatures there are
    /// @param deadline of the intent
    /// @return kind Accepted, BadSignature, DeadlinePassed or DeadlineTooFar
    function checkApprovals(
        bytes32 id,
        address[] memory approvers,
        uint256 approvals,
        uint256 count,
        uint64 deadline
    ) internal view returns (uint8 kind) {
        if (approvers.length != count) return Kinds.BAD_SIGNATURE;
        for (uint256 i = 0; i < count; ++i) {
            if (!id.signedBy(approvals + i * SIGNATURE, approvers[i])) return Kinds.BAD_SIGNATURE;
        }
        return Rules.checkDeadline(deadline, Limits.APPROVAL_LIFE);
    }

    /// @notice Whether these are operators, and enough of them.
    /// @param s the state
    /// @param approvers ascending
    /// @return enough whether they are
    function agree(State storage s, address[] memory approvers) internal view returns (bool enough) {
        if (approvers.length < s.threshold) return false;
        address[] memory members = readOperators(s);
        for (uint256 i = 0; i < approvers.length; ++i) {
            if (!Rules.contains(members, approvers[i])) return false;
        }
        return true;
    }

    /// @notice A merchant's root in force.
    /// @param m the merchant
    /// @return root its address
    function rootOf(StoredMerchant storage m) internal view returns (address root) {
        return m.recovering && block.timestamp >= m.nextFrom ? m.nextRoot : m.root;
    }

    /// @notice Judges whether a key may act for an active merchant: its root, or one with the scope.
    /// @param s the state
    /// @param merchant its first root
    /// @param author the key
    /// @param scope what it wants to do; 0: what only the root may
    /// @return kind Accepted, UnknownMerchant, MerchantSuspended or NotAuthorised
    function checkActsFor(State storage s, address merchant, address author, uint32 scope)
        internal
        view
        returns (uint8 kind)
    {
        kind = Rules.checkMerchant(s, merchant);
        if (kind != Kinds.ACCEPTED) return kind;
        if (author == rootOf(s.merchants[merchant])) return Kinds.ACCEPTED;
        if (s.keys[merchant][author].scopes & scope == 0) return Kinds.NOT_AUTHORISED;
    }
}
