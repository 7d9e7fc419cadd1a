// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Approvals} from "../types/Approvals.sol";
import {State, StoredMerchant} from "../types/State.sol";
import {Checks} from "./Checks.sol";
import {Kinds} from "./Kinds.sol";
import {Limits} from "./Limits.sol";

/// @notice Who may act for whom: operators for the system, roots and keys for a merchant.
library Authority {
    /// @notice The operators in force.
    /// @param s the state
    /// @return members ascending
    function readOperators(State storage s) internal view returns (address[] memory members) {
        members = new address[](s.operatorsCount);
        for (uint256 i = 0; i < members.length; ++i) members[i] = s.operators[i];
    }

    /// @notice Judges what all that several operators sign has in common.
    /// @param s the state
    /// @param id what they sign
    /// @param approvers who should have, ascending
    /// @param a where the signatures are
    /// @param members whose proofs of possession there may be, ascending
    /// @param deadline of the intent
    /// @return kind Accepted or why not
    function checkApproved(
        State storage s,
        bytes32 id,
        address[] memory approvers,
        Approvals memory a,
        address[] memory members,
        uint64 deadline
    ) internal view returns (uint8 kind) {
        if (approvers.length > Limits.OPERATORS || !Checks.ascending(approvers) || !a.areOf(members)) {
            return Kinds.MALFORMED;
        }
        if (approvers.length != a.count || !a.areProven(id)) return Kinds.BAD_SIGNATURE;
        for (uint256 i = 0; i < a.count; ++i) {
            if (!a.first.get(i).isBy(approvers[i], id)) return Kinds.BAD_SIGNATURE;
        }
        kind = Checks.checkDeadline(deadline, Limits.APPROVAL_LIFE);
        if (kind == Kinds.ACCEPTED && !agree(s, approvers)) return Kinds.NOT_AUTHORISED;
    }

    /// @notice Reports whether these are operators, and enough of them.
    /// @param s the state
    /// @param approvers ascending
    /// @return enough whether they are
    function agree(State storage s, address[] memory approvers) internal view returns (bool enough) {
        if (approvers.length < s.threshold) return false;
        address[] memory members = readOperators(s);
        for (uint256 i = 0; i < approvers.length; ++i) {
            if (!Checks.contains(members, approvers[i])) return false;
        }
        return true;
    }

    /// @notice A merchant's root in force.
    /// @param m the merchant
    /// @return root its address
    function rootOf(StoredMerchant storage m) internal view returns (address root) {
        return hasTakenOver(m) ? m.nextRoot : m.root;
    }

    /// @notice Reports whether a merchant's next root has taken over.
    /// @param m the merchant
    /// @return over whether there is one, and its time has come
    function hasTakenOver(StoredMerchant storage m) internal view returns (bool over) {
        return m.nextFrom != 0 && block.timestamp >= m.nextFrom;
    }

    /// @notice The version that operators' acts name.
    /// @param m the merchant
    /// @return version 1 before the first one after the admission
    function operatorsVersion(StoredMerchant storage m) internal view returns (uint32 version) {
        // One act is one transaction at least. After 2^32 of them the count begins at 0 again, as in the Go rules.
        unchecked {
            return m.operatorActs + 1;
        }
    }

    /// @notice Writes what every change of a merchant by operators does.
    /// @param m the merchant
    /// @return version after it
    function changeByOperators(StoredMerchant storage m) internal returns (uint32 version) {
        settle(m);
        version = operatorsVersion(m);
        m.operatorActs = version;
        // As in operatorsVersion.
        unchecked {
            ++version;
        }
    }

    /// @notice Makes a next root that has taken over the root.
    /// @param m the merchant
    function settle(StoredMerchant storage m) internal {
        if (!hasTakenOver(m)) return;
        (m.root, m.rootSince, m.nextRoot, m.nextFrom) = (m.nextRoot, m.nextFrom, address(0), 0);
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
        kind = Checks.checkMerchant(s, merchant);
        if (kind != Kinds.ACCEPTED) return kind;
        if (s.keys[merchant][author].scopes & scope != 0) return Kinds.ACCEPTED;
        if (author != rootOf(s.merchants[merchant])) return Kinds.NOT_AUTHORISED;
    }
}
