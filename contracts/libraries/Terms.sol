// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CreateCampaign, Offset} from "../types/Intents.sol";
import {Limits} from "./Limits.sol";

/// @notice What the ledger enforces of a campaign, in three words. From the least significant bit:
///
///     rules    merchant 160 | currency 24 | version 32 | attestors 8 | offsets 8 (their numbers) | 6 flags
///     times    maxDiscount 56 | units 40 | validFrom 40 | claimFrom 40 | validUntil 24 | grace 16 | rollback 8 |
///              the first offset 32
///     supply   supply 32 | open 32 | cap 32 | issued 32 | perHolder 32 | perDay 32 | claimUntil 40 | validDays 16 |
///              status 8
///
/// The limits of the terms keep every value within its width: instants are below 2^34, units below 2^36, discounts
/// below 2^53. validUntil, grace and the instants of offsets are in quarters of an hour, of which they are multiples: at
/// most 2^24-1, grace 35,136. An offset is its instant, 24, and its minutes in quarters of an hour, 8, signed.
library Terms {
    uint256 internal constant STORED_VALUE = 1 << 232;
    uint256 internal constant TRANSFERABLE = 1 << 233;
    uint256 internal constant VOIDABLE = 1 << 234;
    /// @notice The campaign is accepted at the stores that it names only.
    uint256 internal constant RESTRICTED = 1 << 235;
    /// @notice The merchant had been suspended before the campaign was created: State.lost says for how long.
    uint256 internal constant LATE = 1 << 236;
    /// @notice Attestors were added or revoked since: State.attestors has those that were.
    uint256 internal constant REVISED = 1 << 237;

    uint256 internal constant CURRENCY = 160;
    uint256 internal constant VERSION = 184;
    uint256 internal constant ATTESTORS = 216;
    uint256 internal constant OFFSETS = 224;

    uint256 internal constant MAX_DISCOUNT = 0;
    uint256 internal constant UNITS = 56;
    uint256 internal constant VALID_FROM = 96;
    uint256 internal constant CLAIM_FROM = 136;
    uint256 internal constant VALID_UNTIL = 176;
    uint256 internal constant GRACE = 200;
    uint256 internal constant ROLLBACK = 216;
    uint256 internal constant FIRST_OFFSET = 224;

    uint256 internal constant SUPPLY = 0;
    uint256 internal constant OPEN = 32;
    uint256 internal constant CAP = 64;
    uint256 internal constant ISSUED = 96;
    uint256 internal constant PER_HOLDER = 128;
    uint256 internal constant PER_DAY = 160;
    uint256 internal constant CLAIM_UNTIL = 192;
    uint256 internal constant VALID_DAYS = 232;
    uint256 internal constant STATUS = 248;

    /// @notice The first word of a new campaign, without its number of offsets.
    /// @param i the intent
    /// @return word rules
    function rules(CreateCampaign memory i) internal pure returns (uint256 word) {
        word = uint160(i.merchant) | uint256(uint24(i.currency)) << CURRENCY | 1 << VERSION
            | i.attestors.length << ATTESTORS;
        if (i.storedValue) word |= STORED_VALUE;
        if (i.transferable) word |= TRANSFERABLE;
        if (i.voidable) word |= VOIDABLE;
        if (i.stores.length > 0) word |= RESTRICTED;
    }

    /// @notice The second word of a new campaign.
    /// @param i the intent
    /// @return word times
    function times(CreateCampaign memory i) internal pure returns (uint256 word) {
        word = i.maxDiscount | uint256(i.units) << UNITS | uint256(i.validFrom) << VALID_FROM
            | uint256(i.claimFrom) << CLAIM_FROM | i.validUntil / Limits.QUARTER << VALID_UNTIL
            | i.grace / Limits.QUARTER << GRACE | uint256(i.rollback) << ROLLBACK;
        if (i.offsets.length > 0) word |= pack(i.offsets[0]) << FIRST_OFFSET;
    }

    /// @notice The third word of a new campaign.
    /// @param i the intent
    /// @return word supply
    function supply(CreateCampaign memory i) internal pure returns (uint256 word) {
        return i.supply | uint256(i.open) << OPEN | uint256(i.cap) << CAP | uint256(i.perHolder) << PER_HOLDER
            | uint256(i.perDay) << PER_DAY | uint256(i.claimUntil) << CLAIM_UNTIL
            | uint256(i.validDays) << VALID_DAYS | 1 << STATUS;
    }

    /// @notice An offset in 32 bits.
    /// @param offset a valid one
    /// @return packed its instant and its minutes
    function pack(Offset memory offset) internal pure returns (uint256 packed) {
        return offset.from / Limits.QUARTER << 8 | uint8(int8(offset.minutes_ / Limits.MINUTES_STEP));
    }

    /// @notice What pack packed.
    /// @param packed an offset in its lowest 32 bits
    /// @return offset it
    function unpack(uint256 packed) internal pure returns (Offset memory offset) {
        uint256 from = uint24(packed >> 8) * Limits.QUARTER;
        return Offset(uint64(from), int16(int8(uint8(packed))) * Limits.MINUTES_STEP);
    }

    /// @notice The end of the validity.
    /// @param word times
    /// @return instant Unix seconds
    function validUntilOf(uint256 word) internal pure returns (uint256 instant) {
        return uint24(word >> VALID_UNTIL) * Limits.QUARTER;
    }

    /// @notice The merchant of the first word.
    /// @param word rules
    /// @return merchant zero where there is no campaign
    function merchantOf(uint256 word) internal pure returns (address merchant) {
        return address(uint160(word));
    }

    /// @notice The currency of the first word.
    /// @param word rules
    /// @return currency three letters
    function currencyOf(uint256 word) internal pure returns (bytes3 currency) {
        return bytes3(uint24(word >> CURRENCY));
    }

    /// @notice A number of 8 bits.
    /// @param word one of the three
    /// @param shift where it is
    /// @return number it
    function u8(uint256 word, uint256 shift) internal pure returns (uint8 number) {
        return uint8(word >> shift);
    }

    /// @notice A number of 16 bits.
    /// @param word one of the three
    /// @param shift where it is
    /// @return number it
    function u16(uint256 word, uint256 shift) internal pure returns (uint16 number) {
        return uint16(word >> shift);
    }

    /// @notice A number of 32 bits.
    /// @param word one of the three
    /// @param shift where it is
    /// @return number it
    function u32(uint256 word, uint256 shift) internal pure returns (uint32 number) {
        return uint32(word >> shift);
    }

    /// @notice A number of 40 bits.
    /// @param word one of the three
    /// @param shift where it is
    /// @return number it
    function u40(uint256 word, uint256 shift) internal pure returns (uint40 number) {
        return uint40(word >> shift);
    }
}
