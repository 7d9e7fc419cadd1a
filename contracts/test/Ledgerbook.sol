// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEvents} from "../interfaces/IEvents.sol";
import {Slot, SlotLibrary} from "../types/Slot.sol";
import {Vm, vm} from "./Vm.sol";
import {World} from "./World.sol";

/// @notice A second book of the ledger, written from its events alone, which checks each against what came before.
abstract contract Ledgerbook is World {
    /// @dev What happened to the vouchers and units of a campaign.
    struct Book {
        uint256 claimed;
        uint256 delivered;
        uint256 redeemed;
        uint256 restored;
        uint256 forfeited;
    }

    /// @dev A voucher and units of it.
    struct Part {
        bytes16 campaign;
        uint32 serial;
        uint64 units;
    }

    /// @dev A hold, or what a redeem or capture took.
    struct Order {
        bytes32 id;
        address merchant;
        uint32 store;
        Part[] parts;
    }

    /// @dev The slot of each voucher, as its last event told it.
    mapping(uint256 key => Slot) internal told;
    mapping(bytes16 campaign => Book) internal books;
    mapping(bytes32 id => bool) internal accepted;
    mapping(bytes32 offer => bool) internal cancelled;
    mapping(uint8 verb => uint256) internal acceptedOf; // how often
    mapping(bytes32 redemption => mapping(uint256 key => uint256)) internal taken;
    mapping(bytes32 redemption => mapping(uint256 key => uint256)) internal given;
    Order[] internal holdings;
    Order[] internal takings;

    /// @dev The open hold of each voucher, by its events.
    mapping(uint256 key => uint256) private heldUntil;
    mapping(uint256 key => uint256) private heldUnits;
    bool private capturing;
    bytes32 private current; // the command whose events these are
    bytes32 private redemption; // what is rolled back
    address private merchant;
    uint32 private store;

    /// @notice The ledger.
    /// @return place where it is
    function ledger() external view returns (address place) {
        return address(tally);
    }

    /// @notice What the book says of a campaign.
    /// @param campaign its id
    /// @return book of it
    function bookOf(bytes16 campaign) external view returns (Book memory book) {
        return books[campaign];
    }

    /// @notice The slot of a voucher, by its last event.
    /// @param campaign the voucher's campaign
    /// @param serial the voucher's serial
    /// @return slot zero where it never had one
    function toldOf(bytes16 campaign, uint32 serial) external view returns (Slot slot) {
        return told[_keyOf(campaign, serial)];
    }

    /// @notice How often a verb was accepted.
    /// @param verb its number
    /// @return times so often
    function timesOf(uint8 verb) external view returns (uint256 times) {
        return acceptedOf[verb];
    }

    /// @dev Reads what became of commands.
    function _write(Vm.Log[] memory logs) internal {
        current = 0;
        for (uint256 i = 0; i < logs.length; ++i) {
            bytes32 topic = logs[i].topics[0];
            bytes memory data = logs[i].data;
            if (topic == IEvents.Accepted.selector) _accepted(logs[i].topics[1]);
            else if (topic == IEvents.Refused.selector) current = 0;
            else _event(topic, data);
        }
    }

    function _keyOf(bytes16 campaign, uint32 serial) internal pure returns (uint256 key) {
        return uint256(keccak256(abi.encode(campaign, serial)));
    }

    function _accepted(bytes32 id) private {
        vm.assertTrue(!accepted[id], "no command is accepted twice");
        vm.assertTrue(!cancelled[id], "a cancelled offer is never accepted");
        (accepted[id], current, capturing) = (true, id, false);
    }

    function _event(bytes32 topic, bytes memory data) private {
        vm.assertTrue(current != 0, "every event belongs to an accepted command");
        if (topic == IEvents.OfferCancelled.selector) {
            vm.assertTrue(!accepted[_word(data, 0)], "what was accepted cannot be cancelled");
            cancelled[_word(data, 0)] = true;
        } else if (topic == IEvents.RolledBack.selector) {
            redemption = _word(data, 0);
        } else if (topic == IEvents.Redeemed.selector || topic == IEvents.OrderHeld.selector) {
            (merchant, store) = (_addressOf(data, 1), uint32(uint256(_word(data, 2))));
            _begin(topic == IEvents.Redeemed.selector ? takings : holdings);
        } else if (topic == IEvents.HoldCaptured.selector) {
            (merchant, store) = (_addressOf(data, 1), uint32(uint256(_word(data, 2))));
            _begin(takings);
            capturing = true;
        } else if (_isOfAVoucher(topic)) {
            _change(topic, data);
        }
    }

    function _begin(Order[] storage list) private {
        Order storage order = list.push();
        (order.id, order.merchant, order.store) = (current, merchant, store);
    }

    function _change(bytes32 topic, bytes memory data) private {
        (bytes16 campaign, uint32 serial) = (bytes16(_word(data, 0)), uint32(uint256(_word(data, 1))));
        uint256 key = _keyOf(campaign, serial);
        (Slot old, Slot slot) = (told[key], Slot.wrap(_word(data, 2)));
        vm.assertTrue(!slot.isMarked(), "no event shows the mark");
        if (old.state() == SlotLibrary.VOID) {
            // An offer that named it can still be cancelled: that is all.
            vm.assertEq(topic, IEvents.VoucherCancelled.selector, "a void voucher is only cancelled");
            vm.assertEq(Slot.unwrap(slot.sign(0)), Slot.unwrap(old.sign(0)), "a void voucher never changes");
        }
        vm.assertLe(old.signedAt(), slot.signedAt(), "signedAt never falls");
        if (topic == IEvents.VoucherClaimed.selector || topic == IEvents.VoucherDelivered.selector) {
            vm.assertEq(Slot.unwrap(old), bytes32(0), "a voucher appears once");
            vm.assertEq(slot.state(), SlotLibrary.CLAIMED, "claimed");
            if (topic == IEvents.VoucherClaimed.selector) ++books[campaign].claimed;
            else ++books[campaign].delivered;
        } else {
            _changeUnits(topic, data, key, old, slot);
            _changeHold(topic, data, key);
        }
        told[key] = slot;
    }

    function _changeUnits(bytes32 topic, bytes memory data, uint256 key, Slot old, Slot slot) private {
        Book storage book = books[bytes16(_word(data, 0))];
        if (topic == IEvents.VoucherTransferred.selector) {
            vm.assertEq(_addressOf(data, 3), old.owner(), "its owner gave it");
        } else {
            vm.assertEq(slot.owner(), old.owner(), "nothing else changes an owner");
        }
        if (topic == IEvents.VoucherVoided.selector) vm.assertEq(slot.state(), SlotLibrary.VOID, "voided");
        else vm.assertTrue(!old.isZero(), "what changes was there");
        uint256 units = old.units();
        if (topic == IEvents.VoucherRedeemed.selector) {
            uint256 took = uint256(_word(data, 3));
            (units, book.redeemed) = (units - took, book.redeemed + took);
            taken[current][key] += took;
            _add(takings, data);
        } else if (topic == IEvents.VoucherReturned.selector) {
            units = _giveBack(book, data, key, units);
        } else if (topic == IEvents.VoucherHeld.selector) {
            _add(holdings, data);
        }
        vm.assertEq(slot.units(), units, "units after the change");
    }

    /// @dev While a hold is open nothing but its capture or release takes, moves or ends the voucher.
    function _changeHold(bytes32 topic, bytes memory data, uint256 key) private {
        if (topic == IEvents.VoucherCancelled.selector || topic == IEvents.VoucherReturned.selector) return;
        if (topic == IEvents.VoucherRedeemed.selector && capturing) {
            vm.assertLe(uint256(_word(data, 3)), heldUnits[key], "no more is captured than was held");
        } else if (topic != IEvents.VoucherReleased.selector) {
            vm.assertLe(heldUntil[key], block.timestamp, "an open hold keeps the voucher");
        }
        bool holds = topic == IEvents.VoucherHeld.selector;
        heldUnits[key] = holds ? uint256(_word(data, 3)) : 0;
        heldUntil[key] = holds ? uint256(_word(data, 5)) : 0;
    }

    function _giveBack(Book storage book, bytes memory data, uint256 key, uint256 units)
        private
        returns (uint256 after_)
    {
        (uint256 back, bool forfeit) = (uint256(_word(data, 3)), _word(data, 4) != 0);
        given[redemption][key] += back;
        vm.assertLe(given[redemption][key], taken[redemption][key], "no more comes back than was taken");
        if (forfeit) book.forfeited += back;
        else book.restored += back;
        return forfeit ? units : units + back;
    }

    /// @dev Adds a voucher of the event to the last order.
    function _add(Order[] storage list, bytes memory data) private {
        vm.assertEq(list[list.length - 1].id, current, "the order's event comes first");
        list[list.length - 1].parts.push(
            Part(bytes16(_word(data, 0)), uint32(uint256(_word(data, 1))), uint64(uint256(_word(data, 3))))
        );
    }

    function _isOfAVoucher(bytes32 topic) private pure returns (bool ok) {
        return topic == IEvents.VoucherClaimed.selector || topic == IEvents.VoucherDelivered.selector
            || topic == IEvents.VoucherTransferred.selector || topic == IEvents.VoucherRedeemed.selector
            || topic == IEvents.VoucherHeld.selector || topic == IEvents.VoucherReleased.selector
            || topic == IEvents.VoucherCancelled.selector || topic == IEvents.VoucherReturned.selector
            || topic == IEvents.VoucherVoided.selector;
    }

    function _addressOf(bytes memory data, uint256 i) private pure returns (address account) {
        return address(uint160(uint256(_word(data, i))));
    }

    function _word(bytes memory data, uint256 i) private pure returns (bytes32 word) {
        require(data.length >= (i + 1) * 32, "a short event");
        assembly ("memory-safe") {
            word := mload(add(add(data, 32), mul(i, 32)))
        }
    }
}
