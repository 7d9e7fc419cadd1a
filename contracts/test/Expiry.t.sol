// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Expiry} from "../libraries/Expiry.sol";
import {LocalTime} from "../libraries/LocalTime.sol";
import {Stateful} from "../Stateful.sol";
import {Offset} from "../types/Intents.sol";
import {RulesWord} from "../types/RulesWord.sol";
import {Slot, SlotLibrary} from "../types/Slot.sol";
import {SupplyWord} from "../types/SupplyWord.sol";
import {TimesWord} from "../types/TimesWord.sol";
import {Tables} from "./Tables.sol";
import {Range, vm} from "./Vm.sol";

/// @notice When vouchers end.
contract ExpiryTest is Stateful {
    using Range for uint256;

    bytes16 private constant CAMPAIGN = bytes16(uint128(1));
    uint256 private constant VALID_UNTIL_AT = 176; // bits of the times
    uint256 private constant VALID_DAYS_AT = 232; // bits of the supply
    uint256 private constant LOST = 2 ** 32 - 1; // the most seconds that a merchant's record counts

    function testNextQuarter(uint256 time) external pure {
        time = time.fit(0, 2 ** 64);
        uint256 next = Expiry.nextQuarter(time);
        vm.assertEq(next % 900, 0, "a quarter of an hour");
        vm.assertTrue(next >= time && next < time + 900, "the next one");
    }

    /// @notice A campaign's vouchers get back what suspensions took since it was created, and nothing from before.
    function testExtensionIsWhatWasLostSince(address merchant, uint256 earlier, uint256 since) external {
        RulesWord rules = _lose(merchant, earlier.fit(0, LOST), 0);
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
        TimesWord times = TimesWord.wrap(until / 900 << VALID_UNTIL_AT);
        SupplyWord supply = SupplyWord.wrap(days_ << VALID_DAYS_AT);
        (uint256 expiry, bool ok) = Expiry.fresh(times, supply, table, extension);
        vm.assertEq(ok, ends > block.timestamp, "whether it is good");
        if (!ok) return;
        Slot slot = SlotLibrary.fresh(address(this), 1, expiry);
        vm.assertTrue(!this.isOver(slot, extension), "a voucher that appears is not over");
        vm.warp(ends - 1);
        vm.assertTrue(!this.isOver(slot, extension), "nor in its last second");
        vm.warp(ends + 899); // a slot keeps quarters of an hour, rounded up once
        vm.assertTrue(this.isOver(slot, extension), "and then it is");
    }

    /// @notice Expiry.isOver as a call of its own: within one call the optimizer takes the time for a constant, so it would
    /// not see that the test moves the clock.
    /// @param slot the voucher
    /// @param extension of its campaign
    /// @return over what Expiry says
    function isOver(Slot slot, uint256 extension) external view returns (bool over) {
        return Expiry.isOver(slot, extension);
    }

    /// @dev Makes a merchant that lost time before and after its campaign was created.
    function _lose(address merchant, uint256 earlier, uint256 since) private returns (RulesWord rules) {
        _state.merchants[merchant].lost = uint32(earlier + since);
        _state.lost[CAMPAIGN] = earlier;
        rules = RulesWord.wrap(uint160(merchant));
        return earlier == 0 ? rules : rules.markLate();
    }
}
