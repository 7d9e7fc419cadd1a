// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {State, StoredKey, StoredMerchant} from "../types/State.sol";
import {Kinds} from "./Kinds.sol";
import {Limits} from "./Limits.sol";

/// @notice Checks that many rules share.
///
/// @dev Instants are of at most 64 bits and limits are far smaller, so their sums are unchecked here and in the rules.
library Checks {
    /// @notice Lets a key accept redemptions at its store.
    uint32 internal constant SCOPE_REDEEM = 1;
    /// @notice Lets a key sign issues.
    uint32 internal constant SCOPE_ISSUE = 2;
    /// @notice Lets a key give units back.
    uint32 internal constant SCOPE_ROLLBACK = 4;
    /// @notice Lets a key void vouchers.
    uint32 internal constant SCOPE_VOID = 8;
    /// @notice Every scope there is: redeem, issue, rollback, void.
    uint32 internal constant ALL_SCOPES = 15;

    /// @notice Judges a deadline that may be life seconds away.
    /// @param deadline Unix seconds
    /// @param life seconds
    /// @return kind Accepted, DeadlinePassed or DeadlineTooFar
    function checkDeadline(uint256 deadline, uint256 life) internal view returns (uint8 kind) {
        if (block.timestamp > deadline) return Kinds.DEADLINE_PASSED;
        unchecked {
            if (deadline > block.timestamp + life) return Kinds.DEADLINE_TOO_FAR;
        }
    }

    /// @notice Judges the times that an owner signed, maybe offline.
    /// @param signedAt Unix seconds, at most Limits.SIGNED_AT
    /// @param deadline Unix seconds
    /// @return kind Accepted, DeadlinePassed, DeadlineTooFar or SignedAhead
    function checkSigned(uint256 signedAt, uint256 deadline) internal view returns (uint8 kind) {
        if (block.timestamp > deadline) return Kinds.DEADLINE_PASSED;
        unchecked {
            if (deadline > signedAt + Limits.REDEEM_LIFE) return Kinds.DEADLINE_TOO_FAR;
            if (signedAt > block.timestamp + Limits.CLOCK_SKEW) return Kinds.SIGNED_AHEAD;
        }
    }

    /// @notice Reports whether a key is a till at a store of a merchant.
    /// @param s the state
    /// @param merchant its first root
    /// @param key the key
    /// @param store the store's number
    /// @return till whether it is
    function isTill(State storage s, address merchant, address key, uint32 store) internal view returns (bool till) {
        StoredKey storage k = s.keys[merchant][key];
        return k.scopes & SCOPE_REDEEM != 0 && k.store == store;
    }

    /// @notice Judges whether a merchant is known and not suspended.
    /// @param s the state
    /// @param merchant its first root
    /// @return kind Accepted, UnknownMerchant or MerchantSuspended
    function checkMerchant(State storage s, address merchant) internal view returns (uint8 kind) {
        StoredMerchant storage m = s.merchants[merchant];
        if (m.version == 0) return Kinds.UNKNOWN_MERCHANT;
        if (m.suspendedFrom != 0) return Kinds.MERCHANT_SUSPENDED;
        return Kinds.ACCEPTED;
    }

    /// @notice Reports whether a text has 1 to most bytes, and no control character of ASCII among them.
    /// @param text a name or a reason
    /// @param most its limit
    /// @return ok whether it does
    function validText(string memory text, uint256 most) internal pure returns (bool ok) {
        uint256 size = bytes(text).length;
        if (size == 0 || size > most) return false;
        // i is at most most, a limit.
        unchecked {
            for (uint256 i = 1; i <= size; ++i) {
                uint256 char;
                assembly ("memory-safe") {
                    char := and(mload(add(text, i)), 0xff) // the i-th byte ends the word that begins i bytes after the length's
                }
                if (char < 0x20 || char == 0x7f) return false;
            }
        }
        return true;
    }

    /// @notice Reports whether a list is in order, without repeats, and starts above zero. An empty one is.
    /// @param list addresses
    /// @return ok whether it is
    function ascendingAboveZero(address[] memory list) internal pure returns (bool ok) {
        return ascending(list) && (list.length == 0 || list[0] != address(0));
    }

    /// @notice Reports whether a list is in order and without repeats.
    /// @param list addresses
    /// @return ok whether it is
    function ascending(address[] memory list) internal pure returns (bool ok) {
        for (uint256 i = 1; i < list.length; ++i) {
            if (list[i - 1] >= list[i]) return false;
        }
        return true;
    }

    /// @notice Reports whether a list names an address.
    /// @param list at most 32 addresses
    /// @param wanted the address
    /// @return found whether it does
    function contains(address[] memory list, address wanted) internal pure returns (bool found) {
        for (uint256 i = 0; i < list.length; ++i) {
            if (list[i] == wanted) return true;
        }
        return false;
    }
}
