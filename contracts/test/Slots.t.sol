// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Limits} from "../libraries/Limits.sol";
import {Slot, SlotLibrary} from "../types/Slot.sol";
import {Range, vm} from "./Vm.sol";

/// @notice No field of a slot bleeds into another, whatever is done to it: each test packs the fields one by one,
/// changes them in a struct, and compares.
contract SlotsTest {
    using Range for uint256;

    /// @dev What a slot says, and the mark of the storage.
    struct Fields {
        address owner;
        uint256 units;
        uint256 quarters;
        uint256 signedAt;
        uint256 state;
        bool marked;
    }

    uint256 private constant QUARTERS = 2 ** 24 - 1;

    /// @notice The example of types/Slot.sol.
    function testTheExample() external pure {
        Slot slot = SlotLibrary.fresh(0x00112233445566778899AABbCCdDeeFf00112233, 10, 1_798_761_600).sign(1_790_000_000);
        bytes32 want = 0x00112233445566778899aabbccddeeff0011223300000000a1e7f206ab13b801;
        vm.assertEq(Slot.unwrap(slot), want, "the example");
    }

    function testFreshSaysWhatItWasGiven(address owner, uint256 units, uint256 expiry) external pure {
        units = units.fit(0, Limits.UNITS);
        expiry = expiry.fit(0, Limits.INSTANT);
        Slot slot = SlotLibrary.fresh(owner, units, expiry);
        _expect(slot, Fields(owner, units, expiry / 900, 0, SlotLibrary.CLAIMED, false));
    }

    function testSign(Fields memory f, uint256 signedAt) external pure {
        Slot slot = _some(f);
        f.signedAt = signedAt.fit(0, Limits.SIGNED_AT);
        _expect(slot.sign(f.signedAt), f);
    }

    function testSpend(Fields memory f, uint256 units) external pure {
        Slot slot = _some(f);
        vm.assume(f.units > 0);
        f.state = SlotLibrary.CLAIMED;
        f.marked = false; // who spends forgets the hold
        slot = _pack(f);
        units = units.fit(1, f.units);
        f.units -= units;
        if (f.units == 0) f.state = SlotLibrary.SPENT;
        _expect(slot.spend(units), f);
    }

    function testSpendAll(Fields memory f) external pure {
        _some(f);
        (f.state, f.marked) = (SlotLibrary.CLAIMED, false);
        Slot slot = _pack(f);
        uint256 units = f.units;
        (f.units, f.state) = (0, SlotLibrary.SPENT);
        _expect(slot.spend(units), f);
    }

    function testGive(Fields memory f, address to) external pure {
        Slot slot = _some(f);
        f.owner = to;
        _expect(slot.give(to), f);
    }

    function testRefill(Fields memory f, uint256 units) external pure {
        _some(f);
        f.state = f.units == 0 ? SlotLibrary.SPENT : SlotLibrary.CLAIMED;
        Slot slot = _pack(f);
        units = units.fit(0, Limits.UNITS - f.units);
        (f.units, f.state) = (f.units + units, SlotLibrary.CLAIMED);
        _expect(slot.refill(units), f);
    }

    function testRefillUndoesSpend(Fields memory f, uint256 units) external pure {
        _some(f);
        (f.state, f.marked) = (SlotLibrary.CLAIMED, false);
        Slot slot = _pack(f);
        units = units.fit(0, f.units);
        vm.assertEq(Slot.unwrap(slot.spend(units).refill(units)), Slot.unwrap(slot), "spend, then refill");
    }

    function testExtend(Fields memory f, uint256 expiry) external pure {
        Slot slot = _some(f);
        f.quarters = expiry.fit(0, QUARTERS);
        _expect(slot.extend(f.quarters * 900), f);
    }

    function testEnd(Fields memory f) external pure {
        Slot slot = _some(f);
        (f.state, f.marked) = (SlotLibrary.VOID, false);
        _expect(slot.end(), f);
    }

    function testMarkAndBare(Fields memory f) external pure {
        Slot slot = _some(f);
        f.marked = true;
        _expect(slot.mark(), f);
        _expect(slot.mark().mark(), f);
        f.marked = false;
        _expect(slot.bare(), f);
        _expect(slot.mark().bare(), f);
    }

    /// @dev Puts the fields into their ranges and packs them.
    function _some(Fields memory f) private pure returns (Slot slot) {
        f.units = f.units.fit(0, Limits.UNITS);
        f.quarters = f.quarters.fit(0, QUARTERS);
        f.signedAt = f.signedAt.fit(0, Limits.SIGNED_AT);
        f.state = f.state.fit(0, SlotLibrary.VOID);
        return _pack(f);
    }

    /// @dev By sums, where SlotLibrary shifts.
    function _pack(Fields memory f) private pure returns (Slot slot) {
        uint256 word = uint256(uint160(f.owner)) * 2 ** 96 + f.units * 2 ** 60 + f.quarters * 2 ** 36 + f.signedAt * 16
            + (f.marked ? 8 : 0) + f.state;
        return Slot.wrap(bytes32(word));
    }

    function _expect(Slot slot, Fields memory f) private pure {
        vm.assertEq(Slot.unwrap(slot), Slot.unwrap(_pack(f)), "the word");
        vm.assertEq(slot.owner(), f.owner, "owner");
        vm.assertEq(slot.units(), f.units, "units");
        vm.assertEq(slot.expiry(), f.quarters * 900, "expiry");
        vm.assertEq(slot.signedAt(), f.signedAt, "signedAt");
        vm.assertEq(slot.state(), f.state, "state");
        vm.assertEq(slot.isMarked(), f.marked, "mark");
    }
}
