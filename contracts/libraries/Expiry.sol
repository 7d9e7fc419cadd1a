// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Offset} from "../types/Intents.sol";
import {RulesWord} from "../types/RulesWord.sol";
import {Slot} from "../types/Slot.sol";
import {State} from "../types/State.sol";
import {SupplyWord} from "../types/SupplyWord.sol";
import {TimesWord} from "../types/TimesWord.sol";
import {Limits} from "./Limits.sol";
import {LocalTime} from "./LocalTime.sol";

/// @notice When vouchers end: internal/voucher/expiry.go.
///
/// A slot holds its voucher's expiry as if the merchant was never suspended. What suspensions took since the campaign was
/// created, to the second, is added wherever an expiry is judged: no slot needs to be written when a merchant is
/// reinstated, and two short suspensions add no more than one as long as both.
library Expiry {
    /// @notice By how much the expiry in the slots of a campaign is put off.
    /// @param s the state
    /// @param campaign its id
    /// @param rules its first word
    /// @return seconds_ exactly what its merchant was suspended since it was created
    function extensionOf(State storage s, bytes16 campaign, RulesWord rules) internal view returns (uint256 seconds_) {
        seconds_ = s.merchants[rules.merchant()].lost;
        if (seconds_ != 0 && rules.isLate()) seconds_ -= s.lost[campaign];
    }

    /// @notice Reports whether a voucher's time is over.
    /// @param slot the voucher
    /// @param extension of its campaign
    /// @return over whether it is
    function isOver(Slot slot, uint256 extension) internal view returns (bool over) {
        unchecked {
            return block.timestamp >= slot.expiry() + extension;
        }
    }

    /// @notice What the slot of a voucher that appears now says.
    /// @param times of its campaign
    /// @param supply of its campaign
    /// @param offsets of its campaign
    /// @param extension of its campaign
    /// @return expiry Unix seconds
    /// @return ok false if it would have expired already
    function fresh(TimesWord times, SupplyWord supply, Offset[] memory offsets, uint256 extension)
        internal
        view
        returns (uint256 expiry, bool ok)
    {
        // Instants, extensions and day numbers are far below 2^64.
        unchecked {
            uint256 ends = times.validUntil() + extension;
            uint64 validDays = supply.validDays();
            if (validDays != 0) {
                uint64 day = LocalTime.dayOf(offsets, uint64(block.timestamp)) + validDays;
                uint256 dayEnds = LocalTime.endOf(offsets, day);
                if (dayEnds < ends) ends = dayEnds;
            }
            // Rounded up once: with the extension added again it is at most 15 minutes late, and never early.
            return (ends > extension ? nextQuarter(ends - extension) : 0, ends > block.timestamp);
        }
    }

    /// @notice Rounds up to a quarter of an hour.
    /// @param seconds_ below 2^64
    /// @return rounded a multiple of 900
    function nextQuarter(uint256 seconds_) internal pure returns (uint256 rounded) {
        unchecked {
            return (seconds_ + Limits.QUARTER - 1) / Limits.QUARTER * Limits.QUARTER;
        }
    }
}
