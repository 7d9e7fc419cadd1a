// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Expiry} from "../libraries/Expiry.sol";
import {LocalTime} from "../libraries/LocalTime.sol";
import {Slots} from "../libraries/Slots.sol";
import {Terms} from "../libraries/Terms.sol";
import {Stateful} from "../Stateful.sol";
import {Offset} from "../types/Intents.sol";
import {Tables} from "./Tables.sol";
import {Range, vm} from "./Vm.sol";

/// @notice When vouchers end.
contract ExpiryTest is Stateful {
    using Range for uint256;

    bytes16 private constant CAMPAIGN = bytes16(uint128(1));
    uint256 private constant LOST = 2 ** 32 - 1; // the most seconds that a merchant's record counts

    function testNextQuarter(uint256 time) external pure {
        time = time.fit(0, 2 ** 64);
        uint256 next = Expiry.nextQuarter(time);
        vm.assertEq(next % 900, 0, "a quarter of an hour");
        vm.assertTrue(next >= time && next < time + 900, "the next one");
    }

    /// @notice A campaign's vouchers get back what suspensions took since it was created, and nothing from before.
    function testExtensionIsWhatWasLostSince(address merchant, uint256 earlier, uint256 since) external {
        uint256 rules = _lose(merchant, earlier.fit(0, LOST), 0);
        since = since.fit(0, LOST - _state.merchants[merchant].lost);
        _state.merchants[merchant].lost += uint32(since);
        vm.assertEq(Expiry.extensionOf(_state, CAMPAIGN, rules), since, "extension");
    }

    function testFresh(uint256 seed, uint256 size, uint256 now_, uint256 until, uint256 days_, uint256 lost) external {
        Offset[] memory table = Tables.some(seed, size.fit(0, 64));
        vm.warp(now_.fit(1_000_000_000, 4_000_000_000));
        until = until.fit(0, 2 ** 24 - 1) * 900;
        days_ = days_.fit(0, 3660);
        uint256 extension = lost.fit(0, 90_000_000);
        uint256 ends = until + extension;
        if (days_ > 0) {
            uint64 last = uint64(Tables.dayOf(table, block.timestamp) + days_);
            uint256 dayEnds = LocalTime.endOf(table, last);
            vm.assertGt(dayEnds, block.timestamp, "today is not over");
            if (dayEnds < ends) ends = dayEnds;
        }
        (uint256 expiry, bool ok) =
            Expiry.fresh(until / 900 << Terms.VALID_UNTIL, days_ << Terms.VALID_DAYS, table, extension);
        vm.assertEq(ok, ends > block.timestamp, "whether it is good");
        if (!ok) return;
        bytes32 slot = Slots.fresh(address(this), 1, expiry);
        vm.assertTrue(!Expiry.isOver(slot, extension), "a voucher that appears is not over");
        vm.warp(ends - 1);
        vm.assertTrue(!Expiry.isOver(slot, extension), "nor in its last second");
        vm.warp(ends + 899); // a slot keeps quarters of an hour, rounded up once
        vm.assertTrue(Expiry.isOver(slot, extension), "and then it is");
    }

    /// @dev Makes a merchant that lost time before and after its campaign was created.
    function _lose(address merchant, uint256 earlier, uint256 since) private returns (uint256 rules) {
        _state.merchants[merchant].lost = uint32(earlier + since);
        _state.lost[CAMPAIGN] = earlier;
        return uint160(merchant) | (earlier == 0 ? 0 : Terms.LATE);
    }
}
