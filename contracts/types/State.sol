// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";

import {RulesWord} from "./RulesWord.sol";
import {Slot} from "./Slot.sol";
import {SupplyWord} from "./SupplyWord.sol";
import {TimesWord} from "./TimesWord.sol";
import {VoucherKey} from "./VoucherKey.sol";

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

/// @dev Reports whether an attestor's tickets are good for a campaign; version 0: PutAttestor never named it.
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

/// @dev A campaign; merchant 0 is no campaign. Its first three words are packed: a redemption reads the first two, a
/// claim all three.
struct StoredCampaign {
    RulesWord rules;
    TimesWord times;
    SupplyWord supply;
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
    mapping(VoucherKey key => Slot) vouchers;
    mapping(VoucherKey key => StoredHold) holds; // of the vouchers that are marked
    mapping(bytes16 campaign => uint256) lost; // seconds lost before it was created, see RulesWord.isLate
    mapping(bytes32 issue => StoredIssue) issues;
    mapping(bytes32 redemption => mapping(VoucherKey key => uint256)) returned; // units given back
    mapping(VoucherKey key => uint256) extended; // the expiry before a rollback put it off, plus 1
    mapping(bytes16 campaign => mapping(address attestor => StoredAttestor)) attestors; // see RulesWord.isRevised
    mapping(bytes16 campaign => address[]) attestorRoll; // those that CreateCampaign did not name
    mapping(address auditor => StoredAuditor) auditors;
    address[] auditorRoll; // every one that was ever named
}
