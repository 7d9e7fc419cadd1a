// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IRecords} from "../interfaces/IRecords.sol";
import {ITally} from "../interfaces/ITally.sol";
import {Campaign} from "../types/Records.sol";
import {Slot, SlotLibrary} from "../types/Slot.sol";
import {Handler} from "./Handler.sol";
import {Ledgerbook} from "./Ledgerbook.sol";
import {Records, Stored} from "./Records.sol";
import {vm} from "./Vm.sol";

/// @notice What holds after every step, whatever was done (DESIGN, section 3, Conservation). Each step is checked as well,
/// against the one before: see Ledgerbook.
contract InvariantsTest {
    /// @dev What forge may call.
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    /// @dev The vouchers and units of a campaign, each in one place.
    struct Sum {
        uint256 owned;
        uint256 unclaimed;
        uint256 live;
        uint256 spent;
        uint256 expired;
        uint256 void;
        uint256 available;
        uint256 held;
        uint256 expiredUnits;
        uint256 voidUnits;
    }

    uint256 private constant GAMES = 8;
    uint256 private constant STEPS = 400;
    uint256 private constant CHECKED = 8; // steps between two checks

    Handler private handler;
    IRecords private records;
    Records private storage_;

    function setUp() external {
        handler = Handler(vm.deployCode("Handler.sol:Handler"));
        records = IRecords(handler.ledger());
        storage_ = Records(handler.ledger());
    }

    /// @notice After every step.
    function invariantTheBooksAreRight() external {
        _check();
    }

    /// @notice The players do everything that there is to do: a rule that nobody reaches is not tested by them.
    function testThePlayersDoEverything() external {
        uint8[13] memory verbs = [3, 4, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20];
        uint256[13] memory times;
        for (uint256 game = 0; game < GAMES; ++game) {
            this.setUp();
            _play(game);
            for (uint256 i = 0; i < verbs.length; ++i) times[i] += handler.timesOf(verbs[i]);
        }
        for (uint256 i = 0; i < verbs.length; ++i) {
            vm.assertGt(times[i], 0, string.concat("how often verb ", vm.toString(verbs[i])));
        }
    }

    /// @notice forge calls nothing but the players.
    /// @return targets them
    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    /// @notice What they can do.
    /// @return targets their functions
    function targetSelectors() public view returns (FuzzSelector[] memory targets) {
        bytes4[] memory s = new bytes4[](15);
        (s[0], s[1], s[2], s[3]) =
            (Handler.claim.selector, Handler.issue.selector, Handler.deliver.selector, Handler.transfer.selector);
        (s[4], s[5], s[6], s[7]) =
            (Handler.redeem.selector, Handler.hold.selector, Handler.capture.selector, Handler.release.selector);
        (s[8], s[9], s[10], s[11]) =
            (Handler.cancel.selector, Handler.rollback.selector, Handler.void.selector, Handler.suspend.selector);
        (s[12], s[13], s[14]) = (Handler.change.selector, Handler.again.selector, Handler.advance.selector);
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(handler), s);
    }

    /// @dev As forge would.
    function _play(uint256 game) private {
        bytes4[] memory steps = targetSelectors()[0].selectors;
        for (uint256 i = 0; i < STEPS; ++i) {
            uint256 seed = uint256(keccak256(abi.encode(game, i)));
            (bool ok, bytes memory why) = address(handler).call(abi.encodeWithSelector(steps[seed % steps.length], seed));
            if (!ok) {
                assembly ("memory-safe") {
                    revert(add(why, 32), mload(why))
                }
            }
            if (i % CHECKED == 0) _check();
        }
        _check();
    }

    function _check() private {
        vm.warp(handler.clock());
        for (uint256 i = 0; i < 3; ++i) _checkCampaign(handler.campaigns(i));
    }

    function _checkCampaign(bytes16 id) private view {
        Campaign memory c = records.campaignOf(id);
        Ledgerbook.Book memory book = handler.bookOf(id);
        uint256 extension = records.merchantOf(c.merchant).lost - ITally(address(records)).lostOf(id);
        Stored[] memory list = storage_.storedOf(id, c.cap + 2);
        Sum memory sum;
        for (uint32 serial = 0; serial < list.length; ++serial) {
            Stored memory v = list[serial];
            vm.assertEq(Slot.unwrap(v.word.bare()), Slot.unwrap(handler.toldOf(id, serial)), "the last event told it");
            vm.assertEq(Slot.unwrap(v.word.bare()), records.slotOf(id, serial), "the view shows it");
            bool minted = serial < c.open || (serial < c.cap && serial >= c.cap - (c.supply - c.open));
            if (!v.word.isZero()) vm.assertTrue(minted, "never more than minted");
            _checkVoucher(v, c.units);
            if (minted) _add(sum, v, extension);
        }
        _checkVouchers(sum, book, c);
        vm.assertLe(book.restored + book.forfeited, book.redeemed, "no more comes back than was redeemed");
        vm.assertEq(
            sum.owned * c.units,
            sum.available + sum.held + (book.redeemed - book.restored) + sum.expiredUnits + sum.voidUnits,
            "conservation of units"
        );
    }

    function _checkVouchers(Sum memory sum, Ledgerbook.Book memory book, Campaign memory c) private pure {
        vm.assertEq(
            uint256(c.supply), sum.unclaimed + sum.live + sum.spent + sum.expired + sum.void, "conservation of vouchers"
        );
        vm.assertEq(sum.owned, book.claimed + book.delivered, "who has one claimed it, or was on a list");
        vm.assertLe(book.claimed, c.open, "never more claimed than open");
        vm.assertLe(book.delivered, c.issued, "never more delivered than issued");
        vm.assertLe(c.issued, c.supply - c.open, "never more issued than minted for it");
    }

    function _checkVoucher(Stored memory v, uint256 most) private view {
        uint256 units = v.word.units();
        uint256 state = v.word.state();
        vm.assertLe(units, most, "no voucher holds more than it was issued with");
        vm.assertEq(v.word.isMarked(), v.hold != 0, "the mark is there where there is a hold");
        if (v.word.isZero()) return;
        vm.assertTrue(state >= SlotLibrary.CLAIMED && state <= SlotLibrary.VOID, "a state");
        vm.assertTrue(v.word.owner() != address(0) || state == SlotLibrary.VOID, "nobody owns a void serial only");
        if (state == SlotLibrary.SPENT) vm.assertEq(units, 0, "a spent voucher holds nothing");
        if (state == SlotLibrary.CLAIMED) vm.assertGt(units, 0, "a claimed voucher holds something");
        if (v.hold == 0 || v.until <= block.timestamp) return;
        vm.assertEq(state, SlotLibrary.CLAIMED, "what is held is claimed");
        vm.assertTrue(v.units > 0 && v.units <= units, "no more is held than there is");
    }

    /// @dev Counts a minted voucher once: void, spent, held, expired, in this order.
    function _add(Sum memory sum, Stored memory v, uint256 extension) private view {
        uint256 units = v.word.units();
        uint256 state = v.word.state();
        bool isHeld = v.hold != 0 && v.until > block.timestamp;
        uint256 held = isHeld ? v.units : 0;
        if (v.word.owner() != address(0)) ++sum.owned;
        if (v.word.isZero()) {
            ++sum.unclaimed;
        } else if (state == SlotLibrary.VOID) {
            ++sum.void;
            sum.voidUnits += units;
        } else if (state == SlotLibrary.SPENT) {
            ++sum.spent;
        } else if (!isHeld && block.timestamp >= v.word.expiry() + extension) {
            ++sum.expired;
            sum.expiredUnits += units;
        } else {
            ++sum.live;
            (sum.available, sum.held) = (sum.available + units - held, sum.held + held);
        }
    }
}
