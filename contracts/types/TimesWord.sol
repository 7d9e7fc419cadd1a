// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Limits} from "../libraries/Limits.sol";
import {CreateCampaign} from "./Intents.sol";
import {PackedOffset, PackedOffsetLibrary} from "./PackedOffset.sol";

/// @dev The second word of a campaign: what its vouchers are worth, and when. From the least significant bit:
///
///     maxDiscount 56 | units 40 | validFrom 40 | claimFrom 40 | validUntil 24 | grace 16 | rollback 8 |
///     the first offset 32
///
/// The limits of the terms keep every value within its width: instants are below 2^34, units below 2^36, discounts below
/// 2^53. validUntil and grace are multiples of a quarter of an hour and kept in quarters: below 2^24, grace at most
/// 35,136.
type TimesWord is uint256;

using TimesWordLibrary for TimesWord global;

/// @notice Makes and reads the second word of a campaign.
library TimesWordLibrary {
    uint256 private constant UNITS = 56;
    uint256 private constant VALID_FROM = 96;
    uint256 private constant CLAIM_FROM = 136;
    uint256 private constant VALID_UNTIL = 176;
    uint256 private constant GRACE = 200;
    uint256 private constant ROLLBACK = 216;
    uint256 private constant FIRST_OFFSET = 224;

    /// @notice The second word of a new campaign.
    /// @param intent well-shaped
    /// @return times of the campaign
    function pack(CreateCampaign memory intent) internal pure returns (TimesWord times) {
        uint256 word = intent.maxDiscount | uint256(intent.units) << UNITS | uint256(intent.validFrom) << VALID_FROM
            | uint256(intent.claimFrom) << CLAIM_FROM | intent.validUntil / Limits.QUARTER << VALID_UNTIL
            | intent.grace / Limits.QUARTER << GRACE | uint256(intent.rollback) << ROLLBACK;
        if (intent.offsets.length > 0) {
            word |= PackedOffset.unwrap(PackedOffsetLibrary.pack(intent.offsets[0])) << FIRST_OFFSET;
        }
        return TimesWord.wrap(word);
    }

    /// @notice What one unit may take off an order.
    /// @param times of a campaign
    /// @return amount minor units of money
    function maxDiscount(TimesWord times) internal pure returns (uint56 amount) {
        return uint56(TimesWord.unwrap(times));
    }

    /// @notice The units of a new voucher.
    /// @param times of a campaign
    /// @return count at least 1
    function units(TimesWord times) internal pure returns (uint40 count) {
        return uint40(TimesWord.unwrap(times) >> UNITS);
    }

    /// @notice The first instant to spend.
    /// @param times of a campaign
    /// @return instant Unix seconds
    function validFrom(TimesWord times) internal pure returns (uint40 instant) {
        return uint40(TimesWord.unwrap(times) >> VALID_FROM);
    }

    /// @notice The first instant to claim.
    /// @param times of a campaign
    /// @return instant Unix seconds
    function claimFrom(TimesWord times) internal pure returns (uint40 instant) {
        return uint40(TimesWord.unwrap(times) >> CLAIM_FROM);
    }

    /// @notice The first instant too late to spend.
    /// @param times of a campaign
    /// @return instant Unix seconds
    function validUntil(TimesWord times) internal pure returns (uint256 instant) {
        unchecked {
            return uint24(TimesWord.unwrap(times) >> VALID_UNTIL) * Limits.QUARTER;
        }
    }

    /// @notice How much a rollback may add to the expiry.
    /// @param times of a campaign
    /// @return length seconds
    function grace(TimesWord times) internal pure returns (uint256 length) {
        unchecked {
            return uint16(TimesWord.unwrap(times) >> GRACE) * Limits.QUARTER;
        }
    }

    /// @notice What becomes of units that are rolled back.
    /// @param times of a campaign
    /// @return policy CreateCampaign.rollback
    function rollback(TimesWord times) internal pure returns (uint8 policy) {
        return uint8(TimesWord.unwrap(times) >> ROLLBACK);
    }

    /// @notice The first entry of the campaign's offset table.
    /// @param times of a campaign
    /// @return offset zero where the table is empty
    function firstOffset(TimesWord times) internal pure returns (PackedOffset offset) {
        return PackedOffset.wrap(TimesWord.unwrap(times) >> FIRST_OFFSET);
    }
}
