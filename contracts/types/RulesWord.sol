// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CreateCampaign} from "./Intents.sol";

/// @dev The first word of a campaign: who owns it and of what kind it is. Zero: there is no campaign. From the least
/// significant bit:
///
///     merchant 160 | currency 24 | version 32 | attestors 8 | offsets 8 (their numbers) | 6 flags
type RulesWord is uint256;

using RulesWordLibrary for RulesWord global;

/// @notice Makes, reads and changes the first word of a campaign.
library RulesWordLibrary {
    uint256 private constant CURRENCY = 160;
    uint256 private constant VERSION = 184;
    uint256 private constant ATTESTORS = 216;
    uint256 private constant OFFSETS = 224;
    uint256 private constant STORED_VALUE = 1 << 232;
    uint256 private constant TRANSFERABLE = 1 << 233;
    uint256 private constant VOIDABLE = 1 << 234;
    uint256 private constant RESTRICTED = 1 << 235;
    uint256 private constant LATE = 1 << 236;
    uint256 private constant REVISED = 1 << 237;

    /// @notice The first word of a new campaign, at version 1 and without offsets.
    /// @param intent well-shaped
    /// @return rules of the campaign
    function pack(CreateCampaign memory intent) internal pure returns (RulesWord rules) {
        uint256 word = uint160(intent.merchant) | uint256(uint24(intent.currency)) << CURRENCY | 1 << VERSION
            | intent.attestors.length << ATTESTORS;
        if (intent.storedValue) word |= STORED_VALUE;
        if (intent.transferable) word |= TRANSFERABLE;
        if (intent.voidable) word |= VOIDABLE;
        if (intent.stores.length > 0) word |= RESTRICTED;
        return RulesWord.wrap(word);
    }

    /// @notice The word with more offsets.
    /// @param rules of a campaign
    /// @param count offsets to add; the sum is at most Limits.OFFSETS
    /// @return changed word
    function addOffsets(RulesWord rules, uint256 count) internal pure returns (RulesWord changed) {
        return RulesWord.wrap(RulesWord.unwrap(rules) + (count << OFFSETS));
    }

    /// @notice The word with the next version.
    /// @param rules of a campaign
    /// @return changed word
    function bumpVersion(RulesWord rules) internal pure returns (RulesWord changed) {
        return RulesWord.wrap(RulesWord.unwrap(rules) + (1 << VERSION));
    }

    /// @notice The word of a campaign whose merchant had been suspended before the campaign was created.
    /// @param rules of a campaign
    /// @return changed word, whose isLate is true
    function markLate(RulesWord rules) internal pure returns (RulesWord changed) {
        return RulesWord.wrap(RulesWord.unwrap(rules) | LATE);
    }

    /// @notice The word of a campaign whose attestors were changed after its creation.
    /// @param rules of a campaign
    /// @return changed word, whose isRevised is true
    function markRevised(RulesWord rules) internal pure returns (RulesWord changed) {
        return RulesWord.wrap(RulesWord.unwrap(rules) | REVISED);
    }

    /// @notice Reports whether there is no campaign.
    /// @param rules of a campaign, or zero
    /// @return zero true where the word is zero
    function isZero(RulesWord rules) internal pure returns (bool zero) {
        return RulesWord.unwrap(rules) == 0;
    }

    /// @notice The campaign's merchant.
    /// @param rules of a campaign, or zero
    /// @return firstRoot of the merchant; zero where there is no campaign
    function merchant(RulesWord rules) internal pure returns (address firstRoot) {
        return address(uint160(RulesWord.unwrap(rules)));
    }

    /// @notice The campaign's currency.
    /// @param rules of a campaign
    /// @return letters three of them, ISO 4217
    function currency(RulesWord rules) internal pure returns (bytes3 letters) {
        return bytes3(uint24(RulesWord.unwrap(rules) >> CURRENCY));
    }

    /// @notice The campaign's version.
    /// @param rules of a campaign
    /// @return number 1 before the first change
    function version(RulesWord rules) internal pure returns (uint32 number) {
        return uint32(RulesWord.unwrap(rules) >> VERSION);
    }

    /// @notice How many attestors CreateCampaign named.
    /// @param rules of a campaign
    /// @return count 0: claims need no ticket
    function attestors(RulesWord rules) internal pure returns (uint8 count) {
        return uint8(RulesWord.unwrap(rules) >> ATTESTORS);
    }

    /// @notice How many offsets the campaign's table has.
    /// @param rules of a campaign
    /// @return count 0: its local time is UTC
    function offsets(RulesWord rules) internal pure returns (uint8 count) {
        return uint8(RulesWord.unwrap(rules) >> OFFSETS);
    }

    /// @notice Reports whether a unit is a minor unit of money.
    /// @param rules of a campaign
    /// @return ok CreateCampaign.storedValue
    function isStoredValue(RulesWord rules) internal pure returns (bool ok) {
        return RulesWord.unwrap(rules) & STORED_VALUE != 0;
    }

    /// @notice Reports whether vouchers may be given away.
    /// @param rules of a campaign
    /// @return ok CreateCampaign.transferable
    function isTransferable(RulesWord rules) internal pure returns (bool ok) {
        return RulesWord.unwrap(rules) & TRANSFERABLE != 0;
    }

    /// @notice Reports whether vouchers may be voided.
    /// @param rules of a campaign
    /// @return ok CreateCampaign.voidable
    function isVoidable(RulesWord rules) internal pure returns (bool ok) {
        return RulesWord.unwrap(rules) & VOIDABLE != 0;
    }

    /// @notice Reports whether the campaign is accepted only at the stores that it names.
    /// @param rules of a campaign
    /// @return ok true where CreateCampaign.stores was not empty
    function isRestricted(RulesWord rules) internal pure returns (bool ok) {
        return RulesWord.unwrap(rules) & RESTRICTED != 0;
    }

    /// @notice Reports whether the merchant had been suspended before the campaign was created: State.lost says for how
    /// long.
    /// @param rules of a campaign
    /// @return ok true after markLate
    function isLate(RulesWord rules) internal pure returns (bool ok) {
        return RulesWord.unwrap(rules) & LATE != 0;
    }

    /// @notice Reports whether attestors were added or revoked since: State.attestors has those that were.
    /// @param rules of a campaign
    /// @return ok true after markRevised
    function isRevised(RulesWord rules) internal pure returns (bool ok) {
        return RulesWord.unwrap(rules) & REVISED != 0;
    }
}
