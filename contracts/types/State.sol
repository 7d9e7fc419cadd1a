// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";

import {Kinds} from "../libraries/Kinds.sol";
import {Limits} from "../libraries/Limits.sol";

/// @dev A merchant. The first word is all that a redemption reads; version 0 is no merchant. An instant has 32 bits, as a
/// voucher's signedAt.
struct StoredMerchant {
    address root;
    uint32 version;
    uint32 suspendedFrom;
    uint32 lost; // seconds of earlier suspensions
    address nextRoot;
    uint64 nextFrom; // 0: there is no next root
    uint32 operatorActs; // after the admission
    uint64 rootSince; // when root took effect; 0: it is the first one
}

/// @dev Whether an attestor's tickets are good for a campaign; version 0: PutAttestor never named it.
struct StoredAttestor {
    uint32 version;
    bool allowed;
}

/// @dev Until when an auditor may read; version 0: it was never named.
struct StoredAuditor {
    uint32 version;
    uint64 until;
}

/// @dev What a key may do for a merchant.
struct StoredKey {
    uint32 scopes;
    uint32 store;
}

/// @dev The claims of a wallet, or of the person behind it, in one campaign.
struct StoredHolder {
    uint32 claims;
    uint64 day;
    uint32 today;
}

/// @dev A campaign; merchant 0 is no campaign. Its three packed words are what Terms says: a redemption reads the
/// first two, a claim all three.
struct StoredCampaign {
    uint256 rules;
    uint256 times;
    uint256 supply;
    bytes32 termsHash;
    mapping(uint256 index => address) attestors;
    mapping(uint256 eighth => uint256) offsets; // all but the first, eight to a word
    BitMaps.BitMap stores;
}

/// @dev A list of promised vouchers; count 0 is no list.
struct StoredIssue {
    bytes32 root;
    bytes16 campaign;
    uint32 first;
    uint32 count;
    uint24 expiry; // quarters of an hour
}

/// @dev What one hold reserves of one voucher, for the merchant of its campaign; id 0 is no hold.
struct StoredHold {
    bytes32 id;
    uint16 store;
    uint8 lines;
    uint40 units;
    uint40 until;
}

/// @dev The whole state of the ledger.
struct State {
    bytes32 ledgerId;
    bytes32 domain; // the domain separator; 0 before the ledger is founded
    address administration; // the contract Administration
    uint32 operatorsVersion;
    uint32 operatorsCount;
    uint32 threshold;
    mapping(uint256 index => address) operators;
    mapping(address merchant => StoredMerchant) merchants;
    mapping(address merchant => mapping(address key => StoredKey)) keys;
    mapping(address merchant => BitMaps.BitMap) stores;
    mapping(bytes16 campaign => StoredCampaign) campaigns;
    mapping(bytes16 campaign => mapping(address wallet => StoredHolder)) wallets;
    mapping(bytes16 campaign => mapping(bytes32 person => StoredHolder)) subjects; // see Claims._personOf
    mapping(uint256 campaignAndSerial => bytes32) vouchers; // slots, see Slots
    mapping(uint256 campaignAndSerial => StoredHold) holds; // of the vouchers that are marked
    mapping(bytes16 campaign => uint256) lost; // seconds lost before it was created, see Terms.LATE
    mapping(bytes32 issue => StoredIssue) issues;
    mapping(bytes32 redemption => mapping(uint256 campaignAndSerial => uint256)) returned; // units given back
    mapping(uint256 campaignAndSerial => uint256) extended; // the expiry before a rollback put it off, plus 1
    mapping(bytes16 campaign => mapping(address attestor => StoredAttestor)) attestors; // see Terms.REVISED
    mapping(bytes16 campaign => address[]) attestorRoll; // those that CreateCampaign did not name
    mapping(address auditor => StoredAuditor) auditors;
    address[] auditorRoll; // every one that was ever named
}

/// @notice Checks that many rules share.
library Rules {
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
        if (deadline > block.timestamp + life) return Kinds.DEADLINE_TOO_FAR;
        return Kinds.ACCEPTED;
    }

    /// @notice Judges the times that an owner signed, maybe offline.
    /// @param signedAt Unix seconds, at most Limits.SIGNED_AT
    /// @param deadline Unix seconds
    /// @return kind Accepted, DeadlinePassed, DeadlineTooFar or SignedAhead
    function checkSigned(uint256 signedAt, uint256 deadline) internal view returns (uint8 kind) {
        if (block.timestamp > deadline) return Kinds.DEADLINE_PASSED;
        if (deadline > signedAt + Limits.REDEEM_LIFE) return Kinds.DEADLINE_TOO_FAR;
        if (signedAt > block.timestamp + Limits.CLOCK_SKEW) return Kinds.SIGNED_AHEAD;
    }

    /// @notice Whether a key is a till at a store of a merchant.
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

    /// @notice Where a voucher's slot is.
    /// @param campaign the voucher's campaign
    /// @param serial the voucher's serial
    /// @return key of State.vouchers
    function keyOf(bytes16 campaign, uint32 serial) internal pure returns (uint256 key) {
        return uint256(uint128(campaign)) << 32 | serial;
    }

    /// @notice Whether a text has 1 to most bytes, and no control character of ASCII among them.
    /// @param text a name or a reason
    /// @param most its limit
    /// @return ok whether it does
    function validText(string memory text, uint256 most) internal pure returns (bool ok) {
        uint256 size = bytes(text).length;
        if (size == 0 || size > most) return false;
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

    /// @notice Whether a list is in order, without repeats, and starts above zero. An empty one is.
    /// @param list addresses
    /// @return ok whether it is
    function ascendingAboveZero(address[] memory list) internal pure returns (bool ok) {
        return ascending(list) && (list.length == 0 || list[0] != address(0));
    }

    /// @notice Whether a list is in order and without repeats.
    /// @param list addresses
    /// @return ok whether it is
    function ascending(address[] memory list) internal pure returns (bool ok) {
        for (uint256 i = 1; i < list.length; ++i) {
            if (list[i - 1] >= list[i]) return false;
        }
        return true;
    }

    /// @notice Whether a list names an address.
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
