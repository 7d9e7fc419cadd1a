// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Offset} from "../types/Intents.sol";

/// @notice Offset tables and what they mean.
library Tables {
    /// @notice A valid table. Its instants lie anywhere, or close together, around changes of the day.
    /// @param seed any number
    /// @param size entries
    /// @return table ascending
    function some(uint256 seed, uint256 size) internal pure returns (Offset[] memory table) {
        table = new Offset[](size);
        uint256 from = uint256(keccak256(abi.encode(seed))) % 4_000_000; // quarters: up to the year 2084
        uint256 stride = seed % 3 == 0 ? 3 : seed % 3 == 1 ? 100 : 20_000;
        for (uint256 i = 0; i < size; ++i) {
            uint256 dice = uint256(keccak256(abi.encode(seed, i)));
            from += 1 + dice % stride;
            table[i] = Offset(uint64(from * 900), (int16(int256((dice >> 128) % 113)) - 56) * 15);
        }
    }

    /// @notice The number of the local day of an instant.
    /// @param table ascending
    /// @param time Unix seconds, later than 1970-01-02
    /// @return day counted from 1970-01-01
    function dayOf(Offset[] memory table, uint256 time) internal pure returns (uint256 day) {
        int256 ahead = table.length == 0 ? int256(0) : table[0].minutes_;
        for (uint256 i = 0; i < table.length; ++i) {
            if (table[i].from <= time) ahead = table[i].minutes_;
        }
        return uint256(int256(time) + ahead * 60) / 86_400;
    }
}
