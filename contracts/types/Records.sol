// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Offset} from "./Intents.sol";

// ---------------------------------------------------------------------------
// Records: what the views answer.
// ---------------------------------------------------------------------------

/// @notice What the state holds of a merchant.
/// @param version counts the changes by its root; 0: there is no such merchant
/// @param root the key in force
/// @param nextRoot takes over at nextFrom, if not zero
/// @param nextFrom see nextRoot
/// @param suspendedFrom 0: not suspended
/// @param lost seconds of earlier suspensions
struct Merchant {
    uint32 version;
    address root;
    address nextRoot;
    uint64 nextFrom;
    uint64 suspendedFrom;
    uint64 lost;
}

/// @notice What the state holds of a campaign. Where a member has the name of one of CreateCampaign it is the same.
/// @param version counts the changes; 0: there is no such campaign
/// @param status 1 active, 2 paused, 3 closed
/// @param merchant its owner
/// @param termsHash SHA-256 of the terms document
/// @param currency see CreateCampaign
/// @param units see CreateCampaign
/// @param maxDiscount see CreateCampaign
/// @param storedValue see CreateCampaign
/// @param supply as changed last
/// @param open as changed last
/// @param cap see CreateCampaign
/// @param issued vouchers given away by issues
/// @param perHolder see CreateCampaign
/// @param perDay see CreateCampaign
/// @param attestors see CreateCampaign
/// @param claimFrom see CreateCampaign
/// @param claimUntil see CreateCampaign
/// @param validFrom see CreateCampaign
/// @param validUntil see CreateCampaign
/// @param validDays see CreateCampaign
/// @param offsets with all that were added
/// @param transferable see CreateCampaign
/// @param voidable see CreateCampaign
/// @param rollback see CreateCampaign
/// @param grace see CreateCampaign
/// @param stores see CreateCampaign
struct Campaign {
    uint32 version;
    uint8 status;
    address merchant;
    bytes32 termsHash;
    bytes3 currency;
    uint64 units;
    uint64 maxDiscount;
    bool storedValue;
    uint32 supply;
    uint32 open;
    uint32 cap;
    uint32 issued;
    uint32 perHolder;
    uint32 perDay;
    address[] attestors;
    uint64 claimFrom;
    uint64 claimUntil;
    uint64 validFrom;
    uint64 validUntil;
    uint32 validDays;
    Offset[] offsets;
    bool transferable;
    bool voidable;
    uint8 rollback;
    uint32 grace;
    uint32[] stores;
}

/// @notice A list of owners to whom vouchers were promised.
/// @param campaign whose vouchers; 0: there is no such issue
/// @param root see Issue
/// @param first see Issue
/// @param count see Issue
/// @param expiry of its vouchers
struct Issuance {
    bytes16 campaign;
    bytes32 root;
    uint32 first;
    uint32 count;
    uint64 expiry;
}

/// @notice What one hold reserves of one voucher. It may have lapsed.
/// @param id of the held Redeem; 0: there is no hold
/// @param merchant who holds
/// @param store its store
/// @param units reserved
/// @param until the first instant too late to capture
/// @param lines vouchers of the hold
struct Hold {
    bytes32 id;
    address merchant;
    uint32 store;
    uint64 units;
    uint64 until;
    uint32 lines;
}
