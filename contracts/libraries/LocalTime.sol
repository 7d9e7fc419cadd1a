// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Offset} from "../types/Intents.sol";

/// @notice Local days, computed from a campaign's offset table, which its merchant signed; no ledger reads a time zone
/// database. internal/voucher/localtime.go computes the same, step by step.
library LocalTime {
    int64 private constant DAY = 1 days;
    int64 private constant MINUTE = 1 minutes;

    /// @notice The number of the local day of an instant, counted from 1970-01-01.
    /// @param table the campaign's offsets, ascending
    /// @param time the instant, later than 1970-01-02 and below 2^62
    /// @return day its number
    function dayOf(Offset[] memory table, uint64 time) internal pure returns (uint64 day) {
        // time is positive and an offset is at most 50,400 seconds either way, so the sum is positive.
        unchecked {
            return uint64(int64(time) + offsetAt(table, time)) / uint64(DAY);
        }
    }

    /// @notice The first instant from which the local day is later than this one: local midnight, or the change of
    /// offset that skips it.
    /// @param table the campaign's offsets, ascending
    /// @param day the number of the local day, below 2^40
    /// @return end Unix seconds
    function endOf(Offset[] memory table, uint64 day) internal pure returns (uint64 end) {
        // midnight is below 2^57, an instant of the table below 2^34.
        unchecked {
            int64 midnight = int64(day + 1) * DAY;
            if (table.length == 0) return uint64(midnight);
            uint256 last = table.length - 1;
            for (uint256 i = 0; i <= last; ++i) {
                int64 local = midnight - int64(table[i].minutes_) * MINUTE;
                // This stretch may have begun on a later local day already.
                if (i > 0 && local < int64(table[i].from)) local = int64(table[i].from);
                if (i == last || local < int64(table[i + 1].from)) return uint64(local);
            }
        }
    }

    /// @notice The offset in force at an instant.
    /// @param table the campaign's offsets, ascending
    /// @param time the instant
    /// @return secondsAhead of UTC
    function offsetAt(Offset[] memory table, uint64 time) internal pure returns (int64 secondsAhead) {
        if (table.length == 0) return 0;
        unchecked {
            uint256 i = 0;
            while (i + 1 < table.length && table[i + 1].from <= time) ++i;
            return int64(table[i].minutes_) * MINUTE;
        }
    }
}
