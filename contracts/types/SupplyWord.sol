// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CreateCampaign} from "./Intents.sol";

/// @dev The third word of a campaign: how many vouchers there are, and who may claim them. From the least significant bit:
///
///     supply 32 | open 32 | cap 32 | issued 32 | perHolder 32 | perDay 32 | claimUntil 40 | validDays 16 | status 8
///
/// The limits of the terms keep every value within its width: claimUntil is below 2^34, validDays at most 3660.
type SupplyWord is uint256;

using SupplyWordLibrary for SupplyWord global;

/// @notice Makes, reads and changes the third word of a campaign.
library SupplyWordLibrary {
    uint256 private constant OPEN = 32;
    uint256 private constant CAP = 64;
    uint256 private constant ISSUED = 96;
    uint256 private constant PER_HOLDER = 128;
    uint256 private constant PER_DAY = 160;
    uint256 private constant CLAIM_UNTIL = 192;
    uint256 private constant VALID_DAYS = 232;
    uint256 private constant STATUS = 248;

    /// @notice The third word of a new campaign, active and with nothing issued.
    /// @param intent consistent
    /// @return supply of the campaign
    function pack(CreateCampaign memory intent) internal pure returns (SupplyWord supply) {
        return SupplyWord.wrap(
            intent.supply | uint256(intent.open) << OPEN | uint256(intent.cap) << CAP
                | uint256(intent.perHolder) << PER_HOLDER | uint256(intent.perDay) << PER_DAY
                | uint256(intent.claimUntil) << CLAIM_UNTIL | uint256(intent.validDays) << VALID_DAYS | 1 << STATUS
        );
    }

    /// @notice The word after a change of the campaign.
    /// @param supply of a campaign
    /// @param total the new supply
    /// @param claimable of it, open to claims
    /// @param code the new status
    /// @return changed word
    function change(SupplyWord supply, uint32 total, uint32 claimable, uint8 code)
        internal
        pure
        returns (SupplyWord changed)
    {
        // Supply and open are the lowest 64 bits, the status the highest 8.
        return SupplyWord.wrap(
            SupplyWord.unwrap(supply) << 8 >> 72 << 64 | uint256(code) << STATUS | uint256(claimable) << OPEN | total
        );
    }

    /// @notice The word with more vouchers issued.
    /// @param supply of a campaign
    /// @param count vouchers to add; the sum is at most the supply, so it stays within its 32 bits
    /// @return changed word
    function addIssued(SupplyWord supply, uint32 count) internal pure returns (SupplyWord changed) {
        return SupplyWord.wrap(SupplyWord.unwrap(supply) + (uint256(count) << ISSUED));
    }

    /// @notice How many vouchers are minted.
    /// @param supply of a campaign
    /// @return count at most the cap
    function minted(SupplyWord supply) internal pure returns (uint32 count) {
        return uint32(SupplyWord.unwrap(supply));
    }

    /// @notice How many of the vouchers are open to claims.
    /// @param supply of a campaign
    /// @return count at most what is minted
    function open(SupplyWord supply) internal pure returns (uint32 count) {
        return uint32(SupplyWord.unwrap(supply) >> OPEN);
    }

    /// @notice How many vouchers there can ever be.
    /// @param supply of a campaign
    /// @return count at least 1
    function cap(SupplyWord supply) internal pure returns (uint32 count) {
        return uint32(SupplyWord.unwrap(supply) >> CAP);
    }

    /// @notice How many vouchers issues gave away.
    /// @param supply of a campaign
    /// @return count at most minted less open
    function issued(SupplyWord supply) internal pure returns (uint32 count) {
        return uint32(SupplyWord.unwrap(supply) >> ISSUED);
    }

    /// @notice How many claims a holder may make.
    /// @param supply of a campaign
    /// @return count 0: no limit
    function perHolder(SupplyWord supply) internal pure returns (uint32 count) {
        return uint32(SupplyWord.unwrap(supply) >> PER_HOLDER);
    }

    /// @notice How many claims a holder may make in one local day.
    /// @param supply of a campaign
    /// @return count 0: no limit
    function perDay(SupplyWord supply) internal pure returns (uint32 count) {
        return uint32(SupplyWord.unwrap(supply) >> PER_DAY);
    }

    /// @notice The first instant too late to claim.
    /// @param supply of a campaign
    /// @return instant Unix seconds
    function claimUntil(SupplyWord supply) internal pure returns (uint40 instant) {
        return uint40(SupplyWord.unwrap(supply) >> CLAIM_UNTIL);
    }

    /// @notice How many local days after its claim a voucher is valid.
    /// @param supply of a campaign
    /// @return count 0: until validUntil
    function validDays(SupplyWord supply) internal pure returns (uint16 count) {
        return uint16(SupplyWord.unwrap(supply) >> VALID_DAYS);
    }

    /// @notice The campaign's status.
    /// @param supply of a campaign
    /// @return code 1 active, 2 paused, 3 closed
    function status(SupplyWord supply) internal pure returns (uint8 code) {
        return uint8(SupplyWord.unwrap(supply) >> STATUS);
    }
}
