// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Authority} from "../libraries/Authority.sol";
import {Checks} from "../libraries/Checks.sol";
import {Expiry} from "../libraries/Expiry.sol";
import {Kinds} from "../libraries/Kinds.sol";
import {Limits} from "../libraries/Limits.sol";
import {Redemptions} from "../libraries/Redemptions.sol";
import {Stateful} from "../Stateful.sol";
import {Slot, SlotLibrary} from "../types/Slot.sol";
import {StoredMerchant} from "../types/State.sol";
import {vm} from "./Vm.sol";

/// @notice Unchecked sums and products where their limits meet: each is exact at the greatest values it can get.
contract BoundsTest is Stateful {
    using Authority for StoredMerchant;

    uint256 private constant LAST = type(uint64).max; // of what an intent has for an instant

    /// @notice The dearest voucher: one minor unit beyond what its units allow is refused.
    function testDiscountOfTheDearestVoucher() external pure {
        Slot slot = SlotLibrary.fresh(address(1), Limits.UNITS, Limits.INSTANT);
        Redemptions.Rate memory rate = Redemptions.Rate(0, Limits.AMOUNT, 0, false);
        uint256 most = Limits.AMOUNT * Limits.UNITS; // checked
        vm.assertEq(Redemptions.checkAffordable(slot, rate, Limits.UNITS, most), Kinds.ACCEPTED, "all of it");
        vm.assertEq(
            Redemptions.checkAffordable(slot, rate, Limits.UNITS, most + 1), Kinds.DISCOUNT_TOO_HIGH, "one more"
        );
        vm.assertGt(type(uint256).max / Limits.LINES, most, "the sum over all lines fits a word");
        vm.assertGt(type(uint256).max / Limits.LINES, Limits.UNITS, "so does that of units");
    }

    /// @notice The last instant that an intent can name is too far, and no sum of it begins again at zero.
    function testTheLastInstant() external view {
        uint256 kind = Checks.checkDeadline(LAST, Limits.APPROVAL_LIFE);
        vm.assertEq(kind, Kinds.DEADLINE_TOO_FAR, "a deadline");
        kind = Checks.checkSigned(LAST, LAST);
        vm.assertEq(kind, Kinds.SIGNED_AHEAD, "an offer signed then");
        vm.assertEq(Expiry.nextQuarter(LAST), LAST / 900 * 900 + 900, "its quarter of an hour");
    }

    /// @notice A voucher that ends as late as it can, with the longest extension, is not over.
    function testTheLatestExpiry() external {
        Slot slot = SlotLibrary.fresh(address(1), 1, Limits.INSTANT);
        vm.warp(Limits.INSTANT);
        vm.assertTrue(Expiry.isOver(slot, 0), "over when it ends");
        vm.assertTrue(!Expiry.isOver(slot, type(uint32).max), "not while it is extended");
    }

    /// @notice A merchant's count of operators' acts has 32 bits: the last one is followed by the first, not by a revert
    /// that would keep a merchant suspended for ever.
    function testTheLastAct() external {
        StoredMerchant storage m = _state.merchants[address(1)];
        m.operatorActs = type(uint32).max - 1;
        vm.assertEq(m.changeByOperators(), 0, "after the last one");
        vm.assertEq(m.operatorsVersion(), 0, "what the next act names");
    }
}
