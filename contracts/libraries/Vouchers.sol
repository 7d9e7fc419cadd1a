// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEvents} from "../interfaces/IEvents.sol";
import {PartPtr} from "../types/PartPtr.sol";
import {RefPtr} from "../types/RefPtr.sol";
import {Slot, SlotLibrary} from "../types/Slot.sol";
import {State, StoredHold} from "../types/State.sol";
import {VoucherKey} from "../types/VoucherKey.sol";
import {Kinds} from "./Kinds.sol";

/// @notice What every use of a voucher checks and logs, and the holds that block it: internal/voucher/redeem.go and
/// hold.go.
library Vouchers {
    /// @notice Reports whether what an owner signed then may change a voucher, apart from the voucher's time.
    /// @param s the state
    /// @param key where the voucher is
    /// @param stored its word of the storage
    /// @param owner who signed
    /// @param signedAt when
    /// @return kind Accepted or why not
    function checkUsable(State storage s, VoucherKey key, Slot stored, address owner, uint256 signedAt)
        internal
        view
        returns (uint8 kind)
    {
        kind = checkOwner(stored, owner);
        if (kind != Kinds.ACCEPTED) return kind;
        uint256 state = stored.state();
        if (state == SlotLibrary.VOID) return Kinds.VOIDED;
        kind = checkNewest(stored, signedAt);
        if (kind != Kinds.ACCEPTED) return kind;
        if (isHeld(s, key, stored)) return Kinds.HELD;
        if (state == SlotLibrary.SPENT) return Kinds.SPENT;
    }

    /// @notice Whose a voucher is; a serial that was voided before anybody had it is void to everybody.
    /// @param slot a voucher
    /// @param owner whose it should be
    /// @return kind Accepted, Voided or NotOwner
    function checkOwner(Slot slot, address owner) internal pure returns (uint8 kind) {
        address actual = slot.owner();
        if (actual == owner) return Kinds.ACCEPTED; // who signed is never zero
        return actual == address(0) ? Kinds.VOIDED : Kinds.NOT_OWNER;
    }

    /// @notice Reports whether no later code of a voucher was accepted, nor this one.
    /// @param slot a voucher
    /// @param signedAt of the code
    /// @return kind Accepted, AlreadyUsed or Superseded
    function checkNewest(Slot slot, uint256 signedAt) internal pure returns (uint8 kind) {
        uint256 last = slot.signedAt();
        if (signedAt > last) return Kinds.ACCEPTED;
        return signedAt == last ? Kinds.ALREADY_USED : Kinds.SUPERSEDED;
    }

    /// @notice Reports whether an open hold reserves anything of a voucher.
    /// @param s the state
    /// @param key where the voucher is
    /// @param stored its word of the storage
    /// @return held whether one does
    function isHeld(State storage s, VoucherKey key, Slot stored) internal view returns (bool held) {
        return stored.isMarked() && block.timestamp < s.holds[key].until;
    }

    /// @notice Logs VoucherRedeemed.
    /// @param voucher the line's or take's
    /// @param slot after the change
    /// @param part what was taken
    function logRedeemed(RefPtr voucher, Slot slot, PartPtr part) internal {
        _log(IEvents.VoucherRedeemed.selector, voucher, slot, part, 2);
    }

    /// @notice Logs VoucherCancelled.
    /// @param voucher the line's
    /// @param slot after the change
    function logCancelled(RefPtr voucher, Slot slot) internal {
        _log(IEvents.VoucherCancelled.selector, voucher, slot, PartPtr.wrap(0), 0);
    }

    /// @notice Forgets the hold of a voucher, also a lapsed one: if the clock goes back, such a hold must not be open again
    /// on a voucher that was used since.
    /// @param s the state
    /// @param key where the voucher is
    function closeHold(State storage s, VoucherKey key) internal {
        StoredHold storage hold = s.holds[key];
        if (hold.id != 0) delete s.holds[key];
    }

    /// @dev Logs an event of a voucher: campaign, serial, the slot, then words of the part. Canonical words are what
    /// abi.encode would write, and copying them from the calldata costs less.
    function _log(bytes32 topic, RefPtr voucher, Slot slot, PartPtr part, uint256 words) private {
        assembly ("memory-safe") {
            let p := mload(0x40)
            calldatacopy(p, voucher, 64)
            mstore(add(p, 64), slot)
            calldatacopy(add(p, 96), part, mul(words, 32))
            log1(p, add(96, mul(words, 32)), topic)
        }
    }
}
