// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Campaign, Hold, Issuance, Merchant} from "../types/Records.sol";

/// @title What there is to read at Tally's address
/// @notice Before the ledger is founded every call reverts with NotFounded.
/// @dev The fallback of Tally runs the code of Administration.
interface IRecords {
    /// @notice The operators in force.
    /// @return version of the set
    /// @return members ascending
    /// @return threshold how many of them a change of the set takes
    function operators() external view returns (uint32 version, address[] memory members, uint32 threshold);

    /// @notice A merchant's record.
    /// @param merchant its first root
    /// @return record all zero where there is no such merchant
    function merchantOf(address merchant) external view returns (Merchant memory record);

    /// @notice Whether a merchant has a store of this number.
    /// @param merchant its first root
    /// @param store the store's number
    /// @return exists whether it was put
    function storeExists(address merchant, uint32 store) external view returns (bool exists);

    /// @notice A campaign's record.
    /// @param campaign its id
    /// @return record all zero where there is no such campaign
    function campaignOf(bytes16 campaign) external view returns (Campaign memory record);

    /// @notice The claims of a wallet in a campaign.
    /// @param campaign its id
    /// @param wallet whose claims
    /// @return claims in all, which is the next claim's ordinal
    /// @return day the local day of the latest one, counted from 1970-01-01
    /// @return today how many were on that day
    function holderOf(bytes16 campaign, address wallet)
        external
        view
        returns (uint32 claims, uint64 day, uint32 today);

    /// @notice A voucher's slot.
    /// @param campaign the voucher's campaign
    /// @param serial the voucher's serial
    /// @return slot zero where nobody claimed it yet
    function slotOf(bytes16 campaign, uint32 serial) external view returns (bytes32 slot);

    /// @notice A list of promised vouchers.
    /// @param issue the id of the issue
    /// @return record all zero where there is no such issue
    function issuanceOf(bytes32 issue) external view returns (Issuance memory record);

    /// @notice What holds a voucher, open or lapsed.
    /// @param campaign the voucher's campaign
    /// @param serial the voucher's serial
    /// @return record all zero where nothing does
    function holdOf(bytes16 campaign, uint32 serial) external view returns (Hold memory record);

    /// @notice The expiry that a voucher had before a rollback put it off.
    /// @param campaign the voucher's campaign
    /// @param serial the voucher's serial
    /// @return extended whether one did
    /// @return expiry Unix seconds
    function extendedOf(bytes16 campaign, uint32 serial) external view returns (bool extended, uint64 expiry);
}
