// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {LocalTime} from "../libraries/LocalTime.sol";
import {Offset} from "../types/Intents.sol";
import {Tables} from "./Tables.sol";
import {Range, vm} from "./Vm.sol";

/// @notice Local days, for random offset tables.
contract LocalTimeTest {
    using Range for uint256;

    function testDayOf(uint256 seed, uint256 size, uint256 time) external pure {
        Offset[] memory table = Tables.some(seed, size.fit(0, 64));
        time = time.fit(2 days, 2 ** 62 - 1);
        uint64 day = LocalTime.dayOf(table, uint64(time));
        vm.assertEq(day, Tables.dayOf(table, time), "the day of an instant");
    }

    /// @notice endOf is of a later day, and nothing before it is. Within a stretch of one offset days only grow, so the
    /// last second of each stretch speaks for the whole of it.
    function testEndOfIsTheFirstInstantOfALaterDay(uint256 seed, uint256 size, uint256 day) external pure {
        Offset[] memory table = Tables.some(seed, size.fit(0, 64));
        day = day.fit(2, 200_000);
        uint256 end = LocalTime.endOf(table, uint64(day));
        vm.assertGt(Tables.dayOf(table, end), day, "the end is of a later day");
        vm.assertLe(Tables.dayOf(table, end - 1), day, "the second before is not");
        for (uint256 i = 1; i < table.length && table[i].from < end; ++i) {
            if (table[i].from <= 1 days) continue;
            vm.assertLe(Tables.dayOf(table, table[i].from - 1), day, "no earlier stretch reaches a later day");
        }
    }

    function testEndOfGrows(uint256 seed, uint256 size, uint256 day) external pure {
        Offset[] memory table = Tables.some(seed, size.fit(0, 64));
        day = day.fit(2, 200_000);
        uint256 end = LocalTime.endOf(table, uint64(day));
        vm.assertLe(end, LocalTime.endOf(table, uint64(day) + 1), "a later day does not end earlier");
        vm.assertEq(end % 900, 0, "a quarter of an hour, as slots keep it");
    }
}
